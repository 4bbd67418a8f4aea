"""Attention: what comes out as a matrix, and beside it the weights of every head."""

from __future__ import annotations

import math

import numpy as np

from explorer.figures import arrays, parts
from explorer.figures.arrays import Indices
from explorer.figures.large import WHOLE, shown
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

LEFT, RIGHT = (0.0, 0.36), (0.54, 0.98)


def attention(
    values: Floats,
    units: Indices,
    weights: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> Figure:
    """Return an output (L, E), or maps of it (H, L, D), and weights (H, L, S), never below 0.

    The cells of the output are `units`, −1 where they are none. Of more weights than can be drawn
    the mean over the heads is shown, of more values means of blocks, and that is said.
    """
    end = arrays.limit(values) if limit is None else max(limit, arrays.limit(values))
    output = say(language, "attention.value")
    cells, numbers, words = shown(values, units, output, language)
    grid, places, beside = _weights(weights, language)
    layout = {
        "coloraxis": {"colorbar": parts.legend("y", x=0.37)},
        "coloraxis2": parts.bar(0.0, arrays.limit(grid), say(language, "attention.weight"), x=0.99),
        **_axes(words, beside, places, language),
        "shapes": _marked(selected, units, numbers, weights),
        "meta": _meta(cells.shape[1]),
    }
    of = say(language, "figure.hover.unit", value=f"y = %{{z:{EXACT}}}")
    share = f"{say(language, 'attention.weight')} %{{z:{EXACT}}}"
    traces = [
        _heat(cells, numbers, "coloraxis", of),
        _heat(grid, np.full(grid.shape, -1, dtype=np.int32), "coloraxis2", share, axes="2"),
    ]
    return parts.figure(traces, layout, ends={"coloraxis": parts.SIGNED}, end=end)


def across(count: int) -> int:
    """Return how many heads stand in a row, as square as can be."""
    return math.ceil(math.sqrt(count))


def _meta(columns: int) -> dict[str, object]:
    """Return what the page knows of the figure: on a narrow page each legend stays by its part."""
    known = parts.meta(columns, [""], (0.6, 1.0), (0.0, 0.42))
    for name, low, high in (("coloraxis", 0.6, 1.0), ("coloraxis2", 0.0, 0.42)):
        place = {"x": 1.01, "y": (low + high) / 2, "len": high - low}
        known["narrow"][name] = {"colorbar": place}
    return known


def _marked(
    selected: int | None, units: Indices, numbers: Indices, weights: Floats
) -> list[dict[str, object]]:
    """Return frames around the pinned unit and, in every head drawn, the row of its query."""
    if selected is None or selected not in numbers:
        return []
    count, rows, columns = weights.shape
    query = int(np.argwhere(units == selected)[0][-2])
    wide, drawn = across(count), count
    if weights.size > WHOLE or count == 1:
        wide, drawn = 1, 1 if rows * columns <= WHOLE else 0
    found: list[dict[str, object]] = [*parts.marked(selected, numbers)]
    for head in range(drawn):
        top = head // wide * (rows + 1) + query
        left = head % wide * (columns + 1)
        found.append(
            {
                **{"type": "rect", "xref": "x2", "yref": "y2", "line": {"width": 1.5}},
                **{"x0": left - 0.5, "x1": left + columns - 0.5, "y0": top - 0.5, "y1": top + 0.5},
            }
        )
    return found


def _axes(
    below: str,
    beside: str,
    ticks: tuple[dict[str, object], dict[str, object]],
    language: Language,
) -> dict[str, parts.Axis]:
    """Return the axes of the output and those of the weights, which are square cells."""
    down = {"autorange": "reversed", "showgrid": False}
    tight = {"constrain": "domain", "showgrid": False}
    position, query = say(language, "attention.position"), say(language, "attention.query")
    return {
        "xaxis": parts.axis(LEFT, "y", below, **tight | {"nticks": 4}),
        "yaxis": parts.axis(parts.WHOLE, "x", position, **down),
        "xaxis2": parts.axis(RIGHT, "y2", beside, **tight | ticks[0]),
        "yaxis2": parts.axis(parts.WHOLE, "x2", query, **down)
        | {"scaleanchor": "x2", "constrain": "domain", **ticks[1]},
    }


def _weights(
    weights: Floats, language: Language
) -> tuple[Floats, tuple[dict[str, object], dict[str, object]], str]:
    """Return the weights as cells, the ticks of both axes, and what stands below.

    Heads side by side; their mean where all of them are too many cells; means of blocks of it
    where that is too much as well.
    """
    count = len(weights)
    hidden: dict[str, object] = {"showticklabels": False, "ticks": ""}
    if weights.size <= WHOLE and count > 1:
        grid, _ = arrays.mosaic(weights, across(count))
        return grid, (hidden, hidden), say(language, "attention.heads", last=count - 1)
    mean: Floats = weights.mean(axis=0)
    whole: dict[str, object] = {"tickformat": "d"}
    words = say(language, "attention.key" if count == 1 else "attention.mean", count=count)
    if mean.size <= WHOLE:
        return mean, (whole, whole), words
    block = arrays.blocks(mean.shape, WHOLE // 2)
    words = say(language, "attention.blocks", count=count, block=" × ".join(map(str, block)))
    return arrays.means(mean, block), (hidden, hidden), words


def _heat(
    cells: Floats, units: Indices, colours: str, hover: str, *, axes: str = ""
) -> dict[str, object]:
    return {
        "type": "heatmap",
        "coloraxis": colours,
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "z": cells.astype(np.float32),
        "customdata": units,
        "hovertemplate": f"{hover}<extra></extra>",
        "hoverongaps": False,
    }
