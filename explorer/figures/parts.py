"""What the figures of the steps are put together from.

Traces, axes, legends and frames as plain dicts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import arrays
from explorer.figures.arrays import Indices
from explorer.records import Floats, Language
from explorer.words import say

if TYPE_CHECKING:
    import plotly.graph_objects as go

BARE = {"l": 8, "t": 8, "b": 10}  # margins of a picture without a word at its edges
EXACT = ".9~g"  # nine significant digits tell any two float32 apart
WHOLE = (0.0, 1.0)
# What of a scale centred at 0 moves with its end, as multiples of it.
SIGNED = {"cmin": -1, "cmax": 1, "colorbar": {"tickvals": [-1, -0.5, 0, 0.5, 1]}}

Axis = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure as Plotly reads it: `data`, its traces, and `layout`, in plain mappings and arrays.

    Plotly's own `Figure` checks every field each time one is made, which takes longer than
    everything else that a view does; the tests have it check each figure once, by `plotly`.
    """

    data: tuple[dict[str, Any], ...]
    layout: dict[str, Any]

    def plotly(self) -> go.Figure:
        """Return it as `plotly.graph_objects.Figure`, for a notebook: every field is checked."""
        import plotly.graph_objects as go  # noqa: PLC0415  half a second, which no page needs

        return go.Figure(self.data, {"template": "none", **self.layout})


def figure(
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    *,
    ends: Mapping[str, Any] | None = None,
    end: float = 1.0,
) -> Figure:
    """Return a figure of traces and a layout.

    `ends` are the fields of the layout that move with the end of the scale, as multiples of it;
    they stay in its `meta`, so that the page can move them too.
    """
    whole = scaled({"showlegend": False, **layout}, ends or {}, end)
    if ends:
        whole["meta"] = {**whole.get("meta", {}), "ends": ends}
    return Figure(tuple(dict(trace) for trace in traces), whole)


def scaled(fields: Mapping[str, Any], ends: Mapping[str, Any], end: float) -> dict[str, Any]:
    """Return fields with the multiples of `ends` put in, times the end of a scale."""
    result = dict(fields)
    for name, factor in ends.items():
        if isinstance(factor, Mapping):
            result[name] = scaled(result.get(name, {}), factor, end)
        else:
            many = isinstance(factor, Sequence)
            result[name] = [each * end for each in factor] if many else factor * end
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """What a figure is filled with: its tensors by name, and the end of its scale."""

    tensors: Mapping[str, Floats]
    end: float

    def fill(self, trace: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
        """Return a trace with its values, and in its `meta` how they were made (arrays.filled)."""
        return {**trace, **arrays.filled(spec, self.tensors, self.end), "meta": spec}


def heat(
    numbers: Numbers, fill: str, colours: str, hover: str, *, axes: str = "", **of: str
) -> dict[str, Any]:
    """Return a heatmap whose cells know the flat index of their unit.

    `of` and `less` name the tensors, as in `arrays.filled`; usually what comes out.
    """
    trace = {
        "type": "heatmap",
        "coloraxis": colours,
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hovertemplate": f"{hover}<extra></extra>",
        "hoverongaps": False,
    }
    return numbers.fill(trace, {"fill": fill, "of": "after", **of})


def path(numbers: Numbers, fill: str, hover: str) -> dict[str, Any]:
    """Return the units one after the other as one filled line, on the second pair of axes.

    One path, not a bar each: 512 bars take Plotly a tenth of a second.
    """
    trace = {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 1, "shape": "hvh"},
        "fill": "tozeroy",
        "xaxis": "x2",
        "yaxis": "y2",
        "hovertemplate": f"{hover}<extra></extra>",
    }
    return numbers.fill(trace, {"fill": fill, "of": "after"})


def counts(
    numbers: Numbers, bounds: tuple[float, float], language: Language, *, axes: str
) -> dict[str, Any]:
    """Return the bars of a histogram between `bounds`, multiples of the scale's end."""
    trace = {
        "type": "bar",
        "marker": {"line": {"width": 0}},
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hovertemplate": say(language, "figure.hover.count") + "<extra></extra>",
    }
    low, high = bounds
    spec = {"fill": arrays.HISTOGRAM, "of": "after", "from": low, "to": high}
    return numbers.fill(trace, spec)


def bar(
    low: float, high: float, title: str, *, x: float = 1.01, y: tuple[float, float] = WHOLE
) -> dict[str, Any]:
    """A legend with its unit, between numbers that never change."""
    ticks = {"tickvals": [low, high / 2, high]}
    return {"cmin": low, "cmax": high, "colorbar": legend(title, x=x, y=y) | ticks}


def legend(title: str, *, x: float = 1.01, y: tuple[float, float] = WHOLE) -> dict[str, Any]:
    """Return the bar of a scale with its unit, without the numbers beside it."""
    bar = {"title": {"text": title, "side": "right"}, "thickness": 12, "outlinewidth": 0}
    bar |= {"ticklabeloverflow": "allow"}  # the numbers at both ends too
    place = {"x": x, "y": (y[0] + y[1]) / 2, "len": y[1] - y[0], "lenmode": "fraction", "ypad": 0}
    return bar | place


def stacked(*rows: tuple[float, float]) -> dict[str, Any]:
    """Return where each pair of axes stands on a narrow page, for `layout.meta.narrow`.

    One above the other instead of side by side; `rows` are the pairs' shares of the height.
    """
    places: dict[str, Any] = {}
    for place, row in enumerate(rows):
        number = "" if place == 0 else str(place + 1)
        places[f"xaxis{number}"] = {"domain": list(WHOLE)}
        places[f"yaxis{number}"] = {"domain": list(row)}
    return places


def meta(
    columns: int,
    marks: Sequence[str],
    *rows: tuple[float, float],
    alone: bool = False,
    narrow: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the page has to know of a grid's figure, for `layout.meta`.

    Its columns, the axes in which a pinned unit is marked, where its parts stand on a narrow page
    and what else is other there, and whether the first of them can stand alone before a class.
    """
    places = stacked(*rows)
    for name, fields in (narrow or {}).items():
        places[name] = places.get(name, {}) | fields
    known: dict[str, Any] = {"columns": columns, "marks": list(marks), "narrow": places}
    return known | ({"alone": True} if alone else {})


def maps(shape: Sequence[int], axes: Sequence[str]) -> dict[str, Any]:
    """Return for `layout.meta` that maps (C, H, W) stand on some axes: the page moves them about.

    It knows the room that there is, and in how many columns they are largest. Nothing of one map.
    """
    if len(shape) != 3 or shape[0] == 1:
        return {}
    return {"maps": {name: list(shape) for name in axes}}


def cells(
    domain: tuple[float, float],
    anchor: str,
    *,
    title: str = "",
    ticks: int = 0,
    constrain: bool = True,
) -> Axis:
    """Return an axis along the cells of a grid: no grid lines, a tick at every `ticks` cells."""
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


def tallied(number: int, of: str, language: Language) -> dict[str, Any]:
    """Return the titles of a histogram of `of` on a narrow page, for `layout.meta.narrow`.

    It is too low there for what is counted to stand upright beside it: both are said below it.
    """
    title = {"text": say(language, "figure.counts", of=of), "standoff": 6}
    return {f"xaxis{number}": {"title": title}, f"yaxis{number}": {"title": {"text": ""}}}


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
