"""einsum, bilinear layers and their kin: each value a sum of products over several tensors."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from explorer.kinds import exchange, spelling
from explorer.kinds.base import Explanation, Subject, precision
from explorer.kinds.function import Function
from explorer.kinds.reductions import added
from explorer.maths.arithmetic import Doubles, Feeding
from explorer.maths.digits import digits, factor, short
from explorer.records import Floats

EQUATIONS = {  # of what is called by another name
    "outer": "i,j->ij",
    "linalg_vecdot": "...i,...i->...",
    "addmm": "ij,jk->ik",
    "addmv": "ij,j->i",
    "addr": "i,j->ij",
    "addbmm": "nij,njk->ik",
    "baddbmm": "nij,njk->nik",
    "bilinear": "...i,oij,...j->...o",
}
ADDING = {  # what comes first is added to the products: the names of all three
    "addmm": ("input", "mat1", "mat2"),
    "addmv": ("input", "mat", "vec"),
    "addr": ("input", "vec1", "vec2"),
    **dict.fromkeys(("addbmm", "baddbmm"), ("input", "batch1", "batch2")),
}
LETTERS = re.compile(r"\.\.\.|[a-zA-Z]")
SPARE = "ntijklmopqrsuvw"  # for dimensions that an equation has no letters for
BELOW = dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
NEAR = 16  # roundings of a sum of products
Labels = list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """One of the tensors that are multiplied: its name, its values, and which that was received.

    A layer's own weight was not.
    """

    name: str
    values: Floats
    received: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A call: an equation as einsum has it, its operands, what is added `beta` times, its name."""

    equation: str
    operands: tuple[Operand, ...]
    bias: Floats | None = None
    letter: str = "b"
    alpha: float = 1.0  # times each product
    beta: float = 1.0

    def labels(self) -> tuple[list[Labels], Labels]:
        """Return a label for each dimension of each operand, and of the answer.

        Raises:
            ValueError: for an equation that does not fit them.
        """
        left, arrow, right = self.equation.replace(" ", "").partition("->")
        parts = [LETTERS.findall(each) for each in left.split(",")]
        spare = [
            each.values.ndim - len(part) + part.count("...")
            for each, part in zip(self.operands, parts, strict=True)
        ]
        most = [each for each in SPARE if each not in self.equation][: max(spare)]
        found = [
            _filled(part, most[len(most) - count :])
            for part, count in zip(parts, spare, strict=True)
        ]
        if not arrow:
            every = LETTERS.findall(left)
            once = sorted(each for each in every if each != "..." and every.count(each) == 1)
            return found, [*most, *once]
        return found, _filled(LETTERS.findall(right), most)


def _filled(part: Sequence[str], more: Sequence[str]) -> Labels:
    """Return labels with those of all other dimensions in the place of the dots."""
    return [label for each in part for label in (more if each == "..." else (each,))]


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """What makes one value: what is multiplied, (n,) of each operand, and what is added, if any.

    `places` are the indices in the operand of the number `followed`.
    """

    factors: tuple[Doubles, ...]
    bias: float | None
    followed: Operand
    places: tuple[NDArray[Any], ...]

    @property
    def products(self) -> Doubles:
        """The products, (n,) float64."""
        found: Doubles = np.prod(self.factors, axis=0)
        return found


class Contracting(Function):
    """Sums of products, over what an equation leaves out."""

    name = "contracting"
    typed = True
    types = (nn.Bilinear,)
    functions = ("einsum", *EQUATIONS)

    def formula(self, subject: Subject) -> str:
        """Return the sum in the letters of its own equation."""
        known = _known(subject)
        return _symbols(subject, *known) if known else super().formula(subject)

    def code(self, path: str) -> str:
        """Return the line that calls the layer."""
        return f"x = {spelling.expression(path)}(x1, x2)"

    def way(self, subject: Subject) -> str:
        """Return whether it is a layer of two inputs, with or without a bias."""
        if isinstance(subject.module, nn.Bilinear):
            return "bilinear" if subject.module.bias is not None else "unbiased"
        return ""

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the largest products, the rest, what is added, and their sum."""
        met = _met(subject, unit)
        if met is None:
            return {}, ()
        products = met.products

        def text(at: int) -> str:
            first, *others = (float(each[at]) for each in met.factors)
            return "·".join([digits(first), *map(factor, others)])

        total = float(products.sum()) + (met.bias or 0.0)
        names = [
            f"x{place}: {source or '…'}" for place, source in enumerate(subject.sources, start=1)
        ]
        name = exchange.name(subject.exchange, unit, subject.values.shape)
        size = float(np.abs(products).sum()) + abs(met.bias or 0.0)
        lines = [
            ", ".join(names),
            self.formula(subject),
            f"{name} = {added(products, text, met.bias)} = {short(total)}",
        ]
        near = NEAR * precision(subject) * (size + 1e-30)
        data = {"formulas": lines, "source": subject.source}
        return data, (subject.check("again", total, value, near),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return what each value of one tensor is multiplied with, the first that a step made."""
        met = _met(subject, unit)
        if met is None or met.followed.received is None:
            return None
        own = exchange.own(subject.exchange, met.followed.received, met.places, subject.focus)
        if own is None:
            return None
        products, bias = met.products, met.bias or 0.0
        total = float(products.sum()) + bias
        return Feeding(own.reshape(-1), products, bias, total, met.followed.received)


def _product(subject: Subject) -> Product | None:
    """Return a call as an equation of its tensors; None where it is written in another way."""
    module, made, name = subject.module, subject.exchange, subject.step.module.removesuffix("_")
    tensors = [Operand(f"x{at}", each, at - 1) for at, each in enumerate(made.received, 1)]
    if isinstance(module, nn.Bilinear):
        weight = Operand("W", module.weight.detach().to("cpu").float().numpy(), None)
        bias = None if module.bias is None else module.bias.detach().to("cpu").float().numpy()
        return Product(EQUATIONS["bilinear"], (tensors[0], weight, tensors[1]), bias)
    texts = spelling.arguments(made.constants)
    if name == "einsum":
        equation = ast.literal_eval(texts[0].removeprefix("equation="))
        return Product(equation, tuple(tensors)) if isinstance(equation, str) else None
    if name in ADDING:
        return _adding(name, texts or [each.name for each in tensors], tensors)
    if name not in EQUATIONS or any("=" in each for each in texts):
        return None
    if name == "bilinear":
        one, two, weight, *more = tensors
        weight = Operand("W", weight.values, weight.received)
        return Product(EQUATIONS[name], (one, weight, two), more[0].values if more else None)
    return Product(EQUATIONS[name], tuple(tensors))


def _adding(name: str, texts: list[str], tensors: list[Operand]) -> Product:
    """Return a call that adds products to a tensor, which torch does not look at if beta is 0."""
    known = {"alpha": "1", "beta": "1"}
    for place, (key, _, value) in enumerate(each.rpartition("=") for each in texts):
        known[key or ADDING[name][place]] = value
    first, *others = (tensors[int(known[each][1:]) - 1] for each in ADDING[name])
    alpha, beta = float(known["alpha"]), float(known["beta"])
    bias = first.values if beta else None
    return Product(EQUATIONS[name], tuple(others), bias, first.name, alpha, beta)


def _known(subject: Subject) -> tuple[Product, list[Labels], Labels] | None:
    """Return a call with the labels of its operands and of its answer; None if they do not fit."""
    try:
        product = _product(subject)
        if product is None or not all(each.values.size for each in product.operands):
            return None
        labels, right = product.labels()
    except (ValueError, SyntaxError, IndexError, KeyError):
        return None
    answers = subject.exchange.answers
    return (product, labels, right) if answers and answers[0].ndim == len(right) else None


def _met(subject: Subject, unit: int) -> Met | None:
    """Return what makes one value; None where it is not known."""
    known = _known(subject)
    if known is None:
        return None
    product, labels, right = known
    index = exchange.index(subject.exchange, unit, subject.values.shape, subject.focus)
    return _meeting(subject, product, labels, dict(zip(right, index, strict=True)))


def _meeting(
    subject: Subject, product: Product, labels: list[Labels], fixed: dict[str, int]
) -> Met:
    """Return what makes the value at the labels that are `fixed`: all others run."""
    sizes: dict[str, int] = {}
    for each, part in zip(product.operands, labels, strict=True):
        for label, size in zip(part, each.values.shape, strict=True):
            sizes[label] = max(size, sizes.get(label, 1))
    over = [label for label in sizes if label not in fixed]
    mesh = dict(zip(over, np.ix_(*(np.arange(sizes[each]) for each in over)), strict=True))
    shape, factors, found = tuple(sizes[each] for each in over), [], []
    for each, part in zip(product.operands, labels, strict=True):
        places = tuple(
            np.broadcast_to(mesh.get(label, fixed.get(label, 0)) if size > 1 else 0, shape)
            for label, size in zip(part, each.values.shape, strict=True)
        )
        taken = np.broadcast_to(each.values[places], shape)
        factors.append(taken.astype(np.float64).reshape(-1))
        found.append(places)
    if product.alpha != 1:
        factors.insert(0, np.full(math.prod(shape), product.alpha))
    known = [
        at
        for at, each in enumerate(product.operands)
        if each.received is not None and subject.sources[each.received]
    ]
    at = (known or [0])[0]
    return Met(tuple(factors), _bias(subject, product, fixed), product.operands[at], found[at])


def _bias(subject: Subject, product: Product, fixed: dict[str, int]) -> float | None:
    """Return what is added to the value at the labels of an answer."""
    if product.bias is None:
        return None
    whole = np.broadcast_to(product.bias, subject.exchange.answers[0].shape)
    return product.beta * float(whole[tuple(fixed.values())])


def _symbols(subject: Subject, product: Product, labels: list[Labels], right: Labels) -> str:
    """Return the sum in letters, without that which counts the inputs."""
    batch = subject.exchange.batch
    hidden = None if batch is None else right[batch]

    def index(part: Labels) -> str:
        text = ", ".join(each for each in part if each != hidden)
        return f"[{text}]" if text else ""

    over = dict.fromkeys(each for part in labels for each in part if each not in right)
    sums = "".join(f"Σ{BELOW.get(each, f'_{each}')} " for each in over)
    parts = (
        f"{each.name}{index(part)}" for each, part in zip(product.operands, labels, strict=True)
    )
    last = [] if product.bias is None else right[len(right) - product.bias.ndim :]
    more = f" + {_times(product.beta)}{product.letter}{index(last)}"
    bias = "" if product.bias is None else more
    return f"y{index(right)} = {sums}{_times(product.alpha)}{'·'.join(parts)}{bias}"


def _times(number: float) -> str:
    """Return a number as the factor before something; "" of 1."""
    text = f"{number:g}".replace("-", "−")
    return "" if number == 1 else f"({text})·" if number < 0 else f"{text}·"
