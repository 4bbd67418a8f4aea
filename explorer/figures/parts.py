"""What the figures of the steps are put together from.

Traces, axes, legends and frames as plain dicts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.arrays import Indices
from explorer.records import Floats, Language
from explorer.words import say

EXACT = ".9~g"  # nine significant digits tell any two float32 apart
WHOLE = (0.0, 1.0)

Axis = dict[str, Any]


def figure(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """Return a Plotly figure of traces and a layout, without a template."""
    return go.Figure(
        [dict(trace) for trace in traces], {"showlegend": False, "template": "none", **layout}
    )


def heat(
    values: Floats, indices: Indices, colours: str, hover: str, *, axes: str = ""
) -> dict[str, Any]:
    """Return a heatmap of (rows, columns) values whose cells know the flat index of their unit."""
    return {
        "type": "heatmap",
        "z": values,
        "customdata": indices,
        "coloraxis": colours,
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hovertemplate": f"{hover}<extra></extra>",
        "hoverongaps": False,
    }


def ordered(values: Floats, order: Indices, hover: str) -> dict[str, Any]:
    """Return the units in the order given as one filled line, on the second pair of axes.

    One path, not a bar each: 512 bars take Plotly a tenth of a second.
    """
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.arange(order.size, dtype=np.int32),
        "y": values,
        "customdata": order,
        "line": {"width": 1, "shape": "hvh"},
        "fill": "tozeroy",
        "xaxis": "x2",
        "yaxis": "y2",
        "hovertemplate": f"{hover}<extra></extra>",
    }


def counts(middles: Floats, numbers: Any, language: Language, *, axes: str) -> dict[str, Any]:
    """Return the bars of a histogram."""
    return {
        "type": "bar",
        "x": middles,
        "y": numbers,
        "marker": {"line": {"width": 0}},
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hovertemplate": say(language, "figure.hover.count") + "<extra></extra>",
    }


def bars(values: Floats, labels: Sequence[str], hover: str) -> dict[str, Any]:
    """Return one horizontal bar per class, its value beside it."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(labels),
        "customdata": np.arange(values.size, dtype=np.int32),
        "text": [f"{value:.4f}".replace("-", "−") for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": f"%{{y}}: {hover}<extra></extra>",
    }


def bar(
    low: float, high: float, title: str, *, x: float = 1.01, y: tuple[float, float] = WHOLE
) -> dict[str, Any]:
    """A legend with its unit, from `low` over 0 to `high`."""
    ticks = [low, low / 2, 0.0, high / 2, high] if low < 0 else [low, high / 2, high]
    bar = {
        "title": {"text": title, "side": "right"},
        "thickness": 12,
        "tickvals": ticks,
        "outlinewidth": 0,
    }
    place = {"x": x, "y": (y[0] + y[1]) / 2, "len": y[1] - y[0], "lenmode": "fraction", "ypad": 0}
    return {"cmin": low, "cmax": high, "colorbar": bar | place}


def cells(
    domain: tuple[float, float],
    anchor: str,
    *,
    title: str = "",
    ticks: int = 0,
    constrain: bool = True,
) -> Axis:
    """Return an axis along the cells of a grid: no grid lines, a tick at every `ticks` cells, if any."""
    axis: Axis = {
        "domain": list(domain),
        "anchor": anchor,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    axis |= {"title": {"text": title, "standoff": 4}, "showticklabels": bool(ticks), "ticks": ""}
    return axis | ({"constrain": "domain"} if constrain else {"dtick": ticks})


def down(domain: tuple[float, float], anchor: str, *, title: str = "", square: bool = True) -> Axis:
    """Rows from top to bottom; `square` keeps the pixels of a picture as high as wide."""
    axis = cells(domain, anchor, title=title) | {"autorange": "reversed"}
    return axis | ({"scaleanchor": anchor} if square else {})


def axis(domain: tuple[float, float], anchor: str, title: str, **more: Any) -> Axis:
    """Return an axis with a title; nothing on it can be dragged."""
    return {
        "domain": list(domain),
        "anchor": anchor,
        "title": {"text": title, "standoff": 6},
        "fixedrange": True,
        "zeroline": False,
        "nticks": 5,
        **more,
    }


def tally(domain: tuple[float, float], anchor: str, size: int, language: Language) -> Axis:
    """Return the axis of a histogram of `size` values.

    Logarithmic and fixed, so that nothing jumps and ones are seen.
    """
    top = math.log10(max(size, 10) * 1.3)
    return axis(
        domain,
        anchor,
        say(language, "figure.count"),
        type="log",
        dtick=1,
        range=[math.log10(0.6), top],
    )


def classes() -> Axis:
    """Return the axis of class names, the first on top."""
    return {
        "autorange": "reversed",
        "fixedrange": True,
        "automargin": False,
        "showgrid": False,
        "ticks": "",
        "ticksuffix": " ",
    }


def marked(selected: int | None, indices: Indices, *, axes: str = "") -> list[dict[str, Any]]:
    """A frame around the cell of the selected unit, in the template's accent.

    `indices` are the flat indices of the units in (rows, columns).
    """
    if selected is None:
        return []
    row, column = (int(place) for place in np.argwhere(indices == selected)[0])
    return [
        {
            "type": "rect",
            "xref": f"x{axes}",
            "yref": f"y{axes}",
            "x0": column - 0.5,
            "x1": column + 0.5,
            "y0": row - 0.5,
            "y1": row + 0.5,
        }
    ]


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
