"""Units as a grid of cells: all of them, on a scale centred at 0."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from explorer.figures import arrays, parts
from explorer.figures.parts import EXACT
from explorer.records import Floats, Language
from explorer.words import say

GRID, BELOW = (0.42, 1.0), (0.0, 0.27)


def units(
    values: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Return all units on a scale centred at 0, the same sorted, and their histogram."""
    grid, indices = arrays.cells(values)
    end = arrays.limit(values) if limit is None else limit
    ordered, order = arrays.ranked(values)
    middles, counts = arrays.counted(values, -end, end)
    layout = {
        "coloraxis": parts.bar(-end, end, say(language, "figure.preactivation"), y=GRID),
        "xaxis": parts.cells(parts.WHOLE, "y"),
        "yaxis": parts.down(GRID, "x", square=False),
        "xaxis2": parts.axis(
            (0.0, 0.46), "y2", say(language, "figure.rank"), range=[-0.5, order.size - 0.5]
        ),
        "yaxis2": parts.axis(BELOW, "x2", "z", range=[-end, end], zeroline=True),
        "xaxis3": parts.axis((0.56, 1.0), "y3", "z", range=[-end, end], zeroline=True),
        "yaxis3": parts.tally(BELOW, "x3", order.size, language),
        "shapes": parts.marked(selected, indices),
        "meta": {"columns": grid.shape[1]},
    }
    return parts.figure(
        [
            parts.heat(
                grid,
                indices,
                "coloraxis",
                say(language, "figure.hover.unit", value=f"z = %{{z:{EXACT}}}"),
            ),
            parts.ordered(
                ordered, order, say(language, "figure.hover.rank", value=f"z = %{{y:{EXACT}}}")
            ),
            parts.counts(middles, counts, language, axes="3"),
        ],
        layout,
    )


def tensor(
    values: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Return any other output.

    Maps (C, H, W) as a mosaic, a matrix as it is, everything else as a grid of units.
    """
    if values.ndim not in {2, 3}:
        return units(values, language=language, selected=selected, limit=limit)
    grid, indices = arrays.cells(values)
    end = arrays.limit(values) if limit is None else limit
    layout: dict[str, Any] = {
        "coloraxis": parts.bar(-end, end, say(language, "figure.value")),
        "xaxis": parts.cells(parts.WHOLE, "y"),
        "yaxis": parts.down(parts.WHOLE, "x"),
        "shapes": parts.marked(selected, indices),
    }
    if values.ndim == 2:
        layout["meta"] = {"columns": values.shape[1]}
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    return parts.figure([parts.heat(grid, indices, "coloraxis", hover)], layout)
