"""Units that are on or off: those off are dark and hatched, here as everywhere on the page."""

from __future__ import annotations

from typing import Any

from explorer.figures.parts import Axis, Numbers, heat
from explorer.records import Language
from explorer.words import say

OFF = {"cmin": 0, "cmax": 1, "showscale": False}  # the scale of what is switched off: one colour


def switched(
    numbers: Numbers, hover: str, language: Language, *, axes: str = "", **of: str
) -> list[dict[str, Any]]:
    """Return units that are on or off: those on in their colours, those off dark and hatched."""
    dark = say(language, "figure.hover.off")
    hatch = {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 1},
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hoverinfo": "skip",
        "hovertemplate": "",
    }
    return [
        heat(numbers, "on", "coloraxis", hover, axes=axes, **of),
        heat(numbers, "off", "coloraxis4", dark, axes=axes, **of),
        numbers.fill(hatch, {"fill": "hatch", "of": "after", **of}),
    ]


def tight(count: int, *, down: bool = False) -> Axis:
    """Return what keeps an axis at the edges of `count` cells: lines would be given a margin."""
    ends = [-0.5, count - 0.5]
    return {"autorange": False, "range": ends[::-1] if down else ends}
