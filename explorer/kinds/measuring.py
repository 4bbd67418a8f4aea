"""Lengths of vectors: cosine similarity, distances, and vectors that are divided by their own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from explorer.kinds import exchange, spelling
from explorer.kinds.base import Explanation, Subject
from explorer.kinds.function import Function
from explorer.kinds.layers import Like
from explorer.kinds.reductions import NORM, Made, Options
from explorer.maths.arithmetic import Doubles
from explorer.maths.digits import digits, short

USUAL: Mapping[str, dict[str, Any]] = {  # the options that matter, as they are unless said
    "cosine": {"p": 2.0, "dim": 1, "eps": 1e-8},
    "distance": {"p": 2.0, "dim": -1, "eps": 1e-6},
    "apart": {"p": 2.0, "dim": -1, "eps": 0.0},
    "normalized": {"p": 2.0, "dim": 1, "eps": 1e-12},
}
NEAR = 16  # roundings of a sum of squares


class Measured(nn.Module):
    """What a function makes of one vector or two along dimensions, as a layer."""

    def __init__(self, way: str, dims: tuple[int, ...], power: float, eps: float) -> None:
        super().__init__()
        self.way, self.dims, self.eps = way, dims, eps
        self.options = Options(power=power)


def _built(way: str, **options: Any) -> nn.Module:
    """Return the layer of a call; what a second tensor holds is no part of it."""
    known = {**USUAL[way], **{name: each for name, each in options.items() if name in USUAL[way]}}
    dims = known["dim"]
    return Measured(
        way, (dims,) if isinstance(dims, int) else tuple(dims), known["p"], known["eps"]
    )


def _known(module: nn.Module | None) -> Measured | None:
    """Return one of torch's own layers, or a function's, as a vector's measure."""
    if isinstance(module, nn.CosineSimilarity):
        return Measured("cosine", (module.dim,), 2.0, module.eps)
    if isinstance(module, nn.PairwiseDistance):
        return Measured("distance", (-1,), float(module.norm), module.eps)
    return module if isinstance(module, Measured) else None


class Measuring(Function):
    """Vectors by their lengths, and by the angle between two."""

    name = "measuring"
    typed = True
    types = (nn.CosineSimilarity, nn.PairwiseDistance)
    likes: Mapping[str, Like] = {
        "cosine_similarity": Like("x1 x2 dim eps", partial(_built, "cosine"), ("x2",)),
        "pairwise_distance": Like("x1 x2 p eps keepdim", partial(_built, "distance"), ("x2",)),
        "cdist": Like("x1 x2 p compute_mode", partial(_built, "apart"), ("x2",)),
        "normalize": Like("input p dim eps", partial(_built, "normalized")),
    }

    def formula(self, subject: Subject) -> str:
        """Return what is made of vectors, a and b where they are two."""
        of = _known(subject.module)
        if of is None:
            return super().formula(subject)
        if of.way == "cosine":
            return "y = Σᵢ a[i]·b[i] / (max(‖a‖, ε)·max(‖b‖, ε))"
        options, far = of.options, "a[i] − b[i]" + (" + ε" if of.eps else "")
        if of.way == "normalized":
            return f"y[j] = x[j] / max({NORM.symbols('x[i]', ['i'], '', options)}, ε)"
        return f"y = {NORM.symbols(far, ['i'], '', options)}"

    def code(self, path: str) -> str:
        """Return the line that calls the layer."""
        return f"x = {spelling.expression(path)}(x1, x2)"

    def way(self, subject: Subject) -> str:
        """Return which of the measures it is."""
        of = _known(subject.module)
        return of.way if of else "cosine"

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the vectors of one value, their lengths, and what is made of them."""
        of, made = _known(subject.module), subject.exchange
        count = 1 if of is not None and of.way == "normalized" else 2
        if of is None or len(made.received) != count or not made.answers:
            return {}, ()
        at = exchange.index(made, unit, subject.values.shape, subject.focus)
        places = _places(of, made, at)
        vectors = [
            np.ravel(each[place]).astype(np.float64)
            for each, place in zip(made.received, places, strict=True)
        ]
        if not vectors[0].size or len({each.size for each in vectors}) > 1:
            return {}, ()
        letters = ["x"] if count == 1 else ["x1", "x2"]
        names = [
            letter + exchange.span(made, number, place, subject.focus)
            for number, (letter, place) in enumerate(zip(letters, places, strict=True))
        ]
        with np.errstate(all="ignore"):
            if count == 1:
                found = _divided(of, names[0], vectors[0], float(made.received[0][tuple(at)]))
            else:
                found = _met(of, names, vectors)
        name = exchange.name(made, unit, subject.values.shape)
        total = found.total
        lines = [*found.before, f"{name} = {found.text} = {short(total)}"]
        data: dict[str, Any] = {"formulas": lines, "source": subject.source}
        data |= {"from": unit} if count == 1 else {}
        near = _near(of, found, vectors, NEAR * subject.near)
        return data, (subject.check("again", total, value, near + 1e-30),)


def _near(of: Measured, found: Made, vectors: list[Doubles], rounding: float) -> float:
    """Return how near torch's number must be, if each of its parts is off by a share of itself.

    Of distances torch may multiply matrices, ‖a‖² + ‖b‖² − 2·a·b: it is the squares that are
    rounded, however near to each other the vectors are.
    """
    near = rounding * found.size
    if of.way != "apart" or of.options.power != 2:
        return near
    squares = rounding * sum(float(each @ each) for each in vectors)
    return max(near, min(math.sqrt(squares), squares / max(found.total, 1e-30)))


def _places(of: Measured, made: exchange.Exchange, at: list[int]) -> list[tuple[Any, ...]]:
    """Return the indices of the vectors that one value is made of, one in each received tensor."""
    shapes = [each.shape for each in made.received]
    if of.way == "apart":  # of x1 one row, of x2 another
        *front, one, other = at
        ends = [((*front, row), shape) for row, shape in zip((one, other), shapes, strict=True)]
        return [
            _aligned(exchange.along((*row, shape[-1]), (len(row),), row, keeps=False), shape)
            for row, shape in ends
        ]
    whole = np.broadcast_shapes(*shapes)
    dims = [each % len(whole) for each in of.dims]
    keeps = made.answers[0].ndim == len(whole)
    place = exchange.along(whole, dims, at, keeps=keeps)
    return [_aligned(place, shape) for shape in shapes]


def _aligned(place: Sequence[NDArray[Any]], shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return indices as they are in a tensor of this shape, which may have been broadcast."""
    last = place[len(place) - len(shape) :]
    return tuple(
        np.zeros_like(each) if size == 1 else each for each, size in zip(last, shape, strict=True)
    )


def _met(of: Measured, names: list[str], vectors: list[Doubles]) -> Made:
    """Return what is made of two vectors (n,): the cosine of their angle, or how far they are."""
    one, other = vectors
    if of.way != "cosine":
        far, more = NORM.made(one - other + of.eps, of.options), f" + {of.eps:g}" if of.eps else ""
        return replace(far, before=(f"x = {names[0]} − {names[1]}{more}", *far.before))
    products, lengths = one * other, [math.sqrt(float(each @ each)) for each in vectors]
    dot, below = float(products.sum()), [max(each, of.eps) for each in lengths]
    total, size = (each / (below[0] * below[1]) for each in (dot, float(np.abs(products).sum())))
    a, b = map(digits, lengths)
    lines = (
        f"a = {names[0]}, b = {names[1]}",
        f"Σᵢ a[i]·b[i] = {digits(dot)}, ‖a‖ = {a}, ‖b‖ = {b}",
    )
    text = f"{digits(dot)} / ({digits(below[0])}·{digits(below[1])})"
    return Made(total, text, size, before=lines)


def _divided(of: Measured, name: str, vector: Doubles, value: float) -> Made:
    """Return a value divided by the length of its vector (n,)."""
    length = NORM.made(vector, of.options)
    below = max(length.total, of.eps)
    lines = (f"{name}: n = {vector.size}", *length.before, f"‖x‖ = {length.text}")
    return Made(
        value / below, f"{digits(value)} / {digits(below)}", abs(value / below), None, lines
    )
