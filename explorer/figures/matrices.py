"""A matrix whose rows and columns have names: times and hidden units, queries and keys."""

from __future__ import annotations

from typing import Any

from explorer.figures import arrays, parts
from explorer.figures.arrays import Indices
from explorer.figures.grids import FLAT
from explorer.figures.large import large, overview
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language

FEW = 12  # cells along an axis that are numbered each


def matrix(
    values: Floats,
    units: Indices,
    *,
    rows: str,
    columns: str,
    letter: str,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> Figure:
    """Return a matrix (rows, columns) on one scale centred at 0, both axes with names and numbers.

    `units` are the units of its cells, −1 where a cell is none; `letter` is what a value is called.
    """
    if large(values):
        return overview(values, language=language, selected=None, limit=limit)
    end = arrays.limit(values) if limit is None else max(limit, arrays.limit(values))
    layout: dict[str, Any] = {
        "coloraxis": {"colorbar": parts.legend(letter)},
        **named(values.shape, rows=rows, columns=columns),
        "shapes": parts.marked(selected, units) if selected in units else [],
        "meta": {"marks": [""]},
    }
    trace = {
        "type": "heatmap",
        "coloraxis": "coloraxis",
        "xaxis": "x",
        "yaxis": "y",
        "z": values,
        "customdata": units,
        "hovertemplate": (
            f"{rows} %{{y}}, {columns} %{{x}}: {letter} = %{{z:{EXACT}}}<extra></extra>"
        ),
        "hoverongaps": False,
    }
    return parts.figure([trace], layout, ends={"coloraxis": parts.SIGNED}, end=end)


def named(shape: tuple[int, ...], *, rows: str, columns: str) -> dict[str, parts.Axis]:
    """Return the axes of a matrix with names and whole numbers; cells are square if that fits."""
    whole = {"tickformat": "d", "showgrid": False} | ({"dtick": 1} if max(shape) <= FEW else {})
    down = parts.axis(parts.WHOLE, "x", rows, autorange="reversed", **whole)
    if max(shape) <= FLAT * min(shape):
        down |= {"scaleanchor": "x"}
    return {"xaxis": parts.axis(parts.WHOLE, "y", columns, constrain="domain", **whole)} | {
        "yaxis": down
    }
