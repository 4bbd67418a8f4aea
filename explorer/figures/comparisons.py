"""Two runs side by side: A, B and the difference B − A of every unit, on shared scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.figures import arrays, bars, hatching, parts
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

MANY = 20_000  # units of each side; of more, means of blocks are compared
THIRDS = ((0.0, 0.23), (0.245, 0.475), (0.77, 1.0))
HALVES = ((0.0, 0.49), (0.51, 1.0), (0.255, 0.745))
UPPER, LOWER = (0.57, 1.0), (0.0, 0.43)
BESIDE = 0.48  # where the bar of the scale of A and B stands; that of the difference is at the end
APART = {"of": "other", "less": "after"}
DIFFERENCE = "coloraxis5"
Names = tuple[str, str]
SIDES: Names = ("A", "B")  # where nobody knows better


def compared(
    one: Floats,
    two: Floats,
    *,
    grey: bool,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
    names: Names = SIDES,
    switches: bool = False,
) -> Figure:
    """Return the values of A and of B on one scale, and their difference on one of its own.

    The latter is centred at 0 and ends at the largest difference, as the page finds it too, by
    `meta.apart`. `grey`: pictures, shown from 0 to 1. `names` are what the two sides are. Where
    units are on or off, `switches`, those that are 0 are hatched.
    """
    if one.size > MANY:
        return _means(one, two, grey=grey, language=language)
    _, indices = arrays.cells(one)
    usual = arrays.limit(one, two) if limit is None else limit
    numbers = parts.Numbers({"after": one, "other": two}, 1.0 if grey else usual)
    layout = _layout(indices, grey=grey, language=language, selected=selected, names=names)
    if switches:
        layout["coloraxis4"] = hatching.OFF
    hovers = _hovers(names, language)
    scale = "coloraxis3" if grey else "coloraxis"
    traces = []
    for axes, of in (("", "after"), ("2", "other")):
        if switches:
            traces += hatching.switched(numbers, hovers[of], language, axes=axes, of=of)
        else:
            traces.append(parts.heat(numbers, "grid", scale, hovers[of], axes=axes, of=of))
    traces.append(parts.heat(numbers, "grid", DIFFERENCE, hovers["apart"], axes="3", **APART))
    layout["meta"] |= parts.maps(one.shape, ("", "2", "3"))
    own = {DIFFERENCE: parts.SIGNED}
    layout = parts.scaled(layout, own, arrays.limit(two - one))
    layout["meta"] |= {"apart": {**APART, "ends": own}}
    ends = {} if grey else {"coloraxis": parts.SIGNED}
    return parts.figure(traces, layout, ends=ends, end=numbers.end)


def _hovers(names: Names, language: Language) -> dict[str, str]:
    """Return what is said where one points, by tensor: the whole name of a side, and a value."""
    value = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    called = {"after": names[0], "other": names[1], "apart": say(language, "figure.apart")}
    return {of: f"{name}<br>{value}" for of, name in called.items()}


def _layout(
    indices: arrays.Indices, *, grey: bool, language: Language, selected: int | None, names: Names
) -> dict[str, Any]:
    """Return three grids side by side: what each is called below it, a pinned unit framed in all.

    `indices` are the flat indices of the units in (rows, columns).
    """
    axes = ("", "2", "3")
    difference = say(language, "figure.difference", one=names[0], two=names[1])
    apart = say(language, "figure.apart")  # below a picture there is room for no more
    layout: dict[str, Any] = {
        DIFFERENCE: {"colorbar": parts.legend(difference)},
        "margin": {"l": parts.BARE["l"]},
        "shapes": [shape for name in axes for shape in parts.marked(selected, indices, axes=name)],
        "meta": parts.meta(indices.shape[1], axes, (0.72, 1.0), (0.36, 0.64), (0.0, 0.28)),
    }
    layout["meta"]["presented"] = _presented(difference, "coloraxis3" if grey else "coloraxis")
    narrow = layout["meta"]["narrow"]
    short = {"text": apart, "side": "right"}  # beside a low picture there is room for no more
    narrow[DIFFERENCE] = {"colorbar": {"y": 0.14, "len": 0.28, "title": short}}
    narrow["xaxis3"]["title"] = {"text": difference, "standoff": 4}
    below = {"colorbar": {"x": 1.01, "y": 0.68, "len": 0.64}}
    if grey:
        layout["coloraxis3"] = parts.bar(0.0, 1.0, say(language, "figure.grey"), x=BESIDE)
        narrow["coloraxis3"] = below
    else:
        layout["coloraxis"] = {"colorbar": parts.legend(say(language, "figure.shared"), x=BESIDE)}
        narrow["coloraxis"] = below
    for place, (name, title) in enumerate(zip(axes, (*names, apart), strict=True)):
        layout[f"xaxis{name}"] = parts.cells(THIRDS[place], f"y{name}", title=title)
        layout[f"yaxis{name}"] = parts.down(parts.WHOLE, f"x{name}", square=grey)
        layout[f"xaxis{name}"] |= hatching.tight(indices.shape[1])
        layout[f"yaxis{name}"] |= hatching.tight(indices.shape[0], down=True)
    return layout


def _presented(difference: str, shared: str) -> dict[str, Any]:
    """Return where the parts stand before a class, for `layout.meta.presented`.

    A and B above, each as wide as its name needs in large type, their difference below, and each
    scale beside its pictures, where a title would be longer than it.
    """
    places: dict[str, Any] = {}
    for name, across, down in zip(("", "2", "3"), HALVES, (UPPER, UPPER, LOWER), strict=True):
        places[f"xaxis{name}"] = {"domain": list(across)}
        places[f"yaxis{name}"] = {"domain": list(down)}
    places["xaxis3"]["title"] = {"text": difference, "standoff": 4}
    for scale, (low, high) in ((shared, UPPER), (DIFFERENCE, LOWER)):
        place = {"x": 1.01, "y": (low + high) / 2, "len": high - low, "title": {"text": ""}}
        places[scale] = {"colorbar": place}
    return places


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
    limit: float | None = None,
    names: Names = SIDES,
) -> Figure:
    """Return two bars per class on one axis: A above B, A in the accent."""
    shares = title == "probability"
    numbers = parts.Numbers({"after": one, "other": two}, 1.0)
    traces = []
    for name, of in zip(names, ("after", "other"), strict=True):
        trace = bars.bars(numbers, "bars", labels, f"{name} = %{{x:{EXACT}}}", of=of)
        traces.append(trace | {"name": name, "showlegend": True})
    layout: dict[str, Any] = {
        "xaxis": parts.axis(
            parts.WHOLE,
            "y",
            say(language, f"figure.{title}"),
            range=[0, bars.REACH],
            zeroline=True,
        ),
        "yaxis": bars.classes(labels),
        "barmode": "group",
        "bargap": 0.25,
        "margin": {"l": bars.beside(labels)},
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.0, "x": 1.0, "xanchor": "right", "yanchor": "bottom"},
        "shapes": bars.row(selected),
        "meta": {"marks": ["row"], "reach": bars.REACH},
    }
    if shares:
        return parts.figure(traces, layout)
    end = arrays.limit(one, two) if limit is None else limit
    return parts.figure(traces, layout, ends={"xaxis": bars.SIGNED}, end=end)
