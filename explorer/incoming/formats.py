"""Bytes to a picture of bounded size.

What may be uploaded, and the sentence for everything else. Nothing on disk.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from explorer.errors import UnreadableImage

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
SMALLEST = 8  # pixels along an edge; below this there is no picture to speak of
WORKED = 512  # larger pictures are reduced to this before anything else: 18 times what comes out
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
LONGEST = 60  # characters of a name in a sentence

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

# One picture is decoded at a time: that bounds the memory of many uploads, and silencing warnings
# is not thread-safe.
DECODING = threading.Lock()

DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
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

# What people upload that Pillow is not asked to read, told by its first bytes.
OTHERS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF", 0, "PDF"),
    (b"ftypheic", 4, "HEIC"),
    (b"ftypheix", 4, "HEIC"),
    (b"ftyphevc", 4, "HEIC"),
    (b"ftypmif1", 4, "HEIC"),
    (b"ftypavif", 4, "AVIF"),
    (b"PK\x03\x04", 0, "ZIP"),
    (b"8BPS", 0, "Photoshop"),
    (b"\x00\x00\x01\x00", 0, "ICO"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A picture as it lies in its file, in mode RGB, RGBA or F (0 to 1), no edge longer than WORKED, and its header.

    `orientation` is 1 to 8, or None if the EXIF data cannot be read.
    """

    picture: Image.Image
    size: tuple[int, int]
    format: str
    mode: str
    frames: int
    orientation: int | None


def decode(data: bytes, filename: str) -> Decoded:
    """Return the first frame of a picture file, reduced if it is large.

    Sizes are checked before anything is decoded.

    Raises:
        UnreadableImage: for what is not a picture, or is too large or too small, naming what was
            received.
    """
    name = _shown(filename)
    if not data:
        raise UnreadableImage("image.empty", name=name)
    if len(data) > MAX_BYTES:
        raise UnreadableImage(
            "image.bytes",
            name=name,
            received=f"{len(data) / 1e6:.1f}",
            limit=MAX_BYTES // 1_000_000,
        )
    with DECODING, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter(
            "ignore"
        )  # Pillow warns of odd metadata; what matters about a picture is checked here
        try:
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            _bounded(picture, name)
            return _read(picture)
        except Image.DecompressionBombError as error:
            raise UnreadableImage("image.bomb", name=name, limit=MAX_PIXELS // 1_000_000) from error
        except UnidentifiedImageError as error:
            raise _unknown(data, name) from error
        except DAMAGE as error:
            reason = _shown(str(error) or type(error).__name__)
            raise UnreadableImage("image.damaged", name=name, reason=reason) from error


def _read(picture: Image.Image) -> Decoded:
    """Decode a picture that is open.

    A TIFF is turned upright by Pillow itself, which is taken back here.
    """
    kind, size = ("JPEG" if picture.format == "MPO" else str(picture.format)), picture.size
    frames = (
        1 if picture.format == "MPO" else int(getattr(picture, "n_frames", 1))
    )  # MPO: previews in a camera's JPEG
    orientation = _orientation(picture) if kind == "TIFF" else 1
    picture.draft("RGB", (2 * WORKED, 2 * WORKED))  # a JPEG is decoded at a fraction of its size
    picture.load()
    small = _reduced(picture)
    if kind != "TIFF":
        orientation = _orientation(picture)
    elif orientation in TURNS:
        small = small.transpose(TURNS[BACK.get(orientation, orientation)])
        size = size[::-1] if orientation >= 5 else size
    return Decoded(small, size, kind, picture.mode, frames, orientation)


def _orientation(picture: Image.Image) -> int | None:
    try:
        found = picture.getexif().get(0x0112, 1)
    except DAMAGE:
        return None
    return found if found in TURNS else 1


def _reduced(picture: Image.Image) -> Image.Image:
    """Return a picture in RGB, RGBA or F, averaged over squares in strips, so that no full-size copy is ever made."""
    alpha = picture.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in picture.info
    mode = "F" if picture.mode in DEEP else "RGBA" if alpha else "RGB"
    width, height = picture.size
    factor = -(-max(width, height) // WORKED)
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, 64 * factor):
        strip = picture.crop((0, top, width, min(height, top + 64 * factor)))
        strip = _floating(strip) if mode == "F" else strip.convert(mode)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return _scaled(small) if mode == "F" else small


def _floating(strip: Image.Image) -> Image.Image:
    """Return 16-bit greys as 0 to 1.

    32-bit and floating-point ones as they are, with 0 for what is not a number.
    """
    values = np.asarray(strip).astype(np.float32) / (65535 if strip.mode.startswith("I;16") else 1)
    return Image.fromarray(np.where(np.isfinite(values), values, 0).astype(np.float32))


def _scaled(deep: Image.Image) -> Image.Image:
    """Bring floating-point greys to 0 to 1.

    By the range of the usual types, or else by their own.
    """
    values = np.asarray(deep, dtype=np.float64)
    high, low = float(values.max()), float(min(values.min(), 0.0))
    top = next((bound for bound in (1.0, 255.0, 65535.0) if high <= bound), high)
    return Image.fromarray(((values - low) / (top - low)).clip(0, 1).astype(np.float32))


def _bounded(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise UnreadableImage(
            "image.pixels", name=name, width=width, height=height, limit=MAX_PIXELS // 1_000_000
        )
    if min(width, height) < SMALLEST:
        raise UnreadableImage(
            "image.small", name=name, width=width, height=height, smallest=SMALLEST
        )


def _unknown(data: bytes, name: str) -> UnreadableImage:
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:4].lower() == b"<svg" or (head.startswith(b"<?xml") and b"<svg" in data[:4000]):
        return UnreadableImage("image.svg", name=name)
    for magic, at, kind in OTHERS:
        if data[at : at + len(magic)] == magic:
            return UnreadableImage("image.other", name=name, kind=kind)
    if all(byte in b"\t\r\n" or byte >= 32 for byte in head):
        return UnreadableImage("image.text", name=name)
    return UnreadableImage("image.unknown", name=name)


def _shown(text: str) -> str:
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"
