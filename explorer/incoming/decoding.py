"""Bytes to a picture of bounded size. Pillow, and nothing on disk."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, UnidentifiedImageError

from explorer.errors import UnreadableImage
from explorer.incoming import formats

WORKED = 512  # larger pictures are reduced to this before anything else: 18 times what comes out
LOOKED = 24  # frames of an animation that are looked at for one that shows anything
SHOWS = 12  # of 255: what differs by less within a frame shows nothing

# What Pillow raises for files that begin well and go on badly.
DAMAGE: tuple[type[Exception], ...] = (
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    EOFError,
    LookupError,
    TypeError,
)
DAMAGE += (ArithmeticError, MemoryError, AssertionError, AttributeError, RuntimeError)

DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
BITS = (8, 10, 12, 14, 16)  # how many of sixteen a sensor may fill
TURNS: dict[int, Image.Transpose] = {  # what makes a picture of each EXIF orientation upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BACK = {6: 8, 8: 6}  # the two turns that are not their own inverse


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A picture as it lies in its file, in mode RGB, RGBA or F (0 to 1), reduced, and its header.

    `frame` counts from 1 and is 0 where the file holds only one; `orientation` is 1 to 8, or None
    if the EXIF data cannot be read.
    """

    picture: Image.Image
    size: tuple[int, int]
    format: str
    mode: str
    frame: int
    orientation: int | None


def decode(data: bytes, filename: str, *, worked: int = WORKED) -> Decoded:
    """Return a picture file's first frame that shows anything, no edge longer than `worked`.

    Sizes are checked before anything is decoded.

    Raises:
        UnreadableImage: for what is not a picture, or is too large or too small, naming what was
            received.
    """
    name = formats.shown(filename)
    formats.weighed(data, name)
    with np.errstate(all="ignore"):
        try:
            picture = Image.open(io.BytesIO(data), formats=formats.FORMATS)
            formats.measured(picture, name)
            formats.usual(picture, name)
            return _read(picture, worked)
        except Image.DecompressionBombError as error:
            limit = formats.MAX_PIXELS // 1_000_000
            raise UnreadableImage("image.bomb", name=name, limit=limit) from error
        except UnidentifiedImageError as error:
            raise formats.unknown(data, name) from error
        except DAMAGE as error:
            reason = formats.shown(str(error) or type(error).__name__)
            raise UnreadableImage("image.damaged", name=name, reason=reason) from error


def _read(picture: Image.Image, worked: int) -> Decoded:
    """Decode a picture that is open.

    A TIFF is turned upright by Pillow itself, which is taken back here.
    """
    kind, size = ("JPEG" if picture.format == "MPO" else str(picture.format)), picture.size
    orientation = _orientation(picture) if kind == "TIFF" else 1
    picture.draft("RGB", (2 * worked, 2 * worked))  # a JPEG is decoded at a fraction of its size
    picture.load()
    small, mode = _reduced(picture, worked), picture.mode
    if kind != "TIFF":
        orientation = _orientation(picture)
    frame = 0
    if kind != "JPEG":  # what a camera's JPEG holds besides are previews
        small, frame = _telling(picture, small, worked)
    if kind == "TIFF" and frame > 1:
        orientation = 1
    if kind == "TIFF" and orientation in TURNS:
        small = small.transpose(TURNS[BACK.get(orientation, orientation)])
        size = size[::-1] if orientation >= 5 else size
    return Decoded(small, size, kind, mode, frame, orientation)


def _telling(picture: Image.Image, first: Image.Image, worked: int) -> tuple[Image.Image, int]:
    """Return the first frame that shows anything, else the first, and its number.

    Nobody asks how many there are: to count them, a GIF would be decoded to its end.
    """
    size = picture.size
    for number in range(1, LOOKED + 1):
        try:
            picture.seek(number)
        except DAMAGE:
            return first, 0 if number == 1 else 1
        if number == 1 and _shows(first):
            return first, 1
        if picture.size[0] * picture.size[1] > size[0] * size[1]:
            continue  # a page larger than the one whose size was checked
        picture.load()
        small = _reduced(picture, worked)
        if _shows(small):
            return small, number + 1
    return first, 1


def _shows(small: Image.Image) -> bool:
    """Say whether anything of a picture differs from the rest of it."""
    if small.mode == "F":
        return bool(np.ptp(np.asarray(small)) > SHOWS / 255)
    if small.mode == "RGBA":
        visible = small.getchannel("A").point(lambda alpha: 255 * (alpha > SHOWS))
        if visible.getbbox() is None:
            return False
        if ImageChops.invert(visible).getbbox() is not None:
            return True
    return bool(np.ptp(np.asarray(small.convert("RGB")), axis=(0, 1)).max() > SHOWS)


def _orientation(picture: Image.Image) -> int | None:
    try:
        found = picture.getexif().get(0x0112, 1)
    except DAMAGE:
        return None
    return found if found in TURNS else 1


def _reduced(picture: Image.Image, worked: int) -> Image.Image:
    """Return a picture in RGB, RGBA or F, averaged over squares.

    In strips, so that no full-size copy is ever made.
    """
    alpha = picture.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in picture.info
    mode = "F" if picture.mode in DEEP else "RGBA" if alpha else "RGB"
    width, height = picture.size
    factor = -(-max(width, height) // worked)
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, 64 * factor):
        strip = picture.crop((0, top, width, min(height, top + 64 * factor)))
        strip = _floating(strip) if mode == "F" else strip.convert(mode)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return _scaled(small, sixteen=picture.mode.startswith("I;16")) if mode == "F" else small


def _floating(strip: Image.Image) -> Image.Image:
    """Return deep greys as floating-point numbers, with 0 for what is not a number."""
    values = np.asarray(strip).astype(np.float32)
    return Image.fromarray(np.where(np.isfinite(values), values, 0).astype(np.float32))


def _scaled(deep: Image.Image, *, sixteen: bool) -> Image.Image:
    """Bring deep greys to 0 to 1: by the range of the usual types, or else by their own.

    Sixteen bits need not be full: a sensor's twelve are a whole picture, if they show one.
    """
    values = np.asarray(deep, dtype=np.float64)
    high, low = float(values.max()), float(min(values.min(), 0.0))
    if sixteen:
        tells = float(np.ptp(values)) > high / 4
        top = next(2**bits - 1 for bits in BITS if (high < 2**bits and tells) or bits == BITS[-1])
    else:
        top = next((bound for bound in (1.0, 255.0, 65535.0) if high <= bound), high)
    return Image.fromarray(((values - low) / (top - low)).clip(0, 1).astype(np.float32))
