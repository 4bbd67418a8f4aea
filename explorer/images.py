"""Any picture to 28×28 grey values, every stage kept, every decision a switch. Pillow and numpy, nothing on disk."""

from __future__ import annotations

import base64
import io
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from explorer.errors import UnreadableImage
from explorer.records import SIDE, Pixels
from explorer.words import LANGUAGES, say

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
SMALLEST = 8  # pixels along an edge; below this there is no picture to speak of
SHOWN = 168  # pixels along the longer edge of a stage on the page
WORKED = 512  # larger pictures are reduced to this before anything else: 18 times what comes out
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
LIGHT = 0.5  # a border lighter than this is a light background
LONGEST = 60  # characters of a name in a sentence
NOISE = 0.12  # differences from the background smaller than this are paper, not ink

Inversion = Literal["auto", "yes", "no"]

# What Pillow raises for files that begin well and go on badly.
DAMAGE = (OSError, SyntaxError, ValueError, struct.error, EOFError, LookupError, TypeError, ArithmeticError)

# What people upload that Pillow is not asked to read, told by its first bytes.
OTHERS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF", 0, "PDF"),
    (b"ftypheic", 4, "HEIC"),
    (b"ftypheix", 4, "HEIC"),
    (b"ftypmif1", 4, "HEIC"),
    (b"ftypavif", 4, "AVIF"),
    (b"PK\x03\x04", 0, "ZIP"),
)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the pipeline may do: turn upright by EXIF, crop to the subject, and invert (`auto`: if the border is light)."""

    upright: bool = True
    crop: bool = True
    invert: Inversion = "auto"


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage: its picture for display, (H, W) or (H, W, 3) uint8, and in a key with values what was done and why.

    `size` is (width, height) of the picture itself, which may be larger than what is displayed.
    """

    name: str
    picture: NDArray[np.uint8]
    size: tuple[int, int]
    note: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The stages in order, and what they come to: (28, 28) uint8, light on dark."""

    stages: tuple[Stage, ...]
    pixels: Pixels


def prepare(data: bytes, decisions: Decisions, *, filename: str = "") -> Prepared:
    """Return any picture as 28×28 grey values, with the stages on the way.

    The stages are original, upright, grey, inverted, fitted and pixels. Fitting follows the data set: cut to the subject,
    scale its longer edge to 28, centre it on black.

    Raises:
        UnreadableImage: for what is not a picture, or is too large or too small, naming what was received.
    """
    name = _shown(filename)
    picture, frames = _decoded(data, name)
    size = picture.size
    stages = [_stage("original", picture, "image.note.original", size=size, format=picture.format, mode=picture.mode)]
    if frames > 1:
        stages[0] = _stage("original", picture, "image.note.frames", size=size, format=picture.format, count=frames)
    turned, note = _upright(picture) if decisions.upright else (picture, "image.note.kept")
    stages.append(_stage("upright", turned, note, size=size[::-1] if turned.size != picture.size else size))
    grey, alpha = _grey(turned)
    stages.append(_grey_stage("grey", grey, "image.note.alpha" if alpha else "image.note.grey"))
    border = _border(grey)
    inverted = decisions.invert == "yes" or (decisions.invert == "auto" and border > LIGHT)
    dark = 1 - grey if inverted else grey
    why = {"yes": "image.note.always", "no": "image.note.never"}.get(decisions.invert)
    why = why or ("image.note.inverted" if inverted else "image.note.dark")
    stages.append(_grey_stage("inverted", dark, why, border=f"{border:.2f}"))
    fitted, note, values = _fitted(dark, crop=decisions.crop)
    stages.append(_grey_stage("fitted", fitted, note, **values))
    pixels = np.rint(255 * fitted).clip(0, 255).astype(np.uint8)
    inked = int(np.count_nonzero(pixels))
    stages.append(_grey_stage("pixels", fitted, "image.note.pixels" if inked else "image.note.blank", inked=inked))
    return Prepared(tuple(stages), pixels)


def as_json(prepared: Prepared) -> dict[str, Any]:
    """Return the pixels (base64 of 784 bytes) and the stages (PNG in base64, size, note in every language) for the page."""
    return {
        "pixels": base64.b64encode(prepared.pixels.tobytes()).decode("ascii"),
        "stages": [
            {
                "name": stage.name,
                "width": stage.size[0],
                "height": stage.size[1],
                "png": _png(stage.picture),
                "note": {language: say(language, stage.note, **stage.values) for language in LANGUAGES},
            }
            for stage in prepared.stages
        ],
    }


def _decoded(data: bytes, name: str) -> tuple[Image.Image, int]:
    """Return the first frame, already reduced if it is large, and how many frames there are."""
    if not data:
        raise UnreadableImage("image.empty", name=name)
    if len(data) > MAX_BYTES:
        raise UnreadableImage("image.bytes", name=name, received=f"{len(data) / 1e6:.1f}", limit=MAX_BYTES // 1_000_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata; what matters about a picture is checked here
        try:
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            _bounded(picture, name)
            frames = int(getattr(picture, "n_frames", 1))
            picture.draft("RGB", (2 * WORKED, 2 * WORKED))  # a JPEG is decoded at a fraction of its size
            picture.load()
        except Image.DecompressionBombError as error:
            raise UnreadableImage("image.bomb", name=name, limit=MAX_PIXELS // 1_000_000) from error
        except UnidentifiedImageError as error:
            raise _unknown(data, name) from error
        except DAMAGE as error:
            raise UnreadableImage(
                "image.damaged", name=name, reason=_shown(str(error) or type(error).__name__)
            ) from error
    return picture, frames


def _bounded(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise UnreadableImage("image.pixels", name=name, width=width, height=height, limit=MAX_PIXELS // 1_000_000)
    if min(width, height) < SMALLEST:
        raise UnreadableImage("image.small", name=name, width=width, height=height, smallest=SMALLEST)


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


def _upright(picture: Image.Image) -> tuple[Image.Image, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            orientation = picture.getexif().get(0x0112, 1)
            turned = ImageOps.exif_transpose(picture)
        except (OSError, ValueError, SyntaxError, struct.error, KeyError, TypeError, ZeroDivisionError):
            return picture, "image.note.exif"
    return (turned, "image.note.turned") if orientation in range(2, 9) else (picture, "image.note.upright")


def _grey(picture: Image.Image) -> tuple[NDArray[np.float64], bool]:
    """Return grey values 0 to 1, (H, W), no edge longer than WORKED; what is transparent lies on white."""
    alpha = picture.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in picture.info
    if picture.mode in {"I", "I;16", "I;16L", "I;16B", "F"}:
        return _scaled(np.asarray(picture, dtype=np.float64)), False
    if alpha:
        layered = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
    flat = picture.convert("RGB").convert("L")
    flat.thumbnail((WORKED, WORKED), Image.Resampling.BOX)
    return np.asarray(flat, dtype=np.float64) / 255, alpha


def _scaled(deep: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring 16-bit, 32-bit and floating-point greys to 0 to 1: by the range of their type, or else by their own."""
    deep = np.nan_to_num(deep, nan=0.0, posinf=0.0, neginf=0.0)
    high, low = float(deep.max()), float(min(deep.min(), 0.0))
    top = next((bound for bound in (1.0, 255.0, 65535.0) if high <= bound), high)
    reduced = Image.fromarray(((deep - low) / (top - low)).astype(np.float32))
    reduced.thumbnail((WORKED, WORKED), Image.Resampling.BOX)
    return np.asarray(reduced, dtype=np.float64).clip(0, 1)


def _border(grey: NDArray[np.float64]) -> float:
    """Return the median of the outermost rows and columns: the background, even where the subject touches the edge."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def _fitted(dark: NDArray[np.float64], *, crop: bool) -> tuple[NDArray[np.float64], str, dict[str, object]]:
    """Return (28, 28) with the subject's longer edge scaled to 28 and centred on black."""
    if dark.shape == (SIDE, SIDE):
        return dark, "image.note.already", {}
    if not crop:
        return _framed(dark), "image.note.whole", {}
    background = _border(dark)
    ink = np.clip((dark - background) / max(1e-6, 1 - background), 0, 1)  # the paper becomes black, white stays white
    rows, columns = np.nonzero(ink > NOISE)
    if rows.size == 0:
        return np.zeros((SIDE, SIDE)), "image.note.nothing", {}
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    cut = np.where(ink > NOISE / 2, ink, 0.0)[top:bottom, left:right]
    peak = float(np.percentile(cut[cut > 0], 98))
    return (
        _framed((cut / peak).clip(0, 1)),
        "image.note.fitted",
        {"width": int(right - left), "height": int(bottom - top)},
    )


def _framed(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = grey.shape
    scale = SIDE / max(height, width)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(grey.astype(np.float32)).resize((across, down), Image.Resampling.BOX)
    framed = np.zeros((SIDE, SIDE))
    top, left = (SIDE - down) // 2, (SIDE - across) // 2
    framed[top : top + down, left : left + across] = np.asarray(small)
    return framed


def _stage(name: str, picture: Image.Image, note: str, *, size: tuple[int, int], **values: object) -> Stage:
    deep = picture.mode in {"I", "I;16", "I;16L", "I;16B", "F"}
    small = Image.fromarray(np.rint(255 * _grey(picture)[0]).astype(np.uint8)) if deep else picture.copy()
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.BOX if small.mode not in {"P", "1"} else Image.Resampling.NEAREST)
    return Stage(name, np.asarray(small.convert("RGBA").convert("RGB")), size, note, values)


def _grey_stage(name: str, grey: NDArray[np.float64], note: str, **values: object) -> Stage:
    small = Image.fromarray(np.rint(255 * grey).clip(0, 255).astype(np.uint8))
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.BOX)
    return Stage(name, np.asarray(small), (grey.shape[1], grey.shape[0]), note, values)


def _png(picture: NDArray[np.uint8]) -> str:
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode("ascii")


def _shown(text: str) -> str:
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"
