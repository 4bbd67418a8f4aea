"""cat: several tensors one behind the other."""

from __future__ import annotations

import numpy as np

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Kind, Subject


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
        shape = subject.values.shape
        given = [each[subject.focus] for each in subject.received]
        named = (*subject.sources, *[None] * len(given))
        kept = [place for place, part in enumerate(given) if part.size]  # torch skips empty ones
        parts, sources = [given[place] for place in kept], [named[place] for place in kept]
        along = [
            axis
            for axis in range(len(shape))
            if all(part.ndim == len(shape) for part in parts)
            and sum(part.shape[axis] for part in parts) == shape[axis]
        ]
        if not along or len(along) > 1 < len(parts):  # one part alone is whole along any
            return {}, ()
        axis, index = along[0], arrays.place(unit, shape)
        number = 0
        while index[axis] >= parts[number].shape[axis]:
            index[axis] -= parts[number].shape[axis]
            number += 1
        part = parts[number]
        found = float(part[tuple(index)])
        source = sources[number]
        before = int(np.ravel_multi_index(index, part.shape))
        stood = f"{source or '…'}[{', '.join(map(str, index))}]"
        return {
            "formulas": [f"y[{unit}] = {stood} = {found:.6g}"],
            "from": before,
            "source": source,
        }, (subject.check("taken", found, value, 0.0),)
