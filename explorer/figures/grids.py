"""Units as a grid of cells: all of them, on a scale centred at 0."""

from __future__ import annotations

from typing import Any

from explorer.figures import arrays, hatching, parts
from explorer.figures.large import large, overview
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

FLAT = 6  # times as wide as high: cells that were square would be lines
MANY = 20_000  # units; more are neither sorted nor counted in one figure
GRID, BELOW = (0.6, 1.0), (0.0, 0.38)
# Shares of the height, from below, that the page may cover: side by side, narrow, presented.
ROOM = (0.58, 0.5, 0.58)
# What moves with the end of the scale, as multiples of it.
ENDS = {
    "coloraxis": parts.SIGNED,
    "yaxis2": {"range": [-1, 1], "tickvals": [-1, 0, 1]},  # it may be low
    "xaxis3": {"range": [-1, 1], "tickvals": [-1, -0.5, 0, 0.5, 1]},
}


def units(
    values: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
    name: str = "",
) -> Figure:
    """Return all units on a scale centred at 0, the same sorted, and their histogram.

    `name` is what the values are called: without one they are pre-activations, z.
    """
    if values.size > MANY:
        return overview(values, language=language, selected=selected, limit=limit)
    end = arrays.limit(values) if limit is None else limit
    numbers = parts.Numbers({"after": values}, end)
    grid, indices = arrays.cells(values)
    size = values.size
    rank = say(language, "figure.rank")
    letter = name or "z"
    upright = name or say(language, "figure.z")  # a lone z on its side would be an N
    layout = {
        "coloraxis": {"colorbar": parts.legend(upright, y=GRID)},
        "xaxis": parts.cells(parts.WHOLE, "y"),
        "yaxis": parts.down(GRID, "x", square=False),
        "xaxis2": parts.axis((0.0, 0.4), "y2", rank, range=[-0.5, size - 0.5]),
        "yaxis2": parts.axis(BELOW, "x2", upright, zeroline=True),
        "xaxis3": parts.axis((0.58, 1.0), "y3", letter, zeroline=True),
        "yaxis3": parts.tally(BELOW, "x3", size, language),
        "shapes": parts.marked(selected, indices),
        "meta": _meta(grid.shape[1], letter, language),
    }
    unit = say(language, "figure.hover.unit", value=f"{letter} = %{{z:{EXACT}}}")
    place = say(language, "figure.hover.rank", value=f"{letter} = %{{y:{EXACT}}}")
    traces = [
        parts.heat(numbers, "grid", "coloraxis", unit),
        parts.path(numbers, "sorted", place),
        parts.counts(numbers, (-1, 1), language, axes="3"),
    ]
    return parts.figure(traces, layout, ends=ENDS, end=end)


def _meta(columns: int, letter: str, language: Language) -> dict[str, Any]:
    """Return what the page knows of the figure of units."""
    rows = ((0.54, 1.0), (0.3, 0.46), (0.0, 0.16))
    below = parts.tallied(3, letter, language)
    return parts.meta(columns, [""], *rows, alone=True, narrow=below) | {"room": list(ROOM)}


def tensor(
    values: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
    switches: bool = False,
) -> Figure:
    """Return any other output.

    Maps (C, H, W) as a mosaic, a matrix as it is, everything else as a grid of units. Where its
    units are on or off, `switches`, those that are 0 are hatched.
    """
    if large(values):
        return overview(values, language=language, selected=selected, limit=limit)
    if values.ndim not in {2, 3}:
        name = say(language, "figure.value")
        return units(values, language=language, selected=selected, limit=limit, name=name)
    picture, indices = arrays.cells(values)
    long = max(picture.shape) > FLAT * min(picture.shape)
    end = arrays.limit(values) if limit is None else limit
    title = "figure.value.off" if switches else "figure.value"
    layout: dict[str, Any] = {
        "coloraxis": {"colorbar": parts.legend(say(language, title))},
        "xaxis": parts.cells(parts.WHOLE, "y"),
        "yaxis": parts.down(parts.WHOLE, "x", square=not long),
        "shapes": parts.marked(selected, indices),
        "margin": parts.BARE,
    }
    columns = {"columns": values.shape[1]} if values.ndim == 2 else {}
    layout["meta"] = {**columns, "marks": [""], **parts.maps(values.shape, [""])}
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    numbers = parts.Numbers({"after": values}, end)
    traces = [parts.heat(numbers, "grid", "coloraxis", hover)]
    if switches:
        traces = hatching.switched(numbers, hover, language)
        layout["coloraxis4"] = hatching.OFF
        layout["xaxis"] |= hatching.tight(indices.shape[1])
        layout["yaxis"] |= hatching.tight(indices.shape[0], down=True)
    return parts.figure(traces, layout, ends={"coloraxis": parts.SIGNED}, end=end)
