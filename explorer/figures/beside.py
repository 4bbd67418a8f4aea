"""What goes into a step beside what comes out, each on a scale of its own."""

from __future__ import annotations

from typing import Any

from explorer.figures import arrays, parts
from explorer.figures.comparisons import DIFFERENCE
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

OWN = DIFFERENCE  # the second scale of a figure, whose end the page finds by `meta.apart`
SIDES = ((0.0, 0.36), (0.54, 0.9))
BARS = (0.37, 0.91)  # where the bars of their scales stand; a class reads large numbers beside them


def beside(
    before: Floats,
    after: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> Figure:
    """Return the values that go in (…) and those that come out (…), unit for unit.

    Both scales are centred at 0: that of what comes out ends at `limit`, the other at the largest
    value that goes in.
    """
    cells, indices = arrays.cells(after)
    end = arrays.limit(after) if limit is None else limit
    numbers = parts.Numbers({"before": before, "after": after}, end)
    layout: dict[str, Any] = {
        OWN: {"colorbar": parts.legend("", x=BARS[0])},  # what they are of stands below the cells
        "coloraxis": {"colorbar": parts.legend("", x=BARS[1])},
        "margin": {"l": parts.BARE["l"]},
        "shapes": parts.marked(selected, indices) + parts.marked(selected, indices, axes="2"),
        "meta": parts.meta(cells.shape[1], ["", "2"], (0.56, 1.0), (0.0, 0.44)),
    }
    for scale, middle in ((OWN, 0.78), ("coloraxis", 0.22)):
        layout["meta"]["narrow"][scale] = {"colorbar": {"x": 1.01, "y": middle, "len": 0.4}}
    for place, axes in enumerate(("", "2")):
        title = say(language, ("figure.entering", "figure.leaving")[place])
        layout[f"xaxis{axes}"] = parts.cells(SIDES[place], f"y{axes}", title=title)
        layout[f"yaxis{axes}"] = parts.down(parts.WHOLE, f"x{axes}", square=False)
    layout["meta"] |= parts.maps(after.shape, ("", "2"))
    hover = say(language, "figure.hover.unit", value=f"%{{z:{EXACT}}}")
    traces = [
        parts.heat(numbers, "grid", OWN, hover, of="before"),
        parts.heat(numbers, "grid", "coloraxis", hover, axes="2"),
    ]
    own = {OWN: parts.SIGNED}
    layout = parts.scaled(layout, own, arrays.limit(before))
    layout["meta"] |= {"apart": {"of": "before", "ends": own}}
    return parts.figure(traces, layout, ends={"coloraxis": parts.SIGNED}, end=end)
