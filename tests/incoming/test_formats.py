"""How large a picture may be: its header alone decides, before anything is decoded."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import GifImagePlugin, Image

from explorer.errors import UnreadableImage
from explorer.incoming import decoding, formats
from tests.incoming.test_images import png_header, stored


def jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    """Return a JPEG that ends where the coefficients of its first scan would begin."""
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\1\x22\0\2\x11\1\3\x11\1"
    marker = b"\xff\xc2" if progressive else b"\xff\xc0"
    scan = b"\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0"
    return b"\xff\xd8" + marker + struct.pack(">H", 2 + len(frame)) + frame + scan


def webp(width: int, height: int) -> bytes:
    """Return a WebP of 16×16 pixels whose header names others."""
    written = io.BytesIO()
    Image.new("L", (16, 16)).save(written, "WEBP", lossless=True)
    found = bytearray(written.getvalue())
    assert found[12:16] == b"VP8L"
    assert found[20] == 0x2F
    flags = int.from_bytes(found[21:25], "little") >> 28 << 28
    found[21:25] = (flags | (height - 1) << 14 | (width - 1)).to_bytes(4, "little")
    return bytes(found)


MOST: dict[str, bytes] = {
    "PNG": png_header(4000, 4000),
    "JPEG": jpeg(8500, 6000),
    "a telephone's JPEG": jpeg(8000, 6000),
    "a progressive JPEG": jpeg(4000, 4000, progressive=True),
    "WebP": webp(4000, 3000),
    "the smallest PNG": png_header(8, 8),
}
MORE: dict[str, tuple[bytes, str]] = {
    "PNG": (png_header(4000, 4001), "4,000 × 4,001 pixels"),
    "JPEG": (jpeg(8500, 6001), "8,500 × 6,001 pixels"),
    "a progressive JPEG": (jpeg(4000, 4001, progressive=True), "4,000 × 4,001 pixels"),
    "WebP": (webp(4001, 3000), "4,001 × 3,000 pixels"),
    "a PNG of no picture": (png_header(8, 7), "8 × 7 pixels"),
}


@pytest.mark.parametrize("name", MOST)
def test_a_header_at_the_limit_is_let_in(name: str) -> None:
    with Image.open(io.BytesIO(MOST[name]), formats=formats.FORMATS) as picture:
        formats.measured(picture, "a")


@pytest.mark.parametrize("name", MORE)
def test_a_header_above_the_limit_is_refused_undecoded(name: str) -> None:
    data, size = MORE[name]
    with pytest.raises(UnreadableImage) as caught:
        decoding.decode(data, "a")
    assert caught.value.key in {"image.pixels", "image.small"}
    assert size.replace(",", "") in str(caught.value).replace(",", "")


def test_nobody_counts_the_frames_of_a_gif(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("L", (16, 16), 255 if number == 200 else 0) for number in range(300)]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=9)
    data = written.getvalue()
    looked: list[int] = []
    seek: Any = GifImagePlugin.GifImageFile._seek

    def seen(picture: Any, frame: int, **how: Any) -> None:
        looked.append(frame)
        seek(picture, frame, **how)

    monkeypatch.setattr(GifImagePlugin.GifImageFile, "_seek", seen)
    assert decoding.decode(data, "a").frame in {0, 1}
    assert max(looked) <= decoding.LOOKED


def tiff(picture: Image.Image, **entries: int) -> bytes:
    """Return a TIFF whose entries of one short number each say something else than was written."""
    data = stored(picture, "TIFF")
    for name, value in entries.items():
        entry = struct.pack("<HHI", TAGS[name], 3, 1)
        place = data.index(entry) + len(entry)
        data = data[:place] + struct.pack("<H", value) + data[place + 2 :]
    return data


TAGS = {"bits": 258, "compression": 259}
GREY = Image.new("L", (32, 32), 90)
UNUSUAL: dict[str, bytes] = {
    "YCbCr as it is": stored(Image.new("YCbCr", (32, 32), (200, 90, 90)), "TIFF"),
    "WebP inside": tiff(GREY, compression=50001),
    "JPEG 2000 inside": tiff(GREY, compression=34712),
    "numbers of 64 bits": tiff(Image.new("F", (32, 32)), bits=64),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_tiff_that_is_not_read_is_no_other_file_and_not_called_damaged(name: str) -> None:
    with pytest.raises(UnreadableImage) as caught:
        decoding.decode(UNUSUAL[name], "scan.tif")
    assert caught.value.key == "image.tiff"
    for language in ("en", "zh"):
        assert "“scan.tif”" in caught.value.sentence(language)
