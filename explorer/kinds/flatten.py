"""nn.Flatten: the same values in one line."""

from __future__ import annotations

import numpy as np
from torch import nn

from explorer import figures
from explorer.figures import EXACT, arrays, large, parts
from explorer.kinds.base import Chained, Explanation, Kind, Slopes, Subject
from explorer.maths.arithmetic import Feeding
from explorer.maths.digits import digits
from explorer.records import Floats, Language
from explorer.words import say

AXES = ("row", "column")


class Flatten(Kind):
    """No number changes, only where it stands; so the scale is that of what goes in."""

    name = "flatten"
    letter = "x"
    types: tuple[type[nn.Module], ...] = (nn.Flatten,)
    joins = True
    passes = True

    def formula(self, subject: Subject) -> str:
        """Return the position of X[row, column] or X[map, row, column] in the line."""
        shape = subject.entering.shape
        names = axes(len(shape))
        return f"x[{position(names, shape)}] = X[{', '.join(names)}]"

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and the shape that is laid out."""
        shape = " × ".join(map(str, subject.entering.shape))
        return {**super().blanks(subject), "shape": shape}

    def figure(self, subject: Subject) -> figures.Figure:
        """Return the picture above its line; values that were no picture as any others."""
        if subject.step.scale != "grey" or subject.entering.ndim != 2 or large(subject.values):
            return super().figure(subject)
        return flattened(subject.entering, language=subject.language, selected=subject.unit)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return where the value stood in what goes in."""
        shape = subject.entering.shape
        if subject.entering.size != subject.values.size:
            return {}, ()
        index = arrays.place(unit, shape)
        names = [str(place) for place in index]
        data = {
            **dict(zip(axes(len(shape)), index, strict=True)),
            "index": index,
            "formula": f"x[{position(names, shape)}] = X[{', '.join(names)}]",
            "source": subject.source,
        }
        same = float(subject.entering.reshape(-1)[unit])
        return data, (subject.check("same", same, value, 0.0),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return where the value stood; None where that is another input's.

        All inputs may become the rows of one table, and be taken apart again.
        """
        made, before, after = subject.exchange, subject.entering.size, subject.values.size
        if before == after:
            return super().feeding(subject, unit)
        if not made.received or made.received[0].size != max(before, after):
            return None
        if made.batch is None and made.batches[0] == 0:
            image, place = divmod(unit, before)
            return Feeding(np.array([place])) if image == subject.focus else None
        if made.batch == 0 and made.batches[0] is None:
            return Feeding(np.array([subject.focus * after + unit]))
        return None

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return the slope where the value stood: nothing happens to it on its way back."""
        if slopes.leaving is None or slopes.entering is None:
            return (), ()
        if slopes.entering.size != slopes.leaving.size:
            return (), ()
        place = ", ".join(str(each) for each in arrays.place(unit, slopes.entering.shape))
        leaving = float(slopes.leaving.reshape(-1)[unit])
        entering = float(slopes.entering.reshape(-1)[unit])
        line = f"dL/dX[{place}] = dL/dx[{unit}] = {digits(entering)}"
        return (line,), (subject.check("slope", leaving, entering, 0.0),)


def axes(count: int) -> tuple[str, ...]:
    """Return the names of the axes of one image: row and column, before them map."""
    if count <= 3:
        return ("map", *AXES)[3 - count :] if count > 1 else ("i",)[:count]
    return (*(f"i{number}" for number in range(1, count - 1)), *AXES)


def position(names: tuple[str, ...] | list[str], shape: tuple[int, ...]) -> str:
    """Return the place in the line of what stands at `names` in `shape`, as `28·row + column`."""
    sizes = [int(np.prod(shape[place + 1 :])) for place in range(len(shape))]
    return " + ".join(
        name if size == 1 else f"{size}·{name}" for name, size in zip(names, sizes, strict=True)
    )


def flattened(values: Floats, *, language: Language, selected: int | None = None) -> figures.Figure:
    """Return an image (H, W) above, and the same values in one line below.

    Hovering links the two.
    """
    numbers = parts.Numbers({"before": values, "after": values.reshape(-1)}, 1.0)
    indices = np.arange(values.size, dtype=np.int32).reshape(values.shape)
    layout = _layout(values.size, values.shape[1], language) | {
        "shapes": parts.marked(selected, indices)
    }
    cell, point = (
        say(language, "figure.hover.position", value=f"%{{{axis}:{EXACT}}}") for axis in "zy"
    )
    square = parts.heat(numbers, "grid", "coloraxis3", cell, of="before")
    strip = parts.heat(numbers, "row", "coloraxis3", cell, axes="3")
    return parts.figure([square, parts.path(numbers, "line", point), strip], layout)


def _layout(size: int, width: int, language: Language) -> dict[str, object]:
    ticks = 4 * width
    below = parts.cells(
        parts.WHOLE,
        "y3",
        title=say(language, "figure.line", count=size),
        ticks=ticks,
        constrain=False,
    )
    along = say(language, "figure.position", width=width)
    return {
        "coloraxis3": {"cmin": 0, "cmax": 1, "showscale": False},
        "xaxis": parts.cells((0.0, 0.42), "y", title=say(language, "figure.column")),
        "yaxis": parts.down((0.28, 1.0), "x", title=say(language, "figure.row")),
        "xaxis2": parts.axis((0.6, 1.0), "y2", along, range=[-0.5, size - 0.5], dtick=2 * ticks),
        "yaxis2": parts.axis((0.36, 1.0), "x2", say(language, "figure.value"), range=[0, 1.02]),
        "xaxis3": below,
        "yaxis3": {"domain": [0.0, 0.1], "anchor": "x3", "visible": False, "fixedrange": True},
        "meta": {"link": "flat", **parts.meta(width, [""], (0.62, 1.0), (0.3, 0.48))},
    }
