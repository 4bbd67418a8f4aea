"""A layer that is called with other weights than it holds is shown, and nothing false is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.viewing import view
from explorer.words import LANGUAGES
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURE = (bytes((place * 37) % 256 for place in range(784)),)
SHOWN = ("unit", "softmax", "linear", "paths", "deciding", "robustness", "mind", "folding")


def offered(change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]]) -> str:
    torch.manual_seed(3)
    inner = nn.Sequential(nn.Flatten(), nn.Linear(784, 6), nn.ReLU(), nn.Linear(6, 10))
    weights = change({name: each.detach() for name, each in inner.named_parameters()})
    model = Forward(lambda s, x: torch.func.functional_call(s.a, weights, (x,)), a=inner)
    return zoo.offer(card_of("Mine"), model.eval()).name


def doubled(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {"3.weight": weights["3.weight"] * 2}


def test_what_functional_call_exchanges_is_said_and_not_taken_for_what_is_held() -> None:
    name = offered(doubled)
    assert [each.kind for each in look(Query(model=name, images=PICTURE)).steps] == [
        *("input", "flatten", "linear", "relu", "other", "softmax")
    ]
    for step in ("a.1", "a.3", "softmax"):
        seen = view(Query(model=name, images=PICTURE, step=step, unit=2, show=SHOWN))
        assert not [each.key for each in seen.checks if not each.passed]
        assert ("total" in (seen.sections["unit"] or {})) == (step == "a.1")
    for language, words in zip(
        LANGUAGES, ("with other weights", "不是它平时持有的权重"), strict=True
    ):
        scene = look(Query(model=name, images=PICTURE, step="a.3", language=language))
        assert words in scene.kind.words(scene.subject())["sentence"]


@pytest.mark.parametrize(
    "change", [dict, lambda weights: {name: each.clone() for name, each in weights.items()}]
)
def test_the_same_weights_by_another_way_are_the_same(change: Any) -> None:
    seen = view(Query(model=offered(change), images=PICTURE, step="a.3", unit=2, show=SHOWN))
    assert seen.steps[4].kind == "logits"
    assert "terms" in {each.key for each in seen.checks}
    assert all(each.passed for each in seen.checks)


def test_weights_that_a_pass_writes_over_are_others_only_behind_that() -> None:
    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        x = self.a(x.flatten(1))
        with torch.no_grad():
            self.a.bias.add_(1)
        again: torch.Tensor = self.a(x)
        return again * 2

    model = Forward(forward, a=nn.Linear(784, 784)).eval()
    held = model.get_parameter("a.bias").detach().clone()
    scene = look(Query(model=zoo.offer(card_of("Mine"), model).name, images=PICTURE))
    assert [each.kind for each in scene.steps if each.module == "Linear"] == ["linear", "other"]
    np.testing.assert_array_equal(model.get_parameter("a.bias").detach(), held)
