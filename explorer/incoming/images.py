"""Any picture to 28×28 grey values, every stage kept, every decision a switch.

The stages are original, upright, hand, sheet, grey, lines, light, inverted, fitted and pixels;
hand, sheet, lines and light only where there was anything to do. Nothing on disk.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.incoming import colour, decoding, frames, hand, lines, paper, shrink, stages, waiting
from explorer.incoming import sheet as sheets
from explorer.incoming.morphology import Grey
from explorer.incoming.stages import Stage
from explorer.records import SIDE, Pixels
from explorer.words import LANGUAGES, say

NOTES = ("image.note.original", "image.note.frames", "image.note.frame")
LOOKS = 3  # a sheet may lie in a window that lies between bars
FINEST = 4  # times as fine a picture is read if only a part of it is wanted
UNEVEN = 0.06  # light that varies by less over the paper is even
DOUBTS = {
    "sheet": 0.12,
    "turned": 0.66,
    "edge": 0.3,
    "shadow": 0.3,
    "invert": 0.4,
    "specks": 0.1,
}  # from where on they are said

Inversion = Literal["auto", "yes", "no"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What may be done, and what was done by hand.

    Turn upright by EXIF, find the sheet, clean it (even out the light, remove printed lines), crop
    to the subject, invert (`auto`: if the subject is darker than its paper). By hand it is turned
    clockwise by `turn` degrees and cut to `box`.
    """

    upright: bool = True
    crop: bool = True
    invert: Inversion = "auto"
    sheet: bool = True
    clean: bool = True
    turn: float = 0.0
    box: hand.Box = hand.WHOLE


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The stages in order, what they come to, (28, 28) uint8 light on dark and read-only.

    `doubts` are keys of sentences about what may have been misread; `whole` is the turned picture
    from which a part may be cut by hand.
    """

    stages: tuple[Stage, ...]
    pixels: Pixels
    decisions: Decisions
    doubts: tuple[str, ...] = ()
    whole: Stage | None = None


@dataclass(slots=True)
class _Way:
    """The stages and doubts so far."""

    stages: list[Stage] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    whole: Stage | None = None

    def doubt(self, name: str, amount: float) -> None:
        if amount > DOUBTS[name] and name not in self.doubts:
            self.doubts.append(name)


def prepare(data: bytes, decisions: Decisions, *, filename: str = "") -> Prepared:
    """Return any picture as 28×28 grey values, with the stages on the way.

    Fitting follows the data set: cut to the subject, scale its longer edge to 28 without a margin,
    centre it on black. What is 28×28 already is neither cut nor scaled.

    Raises:
        UnreadableImage: for what is not a picture, or is too large or too small, naming what was
            received; or when too many wait already.
    """
    with waiting.turn():
        return _prepared(data, decisions, filename)


def as_json(prepared: Prepared) -> dict[str, Any]:
    """Return the pixels (base64 of 784 bytes), the stages, and the doubts as sentences."""
    return {
        "pixels": base64.b64encode(prepared.pixels.tobytes()).decode("ascii"),
        "whole": stages.as_json(prepared.whole)["png"] if prepared.whole else "",
        "turn": prepared.decisions.turn,
        "box": list(prepared.decisions.box),
        "stages": [stages.as_json(stage) for stage in prepared.stages],
        "doubts": [
            {language: say(language, f"image.doubt.{doubt}") for language in LANGUAGES}
            for doubt in prepared.doubts
        ],
    }


def _prepared(data: bytes, decisions: Decisions, filename: str) -> Prepared:
    way = _Way()
    picture = _opened(data, decisions, filename, way)
    small = picture.size == (SIDE, SIDE)
    if decisions.sheet and not small:
        picture = _on_sheet(picture, way)
    grey, note = colour.grey(picture)
    way.stages.append(stages.grey("grey", grey, note))
    cleaned = decisions.clean and not small
    if cleaned:
        grey = paper.quiet(_unlined(grey, way))
    reading = paper.reading(grey) if cleaned else paper.plain(grey)
    way.doubt("edge", reading.doubt)
    way.doubt("shadow", reading.shadow)
    dark, ink = _inverted(grey, reading, decisions.invert, way)
    fitted = _fitted(dark, ink.ink, way, crop=decisions.crop)
    pixels = np.rint(255 * fitted).clip(0, 255).astype(np.uint8)
    pixels.setflags(write=False)
    inked = int(np.count_nonzero(pixels))
    note = "image.note.pixels" if inked else "image.note.blank"
    way.stages.append(stages.grey("pixels", fitted, note, inked=inked))
    return Prepared(tuple(way.stages), pixels, decisions, tuple(way.doubts), way.whole)


def _opened(data: bytes, decisions: Decisions, filename: str, way: _Way) -> Image.Image:
    """Return the picture as it is to be looked at: upright, turned and cut by hand."""
    left, top, right, bottom = hand.bounded(decisions.box)
    part = max(right - left, bottom - top, 1 / FINEST)
    got = decoding.decode(data, filename, worked=int(decoding.WORKED / part))
    note = NOTES[min(got.frame, 2)]
    values: dict[str, Any] = {"format": got.format, "mode": got.mode, "number": got.frame}
    way.stages.append(stages.coloured("original", got.picture, note, got.size, **values))
    picture, note = _upright(got) if decisions.upright else (got.picture, "image.note.kept")
    sideways = note == "image.note.turned" and (got.orientation or 1) >= 5
    size = got.size[::-1] if sideways else got.size
    way.stages.append(stages.coloured("upright", picture, note, size))
    whole = hand.turned(picture, decisions.turn)
    way.whole = stages.coloured(
        "upright", whole, "image.note.upright", whole.size, shown=stages.LARGE
    )
    if decisions.turn % 360 or decisions.box != hand.WHOLE:
        picture = hand.cropped(whole, decisions.box).copy()
        picture.thumbnail((decoding.WORKED, decoding.WORKED), Image.Resampling.BOX)
        turn = f"{decisions.turn:g}"
        way.stages.append(
            stages.coloured("hand", picture, "image.note.hand", picture.size, turn=turn)
        )
    return picture


def _upright(got: decoding.Decoded) -> tuple[Image.Image, str]:
    if got.orientation is None:
        return got.picture, "image.note.exif"
    if got.orientation not in decoding.TURNS:
        return got.picture, "image.note.upright"
    return got.picture.transpose(decoding.TURNS[got.orientation]), "image.note.turned"


def _on_sheet(picture: Image.Image, way: _Way) -> Image.Image:
    """Return the sheet in a picture, the sheet on that, and so on; or the picture itself."""
    whole, turned = picture, 0.0
    for _ in range(LOOKS):
        opaque = colour.laid(picture)[0] if picture.mode == "RGBA" else picture
        found = sheets.sheet(colour.planes(opaque))
        if found is None or found.likely < sheets.SURE:
            both = found, frames.frame(colour.lightness(opaque))
            found = max(filter(None, both), key=lambda each: each.likely, default=None)
        if found is None:
            break
        way.doubt("sheet", min(found.likely, 1 - found.likely))
        if found.likely < sheets.SURE:
            break
        picture, turn = sheets.cut(opaque, found)
        way.doubt("turned", abs(turn) / 45)
        turned += turn
    if picture is not whole:
        width, height = picture.size
        note = "image.note.straight" if turned else "image.note.sheet"
        blanks: dict[str, Any] = {"width": width, "height": height, "turn": f"{turned:.0f}"}
        way.stages.append(stages.coloured("sheet", picture, note, picture.size, **blanks))
    return picture


def _unlined(grey: Grey, way: _Way) -> Grey:
    clear, count = lines.unlined(grey)
    if count:
        way.stages.append(stages.grey("lines", clear, "image.note.lines", count=count))
    return clear


def _inverted(
    grey: Grey, reading: paper.Reading, choice: Inversion, way: _Way
) -> tuple[Grey, paper.Ink]:
    """Return the grey values light on dark, and the ink that was decided for."""
    low, high = sorted((reading.dark.energy, reading.light.energy))
    if choice != "auto":
        inverted, note = (
            choice == "yes",
            "image.note.always" if choice == "yes" else "image.note.never",
        )
    elif high == 0:  # the paper alone decides
        inverted, note = float(reading.dark.paper.mean()) > 0.5, "image.note.even"
    else:
        inverted = reading.dark.energy > reading.light.energy
        note = "image.note.inverted" if inverted else "image.note.dark"
        way.doubt("invert", low / high)
    ink = reading.dark if inverted else reading.light
    around = paper.border(ink.paper)
    if ink.span[1] - ink.span[0] > UNEVEN:
        values = {"low": f"{ink.span[0]:.2f}", "high": f"{ink.span[1]:.2f}"}
        level = float(np.median(ink.paper))
        grey = np.clip(level - ink.ink if inverted else level + ink.ink, 0, 1)
        way.stages.append(stages.grey("light", grey, "image.note.light", **values))
    dark = 1 - grey if inverted else grey
    level = float(np.median(around))
    way.stages.append(stages.grey("inverted", dark, note, border=f"{level:.2f}"))
    return dark, ink


def _fitted(dark: NDArray[np.float32], ink: Grey, way: _Way, *, crop: bool) -> NDArray[np.float32]:
    """Return (28, 28) with the subject's longer edge scaled to 28 and centred on black."""
    values: dict[str, object] = {}
    if dark.shape == (SIDE, SIDE):
        result, note = dark, "image.note.already"
    elif not crop:
        result, note = shrink.framed(dark), "image.note.whole"
    else:
        found = shrink.fitted(ink)
        way.doubt("specks", found.doubt)
        result, note = found.grey, "image.note.nothing"
        if found.size:
            note, values = "image.note.fitted", {"width": found.size[0], "height": found.size[1]}
    way.stages.append(stages.grey("fitted", result, note, **values))
    return result
