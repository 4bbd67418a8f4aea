"""One figure per kind of step: arrays in, a Plotly figure out, without a colour of its own.

Colours come from the page's theme: `coloraxis` is the signed scale, `coloraxis2` the unsigned, `coloraxis3` grey,
`coloraxis4` marks what is switched off. The `customdata` of a trace is the flat index of the unit drawn there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures import arrays
from explorer.records import SIDE, Floats, Language
from explorer.words import say

EXACT = ".9~g"  # nine significant digits tell any two float32 apart
GRID, BELOW = (0.42, 1.0), (0.0, 0.27)
WHOLE = (0.0, 1.0)

Axis = dict[str, Any]


def picture(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return the image (28, 28), values 0 to 1, beside a histogram of its grey values."""
    grey, indices = values.reshape(SIDE, SIDE), np.arange(values.size, dtype=np.int32).reshape(SIDE, SIDE)
    middles, counts = arrays.counted(values, 0.0, 1.0)
    layout = {
        "coloraxis3": _bar(0.0, 1.0, say(language, "figure.grey"), x=0.52),
        "xaxis": _cells((0.0, 0.5), "y"),
        "yaxis": _down(WHOLE, "x"),
        "xaxis2": _axis((0.68, 1.0), "y2", say(language, "figure.grey"), range=[0, 1]),
        "yaxis2": _axis(WHOLE, "x2", say(language, "figure.count"), type="log", dtick=1),
        "shapes": _marked(selected, SIDE),
        "meta": {"columns": SIDE},
    }
    return _figure(
        [
            _heat(grey, indices, "coloraxis3", say(language, "figure.hover.pixel", value=f"%{{z:{EXACT}}}")),
            _counts(middles, counts, language, axes="2"),
        ],
        layout,
    )


def flattened(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return the image (28, 28) above, and the same 784 values in one line below; hovering links the two."""
    flat = values.reshape(-1)
    positions = np.arange(flat.size, dtype=np.int32)
    rows, columns = arrays.arrangement(flat.size)
    layout = {
        "coloraxis3": {"cmin": 0, "cmax": 1, "showscale": False},
        "xaxis": _cells((0.0, 0.42), "y", title=say(language, "figure.column")),
        "yaxis": _down((0.28, 1.0), "x", title=say(language, "figure.row")),
        "xaxis2": _axis(
            (0.5, 1.0), "y2", say(language, "figure.position"), range=[-0.5, flat.size - 0.5], dtick=4 * SIDE
        ),
        "yaxis2": _axis((0.36, 1.0), "x2", say(language, "figure.value"), range=[0, 1.02]),
        "xaxis3": _cells(WHOLE, "y3", title=say(language, "figure.line"), ticks=True, constrain=False),
        "yaxis3": {"domain": [0.0, 0.1], "anchor": "x3", "visible": False, "fixedrange": True},
        "shapes": _marked(selected, columns),
        "meta": {"link": "flat", "columns": columns},
    }
    hover = say(language, "figure.hover.position", value=f"%{{z:{EXACT}}}")
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": positions,
        "y": flat,
        "customdata": positions,
        "line": {"width": 1, "shape": "hvh"},
        "fill": "tozeroy",
        "xaxis": "x2",
        "yaxis": "y2",
        "hovertemplate": say(language, "figure.hover.position", value=f"%{{y:{EXACT}}}"),
    }
    return _figure(
        [
            _heat(flat.reshape(rows, columns), positions.reshape(rows, columns), "coloraxis3", hover),
            line,
            _heat(flat[None], positions[None], "coloraxis3", hover, axes="3"),
        ],
        layout,
    )


def units(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return all units on a scale centred at 0, the same sorted, and their histogram."""
    grid, indices = arrays.cells(values)
    end = arrays.limit(values)
    ordered, order = arrays.ranked(values)
    middles, counts = arrays.counted(values, -end, end)
    layout = {
        "coloraxis": _bar(-end, end, say(language, "figure.preactivation"), y=GRID),
        "xaxis": _cells(WHOLE, "y"),
        "yaxis": _down(GRID, "x", square=False),
        "xaxis2": _axis((0.0, 0.46), "y2", say(language, "figure.rank"), range=[-0.5, order.size - 0.5]),
        "yaxis2": _axis(BELOW, "x2", "z", range=[-end, end], zeroline=True),
        "xaxis3": _axis((0.56, 1.0), "y3", "z", range=[-end, end], zeroline=True),
        "yaxis3": _axis(BELOW, "x3", say(language, "figure.count")),
        "shapes": _marked(selected, grid.shape[1]),
        "meta": {"columns": grid.shape[1]},
    }
    return _figure(
        [
            _heat(grid, indices, "coloraxis", say(language, "figure.hover.unit", value=f"z = %{{z:{EXACT}}}")),
            _ordered(ordered, order, "coloraxis", say(language, "figure.hover.rank", value=f"z = %{{y:{EXACT}}}")),
            _counts(middles, counts, language, axes="3", signed=True),
        ],
        layout,
    )


def rectified(before: Floats, after: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return what went into a ReLU beside what came out, unit for unit on one scale; switched-off units are marked."""
    received, indices = arrays.cells(before)
    kept, _ = arrays.cells(after)
    off = np.where(received > 0, np.nan, np.float32(0)).astype(np.float32)
    end = arrays.limit(before, after)
    columns = received.shape[1]
    layout = {
        "coloraxis": _bar(-end, end, say(language, "figure.shared")),
        "coloraxis4": {"cmin": -1, "cmax": 1, "showscale": False},
        "xaxis": _cells((0.0, 0.485), "y", title=say(language, "figure.before")),
        "yaxis": _down(WHOLE, "x", square=False),
        "xaxis2": _cells((0.515, 1.0), "y2", title=say(language, "figure.after")) | {"matches": "x"},
        "yaxis2": _down(WHOLE, "x2", square=False) | {"matches": "y"},
        "shapes": _marked(selected, columns) + _marked(selected, columns, axes="2"),
        "meta": {"columns": columns},
    }
    return _figure(
        [
            _heat(received, indices, "coloraxis", say(language, "figure.hover.unit", value=f"z = %{{z:{EXACT}}}")),
            _heat(
                np.where(np.isnan(off), kept, np.nan).astype(np.float32),
                indices,
                "coloraxis",
                say(language, "figure.hover.unit", value=f"max(0, z) = %{{z:{EXACT}}}"),
                axes="2",
            ),
            _heat(off, indices, "coloraxis4", say(language, "figure.hover.off"), axes="2"),
        ],
        layout,
    )


def logits(values: Floats, labels: Sequence[str], *, language: Language, selected: int | None = None) -> go.Figure:
    """Return one bar per class on a scale centred at 0."""
    end = arrays.limit(values)
    bars = _bars(values, labels, f"{say(language, 'figure.logit')} = %{{x:{EXACT}}}")
    bars["marker"] = {"color": values, "coloraxis": "coloraxis"}
    layout = {
        "coloraxis": {"cmin": -end, "cmax": end, "showscale": False},
        "xaxis": _axis(WHOLE, "y", say(language, "figure.logit"), range=[-1.18 * end, 1.18 * end], zeroline=True),
        "yaxis": _classes(),
        "bargap": 0.3,
        "margin": {"l": 120},
        "shapes": _row(selected),
    }
    return _figure([bars], layout)


def probabilities(
    values: Floats, labels: Sequence[str], predicted: int, *, language: Language, selected: int | None = None
) -> go.Figure:
    """Return one bar per class from 0 to 1; the predicted class stands out."""
    layout = {
        "xaxis": _axis(
            WHOLE, "y", say(language, "figure.probability"), range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1]
        ),
        "yaxis": _classes(),
        "barmode": "overlay",
        "bargap": 0.3,
        "margin": {"l": 120},
        "shapes": _row(selected),
    }
    hover = f"p = %{{x:{EXACT}}}"
    chosen = np.arange(values.size) == predicted
    traces = []
    for mask in (chosen, ~chosen):  # the first colour of the template is the accent
        trace = _bars(values, labels, hover)
        trace["x"] = np.where(mask, values, np.nan).astype(np.float32)
        trace["text"] = [f"{value:.4f}" if shown else "" for value, shown in zip(values, mask, strict=True)]
        traces.append(trace)
    return _figure(traces, layout)


def tensor(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return any other output: maps (C, H, W) as a mosaic, a matrix as it is, everything else as a grid of units."""
    if values.ndim == 3:
        shown, indices = arrays.mosaic(values)
    elif values.ndim == 2:
        shown, indices = values, np.arange(values.size, dtype=np.int32).reshape(values.shape)
    else:
        return units(values, language=language, selected=selected)
    end = arrays.limit(values)
    layout = {
        "coloraxis": _bar(-end, end, say(language, "figure.value")),
        "xaxis": _cells(WHOLE, "y"),
        "yaxis": _down(WHOLE, "x"),
    }
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    return _figure([_heat(shown, indices, "coloraxis", hover)], layout)


def _figure(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    return go.Figure([dict(trace) for trace in traces], {"showlegend": False, "template": "none", **layout})


def _heat(values: Floats, indices: arrays.Indices, colours: str, hover: str, *, axes: str = "") -> dict[str, Any]:
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


def _ordered(values: Floats, order: arrays.Indices, colours: str, hover: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": np.arange(order.size, dtype=np.int32),
        "y": values,
        "customdata": order,
        "marker": {"color": values, "coloraxis": colours, "line": {"width": 0}},
        "xaxis": "x2",
        "yaxis": "y2",
        "hovertemplate": f"{hover}<extra></extra>",
    }


def _counts(middles: Floats, counts: Any, language: Language, *, axes: str, signed: bool = False) -> dict[str, Any]:
    colour = {"color": middles, "coloraxis": "coloraxis"} if signed else {}
    return {
        "type": "bar",
        "x": middles,
        "y": counts,
        "marker": {**colour, "line": {"width": 0}},
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hovertemplate": say(language, "figure.hover.count") + "<extra></extra>",
    }


def _bars(values: Floats, labels: Sequence[str], hover: str) -> dict[str, Any]:
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


def _bar(low: float, high: float, title: str, *, x: float = 1.01, y: tuple[float, float] = WHOLE) -> dict[str, Any]:
    """A legend with its unit, from `low` over 0 to `high`."""
    ticks = [low, low / 2, 0.0, high / 2, high] if low < 0 else [low, high / 2, high]
    bar = {"title": {"text": title, "side": "right"}, "thickness": 12, "tickvals": ticks, "outlinewidth": 0}
    place = {"x": x, "y": (y[0] + y[1]) / 2, "len": y[1] - y[0], "lenmode": "fraction", "ypad": 0}
    return {"cmin": low, "cmax": high, "colorbar": bar | place}


def _cells(
    domain: tuple[float, float], anchor: str, *, title: str = "", ticks: bool = False, constrain: bool = True
) -> Axis:
    axis: Axis = {"domain": list(domain), "anchor": anchor, "showgrid": False, "zeroline": False, "fixedrange": True}
    axis |= {"title": {"text": title, "standoff": 4}, "showticklabels": ticks, "ticks": ""}
    return axis | ({"constrain": "domain"} if constrain else {"dtick": 4 * SIDE})


def _down(domain: tuple[float, float], anchor: str, *, title: str = "", square: bool = True) -> Axis:
    """Rows from top to bottom; `square` keeps the pixels of a picture as high as wide."""
    axis = _cells(domain, anchor, title=title) | {"autorange": "reversed"}
    return axis | ({"scaleanchor": anchor} if square else {})


def _axis(domain: tuple[float, float], anchor: str, title: str, **more: Any) -> Axis:
    return {
        "domain": list(domain),
        "anchor": anchor,
        "title": {"text": title, "standoff": 6},
        "fixedrange": True,
        "zeroline": False,
        "nticks": 5,
        **more,
    }


def _classes() -> Axis:
    return {
        "autorange": "reversed",
        "fixedrange": True,
        "automargin": False,
        "showgrid": False,
        "ticks": "",
        "ticksuffix": " ",
    }


def _marked(selected: int | None, columns: int, *, axes: str = "") -> list[dict[str, Any]]:
    """A frame around the cell of the selected unit, in the template's accent."""
    if selected is None:
        return []
    row, column = divmod(selected, columns)
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


def _row(selected: int | None) -> list[dict[str, Any]]:
    if selected is None:
        return []
    return [{"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": selected - 0.5, "y1": selected + 0.5}]
