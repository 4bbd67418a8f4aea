"""Files as telephones, cameras and programs write them: read, or refused by their name."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.errors import UnreadableImage
from explorer.incoming.images import prepare
from tests.incoming.test_images import PLAIN, scene, stored

SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"


def box(*brands: bytes) -> bytes:
    """Return the first box of an ISO base media file: its major brand, and those it goes with."""
    major, *others = brands
    body = b"ftyp" + major + bytes(4) + b"".join(others)
    return (len(body) + 4).to_bytes(4, "big") + body + bytes(64)


# What people upload that is not read, and what the sentence calls it.
OTHERS: dict[str, tuple[bytes, str]] = {
    "one of many pictures": (box(b"heim", b"mif1"), "HEIC"),
    "a burst": (box(b"msf1", b"hevc"), "HEIC"),
    "of any coding": (box(b"mif1", b"heic"), "HEIC"),
    "AVIF of any coding": (box(b"mif1", b"avif"), "AVIF"),
    "JPEG XL, bare": (b"\xff\x0a" + bytes(64), "JPEG XL"),
    "JPEG XL": (b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"jxl "), "JPEG XL"),
    "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"jp2 "), "JPEG 2000"),
    "JPEG 2000, bare": (b"\xff\x4f\xff\x51" + bytes(64), "JPEG 2000"),
    "a film": (box(b"qt  "), "QuickTime"),
    "an old film": (bytes(4) + b"moov" + bytes(64), "QuickTime"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_read_is_called_by_its_name(name: str) -> None:
    data, kind = OTHERS[name]
    with pytest.raises(UnreadableImage) as caught:
        prepare(data, PLAIN, filename="photo")
    assert caught.value.key == "image.other"
    assert kind in caught.value.sentence("en")
    assert kind in caught.value.sentence("zh")


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_drawing_in_vectors_is_known_in_every_coding(coding: str) -> None:
    for text in (SVG, f"<?xml version='1.0'?>\n{SVG}"):
        with pytest.raises(UnreadableImage) as caught:
            prepare(text.encode(coding), PLAIN, filename="drawing.svg")
        assert caught.value.key == "image.svg"


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_the_bits_of_a_sensor_in_sixteen_are_a_whole_picture(bits: int) -> None:
    greys = np.asarray(scene(mode="L")).astype(np.uint16)
    full = prepare(stored(Image.fromarray(greys * 257)), PLAIN).pixels.astype(int)
    few = prepare(stored(Image.fromarray(greys << (bits - 8))), PLAIN).pixels.astype(int)
    assert np.abs(few - full).max() <= 4


@pytest.mark.parametrize("ground", ["white", "black"])
def test_a_film_that_begins_with_nothing_shows_its_first_picture(ground: str) -> None:
    blank = Image.new("L", (120, 90), ground)
    film = stored(blank, "GIF", save_all=True, append_images=[scene(mode="L")])
    prepared = prepare(film, PLAIN)
    expected = prepare(stored(scene(mode="L")), PLAIN).pixels.astype(int)
    assert np.abs(prepared.pixels.astype(int) - expected).mean() < 4
    assert prepared.stages[0].note == "image.note.frame"
    assert str(prepared.stages[0].values["number"]) == "2"


@pytest.mark.parametrize("side", [1, 2, 3])
def test_one_black_dot_among_white_strokes_on_nothing_is_not_the_drawing(side: int) -> None:
    ink = 255 - np.asarray(scene(mode="L"))
    strokes = np.dstack([np.full_like(ink, 255)] * 3 + [ink])
    dotted = strokes.copy()
    dotted[20 : 20 + side, 60 : 60 + side] = (0, 0, 0, 255)
    plain, other = (prepare(stored(Image.fromarray(each)), PLAIN) for each in (strokes, dotted))
    assert np.abs(other.pixels.astype(int) - plain.pixels).mean() < 8
