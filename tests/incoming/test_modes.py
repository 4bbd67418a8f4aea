"""What a file is: its bits and modes, its frames, and which way up it was taken."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.incoming.images import Decisions, prepare
from tests.incoming.test_images import PLAIN, scene, stored


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
        left = prepare(
            stored(turned, "JPEG", quality=98, exif=exif), Decisions(upright=False)
        ).pixels.astype(int)
        assert np.abs(left - expected).mean() > 10


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "LAB", "I", "F", "I;16", "PA"]
)
def test_odd_modes_come_to_the_same_pixels(mode: str) -> None:
    expected = prepare(stored(scene()), PLAIN).pixels.astype(int)
    if mode in {"I;16", "I"}:
        deep = np.asarray(scene().convert("L")).astype(np.uint16) * 257
        picture = Image.fromarray(deep if mode == "I;16" else deep.astype(np.int32))
    elif mode == "PA":
        picture = scene(mode="P")
        picture.info["transparency"] = 3
    else:
        picture = scene(mode="RGB").convert(
            mode, dither=Image.Dither.NONE, palette=Image.Palette.ADAPTIVE
        )
    kind = "TIFF" if mode in {"CMYK", "LAB", "F", "I"} else "PNG"
    pixels = prepare(stored(picture, kind), PLAIN).pixels.astype(int)
    assert np.abs(pixels - expected).max() <= 12


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    ramp = (np.arange(28 * 28).reshape(28, 28) * 83).astype(np.uint16)
    pixels = prepare(stored(Image.fromarray(ramp)), Decisions(invert="no")).pixels
    assert np.abs(pixels.astype(float) - ramp / 257).max() <= 0.5


def test_transparent_parts_lie_on_white() -> None:
    picture = scene(mode="RGBA")
    array = np.array(picture)
    array[array[..., 0] > 128] = (0, 0, 0, 0)
    expected = prepare(stored(scene()), PLAIN).pixels.astype(int)
    assert (
        np.abs(prepare(stored(Image.fromarray(array)), PLAIN).pixels.astype(int) - expected).max()
        <= 2
    )


def test_the_first_frame_of_an_animation_is_used_and_said_so() -> None:
    other = Image.new("RGB", (120, 90), "white")
    data = stored(scene(), "GIF", save_all=True, append_images=[other, other])
    prepared = prepare(data, PLAIN)
    assert prepared.stages[0].note == "image.note.frames"
    assert prepared.pixels.any()
    turned = scene().transpose(Image.Transpose.ROTATE_180)
    moving = prepare(stored(scene(), "GIF", save_all=True, append_images=[turned]), PLAIN)
    assert (moving.pixels == prepared.pixels).all()


def test_broken_exif_is_no_reason_to_refuse() -> None:
    data = stored(
        scene(),
        "JPEG",
        exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\x01\x12\x00\x09" * 30,
    )
    assert prepare(data, PLAIN).pixels.any()


def test_white_on_nothing_can_be_seen() -> None:
    array = np.full((60, 60, 4), 255, dtype=np.uint8)
    array[..., 3] = 0
    array[20:40, 20:40, 3] = 255
    prepared = prepare(stored(Image.fromarray(array)), PLAIN)
    assert prepared.stages[2].note == "image.note.veil"
    assert (prepared.pixels == 255).all()


def test_a_large_jpeg_says_its_own_size() -> None:
    prepared = prepare(stored(Image.new("RGB", (3000, 2000), "white"), "JPEG"), PLAIN)
    assert [stage.size for stage in prepared.stages[:3]] == [(3000, 2000), (3000, 2000), (500, 334)]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_obeyed_and_told_in_every_format_alike(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    for upright in (True, False):
        decisions = Decisions(upright=upright)
        tiff = prepare(stored(scene(), "TIFF", tiffinfo={0x0112: orientation}), decisions)
        png = prepare(stored(scene(), "PNG", exif=exif), decisions)
        assert (tiff.pixels == png.pixels).all()
        assert [stage.size for stage in tiff.stages] == [stage.size for stage in png.stages]
        assert [stage.note for stage in tiff.stages] == [stage.note for stage in png.stages]
        sideways = upright and orientation >= 5
        assert png.stages[1].size == ((90, 120) if sideways else (120, 90))


def test_dark_sixteen_bits_stay_dark() -> None:
    deep = np.full(
        (28, 28), 200, dtype=np.uint16
    )  # 200 of 65,535 is black, though it would be light grey of 255
    assert prepare(stored(Image.fromarray(deep)), Decisions(invert="no")).pixels.max() == 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38, -5.0])
def test_what_is_not_a_grey_value_does_no_harm(value: float) -> None:
    array = np.ones((40, 40), dtype=np.float32)
    array[10:20] = value
    assert prepare(stored(Image.fromarray(array), "TIFF"), PLAIN).pixels.shape == (28, 28)


def test_previews_in_a_camera_picture_are_no_frames() -> None:
    data = stored(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (120, 90))])
    original = prepare(data, PLAIN).stages[0]
    assert (original.note, original.values["format"]) == ("image.note.original", "JPEG")
