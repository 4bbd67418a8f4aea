from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer.errors import UnreadableImage
from explorer.incoming import decoding, formats, images, stages
from explorer.incoming.images import Decisions, prepare
from explorer.words import LANGUAGES

NAMES = ("original", "upright", "grey", "inverted", "fitted", "pixels")
PLAIN = Decisions()


def scene(width: int = 120, height: int = 90, *, mode: str = "RGB") -> Image.Image:
    """An L-shaped thing, dark on white: which way is up can be seen."""
    array = np.full((height, width), 255, dtype=np.uint8)
    array[height // 6 : 5 * height // 6, width // 4 : width // 3] = 20
    array[3 * height // 4 : 5 * height // 6, width // 4 : 2 * width // 3] = 20
    return Image.fromarray(array).convert(mode)


def stored(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def stage(prepared: images.Prepared, name: str) -> stages.Stage:
    return next(stage for stage in prepared.stages if stage.name == name)


def refused(data: bytes, name: str = "picture.png") -> str:
    with pytest.raises(UnreadableImage) as caught:
        prepare(data, PLAIN, filename=name)
    for language in LANGUAGES:
        assert name in caught.value.sentence(language)
    return caught.value.key


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def test_every_stage_is_kept_and_can_be_sent() -> None:
    prepared = prepare(stored(scene()), PLAIN)
    assert tuple(stage.name for stage in prepared.stages) == NAMES
    sent = json.loads(json.dumps(images.as_json(prepared)))
    assert base64.b64decode(sent["pixels"]) == prepared.pixels.tobytes()
    for stage in sent["stages"]:
        assert Image.open(io.BytesIO(base64.b64decode(stage["png"]))).size[0] <= stages.SHOWN
        assert all(stage["note"][language] for language in LANGUAGES)
    assert (sent["stages"][0]["width"], sent["stages"][0]["height"]) == (120, 90)


def test_dark_on_white_becomes_light_on_black_and_fills_the_frame() -> None:
    pixels = prepare(stored(scene()), PLAIN).pixels
    rows, columns = np.nonzero(pixels)
    assert pixels.dtype == np.uint8
    assert pixels.max() == 255
    assert max(np.ptp(rows), np.ptp(columns)) == 27
    assert abs((rows.min() + rows.max()) / 2 - 13.5) <= 1
    assert abs((columns.min() + columns.max()) / 2 - 13.5) <= 1
    upright = pixels[:, columns.min() + 1]
    assert upright.min() > 200, "the thing is light"
    assert not pixels[: rows.max() - 6, columns.min() + 8 :].any(), "the paper is black"


def test_an_odd_margin_is_wider_on_the_left_as_in_the_data_set() -> None:
    array = np.full((100, 100), 255, dtype=np.uint8)
    array[8:92, 30:63] = 0  # 33 × 84 comes to 11 × 28
    columns = np.nonzero(prepare(stored(Image.fromarray(array)), PLAIN).pixels.max(axis=0))[0]
    assert (columns.min(), columns.max()) == (9, 19)


def test_where_the_thing_stands_does_not_matter() -> None:
    canvas = np.full((200, 200), 250, dtype=np.uint8)
    thing = np.asarray(scene().convert("L").crop((25, 10, 85, 80)))
    results = []
    for top, left in ((10, 10), (100, 120), (57, 33)):
        moved = canvas.copy()
        moved[top : top + 70, left : left + 60] = np.minimum(thing, 250)
        results.append(prepare(stored(Image.fromarray(moved)), PLAIN).pixels)
    assert all((result == results[0]).all() for result in results)


def test_a_28_by_28_picture_on_black_goes_through_bit_for_bit() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    pixels[0] = pixels[-1] = pixels[:, 0] = pixels[:, -1] = 0
    assert (prepare(stored(Image.fromarray(pixels)), PLAIN).pixels == pixels).all()
    pixels[:] = 0
    pixels[6:24, 12:15] = 180
    pixels[9] = pixels[18] = 90  # as straight as printed lines, and part of the picture
    assert (prepare(stored(Image.fromarray(pixels)), PLAIN).pixels == pixels).all()


def test_decisions_are_obeyed() -> None:
    data = stored(scene())
    as_it_came = np.asarray(scene().convert("L"))
    never, always = Decisions(invert="no"), Decisions(invert="yes")
    for choice, note, shown in (
        (never, "never", as_it_came),
        (always, "always", 255 - as_it_came),
    ):
        inverted = stage(prepare(data, choice), "inverted")
        assert inverted.note == f"image.note.{note}"
        assert (inverted.picture == shown).all()
    whole = prepare(data, Decisions(crop=False))
    assert stage(whole, "fitted").note == "image.note.whole"
    assert not whole.pixels[0].any()


def test_a_blank_picture_is_an_empty_drawing() -> None:
    prepared = prepare(stored(Image.new("RGB", (60, 60), "white")), PLAIN)
    assert not prepared.pixels.any()
    assert prepared.stages[-1].note == "image.note.blank"
    for paper in ("white", "black"):
        dark = stage(prepare(stored(Image.new("RGB", (60, 60), paper)), PLAIN), "inverted")
        assert not dark.picture.any(), f"{paper} paper is shown as ink"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "image.empty"),
        (b"This is a shopping list.\nMilk, eggs.\n", "image.text"),
        (stored(scene(), "JPEG")[:700], "image.damaged"),
        (stored(scene())[:60], "image.damaged"),
        (png_header(30_000, 30_000), "image.bomb"),
        (png_header(8_000, 8_000), "image.pixels"),
        (stored(Image.new("L", (1, 1))), "image.small"),
        (stored(Image.new("L", (400, 3))), "image.small"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>', "image.svg"),
        (b"<svg></svg>", "image.svg"),
        (b"%PDF-1.7\n%\xe2\xe3", "image.other"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image.other"),
        (b"8BPS\x00\x01" + bytes(20), "image.other"),
        (b"\x00\x00\x01\x00\x01\x00" + bytes(20), "image.other"),
        (b"\x00\x01\x02" * 50, "image.unknown"),
        (b"\0" * (formats.MAX_BYTES + 1), "image.bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_files_are_refused_in_a_sentence(data: bytes, key: str) -> None:
    assert refused(data) == key


def test_long_and_strange_names_are_cut() -> None:
    with pytest.raises(UnreadableImage) as caught:
        prepare(b"", PLAIN, filename="\x1b[31m" + "x" * 5000)
    assert len(str(caught.value)) < 250
    assert "\x1b" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.tuples(st.integers(0, 500), st.binary(min_size=1, max_size=8)))
def test_any_bytes_are_a_picture_or_a_sentence(data: bytes | tuple[int, bytes]) -> None:
    if isinstance(data, tuple):  # a real picture with some bytes overwritten
        at, bytes_ = data
        real = stored(scene(30, 20), "JPEG")
        data = real[:at] + bytes_ + real[at + len(bytes_) :]
    try:
        assert prepare(data, PLAIN).pixels.shape == (28, 28)
    except UnreadableImage as error:
        assert error.sentence("zh")


@settings(max_examples=60, deadline=None)
@given(
    st.integers(8, 70),
    st.integers(8, 70),
    st.sampled_from(["1", "L", "RGB", "RGBA", "LA", "P"]),
    st.integers(0, 2**32 - 1),
)
def test_any_small_picture_comes_out_right(width: int, height: int, mode: str, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    prepared = prepare(stored(Image.fromarray(noise).convert(mode)), PLAIN)
    assert prepared.pixels.shape == (28, 28)
    assert prepared.pixels.dtype == np.uint8
    names = [stage.name for stage in prepared.stages]
    assert [name for name in names if name in NAMES] == list(NAMES)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_inverting_a_picture_changes_nothing(paper: int, ink: int) -> None:
    array = np.full((60, 60), paper, dtype=np.uint8)
    array[20:40, 15:45] = ink
    one = prepare(stored(Image.fromarray(array)), PLAIN)
    other = prepare(stored(Image.fromarray(255 - array)), PLAIN)
    assert np.abs(one.pixels.astype(int) - other.pixels.astype(int)).max() <= 1
    if abs(paper - ink) > 25:  # whatever the paper and the ink, the thing is seen and is light
        assert one.pixels[14, 14] == 255
        assert stage(one, "inverted").note == (
            "image.note.inverted" if ink < paper else "image.note.dark"
        )


def test_paper_in_uneven_light_is_still_paper() -> None:
    down, across = np.mgrid[0:300, 0:300] / 300
    photo = (
        190 + 50 * (across - 0.5) + 20 * down + np.random.default_rng(0).normal(0, 3, (300, 300))
    )
    photo[100:200, 140:160] = 40
    prepared = prepare(stored(Image.fromarray(photo.clip(0, 255).astype(np.uint8))), PLAIN)
    assert stage(prepared, "fitted").values == {"width": 20, "height": 100}
    assert np.count_nonzero(prepared.pixels) == 28 * 6  # 20 × 100 comes to 6 × 28
    assert prepared.pixels[:, 14].min() > 235


def test_a_thin_dark_line_outweighs_a_large_light_patch() -> None:
    array = np.full((200, 200), 180, dtype=np.uint8)
    array[20:180, 20:180] = 202  # paper in better light: 0.09 of 1 lighter
    array[30:170, 98:102] = 20
    prepared = prepare(stored(Image.fromarray(array)), PLAIN)
    assert stage(prepared, "inverted").note == "image.note.inverted"
    assert stage(prepared, "fitted").values == {"width": 4, "height": 140}


def test_a_speck_of_dust_moves_nothing() -> None:
    clean = np.full((300, 300), 255, dtype=np.uint8)
    clean[100:200, 120:180] = 0
    dusty = clean.copy()
    dusty[3, 3] = dusty[290, 200] = dusty[291, 200] = 0
    pixels = [prepare(stored(Image.fromarray(array)), PLAIN).pixels for array in (clean, dusty)]
    assert (pixels[0] == pixels[1]).all()


def test_a_line_of_one_pixel_is_no_dust() -> None:
    array = np.full((200, 200), 255, dtype=np.uint8)
    array[100, 40:160] = 0
    pixels = prepare(stored(Image.fromarray(array)), PLAIN).pixels
    assert np.count_nonzero(pixels.max(axis=0)) == 28


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA", "I;16", "F", "1", "CMYK"])
def test_large_pictures_are_averaged_like_small_ones(mode: str) -> None:
    """12 × 100 by 12 × 75 pixels: 12 × 12 of them come to one of the small picture."""
    small = scene(100, 75)
    large = small.resize((1200, 900), Image.Resampling.NEAREST)
    if mode in {"I;16", "F"}:
        grey = np.asarray(large.convert("L"))
        converted = Image.fromarray(
            grey.astype(np.uint16) * 257 if mode == "I;16" else grey.astype(np.float32)
        )
    else:
        converted = large.convert(mode)
    kind = "TIFF" if mode in {"F", "CMYK"} else "PNG"
    expected = prepare(stored(small), PLAIN).pixels.astype(int)
    prepared = prepare(stored(converted, kind), PLAIN)
    assert prepared.stages[0].size == (1200, 900)
    assert max(prepared.stages[2].size) <= decoding.WORKED
    assert np.abs(prepared.pixels.astype(int) - expected).mean() < 6


def test_arrays_cannot_be_changed() -> None:
    prepared = prepare(stored(scene()), PLAIN)
    assert prepared.decisions == PLAIN
    assert not prepared.pixels.flags.writeable
    assert not any(stage.picture.flags.writeable for stage in prepared.stages)
