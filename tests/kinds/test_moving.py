"""Where a value stood before permute, expand, an index and their kin: as torch moves the numbers."""

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
from explorer.words import LANGUAGES
from tests.kinds.test_functions import PICTURES, explained, seen

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

CALLS: dict[str, Any] = {
    "permute": lambda x: x.permute(0, 3, 1, 2),
    "torch's own permute": lambda x: torch.permute(x, (0, 2, 3, 1)),
    "transpose": lambda x: x.transpose(1, -1),
    "batch second": lambda x: x.transpose(0, 1),
    "swapaxes": lambda x: torch.swapaxes(x, axis0=2, axis1=3),
    "movedim": lambda x: torch.movedim(x, (1, 2), (-1, -2)),
    "mT": lambda x: x.mT,
    "expand": lambda x: x[:, :, None].expand(-1, 2, 3, 28, 28),
    "expand_as": lambda x: x[:, :1].expand_as(x),
    "repeat": lambda x: x.repeat(1, 2, 1, 3),
    "flip": lambda x: x.flip(3),
    "roll": lambda x: torch.roll(x, 5, dims=2),
    "chunk": lambda x: x.chunk(4, dim=3)[0],
    "split": lambda x: torch.split(x, [11, 17], dim=2)[0],
    "unbind": lambda x: x.unbind(1)[0],
    "narrow": lambda x: x.narrow(3, 5, 7),
    "select": lambda x: x.select(1, 1),
    "getitem": lambda x: x[:, 1],
    "getitem of slices": lambda x: x[:, 1:, ::2, 3:9],
    "getitem from the end": lambda x: x[..., -2, None, :],
    "getitem of a list": lambda x: x[:, [1, 0, 1]],
    "stack": lambda x: torch.stack([x[:, 0], x[:, 1] * 2], dim=2),
    "stack before the batch": lambda x: torch.stack((x, x + 1)),
    "hstack": lambda x: torch.hstack((x, x * 3)),
}
MASK = torch.rand(28, generator=torch.Generator().manual_seed(4)) > 0.5
ORDER = torch.tensor([1, 0])
PLACES = torch.randint(0, 28, (2, 2, 28, 5), generator=torch.Generator().manual_seed(4))
WHICH = {
    "getitem by places": lambda x: x[:, ORDER.clone()],
    "getitem by two rows of places": lambda x: x[torch.arange(2), 1 - ORDER, 3:],
    "getitem by a mask": lambda x: x[..., MASK.clone()],
    "getitem by zeros and ones": lambda x: x[:, :, MASK.long()],
    "gather": lambda x: torch.gather(x, -1, PLACES.clone()),
    "gather by name": lambda x: torch.gather(index=PLACES.clone(), dim=3, input=x),
    "take_along_dim": lambda x: torch.take_along_dim(x, x.argsort(3), 3),
    "index_select": lambda x: x.index_select(3, PLACES[0, 0, 0].clone()),
    "take": lambda x: x[1, 0].take(PLACES[0, 0].clone()),
    "masked_select": lambda x: x[1, 0].masked_select(x[1, 0] > 0.3),
    "getitem by what is large": lambda x: x[x > 0.3],
    "repeat_interleave": lambda x: x.repeat_interleave(ORDER + 1, dim=1),
    "where": lambda x: torch.where(x > 0.3, x, x * 2),
    "where of a tensor": lambda x: x.where(MASK.clone(), x * 2),
    "masked_fill": lambda x: x.masked_fill(MASK.clone(), x.mean()),
    "pixel_unshuffle": lambda x: F.pixel_unshuffle(x, 2),
    "pixel_shuffle": lambda x: F.pixel_shuffle(x[:, 0].reshape(2, 4, 14, 14), upscale_factor=2),
    "channel_shuffle": lambda x: F.channel_shuffle(x.reshape(2, 8, 14, 14), 4),
}
CALLS |= WHICH
SEVERAL = {"stack", "stack before the batch", "hstack", "expand_as"}
FLAT = {"getitem by what is large"}  # values of both pictures in one line
SEVERAL |= {name for name in WHICH if "shuffle" not in name}


@pytest.mark.parametrize("name", CALLS)
def test_every_value_is_the_one_that_torch_moves_there(name: str) -> None:
    op = {"torch's own permute": "permute", "batch second": "transpose"}.get(name, name).split()[0]
    scene = seen(lambda _, x: CALLS[name](x), "input")
    step = [each.id for each in scene.steps if each.module == op][-1]
    scene = look(replace(scene.query, step=step))
    assert scene.step.kind == "moving"
    received = scene.subject().received
    assert (len(received) > 1) == (name in SEVERAL)
    size = scene.values[step][0].size
    for at in {0, 1, size // 3, size // 2, size - 1}:
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        if name in FLAT and "(input 0)" in data["formulas"][0]:
            continue  # the other picture's
        place = np.unravel_index(at, scene.values[step].shape[1:])
        left, right = data["formulas"][0].split(" = ")[:2]
        assert left == f"y[{', '.join(map(str, place))}]"
        tensor, _, index = right.removesuffix("]").partition("[")
        part = received[int(tensor[1:] or 1) - 1][1]
        stood = tuple(int(each) for each in index.split(", "))
        assert part[stood] == scene.values[step][1][place]
        assert int(np.ravel_multi_index(stood, part.shape)) == data["from"]


def test_the_place_is_that_of_the_call_where_many_values_are_the_same() -> None:
    """Of a picture of one grey any place would have the value."""
    scene = seen(lambda _, x: (x * 0).transpose(2, 3), "..transpose", at=3)
    assert explained(scene)[0]["formulas"] == ["y[0, 0, 3] = x[0, 3, 0] = 0"]
    assert explained(scene)[0]["from"] == 3 * 28
    assert explained(scene)[0]["source"] == "..mul#2"


def test_of_what_cannot_be_made_again_nothing_is_said() -> None:
    three = seen(lambda _, x: torch.where(x > 0, x > 1, x > 2), "..where", at=3)  # that may be it
    data, checks = explained(three)
    assert "formulas" not in data
    assert not checks


@pytest.mark.parametrize(
    ("function", "step", "x"),
    [(lambda _, x: x.flip(0), "..flip", "x"), (lambda _, x: x[ORDER.clone()], "..getitem", "x1")],
)
def test_the_other_pictures_value_is_said_to_be_that(function: Any, step: str, x: str) -> None:
    scene = seen(function, step, at=3)
    data, checks = explained(scene)
    value = scene.subject().received[0][0].reshape(-1)[3]
    assert data["formulas"] == [f"y[0, 0, 3] = {x}[0, 0, 3] (input 0) = {value:.6g}"]
    assert checks == [("taken", True)]
    assert "from" not in data


def test_it_is_said_in_words() -> None:
    scene = seen(lambda _, x: x.permute(0, 2, 3, 1), "..permute")
    for language, words in zip(LANGUAGES, ("No number changes", "数值不变"), strict=True):
        there = look(replace(scene.query, language=language))
        texts = there.kind.words(there.subject())
        assert texts["sentence"].startswith(words)
        assert (texts["title"], texts["formula"]) == ("permute()", "2 × 28 × 28 → 28 × 28 × 2")


def test_what_a_call_gives_itself_is_no_value_that_goes_in() -> None:
    """A condition says where a number stands, and where a value of which tensor."""
    told = set()
    for function, step in (
        (lambda _, x: torch.where(x > 0.3, x, 0.1), "..where"),
        (lambda _, x: x.masked_fill(x <= 0.3, 0.1), "..masked_fill"),
        (lambda _, x: x.masked_fill(value=0.1, mask=x <= 0.3), "..masked_fill"),
    ):
        scene = seen(function, step)
        before = scene.happened["..gt" if "where" in step else "..le"].received[0][1].reshape(-1)
        letter = "x2" if "where" in step else "x1"
        for at in range(0, before.size, 97):
            data, checks = explained(look(replace(scene.query, unit=at)))
            assert checks == [("taken", True)]
            place = ", ".join(map(str, np.unravel_index(at, (2, 28, 28))))
            kept = before[at] > np.float32(0.3)
            right = f"{letter}[{place}] = {before[at]:.6g}" if kept else "0.1"
            assert data["formulas"] == [f"y[{place}] = {right}"]
            assert ("from" in data) == kept
            told.add(bool(kept))
    assert told == {True, False}


WRITES: dict[str, Any] = {
    "y = x1; y[x2] = 7": lambda y, _: y.__setitem__(y > -9, 7),
    "y = x1; y[:, 0] = x2": lambda y, x: y.__setitem__((slice(None), 0), x[:, 1]),
    "y = x1; y[..., 3:9:2] = -2.5": lambda y, _: y.__setitem__((..., slice(3, 9, 2)), -2.5),
    "y = x1; y[:, [1]] = x2": lambda y, x: y.__setitem__((slice(None), [1]), x[:, :1]),
    "y = index_put_(x1, (x2, x3), x4)": lambda y, x: y.index_put_(
        (torch.arange(2), 1 - ORDER), x[:, 0]
    ),
    "y = masked_scatter(x1, x2, x3)": lambda y, x: y.masked_scatter(MASK.clone(), x),
    "y = index_fill(x1, 1, x2, value=3)": lambda y, _: y.index_fill(1, 1 - ORDER[:1], value=3),
    "y = index_copy_(x1, 1, x2, x3)": lambda y, x: y.index_copy_(1, 1 - ORDER[:1], x[:, :1]),
    "y = scatter(x1, 3, x2, x3)": lambda y, x: y.scatter(3, PLACES.clone(), x),
    "y = scatter(x1, 3, x2, value=4)": lambda y, _: torch.scatter(y, 3, PLACES.clone(), value=4),
    "y = select_scatter(x1, x2, 1, 0)": lambda y, x: torch.select_scatter(y, x[:, 1], 1, 0),
    "y = slice_scatter(x1, x2, dim=1, start=1)": lambda y, x: torch.slice_scatter(
        y, x[:, :1], dim=1, start=1
    ),
}


def changed(write: Any) -> Any:
    """Return a forward() that writes over other values than those that it writes."""

    def forward(_: Any, x: torch.Tensor) -> torch.Tensor:
        y = x - 9
        answer = write(y, x)
        return y if answer is None else answer

    return forward


@pytest.mark.parametrize("line", WRITES)
def test_what_is_written_over_others_is_told_from_what_stays(line: str) -> None:
    scene = seen(changed(WRITES[line]), "input")
    name = "setitem" if ";" in line else line.removeprefix("y = ").partition("(")[0]
    (step,) = (each.id for each in scene.steps if each.module == name)
    scene = look(replace(scene.query, step=step))
    texts = scene.kind.words(scene.subject())
    assert texts["code"] == line
    assert "what stood there before" in texts["sentence"]
    values, before = scene.values[step][1], scene.values["..sub"][1]
    told = set()
    for at in range(values.size):
        place = np.unravel_index(at, values.shape)
        if at % 61:
            continue
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        if name == "masked_scatter" and "(input 0)" in data["formulas"][0]:
            continue  # the other picture's
        right = data["formulas"][0].split(" = ")[1]
        tensor, _, index = right.removesuffix("]").partition("[")
        if index:
            part = scene.subject().received[int(tensor[1:] or 1) - 1][1]
            assert part[tuple(int(each) for each in index.split(", "))] == values[place]
            stays = tensor in ("x", "x1")
        else:
            assert float(right) == values[place]
            stays = False
        assert stays == ("from" in data and values[place] == before[place])
        told.add(stays)
    assert told == {True, False}


@pytest.mark.parametrize(
    "write",
    [
        lambda y, _: y.scatter(3, PLACES.clone(), 2, reduce="multiply"),
        lambda y, x: y.index_put((torch.arange(2), ORDER.clone()), x[:, 0], accumulate=True),
        lambda y, x: y.index_put((torch.arange(2), ORDER.clone()), x[:, 0], True),
    ],
)
def test_of_sums_and_products_nothing_is_said_to_be_written(write: Any) -> None:
    scene = seen(changed(write), "input")
    (step,) = (each.id for each in scene.steps if each.module in ("scatter", "index_put"))
    assert "formulas" not in explained(look(replace(scene.query, step=step, unit=3)))[0]


def test_where_with_a_condition_alone_moves_nothing() -> None:
    """It answers with places, which are no values that were there."""
    scene = seen(lambda _, x: torch.where(x > 0.3)[0], "..where")
    assert scene.step.kind == "function"


SHUFFLES: list[tuple[nn.Module, tuple[int, ...], str]] = [
    (nn.PixelUnshuffle(2), (4, 14, 14), "y[4·k + 2·i + j, r, c] = x[k, 2·r + i, 2·c + j]"),
    (nn.PixelShuffle(2), (16, 7, 7), "y[k, 2·r + i, 2·c + j] = x[4·k + 2·i + j, r, c]"),
    (nn.ChannelShuffle(4), (8, 7, 14), "y[4·k + i, r, c] = x[2·i + k, r, c]"),
]


@pytest.mark.parametrize(("layer", "shape", "formula"), SHUFFLES)
def test_a_shuffle_says_where_each_value_goes(
    layer: nn.Module, shape: tuple[int, ...], formula: str
) -> None:
    made = nn.Sequential(nn.Flatten(), nn.Unflatten(1, shape), layer)
    name = zoo.offer(zoo.card_of("Mine"), made.eval()).name
    scene = look(Query(model=name, images=PICTURES, focus=1, step="2"))
    went = layer(torch.arange(784.0).reshape(1, *shape))[0].reshape(-1)
    for at in range(0, 784, 41):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        assert (data["from"], data["source"]) == (int(went[at]), "1")
    for language, words in (("en", "none is lost"), ("zh", "没有丢失")):
        texts = (there := look(replace(scene.query, language=language))).kind.words(there.subject())
        assert (texts["title"], texts["formula"]) == (f"nn.{type(layer).__name__}", formula)
        assert texts["code"] == "x = model[2](x)"
        assert words in texts["sentence"]


def test_of_somebodys_own_shuffle_nothing_is_said_that_it_may_not_do() -> None:
    class Another(nn.PixelShuffle):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x).flip(-1)

    made = nn.Sequential(nn.Flatten(), nn.Unflatten(1, (16, 7, 7)), Another(2))
    name = zoo.offer(zoo.card_of("Mine"), made.eval()).name
    data, checks = explained(look(Query(model=name, images=PICTURES, step="2", unit=3)))
    assert "formulas" not in data
    assert not checks
