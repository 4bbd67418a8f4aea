"""Bars of classes: one for each, its name before it and its value behind."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from explorer.figures.parts import Axis, Numbers

# How far the axis of bars goes, in ends of its scale: the numbers at the bars' ends stand within.
# The page, which knows how wide the figure is, makes it just as far as they need: `meta.reach`.
REACH = 1.3
# What of an axis of scores moves with the end of its scale, as multiples of it.
SIGNED = {"range": [-REACH, REACH], "tickvals": [-1, -0.5, 0, 0.5, 1]}
NAMED = 12  # classes of which every one is named; of more, as many as there is room for


def bars(
    numbers: Numbers, fill: str, labels: Sequence[str], hover: str, *, of: str = "after"
) -> dict[str, Any]:
    """Return one horizontal bar per class, its value beside it."""
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(labels),
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "hovertemplate": f"%{{y}}: {hover}<extra></extra>",
    }
    return numbers.fill(trace, {"fill": fill, "of": of})


def beside(labels: Sequence[str]) -> int:
    """Return the pixels that the longest of some names takes beside its bar, at most 120."""
    return min(120, 12 + 7 * max(map(_columns, labels), default=0))


def _columns(text: str) -> int:
    """Return how many columns a text takes where a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def classes(labels: Sequence[str]) -> Axis:
    """Return the axis of class names, the first on top; of a few, each is named.

    A category each: names that are numbers are no places on a scale.
    """
    return {
        "type": "category",
        **({"dtick": 1} if len(labels) <= NAMED else {}),
        "autorange": "reversed",
        "fixedrange": True,
        "automargin": False,
        "showgrid": False,
        "ticks": "",
        "ticksuffix": " ",
    }


def row(selected: int | None) -> list[dict[str, Any]]:
    """Return a frame around the row of the selected class."""
    if selected is None:
        return []
    return [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": selected - 0.5,
            "y1": selected + 0.5,
        }
    ]
