"""Values in order, the larger of two, windows laid out, maxima put back: the place is torch's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Query
from tests.kinds.test_functions import PICTURES, explained, seen
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

CALLS: dict[str, Any] = {
    "sort": lambda x: x.sort(-1)[0],
    "sort the other way": lambda x: torch.sort(x, descending=True, dim=1).values,
    "topk": lambda x: torch.topk(x, 3, 2).values,
    "topk of the least": lambda x: x.topk(k=2, largest=False)[0],
    "kthvalue": lambda x: x.kthvalue(5, dim=2, keepdim=True)[0],
    "median": lambda x: x.median(-1).values,
    "median of all": lambda x: x[1].median(),
    "mode": lambda x: x.mode(2)[0],
    "cummax": lambda x: x.cummax(2)[0],
    "cummin": lambda x: torch.cummin(x, dim=-1).values,
    "unfold": lambda x: x.unfold(2, 4, 3),
    "unfold of windows": lambda x: F.unfold(x, (4, 3), stride=2),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_value_is_the_one_that_stood_there(name: str) -> None:
    scene = seen(lambda _, x: CALLS[name](x), f"..{name.split(maxsplit=1)[0]}")
    assert scene.step.kind == "moving"
    size, came = scene.after[1].size, set()
    for at in {0, size // 3, size // 2, size - 1}:
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        value = scene.after[1].reshape(-1)[at]
        assert scene.subject().received[0][1].reshape(-1)[data["from"]] == value
        came.add(data["from"])
    assert len(came) > 1 or size == 1


def test_where_many_are_the_same_the_place_is_that_which_torch_names() -> None:
    scene = seen(lambda _, x: (x > 0.5).float().topk(4, -1).values, "..topk")
    where = torch.from_numpy(scene.before[1].copy()).topk(4, -1).indices
    for at in (0, 7, 100):
        data, _ = explained(look(replace(scene.query, unit=at)))
        assert data["from"] % 28 == int(where.reshape(-1)[at])


def test_the_larger_of_two_is_told_from_the_smaller() -> None:
    for name, function in (("maximum", torch.maximum), ("min", torch.min)):
        scene = seen(lambda _, x, f=function: f(x, 1 - x.mT), f"..{name}")  # type: ignore[misc]
        told = set()
        for at in range(0, scene.after[1].size, 89):
            data, checks = explained(look(replace(scene.query, unit=at)))
            assert checks == [("taken", True)]
            told.add(data["formulas"][0].split(" = ")[1][:2])
        assert told == {"x1", "x2"}
        assert ("larger" if name == "maximum" else "smaller") in scene.kind.sentence(
            scene.subject()
        )


def unpooled(x: torch.Tensor) -> torch.Tensor:
    values, where = F.max_pool2d(x, 3, 2, return_indices=True)
    return F.max_unpool2d(values, where, 3, 2, output_size=(28, 28))  # type: ignore[arg-type]


LAID: dict[str, Any] = {
    "max_unpool2d": unpooled,
    "unfold": lambda x: F.unfold(x, 5, padding=2, stride=3, dilation=2),
}


@pytest.mark.parametrize("name", LAID)
def test_around_the_values_that_are_put_somewhere_stands_0(name: str) -> None:
    scene = seen(lambda _, x: LAID[name](x + 5), f"..{name}")
    told = set()
    for at in range(0, scene.after[1].size, 13):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        place = np.unravel_index(at, scene.after[1].shape)
        number = bool(scene.after[1][place] == 0)
        assert ("from" in data) != number
        if number:
            assert data["formulas"] == [f"y[{', '.join(map(str, place))}] = 0"]
        told.add(number)
    assert told == {True, False}


def test_a_layer_that_lays_values_somewhere_is_told_as_its_function_is() -> None:
    pool, layer = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)
    made = Forward(
        lambda s, x: s.b(s.layer(*s.pool(x[:, None]))), pool=pool, layer=layer, b=nn.Unfold(7)
    )
    name = zoo.offer(zoo.card_of("Mine"), made.eval()).name
    scene = look(Query(model=name, images=PICTURES, focus=1, step="layer"))
    _, went = pool(torch.from_numpy(scene.values["input"][1:].copy())[:, None])
    for at, place in list(enumerate(went.reshape(-1).tolist()))[::17]:
        data, checks = explained(look(replace(scene.query, unit=place)))
        assert (checks, data["from"], data["source"]) == ([("taken", True)], at, "pool")
    texts = scene.kind.words(scene.subject())
    assert texts["sentence"].startswith("Puts each value back where its maximum came from")
    data, checks = explained(look(replace(scene.query, step="b", unit=484 * 8 + 50)))
    assert checks == [("taken", True)]
    assert data["formulas"][0].startswith("y[8, 50] = x[0, 3, 7]")  # tap 1, 1 of window 2, 6


def test_what_adds_up_is_not_moved() -> None:
    scene = seen(lambda _, x: F.fold(F.unfold(x, 3), 28, 3), "..fold", at=3)
    assert "formulas" not in explained(scene)[0]
