"""cat: several tensors one behind the other."""

from __future__ import annotations

import numpy as np

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Kind, Subject
from explorer.maths.arithmetic import Feeding


class Joining(Kind):
    """No number changes: the channels of one stand behind those of the other."""

    name = "joining"
    functions = ("cat", "concat", "concatenate")

    def formula(self, subject: Subject) -> str:
        """Return how many values each of them brings."""
        shapes = (" × ".join(map(str, each.shape[1:])) for each in subject.received)
        return f"y = [{' ; '.join(shapes)}]"

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which of the tensors a value comes from, and where it stood there."""
        stood = _stood(subject, unit)
        if stood is None:
            return {}, ()
        number, index = stood
        part = subject.received[number][subject.focus]
        found = float(part[tuple(index)])
        source = subject.sources[number] if number < len(subject.sources) else None
        return {
            "formulas": [
                f"y[{unit}] = {source or '…'}[{', '.join(map(str, index))}] = {found:.6g}"
            ],
            "from": int(np.ravel_multi_index(index, part.shape)),
            "source": source,
        }, (subject.check("taken", found, value, 0.0),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return the one value that is handed on, and which tensor it is of."""
        stood = _stood(subject, unit)
        if stood is None:
            return None
        number, index = stood
        place = int(np.ravel_multi_index(index, subject.received[number].shape[1:]))
        return Feeding(np.array([place]), received=number)


def _stood(subject: Subject, unit: int) -> tuple[int, list[int]] | None:
    """Return which of the tensors a value comes from, and where it stood in that image's part.

    None where nobody can tell along which dimension they were joined.
    """
    shape = subject.values.shape
    inputs = [each[subject.focus] for each in subject.received]
    kept = [place for place, part in enumerate(inputs) if part.size]  # torch skips empty ones
    parts = [inputs[place] for place in kept]
    along = [
        axis
        for axis in range(len(shape))
        if all(part.ndim == len(shape) for part in parts)
        and sum(part.shape[axis] for part in parts) == shape[axis]
    ]
    if not along or len(along) > 1 < len(parts):  # one part alone is whole along any
        return None
    axis, index = along[0], arrays.place(unit, shape)
    number = 0
    while index[axis] >= parts[number].shape[axis]:
        index[axis] -= parts[number].shape[axis]
        number += 1
    return kept[number], index
