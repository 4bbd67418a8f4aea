"""Any picture to 28×28 grey values, every stage kept, every decision a switch.

Pillow and numpy, nothing on disk.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.incoming.formats import TURNS, Decoded, decode
from explorer.records import SIDE, Pixels
from explorer.words import LANGUAGES, say

SHOWN = 160  # pixels along the longer edge of a stage on the page
NOISE = 0.08  # differences from the background smaller than this are paper, not ink
FAINT = 0.12  # and so are those smaller than this share of the strongest
SHADE = 0.15  # border pixels this close to their median are background, in whatever light

Inversion = Literal["auto", "yes", "no"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What may be done: turn upright by EXIF, crop, and invert (`auto`.

    If the subject is darker than its background).
    """

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
    """The stages in order, what they come to, (28, 28) uint8 light on dark and read-only, and what was decided."""

    stages: tuple[Stage, ...]
    pixels: Pixels
    decisions: Decisions


def prepare(data: bytes, decisions: Decisions, *, filename: str = "") -> Prepared:
    """Return any picture as 28×28 grey values, with the stages on the way.

    The stages are original, upright, grey, inverted, fitted and pixels. Fitting follows the data
    set: cut to the subject, scale its longer edge to 28 without a margin, centre it on black. What
    is 28×28 already is neither cut nor scaled.

    Raises:
        UnreadableImage: for what is not a picture, or is too large or too small, naming what was
            received.
    """
    got = decode(data, filename)
    note = "image.note.frames" if got.frames > 1 else "image.note.original"
    stages = [
        _stage(
            "original",
            got.picture,
            note,
            got.size,
            format=got.format,
            mode=got.mode,
            count=got.frames,
        )
    ]
    turned, note = _upright(got) if decisions.upright else (got.picture, "image.note.kept")
    sideways = note == "image.note.turned" and (got.orientation or 1) >= 5
    stages.append(_stage("upright", turned, note, got.size[::-1] if sideways else got.size))
    grey, note = _grey(turned)
    stages.append(_grey_stage("grey", grey, note))
    background = _background(grey)
    inverted, note = _inverted(grey, background, decisions.invert)
    dark, background = (1 - grey, 1 - background) if inverted else (grey, background)
    stages.append(_grey_stage("inverted", dark, note, border=f"{np.median(_frame(grey)):.2f}"))
    fitted, note, values = _fitted(dark, background, crop=decisions.crop)
    stages.append(_grey_stage("fitted", fitted, note, **values))
    pixels = np.rint(255 * fitted).clip(0, 255).astype(np.uint8)
    pixels.setflags(write=False)
    inked = int(np.count_nonzero(pixels))
    stages.append(
        _grey_stage(
            "pixels", fitted, "image.note.pixels" if inked else "image.note.blank", inked=inked
        )
    )
    return Prepared(tuple(stages), pixels, decisions)


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
                "note": {
                    language: say(language, stage.note, **stage.values) for language in LANGUAGES
                },
            }
            for stage in prepared.stages
        ],
    }


def _upright(got: Decoded) -> tuple[Image.Image, str]:
    if got.orientation is None:
        return got.picture, "image.note.exif"
    if got.orientation not in TURNS:
        return got.picture, "image.note.upright"
    return got.picture.transpose(TURNS[got.orientation]), "image.note.turned"


def _grey(picture: Image.Image) -> tuple[NDArray[np.float64], str]:
    """Return grey values 0 to 1, (H, W).

    What is transparent lies on white, or on black if all that is seen is white.
    """
    if picture.mode == "F":
        return np.asarray(picture, dtype=np.float64), "image.note.deep"
    grey = np.asarray(picture.convert("RGB").convert("L"), dtype=np.float64) / 255
    if picture.mode != "RGBA":
        return grey, "image.note.grey"
    alpha = np.asarray(picture.getchannel("A"), dtype=np.float64) / 255
    if alpha.min() == 1:
        return grey, "image.note.grey"
    visible = grey[alpha > 0.5]
    white = (
        visible.size > 0 and float(np.percentile(visible, 1)) > 0.8
    )  # on white nothing of it would be left
    mixed = np.rint(255 * (alpha * grey + (1 - alpha) * (0 if white else 1))) / 255
    return mixed, "image.note.veil" if white else "image.note.alpha"


def _frame(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the outermost rows and columns of (H, W), one after the other."""
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def _background(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the background, (H, W).

    A plane through the border pixels near their median, for paper in uneven light.
    """
    height, width = grey.shape
    down, across = np.mgrid[0:height, 0:width] / max(height, width)
    border = _frame(grey)
    near = (
        np.abs(border - np.median(border)) <= SHADE
    )  # the subject may touch the edge: that is not background
    if near.mean() < 0.5 or not np.ptp(border[near]):  # nothing to fit, or one colour exactly
        return np.full(grey.shape, np.median(border))
    terms = np.stack([np.ones_like(border), _frame(down), _frame(across)], axis=1)
    level, slope, tilt = np.linalg.lstsq(terms[near], border[near], rcond=None)[0]
    return np.asarray(np.clip(level + slope * down + tilt * across, 0, 1))


def _lightness(grey: NDArray[np.float64], background: NDArray[np.float64]) -> float:
    """Return how much lighter than the background the subject is.

    Below 0 if darker, 0 if nothing stands out.

    Differences are squared, so that a thin dark line outweighs a large patch of slightly lighter
    paper.
    """
    apart = grey - background
    apart = np.where(np.abs(apart) > NOISE, apart, 0)
    return float((apart * np.abs(apart)).sum())


def _inverted(
    grey: NDArray[np.float64], background: NDArray[np.float64], choice: Inversion
) -> tuple[bool, str]:
    if choice != "auto":
        return choice == "yes", "image.note.always" if choice == "yes" else "image.note.never"
    lightness = _lightness(grey, background)
    if lightness == 0:  # the paper alone decides
        return float(background.mean()) > 0.5, "image.note.even"
    return lightness < 0, "image.note.inverted" if lightness < 0 else "image.note.dark"


def _fitted(
    dark: NDArray[np.float64], background: NDArray[np.float64], *, crop: bool
) -> tuple[NDArray[np.float64], str, dict[str, object]]:
    """Return (28, 28) with the subject's longer edge scaled to 28 and centred on black."""
    if dark.shape == (SIDE, SIDE):
        return dark, "image.note.already", {}
    if not crop:
        return _framed(dark), "image.note.whole", {}
    ink = np.clip(dark - background, 0, 1)  # the paper becomes black
    if not (ink > NOISE).any():
        return np.zeros((SIDE, SIDE)), "image.note.nothing", {}
    peak = float(
        np.percentile(ink[ink > NOISE], 99.5)
    )  # the data set's brightest pixels are white; a glint is not the peak
    threshold = max(NOISE, FAINT * peak)
    rows, columns = np.nonzero(_dusted(ink > threshold))
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    cut = np.where(ink > threshold / 2, ink, 0.0)[top:bottom, left:right]
    size: dict[str, object] = {"width": int(right - left), "height": int(bottom - top)}
    return _framed((cut / peak).clip(0, 1)), "image.note.fitted", size


def _dusted(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask without specks of one or two pixels, unless it is small or nothing else is there."""
    if max(seen.shape) <= 2 * SIDE:
        return seen
    wide = np.pad(seen, 1).astype(np.uint8)
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    kept = seen & (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] >= 3)
    return kept if kept.any() else seen


def _framed(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = grey.shape
    scale = SIDE / max(height, width)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    # Areas are averaged when shrinking, which is what a sensor does; growing should not make steps.
    filtered = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    small = Image.fromarray(grey.astype(np.float32)).resize((across, down), filtered)
    framed = np.zeros((SIDE, SIDE))
    top, left = (
        (SIDE - down + 1) // 2,
        (SIDE - across + 1) // 2,
    )  # an odd pixel goes above and left, as in the data set
    framed[top : top + down, left : left + across] = np.asarray(small)
    return framed


def _stage(
    name: str, picture: Image.Image, note: str, size: tuple[int, int], **values: object
) -> Stage:
    if picture.mode == "F":
        return replace(
            _grey_stage(name, np.asarray(picture, dtype=np.float64), note, **values), size=size
        )
    small = picture.copy()
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.BOX)
    if small.mode == "RGBA":  # on mid-grey whatever is visible can be seen
        small = Image.alpha_composite(
            Image.new("RGBA", small.size, (190, 190, 190, 255)), small
        ).convert("RGB")
    return Stage(name, _kept(small), size, note, values)


def _grey_stage(name: str, grey: NDArray[np.float64], note: str, **values: object) -> Stage:
    small = Image.fromarray(np.rint(255 * grey).clip(0, 255).astype(np.uint8))
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.BOX)
    return Stage(name, _kept(small), (grey.shape[1], grey.shape[0]), note, values)


def _kept(picture: Image.Image) -> NDArray[np.uint8]:
    array = np.array(picture)
    array.setflags(write=False)
    return array


def _png(picture: NDArray[np.uint8]) -> str:
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode("ascii")
