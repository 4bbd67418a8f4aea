"""A matrix product is told value by value, as the sum that it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.kinds import BY_NAME
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.viewing import view
from tests.network.modules import Forward
from tests.network.odd import rand

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

WAYS: dict[str, tuple[Callable[..., Any], tuple[torch.Tensor, ...]]] = {
    "weight behind": (lambda s, x: x @ s.a.weight, (rand(2, 6),)),
    "rows of a sequence": (lambda s, x: torch.matmul(x, s.a.weight), (rand(2, 3, 6),)),
    "each image's own": (lambda _, x, y: torch.bmm(x, y), (rand(2, 3, 6), rand(2, 6, 4) + 1)),
    "heads": (lambda _, x: x @ x.transpose(-2, -1), (rand(2, 2, 3, 4),)),
    "a vector": (lambda _, x, y: torch.matmul(x, y[0]), (rand(2, 3, 6), rand(1, 6) + 1)),
    "a weight before": (lambda s, x: torch.matmul(s.a.weight, x), (rand(2, 6, 4),)),
}
PLACES = {
    "weight behind": (4, "y[4] = Σₖ a[k] · b[k, 4]"),
    "rows of a sequence": (8, "y[1, 2] = Σₖ a[1, k] · b[k, 2]"),
    "heads": (14, "y[1, 1, 2] = Σₖ a[1, 1, k] · b[1, k, 2]"),
    "a vector": (2, "y[2] = Σₖ a[2, k] · b[k]"),
    "a weight before": (6, "y[1, 2] = Σₖ a[1, k] · b[k, 2]"),
}


def said(function: Callable[..., Any], inputs: tuple[torch.Tensor, ...], unit: int) -> list[str]:
    model = Forward(function, a=nn.Linear(6, 6)).eval()
    offered = zoo.offer(card_of("mine", examples=inputs), model).name
    step = next(each for each in look(Query(model=offered)).steps if each.kind == "crossing")
    seen = view(Query(model=offered, focus=1, step=step.id, unit=unit, show=("unit",)))
    assert not [each.key for each in seen.checks if not each.passed]
    lines: list[str] = seen.sections["unit"]["formulas"]
    return lines


@pytest.mark.parametrize("name", PLACES)
def test_a_row_and_a_column_are_named_by_their_own_places(name: str) -> None:
    unit, line = PLACES[name]
    assert said(*WAYS[name], unit)[1] == line


def test_two_vectors_make_one_number() -> None:
    lines = said(lambda s, x: torch.dot(s.a.bias, x[0]) * torch.ones(2, 1), (rand(2, 6),), 0)
    assert lines[1] == "y = Σₖ a[k] · b[k]"


@pytest.mark.parametrize("name", WAYS)
def test_every_value_is_the_sum_that_torch_made(name: str) -> None:
    function, inputs = WAYS[name]
    torch.manual_seed(5)
    model = Forward(function, a=nn.Linear(6, 6)).eval()
    offered = zoo.offer(card_of("mine", examples=inputs), model).name
    step = next(each for each in look(Query(model=offered)).steps if each.kind == "crossing")
    with torch.no_grad():
        expected = model(*inputs)[1].reshape(-1)
    for unit, value in enumerate(expected):
        query = Query(model=offered, focus=1, step=step.id, unit=unit, show=("unit", "paths"))
        seen = view(query)
        assert not [each.key for each in seen.checks if not each.passed]
        again = next(each for each in seen.checks if each.key == "again")
        assert again.left == pytest.approx(float(value), rel=1e-4, abs=1e-6)
        assert 0 < again.tolerance < 1e-4
        assert seen.sections["unit"]["formulas"]


def test_the_largest_products_are_written_out_and_the_row_is_where_it_came_from() -> None:
    function, inputs = WAYS["rows of a sequence"]
    model = Forward(function, a=nn.Linear(6, 6)).eval()
    scene = look(Query(model=zoo.offer(card_of("mine", examples=inputs), model).name))
    step = next(each for each in scene.steps if each.kind == "crossing")
    total = BY_NAME[step.kind].sum(scene.subject(step), 8)
    assert total is not None
    assert total.first == 6  # the second row begins there
    np.testing.assert_array_equal(total.inputs, inputs[0][0, 1])
    weight = model.get_parameter("a.weight").detach()
    np.testing.assert_array_equal(total.weights, weight[:, 2])
