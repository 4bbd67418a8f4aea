"""Two runs side by side: A, B and the difference B − A of every unit, on shared scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.figures import arrays, parts
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

MANY = 20_000  # units of each side; of more, means of blocks are compared
THIRDS = ((0.0, 0.31), (0.345, 0.655), (0.69, 1.0))


def compared(
    one: Floats, two: Floats, *, grey: bool, language: Language, selected: int | None = None
) -> Figure:
    """Return the values of A and of B on one scale, and their difference centred at 0.

    `grey`: pictures, shown from 0 to 1.
    """
    if one.size > MANY:
        return _means(one, two, grey=grey, language=language)
    _, indices = arrays.cells(one)
    end = 1.0 if grey else arrays.limit(one, two)
    numbers = parts.Numbers({"after": one, "other": two}, end)
    scale = "coloraxis3" if grey else "coloraxis"
    layout: dict[str, Any] = {
        "coloraxis": {"colorbar": parts.legend(say(language, "figure.shared"))},
        "shapes": [
            shape for axes in ("", "2", "3") for shape in parts.marked(selected, indices, axes=axes)
        ],
        "meta": {
            "columns": indices.shape[1],
            "marks": ["", "2", "3"],
            **({} if grey else {"over": ["after", "other"]}),
        },
    }
    if grey:
        layout["coloraxis3"] = {"cmin": 0.0, "cmax": 1.0, "showscale": False}
    shown = (
        ({"of": "after"}, scale, "figure.a"),
        ({"of": "other"}, scale, "figure.b"),
        ({"of": "other", "less": "after"}, "coloraxis", "figure.difference"),
    )
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    traces = []
    for place, (of, colours, title) in enumerate(shown):
        axes = "" if place == 0 else str(place + 1)
        layout[f"xaxis{axes}"] = parts.cells(THIRDS[place], f"y{axes}", title=say(language, title))
        layout[f"yaxis{axes}"] = parts.down(parts.WHOLE, f"x{axes}", square=grey)
        traces.append(parts.heat(numbers, "grid", colours, hover, axes=axes, **of))
    layout["meta"]["narrow"] = parts.stacked((0.72, 1.0), (0.36, 0.64), (0.0, 0.28))
    return parts.figure(traces, layout, ends={"coloraxis": parts.SIGNED}, end=end)


def _means(one: Floats, two: Floats, *, grey: bool, language: Language) -> Figure:
    """Return the same of means of blocks, whose cells are no units."""
    block = arrays.blocks(one.shape, MANY)
    means = (arrays.means(one, block), arrays.means(two, block))
    drawn = compared(*means, grey=grey, language=language)
    traces = [{k: v for k, v in trace.items() if k != "customdata"} for trace in drawn.data]
    return Figure(tuple(traces), drawn.layout)


def compared_classes(
    one: Floats,
    two: Floats,
    labels: Sequence[str],
    *,
    title: str,
    language: Language,
    selected: int | None = None,
) -> Figure:
    """Return two bars per class on one axis: A above B, A in the accent."""
    shares = title == "probability"
    numbers = parts.Numbers({"after": one, "other": two}, 1.0)
    traces = []
    for name, of in (("A", "after"), ("B", "other")):
        bars = parts.bars(numbers, "bars", labels, f"{name} = %{{x:{EXACT}}}", of=of)
        traces.append(bars | {"name": name, "showlegend": True})
    layout: dict[str, Any] = {
        "xaxis": parts.axis(
            parts.WHOLE, "y", say(language, f"figure.{title}"), range=[0, 1.12], zeroline=True
        ),
        "yaxis": parts.classes(),
        "barmode": "group",
        "bargap": 0.25,
        "margin": {"l": 120},
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.0, "x": 1.0, "xanchor": "right", "yanchor": "bottom"},
        "shapes": parts.row(selected),
        "meta": {"marks": ["row"]},
    }
    if shares:
        return parts.figure(traces, layout)
    layout["meta"]["over"] = ["after", "other"]
    ends = {"xaxis": {"range": [-1.2, 1.2]}}
    return parts.figure(traces, layout, ends=ends, end=arrays.limit(one, two))
