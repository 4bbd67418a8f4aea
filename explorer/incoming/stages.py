"""One stage of a picture's way to 28×28, as it is shown on the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.words import LANGUAGES, say

SHOWN = 160  # pixels along the longer edge of a stage on the page
LARGE = 320  # and of the picture that a part may be cut from
GROUND = (190, 190, 190, 255)  # on mid-grey whatever is visible can be seen


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage: its picture for display, (H, W) or (H, W, 3) uint8, what was done and why.

    `note` is a key of the catalogues, `values` fill its blanks; `size` is (width, height) of the
    picture itself, which may be larger than what is displayed.
    """

    name: str
    picture: NDArray[np.uint8]
    size: tuple[int, int]
    note: str
    values: Mapping[str, object]


def coloured(
    name: str,
    picture: Image.Image,
    note: str,
    size: tuple[int, int],
    *,
    shown: int = SHOWN,
    **values: object,
) -> Stage:
    """Return the stage of a picture in mode RGB, RGBA or F that stands for one of `size`."""
    if picture.mode == "F":
        return replace(grey(name, np.asarray(picture), note, **values), size=size)
    small = picture.copy()
    small.thumbnail((shown, shown), Image.Resampling.BOX)
    if small.mode == "RGBA":
        ground = Image.new("RGBA", small.size, GROUND)
        small = Image.alpha_composite(ground, small).convert("RGB")
    return Stage(name, _kept(small), size, note, values)


def grey(name: str, values: NDArray[np.floating], note: str, **blanks: object) -> Stage:
    """Return the stage of grey values 0 to 1, (H, W)."""
    small = Image.fromarray(np.rint(255 * values).clip(0, 255).astype(np.uint8))
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.BOX)
    return Stage(name, _kept(small), (values.shape[1], values.shape[0]), note, blanks)


def as_json(stage: Stage) -> dict[str, Any]:
    """Return a stage for the page: name, size, PNG in base64, its note in every language."""
    written = io.BytesIO()
    Image.fromarray(stage.picture).save(written, "PNG")
    return {
        "name": stage.name,
        "width": stage.size[0],
        "height": stage.size[1],
        "png": base64.b64encode(written.getvalue()).decode("ascii"),
        "note": {language: say(language, stage.note, **stage.values) for language in LANGUAGES},
    }


def _kept(picture: Image.Image) -> NDArray[np.uint8]:
    array = np.array(picture)
    array.setflags(write=False)
    return array
