"""What writes over a part of a tensor made that part, and no other one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.tracing import trace
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.viewing import view
from tests.network.modules import Forward
from tests.network.test_graph import X, linear, wired

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


def beside_a_part(self: Any, x: torch.Tensor) -> Any:
    one, two = self.a(x).chunk(2, 1)
    one.mul_(2)
    return self.b(one + two)


def half_on_a_part(self: Any, x: torch.Tensor) -> Any:
    out = self.a(x)
    late = out[:, 1:]
    out[:, :-1].mul_(2)
    return self.b(late)


def through_another_shape(self: Any, x: torch.Tensor) -> Any:
    out = self.a(x)
    out.view(2, 2, 2).mul_(2)
    return self.b(out)


def turned(self: Any, x: torch.Tensor) -> Any:
    squares = self.a(x).view(2, 2, 2)
    squares.mT.mul_(2)
    return self.b(squares)


@pytest.mark.parametrize(
    ("model", "drawn"),
    [
        (
            Forward(beside_a_part, a=linear(), b=linear(2)),
            {
                "a": ["input"],
                "..chunk": ["a"],
                "..mul_": ["..chunk"],
                "..add": ["..mul_", "..chunk:1"],
                "b": ["..add"],
            },
        ),
        (
            Forward(half_on_a_part, a=linear(), b=linear(3)),
            {
                "a": ["input"],
                "..getitem": ["a"],
                "..getitem#2": ["a"],
                "..mul_": ["..getitem#2"],
                "b": ["..mul_:part"],
            },
        ),
        (
            Forward(through_another_shape, a=linear(), b=linear()),
            {"a": ["input"], "..view": ["a"], "..mul_": ["..view"], "b": ["..mul_"]},
        ),
        (
            Forward(turned, a=linear(), b=linear(2)),
            {
                "a": ["input"],
                "..view": ["a"],
                "..mT": ["..view"],
                "..mul_": ["..mT"],
                "b": ["..mul_:part"],
            },
        ),
    ],
)
def test_only_what_was_written_over_comes_from_there(
    model: nn.Module, drawn: dict[str, list[str]]
) -> None:
    assert wired(trace(model, X)) == drawn


def channels(self: Any, x: torch.Tensor) -> Any:
    out = self.a(x)
    out[:, 1] *= 3
    out[:, :2].neg_()
    return self.b(out.relu_())


def test_a_path_through_a_part_leads_to_values_that_are_there() -> None:
    torch.manual_seed(0)
    model = Forward(channels, a=linear(), b=linear()).eval()
    name = zoo.offer(card_of("mine", examples=X), model).name
    scene = look(Query(model=name))
    values, kinds = scene.values, {step.id: step.kind for step in scene.steps}
    moved = set()
    for step in scene.steps:
        asked = Query(model=name, step=step.id, unit=values[step.id][0].size - 1, show=("paths",))
        for edge in view(asked).sections["paths"]["edges"]:
            made, came = values[edge["to"]][0], values[edge["from"]][0]
            assert edge["source"] < came.size
            if kinds[edge["to"]] == "moving":
                assert made.reshape(-1)[edge["target"]] == came.reshape(-1)[edge["source"]]
                moved.add(edge["to"])
    assert moved >= {"..getitem", "..getitem#2"}
    with torch.no_grad():
        np.testing.assert_array_equal(values["b"], model(X))
