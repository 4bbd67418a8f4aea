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

from explorer import formats, images
from explorer.errors import UnreadableImage
from explorer.images import Decisions, prepare
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


def refused(data: bytes, name: str = "picture.png") -> str:
    with pytest.raises(UnreadableImage) as caught:
        prepare(data, PLAIN, filename=name)
    for language in LANGUAGES:
        assert name in caught.value.sentence(language)
    return caught.value.key


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def test_every_stage_is_kept_and_can_be_sent() -> None:
    prepared = prepare(stored(scene()), PLAIN)
    assert tuple(stage.name for stage in prepared.stages) == NAMES
    sent = json.loads(json.dumps(images.as_json(prepared)))
    assert base64.b64decode(sent["pixels"]) == prepared.pixels.tobytes()
    for stage in sent["stages"]:
        assert Image.open(io.BytesIO(base64.b64decode(stage["png"]))).size[0] <= images.SHOWN
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


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_turned_upright(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = scene()
    turned = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    expected = prepare(stored(upright, "PNG"), PLAIN).pixels.astype(int)
    got = prepare(stored(turned, "JPEG", quality=98, subsampling=0, exif=exif), PLAIN)
    assert np.abs(got.pixels.astype(int) - expected).mean() < 4
    if orientation not in {1}:
        left = prepare(stored(turned, "JPEG", quality=98, exif=exif), Decisions(upright=False)).pixels.astype(int)
        assert np.abs(left - expected).mean() > 10


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "LAB", "I", "F", "I;16", "PA"])
def test_odd_modes_come_to_the_same_pixels(mode: str) -> None:
    expected = prepare(stored(scene()), PLAIN).pixels.astype(int)
    if mode in {"I;16", "I"}:
        deep = np.asarray(scene().convert("L")).astype(np.uint16) * 257
        picture = Image.fromarray(deep if mode == "I;16" else deep.astype(np.int32))
    elif mode == "PA":
        picture = scene(mode="P")
        picture.info["transparency"] = 3
    else:
        picture = scene(mode="RGB").convert(mode, dither=Image.Dither.NONE, palette=Image.Palette.ADAPTIVE)
    kind = "TIFF" if mode in {"CMYK", "LAB", "F", "I"} else "PNG"
    pixels = prepare(stored(picture, kind), PLAIN).pixels.astype(int)
    assert np.abs(pixels - expected).max() <= 12


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    ramp = (np.arange(28 * 28).reshape(28, 28) * 83).astype(np.uint16)
    pixels = prepare(stored(Image.fromarray(ramp)), Decisions(invert="no")).pixels
    assert np.abs(pixels.astype(float) - ramp / 257).max() <= 1


def test_transparent_parts_lie_on_white() -> None:
    picture = scene(mode="RGBA")
    array = np.array(picture)
    array[array[..., 0] > 128] = (0, 0, 0, 0)
    expected = prepare(stored(scene()), PLAIN).pixels.astype(int)
    assert np.abs(prepare(stored(Image.fromarray(array)), PLAIN).pixels.astype(int) - expected).max() <= 2


def test_the_first_frame_of_an_animation_is_used_and_said_so() -> None:
    other = Image.new("RGB", (120, 90), "white")
    data = stored(scene(), "GIF", save_all=True, append_images=[other, other])
    prepared = prepare(data, PLAIN)
    assert prepared.stages[0].note == "image.note.frames"
    assert prepared.pixels.any()


def test_decisions_are_obeyed() -> None:
    data = stored(scene())
    assert prepare(data, Decisions(invert="no")).stages[3].note == "image.note.never"
    assert prepare(data, Decisions(invert="yes")).stages[3].note == "image.note.always"
    whole = prepare(data, Decisions(crop=False))
    assert whole.stages[4].note == "image.note.whole"
    assert not whole.pixels[0].any()


def test_a_blank_picture_is_an_empty_drawing() -> None:
    prepared = prepare(stored(Image.new("RGB", (60, 60), "white")), PLAIN)
    assert not prepared.pixels.any()
    assert prepared.stages[-1].note == "image.note.blank"


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


def test_broken_exif_is_no_reason_to_refuse() -> None:
    data = stored(scene(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\x01\x12\x00\x09" * 30)
    assert prepare(data, PLAIN).pixels.any()


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
    assert tuple(stage.name for stage in prepared.stages) == NAMES


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_inverting_a_picture_changes_nothing(paper: int, ink: int) -> None:
    array = np.full((60, 60), paper, dtype=np.uint8)
    array[20:40, 15:45] = ink
    one = prepare(stored(Image.fromarray(array)), PLAIN).pixels.astype(int)
    other = prepare(stored(Image.fromarray(255 - array)), PLAIN).pixels.astype(int)
    if paper not in {127, 128} and (paper > 128) == (ink < paper):
        assert np.abs(one - other).max() <= 1
