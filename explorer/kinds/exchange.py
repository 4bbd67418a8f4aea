"""One call as it was made: whole arrays with the batch in them, and which argument is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.figures.arrays import Indices
from explorer.records import Floats

TENSOR = "·"  # how `Exchange.constants` writes a tensor


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """What a call received and what it answered, every tensor as it was, float32.

    A weight that was handed over is among `received`; `constants` is all that is no tensor, as
    text (see `explorer.graphs.Node`).
    """

    received: tuple[Floats, ...] = ()
    answers: tuple[Floats, ...] = ()
    constants: str = ""

    def arguments(self, names: Sequence[str]) -> tuple[Mapping[str, Floats], Mapping[str, str]]:
        """Return the tensors by the names of a function's arguments, and all else as text.

        `names` are those of the arguments in their order; none of them holds several tensors.
        """
        texts = [each for each in self.constants.strip("()").split(", ") if each]
        left = iter(self.received)
        arrays, others = {}, {}
        for place, text in enumerate(texts or [TENSOR] * len(self.received)):
            name, sign, value = text.rpartition("=")
            name = name if sign else names[place]
            if value == TENSOR:
                arrays[name] = next(left)
            else:
                others[name] = value
        return arrays, others


def units(whole: Floats, after: Floats, focus: int) -> Indices:
    """Return for every value of a call's output the unit that it is on the page, −1 for none.

    `whole` is the output as it was; `after` the same with the images first, (N, …), of which the
    page shows the one in `focus`.
    """
    inner = after[focus]
    numbers = np.arange(inner.size, dtype=np.int32)
    found = np.full(whole.shape, -1, dtype=np.int32)
    if whole.shape == after.shape:
        found[focus] = numbers.reshape(inner.shape)
    elif whole.ndim == 1 and after.shape == (len(whole), 1):
        found[focus] = 0
    else:  # the same for every image
        found = numbers.reshape(whole.shape)
    return found


def place(whole: Floats, after: Floats, focus: int, unit: int) -> tuple[int, ...]:
    """Return where a unit of the page stands in a call's output as it was."""
    return tuple(int(each) for each in np.argwhere(units(whole, after, focus) == unit)[0])
