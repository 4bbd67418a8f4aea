"""What ends a network is called what it is, and what a step receives comes from where it came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.steps import ROOT
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


def scene(model: nn.Module, *shape: int) -> Scene:
    """Return the first screen of a module that is fed with numbers of a shape."""
    torch.manual_seed(3)
    example = torch.randn(2, *shape)
    name = zoo.offer(card_of("Mine", examples=example), model.eval()).name
    return look(Query(model=name))


def kinds(seen: Scene) -> list[str]:
    return [step.kind for step in seen.steps]


def test_only_a_linear_layer_gives_logits() -> None:
    assert "logits" in kinds(scene(nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 3)), 4))
    seen = kinds(scene(nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6)), 4))
    assert seen[1:3] == ["linear", "normalization"]


def test_a_module_that_is_one_layer_is_a_step() -> None:
    seen = scene(nn.Linear(4, 3), 4)
    assert [step.id for step in seen.steps][1] == ROOT
    assert seen.sources["softmax"] == ROOT


def test_a_second_answer_comes_from_no_step() -> None:
    """The last state of an LSTM is not what its step shows."""
    lstm = nn.LSTM(4, 5, batch_first=True)
    last = Forward(
        lambda self, x: self.layer(self.lstm(x)[1][0][0]), lstm=lstm, layer=nn.Linear(5, 3)
    )
    first = Forward(lambda self, x: self.layer(self.lstm(x)[0]), lstm=lstm, layer=nn.Linear(5, 3))
    assert scene(first, 6, 4).sources["layer"] == "lstm"
    seen = scene(last, 6, 4).sources
    assert seen["layer"] == "..getitem"
    assert seen["..getitem"] is None


def drip(self: Any, x: torch.Tensor) -> Iterator[torch.Tensor]:
    yield self.layer(x)


@pytest.mark.parametrize(
    ("function", "step", "words"),
    [
        (drip, "input", "type generator: the code in it runs only when"),
        (lambda self, x: map(self.layer, [x + 1]), "..add", "type map: the code in it runs only"),
        (lambda self, x: self.layer(x).shape[0], "layer", "type int without a tensor in it"),
    ],
)
def test_an_answer_without_a_tensor_is_said_to_be_none(
    function: Any, step: str, words: str
) -> None:
    seen = scene(Forward(function, layer=nn.Linear(4, 3)), 4)
    last = seen.steps[-1]
    assert last.id == step
    assert words in seen.kind.words(seen.subject(last))["sentence"]
    chinese = look(replace(seen.query, language="zh"))
    texts = chinese.kind.words(chinese.subject(chinese.steps[-1]))
    assert "张量" in texts["sentence"]


def test_the_second_example_is_opened_at_the_input_too() -> None:
    name = scene(nn.Linear(4, 3), 4).query.model
    seen = view(Query(model=name, step="input", focus=1, unit=2, show=("unit", "figure")))
    assert seen.texts["sentence"].startswith("The 4 values that were given")
    assert seen.sections["unit"] == {"step": "input", "kind": "given", "unit": 2} | {
        "value": float(seen.tensors["input"][2])
    }
