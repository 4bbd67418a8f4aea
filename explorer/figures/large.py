"""Outputs of more values than a figure can hold: means of blocks, and one map in full."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import arrays, parts
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

WHOLE = 40_000  # cells of one figure that are drawn each for itself
SIDES = ((0.0, 0.56), (0.66, 1.0))


def large(values: Floats) -> bool:
    """Whether an output (…) has more values than a figure shows one by one."""
    return bool(values.size > WHOLE)


def overview(
    values: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> Figure:
    """Return the means of blocks of all values, and beside them the map of a pinned unit in full.

    Both are on one scale. A cell of the means stands for the first unit of its block.
    """
    end = arrays.limit(values) if limit is None else limit
    block = arrays.blocks(values.shape, WHOLE // 2)
    first = np.arange(values.size, dtype=np.int32).reshape(values.shape)
    picked = first[tuple(slice(None, None, size) for size in block)]
    means, places = arrays.cells(arrays.means(values, block))
    units = np.where(places < 0, -1, picked.reshape(-1)[places]).astype(np.int32)
    sizes = " × ".join(map(str, block))
    words = say(language, "figure.means", block=sizes, count=f"{values.size:,}")
    hover = say(language, "figure.hover.mean", value=f"%{{z:{EXACT}}}")
    beside = None if selected is None or values.ndim < 2 else _map(values, first, selected)
    left = parts.WHOLE if beside is None else SIDES[0]
    layout: dict[str, Any] = {
        "coloraxis": {"colorbar": parts.legend(say(language, "figure.value"))},
        "xaxis": parts.cells(left, "y", title=words),
        "yaxis": parts.down(parts.WHOLE, "x"),
        "meta": {"marks": [""]},
    }
    traces = [_heat(means, units, hover)]
    if beside is not None and selected is not None:
        number, cells, inside = beside
        layout["xaxis2"] = parts.cells(
            SIDES[1], "y2", title=say(language, "figure.map", number=number)
        )
        layout["yaxis2"] = parts.down(parts.WHOLE, "x2")
        layout["shapes"] = parts.marked(selected, inside, axes="2")
        layout["meta"] = parts.meta(cells.shape[1], ["2"], (0.5, 1.0), (0.0, 0.4))
        exact = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
        traces.append(_heat(cells, inside, exact, axes="2"))
    return parts.figure(traces, layout, ends={"coloraxis": parts.SIGNED}, end=end)


def shown(
    values: Floats, units: arrays.Indices, words: str, language: Language
) -> tuple[Floats, arrays.Indices, str]:
    """Return values (…) as cells with the units that they are, and what stands below them.

    Of too many, means of blocks, each the first unit of its block, and that is said; else `words`.
    """
    if not large(values):
        cells, places = arrays.cells(values)
        return cells, np.where(places < 0, -1, units.reshape(-1)[places]).astype(np.int32), words
    block = arrays.blocks(values.shape, WHOLE // 2)
    picked = units[tuple(slice(None, None, size) for size in block)]
    cells, places = arrays.cells(arrays.means(values, block))
    sizes = " × ".join(map(str, block))
    words = say(language, "figure.means", block=sizes, count=f"{values.size:,}")
    return cells, np.where(places < 0, -1, picked.reshape(-1)[places]).astype(np.int32), words


def _map(values: Floats, first: arrays.Indices, unit: int) -> tuple[int, Floats, arrays.Indices]:
    """Return the number, the values and the units of the map (H, W) that holds a unit.

    Of a map that is too large itself, the rows around the unit.
    """
    shape = values.shape[-2:]
    maps, units = values.reshape(-1, *shape), first.reshape(-1, *shape)
    number, inside = divmod(unit, shape[0] * shape[1])
    rows = max(1, WHOLE // shape[1])
    top = min(max(0, inside // shape[1] - rows // 2), max(0, shape[0] - rows))
    return number, maps[number, top : top + rows], units[number, top : top + rows]


def _heat(cells: Floats, units: arrays.Indices, hover: str, *, axes: str = "") -> dict[str, Any]:
    return {
        "type": "heatmap",
        "coloraxis": "coloraxis",
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "z": cells,
        "customdata": units,
        "hovertemplate": f"{hover}<extra></extra>",
        "hoverongaps": False,
    }
