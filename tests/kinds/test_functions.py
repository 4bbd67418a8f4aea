"""A function between layers has the view of the layer that does the same, with its own options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.kinds.layers import Like, read
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.sections import unit
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))
WEIGHTS = {
    "kernel": (4, 2, 3, 3),
    "short": (4, 28, 5),
    "wide": (6, 28),
    "bias": (6,),
    "four": (4,),
    "row": (28,),
    "one": (),
}
Function = Callable[[Any, torch.Tensor], torch.Tensor]


def model(function: Function) -> nn.Module:
    """Return a module that calls a function of its weights and of two maps (N, 2, 28, 28)."""
    made = Forward(
        lambda self, x: function(self, torch.stack([x, -2 * self.a(x) + 1], dim=1)),
        a=nn.Identity(),
    )
    torch.manual_seed(1)
    for name, shape in WEIGHTS.items():
        made.register_parameter(name, nn.Parameter(torch.randn(shape)))
    return made.eval()


def seen(function: Function, step: str, at: int | None = None) -> Scene:
    """Return the scene of the second picture at a step of such a module."""
    name = zoo.offer(card_of("Mine"), model(function)).name
    return look(Query(model=name, images=PICTURES, focus=1, step=step, unit=at))


def in_both(scene: Scene) -> Iterator[Mapping[str, str]]:
    """Yield what is said of a step in each language."""
    for language in ("en", "zh"):
        there = look(replace(scene.query, language=language))
        yield there.kind.words(there.subject())


def explained(scene: Scene) -> tuple[dict[str, Any], list[tuple[str, bool]]]:
    data, checks = unit.section(scene)
    assert data is not None
    return data, [(check.key, check.passed) for check in checks]


LIKE: dict[str, tuple[Function, str, str, str]] = {
    "max_pool2d": (lambda _, x: F.max_pool2d(x, 2), "max_pool2d", "maxpool", "taken"),
    "by keyword": (
        lambda _, x: F.max_pool2d(x, kernel_size=(3, 2), stride=2, padding=(1, 1), dilation=2),
        "max_pool2d",
        "maxpool",
        "taken",
    ),
    "torch's own": (lambda _, x: torch.max_pool2d(x, 3), "max_pool2d", "maxpool", "taken"),
    "with indices": (
        lambda _, x: F.max_pool2d(x, 2, return_indices=True)[0],
        "max_pool2d_with_indices",
        "maxpool",
        "taken",
    ),
    "avg_pool2d": (lambda _, x: F.avg_pool2d(x, 3), "avg_pool2d", "avgpool", "mean"),
    "adaptive": (
        lambda _, x: F.adaptive_avg_pool2d(x, (5, 3)),
        "adaptive_avg_pool2d",
        "avgpool",
        "mean",
    ),
    "pool of a row": (lambda _, x: F.max_pool1d(x[:, 0], 3), "max_pool1d", "maxpool", "taken"),
    "mean of a row": (lambda _, x: F.avg_pool1d(x[:, 0], 4), "avg_pool1d", "avgpool", "mean"),
    "conv2d": (
        lambda self, x: F.conv2d(x, self.kernel, self.four, 2, padding=1),
        "conv2d",
        "convolution",
        "terms",
    ),
    "grouped": (
        lambda self, x: F.conv2d(x, self.kernel[:, :1], groups=2, dilation=2),
        "conv2d",
        "convolution",
        "terms",
    ),
    "conv1d": (
        lambda self, x: F.conv1d(x[:, 0], self.short, self.four, stride=2),
        "conv1d",
        "convolution",
        "terms",
    ),
    "linear": (lambda self, x: F.linear(x, self.wide, self.bias), "linear", "linear", "terms"),
    "unbiased": (lambda self, x: F.linear(x, weight=self.wide), "linear", "linear", "terms"),
    "embedding": (
        lambda self, x: F.embedding((x[:, 0] * 3).abs().long(), self.wide),
        "embedding",
        "embedding",
        "taken",
    ),
    "softmax": (lambda _, x: F.softmax(x, dim=-1), "softmax", "softmax", "fraction"),
    "method": (lambda _, x: x.softmax(2), "softmax", "softmax", "fraction"),
    "in half the digits": (
        lambda _, x: x.softmax(-1, dtype=torch.float32),
        "softmax",
        "softmax",
        "fraction",
    ),
    "gelu": (lambda _, x: F.gelu(x, approximate="tanh"), "gelu", "activation", "again"),
    "leaky": (lambda _, x: F.leaky_relu(x, 0.3), "leaky_relu", "activation", "again"),
    "in place": (lambda _, x: F.elu(x, 0.5, inplace=True), "elu", "activation", "again"),
    "tanh": (lambda _, x: torch.tanh(x), "tanh", "activation", "again"),
    "sigmoid": (lambda _, x: x.sigmoid(), "sigmoid", "activation", "again"),
    "silu": (lambda _, x: F.silu(x), "silu", "activation", "again"),
    "prelu": (
        lambda self, x: F.prelu(x[:, 0].mT, self.row),
        "prelu",
        "activation",
        "again",
    ),
    "clamp": (lambda _, x: x.clamp(min=0.25), "clamp", "activation", "again"),
    "exp": (lambda _, x: x.exp(), "exp", "activation", "again"),
    "round": (lambda _, x: torch.round(x * 9, decimals=1), "round", "activation", "again"),
    "acos": (lambda _, x: x.clamp(-0.9, 0.9).acos(), "acos", "activation", "again"),
    "sign": (lambda _, x: torch.sign(x), "sign", "activation", "again"),
    "contiguous": (lambda _, x: x.mT.contiguous(), "contiguous", "passing", "taken"),
    "double": (lambda _, x: x.to(torch.float64), "to", "passing", "taken"),
}


@pytest.mark.parametrize("name", LIKE)
def test_a_function_is_explained_as_the_layer_that_it_is_like(name: str) -> None:
    function, step, kind, key = LIKE[name]
    scene = seen(function, f"..{step}")
    assert scene.step.kind == kind
    size = scene.values[scene.step.id][0].size
    for at in (0, size // 3, size - 1):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [(key, True)]
        assert "formulas" in data or "total" in data


def test_what_is_only_copied_is_handed_on_and_nothing_is_said_of_dropout() -> None:
    for texts in in_both(seen(lambda _, x: x.mT.contiguous(), "..contiguous")):
        assert texts["sentence"] in {
            "Hands on all 1568 values as they are.",
            "1568 个值原样通过。",
        }
    assert seen(lambda _, x: x.to(torch.int32), "..to").step.kind == "function"
    scene = seen(lambda _, x: x.flatten(1).view_as(x), "..view_as", at=1000)
    assert scene.step.kind == "reshaping"
    assert explained(scene)[1] == [("same", True)]


def test_what_a_layer_and_a_function_say_of_a_unit_is_the_same() -> None:
    """The same weights, once called as a module and once by the function."""
    layer = nn.Conv2d(2, 4, 3, stride=2, padding=1, dilation=2)

    def called(self: Any, x: torch.Tensor) -> torch.Tensor:
        x = torch.stack([x, -2 * x + 1], dim=1)
        one: torch.Tensor = self.a(x)
        return one + F.conv2d(x, self.a.weight, self.a.bias, 2, 1, 2)

    name = zoo.offer(card_of("Mine"), Forward(called, a=layer).eval()).name
    query = Query(model=name, images=PICTURES, step="a", unit=301)
    told = []
    for step in ("a", "..conv2d"):
        scene = look(replace(query, step=step))
        data, _ = explained(scene)
        texts = scene.kind.words(scene.subject())
        told.append((texts["formula"], texts["sentence"], data["sums"], data["total"]))
        assert np.array_equal(scene.values["a"], scene.values["..conv2d"])
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("function", "step"),
    [
        (lambda self, x: F.linear(x, self.row), "linear"),  # one row of weights: no matrix
        (lambda _, x: x.clamp(min=x.mean()), "clamp"),
        (lambda _, x: F.lp_pool2d(x, 2, 2), "lp_pool2d"),
        (lambda _, x: torch.diff(x), "diff"),
    ],
)
def test_what_is_like_no_layer_is_a_function_and_says_no_more(function: Any, step: str) -> None:
    scene = seen(function, f"..{step}", at=3)
    assert scene.step.kind == "function"
    data, checks = explained(scene)
    assert "formulas" not in data
    assert not checks


def test_an_option_that_the_layer_does_not_have_makes_it_another_function() -> None:
    like = Like("input dim", nn.Softmax)
    assert read(like, "(·, 1)", 1) == ({"input": 0}, {"dim": 1})
    assert read(like, "(·, dim=1, _stacklevel=3, dtype=torch.float32)", 1) == (
        {"input": 0},
        {"dim": 1},
    )
    assert read(like, "(·, 1, other=2)", 1) is None
    assert read(like, "(·, 1, 2)", 1) is None
    assert read(like, "(1, ·)", 1) is None


def test_the_pixel_that_won_is_that_of_torchs_own_indices() -> None:
    scene = seen(lambda _, x: F.max_pool2d(x, 3, 2, 1), "..max_pool2d")
    entering = torch.from_numpy(scene.before[1].copy())
    _, places = F.max_pool2d(entering, 3, 2, 1, return_indices=True)
    for at in (0, 15, 200, places.numel() - 1):
        data, _ = explained(look(replace(scene.query, unit=at)))
        channel = at // places[0].numel()
        won = entering.reshape(-1)[data["from"]]
        assert data["from"] // 784 == channel
        assert won == entering[channel].reshape(-1)[places.reshape(-1)[at]]


def test_a_later_softmax_beside_the_answer_is_not_the_answers() -> None:
    """Shares are answered first, and weights of something else are made after them."""

    def called(self: Any, x: torch.Tensor) -> Any:
        shares = self.a(x.flatten(1)).softmax(1)
        return shares, F.softmax(x, dim=-1)

    name = zoo.offer(card_of("Mine"), Forward(called, a=nn.Linear(784, 5)).eval()).name
    scene = look(Query(model=name, images=PICTURES))
    assert scene.steps[-1].kind == "softmax"
    assert scene.logits is None
    assert scene.prediction.probabilities.shape == (2, 5)


def test_the_softmax_of_rows_names_its_dimension_and_no_classes() -> None:
    scene = seen(lambda _, x: F.softmax(x, dim=-2), "..softmax", at=60)
    texts = scene.kind.texts(scene.subject())
    assert "dim=-2" in texts["sentence"]
    assert "class" not in texts["sentence"]
    assert "printed" not in texts
    data, _ = explained(scene)
    column = scene.before[1][0, :, 4].astype(np.float64)
    share = np.exp(column[2] - column.max()) / np.exp(column - column.max()).sum()
    assert data["formulas"][0] == "p[0, 2, 4] = exp(x[0, 2, 4] − max) / Σⱼ exp(x[0, j, 4] − max)"
    assert data["formulas"][1].endswith(f"= {share:.6g}")
