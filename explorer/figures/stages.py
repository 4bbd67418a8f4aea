"""One figure per kind of step: arrays in, a Plotly figure out, without a colour of its own.

Colours come from the page's theme: `coloraxis` is the signed scale, `coloraxis2` the unsigned,
`coloraxis3` grey, `coloraxis4` marks what is switched off. The `customdata` of a trace is the flat
index of the unit drawn there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures import arrays, parts
from explorer.records import SIDE, Floats, Language
from explorer.words import say

EXACT = ".9~g"  # nine significant digits tell any two float32 apart
GRID, BELOW = (0.42, 1.0), (0.0, 0.27)


def picture(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return the image (28, 28), values 0 to 1, beside a histogram of its grey values."""
    grey, indices = (
        values.reshape(SIDE, SIDE),
        np.arange(values.size, dtype=np.int32).reshape(SIDE, SIDE),
    )
    middles, counts = arrays.counted(values, 0.0, 1.0)
    layout = {
        "coloraxis3": parts.bar(0.0, 1.0, "", x=0.52),
        "xaxis": parts.cells((0.0, 0.5), "y"),
        "yaxis": parts.down(parts.WHOLE, "x"),
        "xaxis2": parts.axis((0.68, 1.0), "y2", say(language, "figure.grey"), range=[0, 1]),
        "yaxis2": parts.tally(parts.WHOLE, "x2", values.size, language),
        "shapes": parts.marked(selected, SIDE),
        "meta": {"columns": SIDE},
    }
    return parts.figure(
        [
            parts.heat(
                grey,
                indices,
                "coloraxis3",
                say(language, "figure.hover.pixel", value=f"%{{z:{EXACT}}}"),
            ),
            parts.counts(middles, counts, language, axes="2"),
        ],
        layout,
    )


def flattened(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return the image (28, 28) above, and the same 784 values in one line below.

    Hovering links the two.
    """
    flat = values.reshape(-1)
    positions = np.arange(flat.size, dtype=np.int32)
    rows, columns = arrays.arrangement(flat.size)
    layout = {
        "coloraxis3": {"cmin": 0, "cmax": 1, "showscale": False},
        "xaxis": parts.cells((0.0, 0.42), "y", title=say(language, "figure.column")),
        "yaxis": parts.down((0.28, 1.0), "x", title=say(language, "figure.row")),
        "xaxis2": parts.axis(
            (0.5, 1.0),
            "y2",
            say(language, "figure.position"),
            range=[-0.5, flat.size - 0.5],
            dtick=4 * SIDE,
        ),
        "yaxis2": parts.axis((0.36, 1.0), "x2", say(language, "figure.value"), range=[0, 1.02]),
        "xaxis3": parts.cells(
            parts.WHOLE, "y3", title=say(language, "figure.line"), ticks=True, constrain=False
        ),
        "yaxis3": {"domain": [0.0, 0.1], "anchor": "x3", "visible": False, "fixedrange": True},
        "shapes": parts.marked(selected, columns),
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
    return parts.figure(
        [
            parts.heat(
                flat.reshape(rows, columns), positions.reshape(rows, columns), "coloraxis3", hover
            ),
            line,
            parts.heat(flat[None], positions[None], "coloraxis3", hover, axes="3"),
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
        "coloraxis": parts.bar(-end, end, say(language, "figure.preactivation"), y=GRID),
        "xaxis": parts.cells(parts.WHOLE, "y"),
        "yaxis": parts.down(GRID, "x", square=False),
        "xaxis2": parts.axis(
            (0.0, 0.46), "y2", say(language, "figure.rank"), range=[-0.5, order.size - 0.5]
        ),
        "yaxis2": parts.axis(BELOW, "x2", "z", range=[-end, end], zeroline=True),
        "xaxis3": parts.axis((0.56, 1.0), "y3", "z", range=[-end, end], zeroline=True),
        "yaxis3": parts.tally(BELOW, "x3", order.size, language),
        "shapes": parts.marked(selected, grid.shape[1]),
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


def rectified(
    before: Floats, after: Floats, *, language: Language, selected: int | None = None
) -> go.Figure:
    """Return what went into a ReLU beside what came out, unit for unit on one scale.

    Switched-off units are marked.
    """
    received, indices = arrays.cells(before)
    kept, _ = arrays.cells(after)
    off = np.where(kept == 0, np.float32(0), np.nan).astype(np.float32)
    end = arrays.limit(before, after)
    columns = received.shape[1]
    layout = {
        "coloraxis": parts.bar(-end, end, say(language, "figure.shared")),
        "coloraxis4": {"cmin": -1, "cmax": 1, "showscale": False},
        "xaxis": parts.cells((0.0, 0.485), "y", title=say(language, "figure.before")),
        "yaxis": parts.down(parts.WHOLE, "x", square=False),
        "xaxis2": parts.cells((0.515, 1.0), "y2", title=say(language, "figure.after"))
        | {"matches": "x"},
        "yaxis2": parts.down(parts.WHOLE, "x2", square=False) | {"matches": "y"},
        "shapes": parts.marked(selected, columns) + parts.marked(selected, columns, axes="2"),
        "meta": {"columns": columns},
    }
    return parts.figure(
        [
            parts.heat(
                received,
                indices,
                "coloraxis",
                say(language, "figure.hover.unit", value=f"z = %{{z:{EXACT}}}"),
            ),
            parts.heat(
                np.where(np.isnan(off), kept, np.nan).astype(np.float32),
                indices,
                "coloraxis",
                say(language, "figure.hover.unit", value=f"max(0, z) = %{{z:{EXACT}}}"),
                axes="2",
            ),
            parts.heat(off, indices, "coloraxis4", say(language, "figure.hover.off"), axes="2"),
        ],
        layout,
    )


def logits(
    values: Floats, labels: Sequence[str], *, language: Language, selected: int | None = None
) -> go.Figure:
    """Return one bar per class to either side of 0; the largest stands out."""
    end = arrays.limit(values)
    layout = {
        "xaxis": parts.axis(
            parts.WHOLE,
            "y",
            say(language, "figure.logit"),
            range=[-1.18 * end, 1.18 * end],
            zeroline=True,
        ),
        **_classes(selected),
    }
    hover = f"{say(language, 'figure.logit')} = %{{x:{EXACT}}}"
    return parts.figure(_two(values, labels, int(values.argmax()), hover), layout)


def probabilities(
    values: Floats,
    labels: Sequence[str],
    predicted: int,
    *,
    language: Language,
    selected: int | None = None,
) -> go.Figure:
    """Return one bar per class from 0 to 1; the predicted class stands out."""
    title = say(language, "figure.probability")
    layout = {
        "xaxis": parts.axis(
            parts.WHOLE, "y", title, range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1]
        ),
        **_classes(selected),
    }
    return parts.figure(_two(values, labels, predicted, f"p = %{{x:{EXACT}}}"), layout)


def _classes(selected: int | None) -> dict[str, Any]:
    return {
        "yaxis": parts.classes(),
        "barmode": "overlay",
        "bargap": 0.3,
        "margin": {"l": 120},
        "shapes": parts.row(selected),
    }


def _two(values: Floats, labels: Sequence[str], first: int, hover: str) -> list[dict[str, Any]]:
    """Return the bar of one class and those of all others.

    The first trace has the template's accent.
    """
    traces = []
    for mask in (np.arange(values.size) == first, np.arange(values.size) != first):
        trace = parts.bars(values, labels, hover)
        trace["x"] = np.where(mask, values, np.nan).astype(np.float32)
        trace["text"] = [
            text if shown else "" for text, shown in zip(trace["text"], mask, strict=True)
        ]
        traces.append(trace)
    return traces


def tensor(values: Floats, *, language: Language, selected: int | None = None) -> go.Figure:
    """Return any other output.

    Maps (C, H, W) as a mosaic, a matrix as it is, everything else as a grid of units.
    """
    if values.ndim == 3:
        shown, indices = arrays.mosaic(values)
    elif values.ndim == 2:
        shown, indices = values, np.arange(values.size, dtype=np.int32).reshape(values.shape)
    else:
        return units(values, language=language, selected=selected)
    end = arrays.limit(values)
    layout: dict[str, Any] = {
        "coloraxis": parts.bar(-end, end, say(language, "figure.value")),
        "xaxis": parts.cells(parts.WHOLE, "y"),
        "yaxis": parts.down(parts.WHOLE, "x"),
    }
    if values.ndim == 2:
        layout |= {
            "shapes": parts.marked(selected, values.shape[1]),
            "meta": {"columns": values.shape[1]},
        }
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    return parts.figure([parts.heat(shown, indices, "coloraxis", hover)], layout)
