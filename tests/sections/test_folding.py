"""What the page is told of a folded strip: shapes, names, and the check that no step is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import torch
import torchvision
from torch import nn

from explorer.errors import InvalidQuery
from explorer.incoming.queries import read, write
from explorer.network import folding as folds
from explorer.network import recent, zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.outgoing.replies import encoded
from explorer.records import Check, Folding, Input, Query
from explorer.sections import folding
from explorer.viewing import view
from tests import nets


@pytest.fixture
def resnet() -> Iterator[Query]:
    torch.manual_seed(0)
    model = torchvision.models.resnet18(weights=None).eval()
    zoo.offer(card_of("mine", taken=Input((3, 64, 64))), model)
    yield Query(model="mine", images=(bytes(784),))
    zoo.withdraw("mine")
    recent.forget()


def told(query: Query) -> tuple[dict[str, Any], tuple[Check, ...]]:
    data, checks = folding.section(look(query))
    assert data is not None
    assert orjson.dumps(encoded(data))
    return data, checks


def test_a_box_tells_its_name_type_steps_and_shapes(resnet: Query) -> None:
    data, (check,) = told(resnet)
    boxes = [each["box"] for each in data["cards"] if each["box"]]
    assert [box["module"] for box in boxes] == [
        "BasicBlock",
        "Sequential",
        "Sequential",
        "Sequential",
    ]
    assert [box["times"] for box in boxes] == [2, 1, 1, 1]
    assert [box["end"] - box["start"] for box in boxes] == [14, 16, 16, 16]
    assert [box["entering"] for box in boxes[:2]] == [[1, 64, 16, 16]] * 2
    assert all(box["skips"] for box in boxes)
    assert boxes[1]["enter"] == "layer2.0.relu#2"
    assert (data["detail"], data["most"], data["forced"]) == (0, 3, [])
    assert check.passed
    assert check.left == check.right == 71


def test_what_a_step_needs_is_open_and_named(resnet: Query) -> None:
    data, _ = told(replace(resnet, step="layer3.0.bn1"))
    assert data["forced"] == ["layer3", "layer3.0"]
    assert [frame["id"] for frame in data["frames"]] == ["layer3", "layer3.0"]
    inner = next(each for each in data["cards"] if each["box"] and "down" in each["box"]["id"])
    assert inner["within"] == ["layer3", "layer3.0"]


def test_a_card_that_is_lost_fails_the_check(
    resnet: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = folds.visible

    def lossy(*args: Any) -> folds.Folded:
        found = whole(*args)
        return replace(found, cards=found.cards[1:], edges=())

    monkeypatch.setattr(folds, "visible", lossy)
    _, (check,) = told(resnet)
    assert not check.passed
    assert check.left == 70


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        (Folding(opened=("layer9",)), "query.box"),
        (Folding(closed=("conv1",)), "query.box"),
        (Folding(detail=4), "query.whole"),
    ],
)
def test_what_does_not_exist_is_refused_whatever_is_asked_for(
    resnet: Query, wish: Folding, key: str
) -> None:
    for show in ((), ("folding",)):
        with pytest.raises(InvalidQuery) as raised:
            view(replace(resnet, folding=wish, show=show))
        assert raised.value.key == key


@pytest.mark.parametrize("name", ["fashion-mlp", "course-sequential"])
def test_a_short_chain_has_nothing_to_fold(name: str) -> None:
    assert folding.section(look(Query(model=name))) == (None, ())


def test_a_skip_in_a_short_module_is_drawn() -> None:
    name = zoo.offer(card_of("mine", taken=Input((1, 28, 28))), nets.Net().eval()).name
    data, _ = told(Query(model=name))
    ids = [step.id for step in look(Query(model=name)).steps]
    zoo.withdraw(name)
    assert data["most"] == 0
    assert [ids.index("..relu"), ids.index("..add")] in data["edges"]
    assert not data["chain"]


def test_a_query_with_folding_is_read_and_written() -> None:
    query = read({"folding": {"detail": 2, "opened": ["a", "b.0"]}})
    assert query.folding == Folding(2, ("a", "b.0"), ())
    assert read(write(query)) == query
    for odd in (5, {"detail": -1}, {"detail": 0.5}, {"opened": "a"}, {"closed": [1]}, {"folds": 1}):
        with pytest.raises(InvalidQuery):
            read({"folding": odd})


def test_a_pass_that_failed_is_folded_as_far_as_it_went() -> None:
    class Half(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.ReLU())
            self.two = nn.Sequential(nn.Linear(8, 8), nn.Linear(9, 3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = self.one(x)
            scores: torch.Tensor = self.two(hidden + hidden.flip(1))
            return scores

    name = zoo.offer(card_of("half"), Half().eval()).name
    scene: Scene = look(Query(model=name))
    data, (check,) = folding.section(scene)
    zoo.withdraw(name)
    assert scene.failure is not None
    assert data is not None
    assert check.passed
