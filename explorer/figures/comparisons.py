"""Two runs side by side: A, B and the difference B − A of every unit, on shared scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures import arrays, parts
from explorer.figures.parts import EXACT
from explorer.records import Floats, Language
from explorer.words import say

THIRDS = ((0.0, 0.31), (0.345, 0.655), (0.69, 1.0))


def compared(
    one: Floats, two: Floats, *, grey: bool, language: Language, selected: int | None = None
) -> go.Figure:
    """Return the values of A and of B on one scale, and their difference on the same scale centred at 0.

    `grey`: pictures, shown from 0 to 1.
    """
    left, indices = arrays.cells(one)
    right, _ = arrays.cells(two)
    difference = right - left
    end = 1.0 if grey else arrays.limit(one, two)
    scale = "coloraxis3" if grey else "coloraxis"
    layout: dict[str, Any] = {
        scale: {"cmin": 0.0 if grey else -end, "cmax": end, "showscale": False},
        "coloraxis": parts.bar(-end, end, say(language, "figure.shared")),
        "shapes": [
            shape for axes in ("", "2", "3") for shape in parts.marked(selected, indices, axes=axes)
        ],
        "meta": {"columns": left.shape[1]},
    }
    if grey:
        layout["coloraxis3"] = {"cmin": 0.0, "cmax": 1.0, "showscale": False}
    traces = []
    shown = (
        (left, scale, "figure.a"),
        (right, scale, "figure.b"),
        (difference, "coloraxis", "figure.difference"),
    )
    for place, (values, colours, title) in enumerate(shown):
        axes = "" if place == 0 else str(place + 1)
        layout[f"xaxis{axes}"] = parts.cells(THIRDS[place], f"y{axes}", title=say(language, title))
        layout[f"yaxis{axes}"] = parts.down(parts.WHOLE, f"x{axes}", square=grey)
        hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
        traces.append(parts.heat(values, indices, colours, hover, axes=axes))
    return parts.figure(traces, layout)


def compared_classes(
    one: Floats,
    two: Floats,
    labels: Sequence[str],
    *,
    title: str,
    language: Language,
    selected: int | None = None,
) -> go.Figure:
    """Return two bars per class on one axis: A above B, A in the accent."""
    most = float(max(np.abs(one).max(), np.abs(two).max()))
    low = 0.0 if title == "probability" else -1.2 * arrays.limit(one, two)
    high = max(1.12, most) if title == "probability" else -low
    traces = []
    for name, values in (("A", one), ("B", two)):
        bars = parts.bars(values, labels, f"{name} = %{{x:{EXACT}}}")
        traces.append(bars | {"name": name, "showlegend": True})
    layout = {
        "xaxis": parts.axis(
            parts.WHOLE, "y", say(language, f"figure.{title}"), range=[low, high], zeroline=True
        ),
        "yaxis": parts.classes(),
        "barmode": "group",
        "bargap": 0.25,
        "margin": {"l": 120},
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.0, "x": 1.0, "xanchor": "right", "yanchor": "bottom"},
        "shapes": parts.row(selected),
    }
    return parts.figure(traces, layout)
