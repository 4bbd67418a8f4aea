"""matmul, `@`: each value is a row of one tensor times a column of another."""

from __future__ import annotations

import numpy as np

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Subject
from explorer.kinds.function import Function
from explorer.kinds.reductions import added
from explorer.maths.arithmetic import UnitSum, unit_sum
from explorer.maths.digits import digits, factor
from explorer.records import Floats

NEAR = 4  # roundings of one product


class Crossing(Function):
    """A matrix product of two tensors, or of one and a weight."""

    name = "crossing"
    functions = ("matmul", "mm", "bmm", "mv", "dot")

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return how many values there are, and of how many products each is the sum."""
        count = subject.entering.shape[-1] if subject.entering.ndim else 1
        return {**super().blanks(subject), "count": count}

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the largest products of a row and a column, the rest, and their sum."""
        total = self.sum(subject, unit)
        if total is None:
            return {}, ()
        made, row, column = _places(subject, unit)

        def text(k: int) -> str:
            return f"{digits(float(total.inputs[k]))}·{factor(float(total.weights[k]))}"

        size = float(np.abs(total.products).sum())
        names = [each or "…" for each in subject.sources]
        return {
            "formulas": [
                f"a: {names[0]}, b: {names[1]}",
                f"{made} = Σₖ a[{row}] · b[{column}]",
                f"{made} = {added(total.products, text)} = {digits(total.total)}",
            ],
            "source": subject.source,
        }, (subject.check("again", total.total, value, NEAR * subject.near * (size + 1e-30)),)

    def sum(self, subject: Subject, unit: int) -> UnitSum | None:
        """Return one value as the sum it is; None where the images are not the rows' own batch."""
        if len(subject.received) != 2 or len(subject.sources) != 2:
            return None
        a, b = (each[subject.focus] for each in subject.received)
        try:
            fits = bool(a.size and b.size) and _same(np.matmul(a, b), subject.values)
        except ValueError:
            return None
        if not fits:
            return None
        rows, columns = np.atleast_2d(a), b if b.ndim > 1 else b[:, None]
        outer = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
        *front, row, column = arrays.place(unit, (*outer, rows.shape[-2], columns.shape[-1]))
        places = np.arange(rows.size).reshape(rows.shape)
        at = tuple(front)
        first = np.broadcast_to(places, (*outer, *rows.shape[-2:]))[(*at, row)]
        taken = np.broadcast_to(columns, (*outer, *columns.shape[-2:]))[at][:, column]
        return unit_sum(taken, rows.reshape(-1)[first], first=int(first[0]))


def _same(made: Floats, values: Floats) -> bool:
    """Whether a product has the shape of what was captured; of one number each is the same."""
    return made.shape == values.shape or made.size == values.size == 1


def _places(subject: Subject, unit: int) -> tuple[str, str, str]:
    """Return what a value is called, and where its row and its column lie; a vector has one k."""
    a, b = (each[subject.focus].shape for each in subject.received)
    place = arrays.place(unit, subject.values.shape)
    matrices = (len(a) > 1) + (len(b) > 1)
    front, ends = place[: len(place) - matrices], place[len(place) - matrices :]

    def index(shape: tuple[int, ...], *last: int | str) -> str:
        leading = shape[:-2]
        stood = front[len(front) - len(leading) :]
        first = [0 if size == 1 else at for at, size in zip(stood, leading, strict=True)]
        return ", ".join(map(str, (*first, *last)))

    made = f"y[{', '.join(map(str, place))}]" if matrices else "y"
    row = index(a, ends[0], "k") if len(a) > 1 else "k"
    column = index(b, "k", ends[-1]) if len(b) > 1 else "k"
    return made, row, column
