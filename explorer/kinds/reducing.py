"""mean, sum, max, var, norm, cumsum and their kin: one value made of several, along dimensions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from explorer.kinds import exchange
from explorer.kinds.base import Explanation, Subject
from explorer.kinds.function import Function
from explorer.kinds.layers import Like
from explorer.kinds.reductions import RULES, Options
from explorer.maths.arithmetic import Feeding
from explorer.maths.digits import short
from explorer.records import Floats

OVER = "dim keepdim axis keepdims"  # the last two are numpy's names of the same
NAMES = {  # of the arguments, in their order, and the functions that have them
    f"input {OVER}": "mean sum prod amax amin max min logsumexp argmax argmin",
    "input dim unbiased keepdim axis keepdims correction": "var std var_mean std_mean",
    f"input p {OVER}": "norm",
    f"x ord {OVER}": "linalg_vector_norm",
    f"A ord {OVER}": "linalg_norm linalg_matrix_norm",
    "input dim axis": "cumsum cumprod logcumsumexp",
}
MATRICES = ("linalg_norm", "linalg_matrix_norm")  # of two dimensions, unless they are told of one
LETTERS = "ijklm"  # of the dimensions that one input has
NEAR = 16  # roundings of a sum


class Reduced(nn.Module):
    """What a function makes of values along dimensions `dims`, as a layer; None: along all."""

    def __init__(self, name: str, dims: tuple[int, ...] | None, options: Options) -> None:
        super().__init__()
        self.rule, self.dims, self.options = RULES[name], dims, options


def _built(name: str, **options: Any) -> nn.Module | None:
    """Return the layer of a call; None where its options are none of those that are known here."""
    dims: Any = options.get("dim", options.get("axis"))
    free: Any = options.get("unbiased", options.get("correction", 1))
    if isinstance(dims, bool):  # x.var(False)
        dims, free = None, dims
    power = options.get("p", options.get("ord", 2))
    dims = (dims,) if isinstance(dims, int) else dims or None
    if name == "linalg_matrix_norm":
        dims, power = dims or (-2, -1), options.get("ord", "fro")
    known = name not in MATRICES or "ord" not in options or (dims is not None and len(dims) == 1)
    if not known and power != "fro":
        return None  # a norm of matrices, which is another
    power = 2 if power == "fro" else power
    if not all(isinstance(each, int | float) for each in (free, power, *(dims or ()))):
        return None
    return Reduced(name, dims and tuple(dims), Options(float(free), float(power)))


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call: its layer, what went in, and which of its dimensions `dims` are reduced.

    `batch` is the dimension that counts the inputs, None without, `keeps` whether a dimension that
    is reduced is still one.
    """

    module: Reduced
    whole: Floats
    dims: tuple[int, ...]
    batch: int | None
    keeps: bool

    @property
    def count(self) -> int:
        """Of how many values one is made, of running ones the last."""
        return math.prod(self.whole.shape[each] for each in self.dims)

    @property
    def formula(self) -> str:
        """What becomes of which values, with a letter for each dimension, n for the inputs."""
        rule, own = self.module.rule, iter(LETTERS)
        letters = ["n" if axis == self.batch else next(own) for axis in range(self.whole.ndim)]
        over = [letters[axis] for axis in self.dims]
        inner = ["t" if rule.running and each in over else each for each in letters]
        sums, end = (["t"], f", t ≤ {over[0]}") if rule.running else (over, "")
        text = rule.symbols(f"x{self.listed(inner)}", sums, str(self.count), self.module.options)
        made = {
            axis: "0" if axis in self.dims and not rule.running else each
            for axis, each in enumerate(letters)
            if (self.keeps or axis not in self.dims) and axis != self.batch
        }
        return f"y{_bracketed(made.values())} = {text}{end}"

    def listed(self, parts: Sequence[str]) -> str:
        """Return a text for each dimension as an index, of the inputs' only where it is reduced."""
        return _bracketed(
            each for axis, each in enumerate(parts) if axis != self.batch or axis in self.dims
        )

    def place(self, index: Sequence[int]) -> tuple[NDArray[Any], ...]:
        """Return the indices, by dimension, of the values that one of the answer is made of."""
        running = self.module.rule.running
        return exchange.along(self.whole.shape, self.dims, index, keeps=self.keeps, running=running)


def _bracketed(parts: Iterable[str]) -> str:
    text = ", ".join(parts)
    return f"[{text}]" if text else ""


def _call(subject: Subject) -> Call | None:
    """Return a call whose values are known, of no more dimensions than there are letters."""
    module, made = subject.module, subject.exchange
    if not isinstance(module, Reduced) or not made.answers or not made.received:
        return None
    whole, batch = made.received[0], made.batches[0]
    if not whole.size or not 0 < whole.ndim <= len(LETTERS):
        return None
    dims = range(whole.ndim) if module.dims is None else (each % whole.ndim for each in module.dims)
    keeps = made.answers[0].ndim == whole.ndim
    return Call(module, whole, tuple(sorted(dims)), batch, keeps)


class Reducing(Function):
    """One value in the place of several."""

    name = "reducing"
    likes: Mapping[str, Like] = {
        name: Like(names, partial(_built, name))
        for names, functions in NAMES.items()
        for name in functions.split()
    }

    def formula(self, subject: Subject) -> str:
        """Return what becomes of which values, in symbols."""
        found = _call(subject)
        return found.formula if found else super().formula(subject)

    def way(self, subject: Subject) -> str:
        """Return what is made of the values."""
        return subject.module.rule.way if isinstance(subject.module, Reduced) else "sum"

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and of how many values one is made."""
        found = _call(subject)
        return {**super().blanks(subject), "count": found.count if found else 0}

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which values one is made of, and what becomes of them."""
        found = _call(subject)
        if found is None:
            return {}, ()
        made, shape = subject.exchange, subject.values.shape
        place = found.place(exchange.index(made, unit, shape, subject.focus))
        values = found.whole[place].astype(np.float64)
        with np.errstate(all="ignore"):
            result = found.module.rule.made(values.reshape(-1), found.module.options)
        lines = [
            f"x{exchange.span(made, 0, place, subject.focus)}: n = {values.size}",
            *result.before,
            f"{exchange.name(made, unit, shape)} = {result.text} = {short(result.total)}",
        ]
        data: dict[str, Any] = {"formulas": lines, "source": subject.source}
        if result.won is not None:
            won = np.unravel_index(result.won, values.shape)
            stood = [each.reshape(-1)[at] for each, at in zip(place, won, strict=True)]
            at = exchange.span(made, 0, stood, subject.focus)
            lines.append(f"x{at} = {short(float(values[won]))}")
            own = exchange.own(made, 0, stood, subject.focus)
            data |= {} if own is None else {"from": int(own)}
        key = "taken" if result.won is not None else "again"
        near = NEAR * subject.near * result.size
        return data, (subject.check(key, result.total, value, near),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return each value of a sum or a mean with its share, or the one that was chosen."""
        found = _call(subject)
        if found is None:
            return None
        made, rule = subject.exchange, found.module.rule
        place = found.place(exchange.index(made, unit, subject.values.shape, subject.focus))
        own = exchange.own(made, 0, place, subject.focus)
        if own is None:
            return None
        values = found.whole[place].astype(np.float64).reshape(-1)
        if rule.linear is not None:
            products = values * rule.linear(values.size)
            return Feeding(own.reshape(-1), products, 0.0, float(products.sum()))
        won = rule.made(values, found.module.options).won if rule.chooses else None
        return None if won is None else Feeding(own.reshape(-1)[[won]])
