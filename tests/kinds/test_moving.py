"""Where a value stood before permute, expand, an index and their kin: as torch moves the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer.network.scene import look
from explorer.words import LANGUAGES
from tests.kinds.test_functions import explained, seen

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
SEVERAL = {"stack", "stack before the batch", "hstack"}


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


@pytest.mark.parametrize(
    ("function", "step"),
    [
        (lambda _, x: x[:, torch.tensor([1, 0])], "..getitem"),  # places that are values
        (lambda _, x: x.flip(0), "..flip"),  # the other picture's
    ],
)
def test_of_what_cannot_be_made_again_nothing_is_said(function: Any, step: str) -> None:
    data, checks = explained(seen(function, step, at=3))
    assert "formulas" not in data
    assert not checks


def test_it_is_said_in_words() -> None:
    scene = seen(lambda _, x: x.permute(0, 2, 3, 1), "..permute")
    for language, words in zip(LANGUAGES, ("No number changes", "数值不变"), strict=True):
        there = look(replace(scene.query, language=language))
        texts = there.kind.words(there.subject())
        assert texts["sentence"].startswith(words)
        assert (texts["title"], texts["formula"]) == ("permute()", "2 × 28 × 28 → 28 × 28 × 2")
