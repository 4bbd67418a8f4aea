"""A picture in colour as it was drawn, beside the three planes that the network receives."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import arrays, parts
from explorer.figures.large import large, shown
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Input, Language
from explorer.words import say

LEFT, RIGHT = (0.0, 0.34), (0.4, 1.0)


def coloured(
    values: Floats,
    taken: Input,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> Figure:
    """Return three planes (3, H, W) beside the picture that they are, 0 to 255 in each colour.

    The planes are grey from 0 to 1, or, normalised with the mean and std of `taken`, on a scale
    centred at 0; which of both, and with which numbers, stands below them.
    """
    normal = bool(taken.mean)
    end = (arrays.limit(values) if limit is None else limit) if normal else 1.0
    numbers, scale = parts.Numbers({"after": values}, end), "coloraxis" if normal else "coloraxis3"
    units = np.arange(values.size, dtype=np.int32).reshape(values.shape)
    cells, places, below = _planes(values, units, taken, language)
    title = say(language, "figure.value" if normal else "figure.share")
    layout: dict[str, Any] = {
        scale: {"colorbar": parts.legend(title)} if normal else parts.bar(0.0, 1.0, title),
        "xaxis": parts.cells(LEFT, "y", title=say(language, "figure.colour")),
        "yaxis": parts.down(parts.WHOLE, "x"),
        "xaxis2": parts.cells(RIGHT, "y2", title=below),
        "yaxis2": parts.down(parts.WHOLE, "x2"),
        "shapes": parts.marked(selected, places, axes="2") if selected in places else [],
        "meta": parts.meta(cells.shape[1], ["2"], (0.46, 1.0), (0.06, 0.34)),
    }
    del layout["meta"]["columns"]  # cells of maps are in no rows of units
    beside = {"colorbar": {"x": 1.01, "y": 0.2, "len": 0.28}}
    layout["meta"]["narrow"][scale] = beside  # the legend of the planes, not of the picture
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    planes = parts.heat(numbers, "grid", scale, hover, axes="2")
    if large(values):
        planes = {**planes, "z": cells, "customdata": places}
        planes.pop("meta")
    ends = {"coloraxis": parts.SIGNED} if normal else {}
    return parts.figure([_picture(numbers, taken, language), planes], layout, ends=ends, end=end)


def _planes(
    values: Floats, units: arrays.Indices, taken: Input, language: Language
) -> tuple[Floats, arrays.Indices, str]:
    """Return the planes as cells with their units, and what stands below them."""
    words = say(language, "figure.planes")
    if taken.mean:
        mean, std = (", ".join(f"{each:g}" for each in of) for of in (taken.mean, taken.std))
        words = say(language, "figure.planes.normal", mean=mean, std=std)
    cells, places, below = shown(values, units, words, language)
    return cells, places, words if below == words else f"{words}<br>{below}"


def _picture(numbers: parts.Numbers, taken: Input, language: Language) -> dict[str, Any]:
    """Return the picture; its pixels are no units, each is one in every plane."""
    trace = {
        "type": "image",
        "xaxis": "x",
        "yaxis": "y",
        "hovertemplate": say(language, "figure.hover.colour") + "<extra></extra>",
    }
    spec = {"mean": list(taken.mean), "std": list(taken.std)}
    return numbers.fill(trace, {"fill": arrays.COLOUR, "of": "after", **spec})
