# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Sums, softmax terms and margins add up, worked out by hand and for any numbers."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import InvalidQuery
from explorer.maths.arithmetic import (
    Terms,
    UnitSum,
    contributors,
    relu_margin,
    softmax_terms,
    terms,
    unit_sum,
)
from explorer.records import Floats

NUMBERS = st.floats(min_value=-1e4, max_value=1e4, width=32)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=40)


def row(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def by_hand() -> UnitSum:
    return unit_sum(row(2, -1, 0.5, -4, 3), row(1, 5, 2, 2, 0), 10.0)  # products 2, −5, 1, −8, 0


def added_up(of: UnitSum, shown: Terms) -> float:
    listed = sum(term.product for term in (*shown.positive, *shown.negative))
    return float(listed + shown.rest + of.bias)


def test_unit_sum_worked_out_by_hand() -> None:
    found = by_hand()
    assert found.products.tolist() == [2, -5, 1, -8, 0]
    assert found.order.tolist() == [3, 1, 0, 2, 4]
    assert (found.total, found.positive, found.negative, found.bias) == (0.0, 3.0, -13.0, 10.0)
    assert not any(
        array.flags.writeable
        for array in (found.products, found.order, found.weights, found.inputs)
    )


def test_terms_worked_out_by_hand() -> None:
    shown = terms(by_hand(), 1)
    assert [dataclasses.astuple(term) for term in shown.positive] == [(0, 2.0, 1.0, 2.0)]
    assert [dataclasses.astuple(term) for term in shown.negative] == [(3, -4.0, 2.0, -8.0)]
    assert (shown.rest, shown.rest_count) == (-4.0, 3)
    assert terms(by_hand(), 0).rest_count == 5
    assert terms(by_hand(), 99).rest == 0.0


def test_unit_sum_is_what_linear_computes() -> None:
    torch.manual_seed(0)
    linear, x = torch.nn.Linear(784, 5), torch.rand(784)
    with torch.no_grad():
        exact = linear.double()(x.double())
    weights, bias = linear.weight.detach().float().numpy(), linear.bias.detach().float().numpy()
    for unit in range(5):
        assert unit_sum(weights[unit], x.numpy(), float(bias[unit])).total == pytest.approx(
            float(exact[unit]), abs=1e-12
        )


@given(PAIRS, NUMBERS, st.integers(0, 20))
def test_listed_and_rest_and_bias_are_the_total(
    pairs: list[tuple[float, float]], bias: float, k: int
) -> None:
    found = unit_sum(row(*(w for w, _ in pairs)), row(*(x for _, x in pairs)), bias)
    size = float(np.abs(found.products).sum()) + abs(bias)
    exact = math.fsum([w * x for w, x in pairs] + [bias])
    assert found.total == pytest.approx(exact, abs=1e-13 * size)
    assert added_up(found, terms(found, k)) == pytest.approx(exact, abs=1e-13 * size)
    assert found.positive + found.negative + bias == pytest.approx(exact, abs=1e-13 * size)
    assert found.negative <= 0 <= found.positive
    assert sorted(found.order.tolist()) == list(range(len(pairs)))
    sizes = np.abs(found.products[found.order])
    assert bool((sizes[:-1] >= sizes[1:]).all())


def test_a_corrupted_product_breaks_the_sum() -> None:
    found = by_hand()
    wrong = found.products.copy()
    wrong[2] += 0.001
    assert abs(added_up(found, terms(found, 1)) - found.total) < 1e-12
    assert (
        abs(added_up(found, terms(dataclasses.replace(found, products=wrong), 1)) - found.total)
        > 9e-4
    )


def test_softmax_terms_worked_out_by_hand() -> None:
    found = softmax_terms(np.log(row(1, 2, 4)) + np.float32(3))
    assert found.exponentials == pytest.approx([0.25, 0.5, 1.0], abs=1e-6)
    assert found.denominator == pytest.approx(1.75, abs=1e-6)
    assert found.probabilities == pytest.approx([1 / 7, 2 / 7, 4 / 7], abs=1e-7)
    assert found.shifted.max() == 0.0
    assert not found.naive_overflows
    assert not found.probabilities.flags.writeable


@given(st.lists(NUMBERS, min_size=1, max_size=12), st.floats(min_value=0.01, max_value=100))
def test_probabilities_sum_to_one_and_are_those_of_pytorch(
    logits: list[float], temperature: float
) -> None:
    found = softmax_terms(row(*logits), temperature)
    plain = torch.softmax(torch.tensor(logits, dtype=torch.float64) / temperature, dim=0).numpy()
    assert float(found.probabilities.sum()) == pytest.approx(1.0, abs=1e-12)
    assert found.probabilities == pytest.approx(plain, abs=1e-9)
    assert 1.0 <= found.denominator <= len(logits)


@pytest.mark.parametrize(
    ("largest", "temperature"), [(88.0, 1.0), (89.0, 1.0), (89.0, 2.0), (60.0, 0.5), (-5.0, 1.0)]
)
def test_naive_overflow_is_what_float32_does(largest: float, temperature: float) -> None:
    naive = torch.tensor([largest, 0.0]).div(temperature).exp()
    assert softmax_terms(row(largest, 0), temperature).naive_overflows == bool(naive.isinf().any())


def test_a_logit_that_is_not_finite_stays_visible() -> None:
    assert bool(np.isnan(softmax_terms(row(np.inf, 1)).probabilities).any())
    assert bool(np.isnan(softmax_terms(row(np.nan, 1)).probabilities).all())


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan])
def test_a_temperature_has_to_be_above_zero(temperature: float) -> None:
    with pytest.raises(InvalidQuery, match="above 0"):
        softmax_terms(row(1, 2), temperature)


@pytest.mark.parametrize(
    ("value", "answer"),
    [(2.5, (2.5, 2.5, 2.5, True)), (-3.0, (-3.0, 0.0, 3.0, False)), (0.0, (0.0, 0.0, 0.0, False))],
)
def test_relu_margin(value: float, answer: tuple[float, float, float, bool]) -> None:
    assert dataclasses.astuple(relu_margin(value)) == answer


def test_contributors_worked_out_by_hand() -> None:
    found = contributors(row(1, -7, 0, 4, -2, 3), 2)
    assert (found.indices.tolist(), found.products.tolist()) == ([1, 3], [-7.0, 4.0])
    assert (found.positive_rest, found.negative_rest, found.rest_count, found.total) == (
        4.0,
        -2.0,
        4,
        -1.0,
    )
    assert contributors(row(), 3).total == 0.0


@given(st.lists(NUMBERS, max_size=40), st.integers(0, 50))
def test_contributors_and_their_rests_are_the_total(values: list[float], k: int) -> None:
    found = contributors(row(*values), k)
    total = float(found.products.sum()) + found.positive_rest + found.negative_rest
    assert total == pytest.approx(math.fsum(values), abs=1e-9)
    assert len(found.indices) + found.rest_count == len(values)


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="k is -1"):
        terms(by_hand(), -1)
    with pytest.raises(InvalidQuery, match="k is -2"):
        contributors(row(1, 2), -2)


def test_products_that_are_zero_are_no_terms_and_equal_ones_keep_their_order() -> None:
    of = unit_sum(row(0, 2, -2, 1, -2, 2), row(5, 1, 1, 0, 1, 1))  # products 0, 2, −2, 0, −2, 2
    assert of.order.tolist() == [1, 2, 4, 5, 0, 3]
    shown = terms(of, 9)
    assert [term.index for term in shown.positive] == [1, 5]
    assert [term.index for term in shown.negative] == [2, 4]
    assert (shown.rest, shown.rest_count) == (0.0, 2)
    assert contributors(row(1, -1, 0, 1), 2).indices.tolist() == [0, 1]
    assert contributors(row(0, 0, 3), 1).rest_count == 2


def test_the_rest_is_added_up_and_not_the_difference_to_the_total() -> None:
    wrong = dataclasses.replace(by_hand(), total=100.0)
    assert (terms(wrong, 1).rest, terms(by_hand(), 1).rest) == (-4.0, -4.0)
