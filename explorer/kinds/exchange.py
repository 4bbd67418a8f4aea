"""One call as it was made: whole arrays with the batch in them, and which argument is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures import arrays
from explorer.figures.arrays import Indices
from explorer.graphs import Axes
from explorer.records import Floats

TENSOR = "·"  # how `Exchange.constants` writes a tensor


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """What a call received and what it answered, every tensor as it was, float32.

    A weight that was handed over is among `received`; `constants` is all that is no tensor, as text
    (see `explorer.graphs.Node`), of an input its keys and places in what was given. `batch` is the
    dimension of the first answer that counts the inputs, None where it is the same for all of them;
    `batches` are those of what was received, `dtypes` the types that it had, as `int64`.
    """

    received: tuple[Floats, ...] = ()
    answers: tuple[Floats, ...] = ()
    constants: str = ""
    batch: int | None = 0
    batches: Axes = ()
    dtypes: tuple[str, ...] = ()

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


def units(made: Exchange, after: Floats, focus: int) -> Indices:
    """Return for every value of a call's first answer the unit that it is on the page, −1 for none.

    `after` are the answers with the inputs first, (N, …), of which the page shows that in `focus`.
    """
    shape, inner = made.answers[0].shape, after[focus]
    numbers = np.arange(inner.size, dtype=np.int32)
    if made.batch is None:  # the same for every input
        return numbers.reshape(shape)
    found = np.full(shape, -1, dtype=np.int32)
    np.moveaxis(found, made.batch, 0)[focus] = numbers.reshape(
        inner.shape if len(shape) > 1 else ()
    )
    return found


def index(made: Exchange, unit: int, shape: tuple[int, ...], focus: int) -> list[int]:
    """Return where a unit of one input's values (…) stands in a call's first answer as it was."""
    found = arrays.place(unit, shape)
    if made.batch is not None:
        found.insert(made.batch, focus)
    return found[: made.answers[0].ndim]


def name(made: Exchange, unit: int, shape: tuple[int, ...]) -> str:
    """Return what a unit of one input's values (…) is called, `y[3, 0]`; `y` where it is all."""
    if made.answers[0].ndim == (made.batch is not None):
        return "y"
    return f"y[{', '.join(map(str, arrays.place(unit, shape)))}]"


def along(
    shape: tuple[int, ...],
    dims: Sequence[int],
    at: Sequence[int],
    *,
    keeps: bool,
    running: bool = False,
) -> tuple[NDArray[Any], ...]:
    """Return the indices of all values along some dimensions, at one place of what they leave.

    `at` is that place, which has those dimensions, too, where the call `keeps` them; of `running`
    ones only the values up to it are meant. An array for each dimension of `shape`, to broadcast.
    """
    left, found = iter(at), []
    for axis, size in enumerate(shape):
        here = next(left) if keeps or axis not in dims else 0
        found.append(np.arange(here + 1 if running else size) if axis in dims else [here])
    return np.ix_(*found)


def own(made: Exchange, number: int, place: Sequence[Any], focus: int) -> NDArray[np.int64] | None:
    """Return which of one input's own values stand at places of a received tensor, (…) flat.

    `place` are its indices, an array of each dimension, which are broadcast. None where some are
    another input's.
    """
    shape, batch = made.received[number].shape, made.batches[number]
    parts = tuple(np.broadcast_arrays(*place)) if place else ()
    if batch is not None:
        if not (parts[batch] == focus).all():
            return None
        parts, shape = parts[:batch] + parts[batch + 1 :], shape[:batch] + shape[batch + 1 :]
    return np.asarray(np.ravel_multi_index(parts, shape) if parts else 0, dtype=np.int64)


def span(made: Exchange, number: int, place: Sequence[Any], focus: int) -> str:
    """Return from where to where places of a received tensor lie, as `[3, 0…27]`.

    `place` are its indices, an array of each dimension. That which counts the inputs is left out
    but where they are another's, or several inputs'.
    """
    texts = []
    for axis, each in enumerate(map(np.ravel, place)):
        if axis != made.batches[number] or each.tolist() != [focus]:
            texts.append("…".join(map(str, dict.fromkeys([*each[:1], *each[-1:]]))) or "∅")
    return f"[{', '.join(texts)}]" if texts else ""
