"""Frozen layers: what plain torch makes of `requires_grad=False`, and nothing else."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.errors import InvalidQuery
from explorer.graphs import Answer
from explorer.lessons import Optimizer, Taught
from explorer.network import freezing, zoo
from explorer.network.teaching import taught
from tests.maths.test_optimizing import CLASSES

IMAGE = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(4))
MIDDLE = "linear_relu_stack.2"


class Twice(nn.Module):
    """A first layer and a last one with one bias in common, and a scale of the module's own."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.first, self.last = nn.Linear(784, 4), nn.Linear(4, 4)
        self.last.bias = self.first.bias

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.last(self.first(images.flatten(1))) * self.scale
        return logits


@pytest.mark.parametrize("optimizer", CLASSES)
def test_bit_for_bit_the_loop_with_a_frozen_layer(optimizer: Optimizer) -> None:
    how = Taught(3, 4, 0.003, optimizer, frozen=(MIDDLE,))
    found = taught(zoo.load("fashion-mlp"), IMAGE, how, answer=Answer("logits"), pictures=IMAGE)
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    model.get_submodule(MIDDLE).requires_grad_(False)
    theirs = CLASSES[optimizer](list(model.parameters()), how.rate)
    for _ in range(how.steps):
        theirs.zero_grad()
        functional.cross_entropy(model(IMAGE), torch.tensor([how.label])).backward()
        theirs.step()
    assert found is not None
    with torch.no_grad():
        np.testing.assert_array_equal(found.outputs, model(IMAGE).numpy())
    learnt = {name: each for name, each in model.named_parameters() if each.requires_grad}
    assert found.after.keys() == learnt.keys()
    assert {f"{MIDDLE}.weight", f"{MIDDLE}.bias"}.isdisjoint(learnt)
    for name, each in learnt.items():
        np.testing.assert_array_equal(found.after[name], each.detach().numpy())
    first = dict(zoo.load("fashion-mlp").named_parameters())["linear_relu_stack.0.weight"]
    assert not np.array_equal(found.after["linear_relu_stack.0.weight"], first.numpy())


def test_where_everything_is_frozen_no_step_is_taken() -> None:
    model = zoo.load("fashion-mlp")
    how = Taught(3, 5, 0.1, "adam", summed=True, frozen=freezing.layers(model))
    found = taught(model, IMAGE, how, answer=Answer("logits"), pictures=IMAGE)
    assert found is not None
    assert (found.steps, found.passes, found.after, found.sums) == (0, 0, {}, ())
    assert not freezing.learning(model, how)
    assert freezing.learning(model, Taught(3))


def test_layers_are_modules_with_parameters_of_their_own() -> None:
    model = Twice()
    assert freezing.layers(model) == ("", "first", "last")
    assert freezing.frozen(model, Taught(0)) == frozenset()
    assert freezing.frozen(model, Taught(0, frozen=("",))) == {"scale"}
    shared = {"last.weight", "first.bias"}  # one bias, and its name is the first's
    assert freezing.frozen(model, Taught(0, frozen=("last",))) == shared


@pytest.mark.parametrize("path", ["linear_relu_stack", "linear_relu_stack.1", "melt", ""])
def test_a_layer_that_does_not_exist_is_refused(path: str) -> None:
    with pytest.raises(InvalidQuery, match=r"taught.frozen.*linear_relu_stack.0, linear"):
        freezing.frozen(zoo.load("fashion-mlp"), Taught(0, frozen=(path,)))


def test_what_its_owner_has_frozen_is_frozen_but_where_nothing_is_left() -> None:
    model = Twice()
    model.first.requires_grad_(False)
    assert freezing.fixed(model) == ("first",)
    assert freezing.frozen(model, Taught(0)) == {"first.weight", "first.bias"}
    assert freezing.frozen(model, Taught(0, frozen=("",))) == {
        "scale",
        "first.weight",
        "first.bias",
    }
    model.requires_grad_(False)  # ready to answer, as those shipped are
    assert freezing.fixed(model) == ()
    assert freezing.frozen(model, Taught(0)) == frozenset()


def test_whole_numbers_never_learn() -> None:
    model = Twice()
    model.codes = nn.Parameter(torch.tensor([3, -7]), requires_grad=False)
    for asking in (True, False):
        model.first.requires_grad_(asking)
        model.last.requires_grad_(asking)
        model.scale.requires_grad_(asking)
        assert freezing.frozen(model, Taught(0)) == {"codes"}
        found = taught(model, IMAGE, Taught(3, 1), answer=Answer("logits"), pictures=IMAGE)
        assert found is not None
        assert found.steps == 1
