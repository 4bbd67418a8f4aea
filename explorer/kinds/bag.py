"""nn.EmbeddingBag: rows of a table that numbers ask for, added up, averaged or compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from explorer.kinds import exchange
from explorer.kinds.base import Explanation, Kind, Subject, precision
from explorer.kinds.embedding import ROUNDED, shortened, shortening
from explorer.kinds.layers import Like, holding
from explorer.kinds.reductions import RULES, SOME, Options
from explorer.maths.arithmetic import Doubles, Feeding
from explorer.maths.digits import short
from explorer.records import Floats

LAYER = ("input", "offsets", "per_sample_weights")
FUNCTION = (
    *("input", "weight", "offsets", "max_norm", "norm_type", "scale_grad_by_freq", "mode"),
    *("sparse", "per_sample_weights", "include_last_offset", "padding_idx"),
)
USED = {
    "max_norm",
    "norm_type",
    "mode",
    "include_last_offset",
    "padding_idx",
}  # of the options, by a layer
NEAR = 16  # roundings of a sum


def _built(weight: Floats, **options: Any) -> nn.Module:
    """Return the layer that has these rows; which of them are asked for is no part of it."""
    known = {key: each for key, each in options.items() if key in USED}
    rows, columns = weight.shape
    return holding(nn.EmbeddingBag(rows, columns, device="meta", **known), weight=weight)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What one value is made of: the rows `ids` (n,), `values` (n,) of its column, times weights.

    `place` are the indices of all numbers in the bag, `inside` (n,) which of them are no padding.
    """

    ids: NDArray[np.int64]
    values: Doubles
    place: tuple[NDArray[Any], ...]
    inside: NDArray[np.int64]


class Bag(Kind):
    """Rows looked up and made one."""

    name = "bag"
    typed = True
    types = (nn.EmbeddingBag,)
    likes: Mapping[str, Like] = {
        "embedding_bag": Like(" ".join(FUNCTION), _built, ("weight", *LAYER[1:]))
    }

    def formula(self, subject: Subject) -> str:
        """Return what is made of the rows of a bag."""
        weighed = "w[i]·" if LAYER[-1] in _arguments(subject) else ""
        rule = RULES[self.way(subject)]
        value = f"{weighed}{shortening(subject.module, 'x[i]')}W[x[i], d]"
        return f"y[d] = {rule.symbols(value, ['i'], 'n', Options())}"

    def way(self, subject: Subject) -> str:
        """Return whether rows are added up, averaged, or the largest of each column is kept."""
        return str(getattr(subject.module, "mode", "mean"))

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which rows are in a bag, and what is made of their values in a column."""
        module, made = subject.module, subject.exchange
        if not isinstance(module, nn.EmbeddingBag):
            return {}, ()
        found = _rows(module, subject, unit)
        if found is None:
            return {}, ()
        name = exchange.name(made, unit, subject.values.shape)
        at = exchange.span(made, 0, found.place, subject.focus)
        listed = ", ".join(map(str, found.ids[:SOME])) + (" …" if found.ids.size > SOME else "")
        lines = [f"x{at}: {listed or '…'}, n = {found.ids.size}"]
        if not found.ids.size:  # a bag with nothing in it
            return {"formulas": [*lines, f"{name} = 0"]}, (subject.check("again", 0.0, value, 0.0),)
        result = RULES[module.mode].made(found.values, Options())
        lines.append(f"{name} = {result.text} = {short(result.total)}")
        near = NEAR * precision(subject) * result.size
        if module.max_norm is not None:
            near += ROUNDED * precision(subject) * float(np.abs(found.values).max())
        data = {"formulas": lines, "source": subject.source}
        return data, (subject.check("again", result.total, value, near),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return what the row of each number in a bag brings in; of the largest the one that is."""
        module = subject.module
        found = _rows(module, subject, unit) if isinstance(module, nn.EmbeddingBag) else None
        own = (
            None if found is None else exchange.own(subject.exchange, 0, found.place, subject.focus)
        )
        if found is None or own is None or not found.ids.size:
            return None
        places, values = own.reshape(-1)[found.inside], found.values
        if self.way(subject) == "max":
            places, values = places[[values.argmax()]], values[[values.argmax()]]
        elif self.way(subject) == "mean":
            values = values / values.size
        return Feeding(places, values, 0.0, float(values.sum()))


def _arguments(subject: Subject) -> Mapping[str, Floats]:
    """Return the tensors that a call was given by the names of their arguments."""
    return subject.exchange.arguments(FUNCTION if subject.function else LAYER)[0]


def _rows(module: nn.EmbeddingBag, subject: Subject, unit: int) -> Rows | None:
    """Return the rows that are in the bag of a value; None where it is not known which."""
    made, arrays = subject.exchange, _arguments(subject)
    ids, offsets, weights = (arrays.get(each) for each in LAYER)
    if ids is None or not made.answers or (ids.ndim == 1 and offsets is None):
        return None
    bag, column = exchange.index(made, unit, subject.values.shape, subject.focus)
    if offsets is None or ids.ndim == 2:
        place = np.ix_(np.array([bag]), np.arange(ids.shape[1]))
    else:
        ends = [*offsets.tolist(), ids.size]
        place = (np.arange(int(ends[bag]), int(ends[bag + 1])),)
    asked = ids[place].reshape(-1).astype(np.int64)
    times = np.ones(asked.size) if weights is None else weights[place].reshape(-1)
    inside = np.flatnonzero(asked != (-1 if module.padding_idx is None else module.padding_idx))
    rows, times = asked[inside], times[inside]
    table = module.weight[:, column].detach().to("cpu").double().numpy()
    share = [shortened(module, int(row)) for row in rows] if module.max_norm is not None else 1.0
    return Rows(rows, table[rows] * share * times, place, inside)
