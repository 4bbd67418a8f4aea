"""Where one number comes from.

Unit sums, softmax terms, ReLU margins, contributors. Arithmetic that adds up.

Everything here is numpy on one vector. A product of two float32 numbers has at most 48 significant
bits and therefore fits into a float64 without rounding: products are kept as float64, are exact,
and only their sums round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import InvalidQuery
from explorer.records import Floats

Doubles = NDArray[np.float64]
Indices = NDArray[np.int64]

# Beyond this exponent exp() is infinite in float32: ln(3.4e38) ≈ 88.72.
LARGEST_EXPONENT = math.log(float(np.finfo(np.float32).max))

FEW = 4.0  # roundings that any sum may have


@dataclass(frozen=True, slots=True, eq=False)
class UnitSum:
    """One output of a Linear as a sum: total = Σᵢ weights[i]·inputs[i] + bias.

    `weights` and `inputs` are (n,) float32, `products` (n,) float64 and exact, `order` (n,) int64
    the indices from the largest |product| to the smallest. `total` = `positive` + `negative` +
    `bias`, where the two are the sums of the products above and below 0. `first` is the flat index
    of inputs[0] in all that goes in, above 0 in the later rows of a sequence.
    """

    weights: Floats
    inputs: Floats
    products: Doubles
    order: Indices
    bias: float
    total: float
    positive: float
    negative: float
    first: int = 0

    @property
    def feeding(self) -> Feeding:
        """The same as products of values at their places in all that goes in."""
        places = self.first + np.arange(self.products.size)
        return Feeding(places, self.products, self.bias, self.total)


@dataclass(frozen=True, slots=True, eq=False)
class Feeding:
    """What makes one value: Σ `products` + `bias` = `total`, a product for each value that goes in.

    `places` (n,) int64 are their flat indices in all that goes in, `products` (n,) float64. Without
    products one value is handed on as it is, and `places` says which. Of several tensors that go in
    they are in that of the number `received`, or each in one of its own.
    """

    places: Indices
    products: Doubles | None = None
    bias: float = 0.0
    total: float = 0.0
    received: int | tuple[int, ...] = 0

    def tensor(self, index: int) -> int:
        """Return the number of the tensor that a place is in."""
        return self.received if isinstance(self.received, int) else self.received[index]


@dataclass(frozen=True, slots=True)
class Term:
    """One product of a unit sum: `product` = `weight`·`input`."""

    index: int
    weight: float
    input: float
    product: float


@dataclass(frozen=True, slots=True)
class Terms:
    """The largest terms of either sign, largest first, and the sum of the `rest_count` others.

    Σ positive + Σ negative + rest + bias = the sum's total, up to float64 rounding. `rest` is added
    up from the products themselves, not taken as the difference, so that the identity can fail.
    """

    positive: tuple[Term, ...]
    negative: tuple[Term, ...]
    rest: float
    rest_count: int


@dataclass(frozen=True, slots=True, eq=False)
class SoftmaxTerms:
    """Every step of a softmax over C logits; all arrays (C,) float64.

    `shifted` = (logit − `maximum`) / `temperature`, at most 0; `exponentials` = exp(shifted), 0 to
    1; `denominator` = Σ exponentials; `probabilities` = exponentials / denominator.
    `naive_overflows`: exp(logit / temperature), without subtracting the maximum first, would be
    infinite in float32.
    """

    maximum: float
    temperature: float
    shifted: Doubles
    exponentials: Doubles
    denominator: float
    probabilities: Doubles
    naive_overflows: bool


@dataclass(frozen=True, slots=True)
class ReluMargin:
    """One ReLU: `output` = max(0, `value`), `distance` = |value|, `on` when value > 0."""

    value: float
    output: float
    distance: float
    on: bool


@dataclass(frozen=True, slots=True, eq=False)
class Contributors:
    """What speaks most for and against a sum of products.

    `indices` (k,) int64 and `products` (k,) float64 with their signs, the largest |product| first;
    the sums of those left out, apart by sign, and how many they are (products that are 0 count as
    left out). Σ products + positive_rest + negative_rest = `total`, up to float64 rounding.
    """

    indices: Indices
    products: Doubles
    positive_rest: float
    negative_rest: float
    rest_count: int
    total: float


def unit_sum(weights: Floats, inputs: Floats, bias: float = 0.0, *, first: int = 0) -> UnitSum:
    """Return one output of a Linear as the sum it is.

    `weights` is the unit's row (n,) float32, `inputs` (n,) float32 of any unit, `first` the flat
    index of inputs[0] in all that goes in. Equal |products| keep the order of their indices.
    Formula: z = w·x + b, as in `torch.nn.Linear`.
    """
    row, values = sealed(weights, np.float32), sealed(inputs, np.float32)
    products = sealed(row.astype(np.float64) * values.astype(np.float64), np.float64)
    positive, negative = _by_sign(products)
    return UnitSum(
        weights=row,
        inputs=values,
        products=products,
        order=sealed(_largest_first(products), np.int64),
        bias=float(bias),
        total=float(products.sum() + float(bias)),
        positive=positive,
        negative=negative,
        first=first,
    )


def terms(of: UnitSum, k: int) -> Terms:
    """Return the `k` largest terms of a unit sum of either sign, and the sum of all others.

    Raises:
        InvalidQuery: when `k` is below 0.
    """
    _expect_count(k, of.products.size)
    signs = of.products[of.order]
    positive, negative = of.order[signs > 0][:k], of.order[signs < 0][:k]
    left = np.ones(of.products.size, dtype=bool)
    left[positive] = left[negative] = False
    return Terms(
        positive=tuple(_term(of, int(index)) for index in positive),
        negative=tuple(_term(of, int(index)) for index in negative),
        rest=float(of.products[left].sum()),
        rest_count=int(np.count_nonzero(left)),
    )


def rounded(products: Doubles, bias: float, precision: float) -> float:
    """Return how far a sum of products (n,) and a bias may be from the exact one, where it rounds.

    `precision` is the distance from 1 to the next number of the type that the sum is made in.
    Every partial sum is rounded by up to half of that, of Σ|p| + |b| at most; as it goes either
    way, about √n of them add up, and a few where n is small. (Higham and Mary, "A New Approach to
    Probabilistic Rounding Error Analysis", 2019.)
    """
    scale = float(np.abs(products).sum()) + abs(bias)
    return max(FEW, math.sqrt(products.size)) * precision * scale


def softmax_terms(logits: Floats, temperature: float = 1.0) -> SoftmaxTerms:
    """Return every step of the softmax of logits (C,), any real numbers.

    What is not finite stays so, as in PyTorch.

    Formula: p[c] = exp((z[c] − max z) / T) / Σₖ exp((z[k] − max z) / T). Subtracting the maximum
    changes nothing in exact arithmetic and keeps every exponential at most 1 (Goodfellow et al.,
    Deep Learning, section 4.1).

    Raises:
        InvalidQuery: when the temperature is not a finite number above 0.
    """
    if not (math.isfinite(temperature) and temperature > 0):
        raise InvalidQuery("arithmetic.temperature", received=temperature)
    values = np.asarray(logits, dtype=np.float64)
    maximum = float(values.max())
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        shifted = (values - maximum) / temperature
        exponentials = np.exp(shifted)
        denominator = float(exponentials.sum())
        probabilities = exponentials / denominator
    return SoftmaxTerms(
        maximum=maximum,
        temperature=float(temperature),
        shifted=sealed(shifted, np.float64),
        exponentials=sealed(exponentials, np.float64),
        denominator=denominator,
        probabilities=sealed(probabilities, np.float64),
        naive_overflows=maximum > LARGEST_EXPONENT * temperature,
    )


def relu_margin(value: float) -> ReluMargin:
    """Return what a ReLU makes of one pre-activation.

    At exactly 0 it is off, as PyTorch's gradient there is 0.
    """
    return ReluMargin(value=value, output=max(0.0, value), distance=abs(value), on=value > 0)


def contributors(products: Floats | Doubles, k: int) -> Contributors:
    """Return the `k` largest of some products (n,) by absolute value.

    Raises:
        InvalidQuery: when `k` is below 0.
    """
    values = np.asarray(products, dtype=np.float64)
    _expect_count(k, values.size)
    order = _largest_first(values)
    positive, negative = _by_sign(values[order[k:]])
    return Contributors(
        indices=sealed(order[:k], np.int64),
        products=sealed(values[order[:k]], np.float64),
        positive_rest=positive,
        negative_rest=negative,
        rest_count=values[k:].size,
        total=float(values.sum()),
    )


def mean(values: Floats) -> float:
    """Return the mean, summed in float64; of values beyond all numbers, none."""
    with np.errstate(invalid="ignore", over="ignore"):
        return float(values.mean(dtype=np.float64))


def sealed(values: Any, dtype: type[np.generic]) -> NDArray[Any]:
    """Return a read-only copy of an array."""
    copied = np.array(values, dtype=dtype)
    copied.setflags(write=False)
    return copied


def _largest_first(products: Doubles) -> Indices:
    return np.argsort(-np.abs(products), kind="stable")


def _by_sign(products: Doubles) -> tuple[float, float]:
    """Return the sum of what is above 0 and the sum of what is below."""
    return float(products[products > 0].sum()), float(products[products < 0].sum())


def _term(of: UnitSum, index: int) -> Term:
    return Term(index, float(of.weights[index]), float(of.inputs[index]), float(of.products[index]))


def _expect_count(k: int, high: int) -> None:
    if k < 0:
        raise InvalidQuery("query.whole", field="k", received=k, low=0, high=high)
