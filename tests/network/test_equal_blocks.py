"""Blocks are one box where everything is proven equal but the weights, and stay apart elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from explorer.network import folding, steps
from explorer.network.tracing import trace
from tests.network.folded import Block, X, at, blocks, tree
from tests.network.modules import Forward


class Told(Block):
    """The same with an option that only its own text tells."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def extra_repr(self) -> str:
        return self.word


def test_equal_blocks_are_one_box_whatever_their_weights() -> None:
    folded = tree(blocks(Block(), Block(), Block()))
    assert at(folded, 0) == ["input", "0", "1 … 3 × 3", "4", "softmax"]
    assert at(folded, 1) == ["input", "0", "1", "2", "3", "4", "softmax"]
    assert at(folded, 0, opened=("1..×3",)) == at(folded, 1)


@pytest.mark.parametrize(
    "twin",
    [
        lambda: Block(scale=2.0),
        lambda: Block(drop=0.1),
        lambda: Block(size=6),
        lambda: Block(bias=False),
        lambda: Told(""),
        lambda: nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)),
    ],
)
def test_a_twin_that_differs_in_one_thing_stays_apart(twin: Callable[[], nn.Module]) -> None:
    assert at(tree(blocks(Block(), twin())), 0) == ["input", "0", "1", "2", "3", "softmax"]
    assert at(tree(blocks(Block(), Block(), twin())), 0)[2:4] == ["1 … 2 × 2", "3"]


def test_what_only_a_blocks_own_text_tells_keeps_it_apart() -> None:
    assert at(tree(blocks(Told("a"), Told("a"))), 0)[2] == "1 … 2 × 2"
    assert at(tree(blocks(Told("a"), Told("b"))), 0)[2:4] == ["1", "2"]


def test_a_hook_on_one_of_them_keeps_it_apart() -> None:
    hooked = Block()
    model = blocks(Block(), hooked)
    hooked.inner.register_forward_hook(lambda _module, _args, answer: answer + 1)
    assert at(tree(model), 0)[2:4] == ["1", "2"]


def test_blocks_that_only_get_other_shapes_stay_apart() -> None:
    halving = [nn.Sequential(nn.MaxPool1d(2), nn.ReLU()) for _ in range(2)]
    folded = tree(nn.Sequential(*halving, nn.Flatten()), torch.rand(1, 1, 16))
    assert at(folded, 0)[1:3] == ["0", "1"]


class Shy(Block):
    """One whose text cannot be had."""

    def extra_repr(self) -> str:
        raise RuntimeError


def test_of_what_nothing_is_known_nothing_is_proven() -> None:
    assert at(tree(blocks(Shy(), Shy())), 0)[2:4] == ["1", "2"]
    model = blocks(Block(), Block()).eval()
    passed = trace(model, X)
    names = [event.id for event in steps.events(passed, None, model=model)]
    folded = folding.tree(passed.graph, names, {}, {})
    assert at(folded, 0)[2:4] == ["1", "2"]


def past(self: Any, x: torch.Tensor) -> Any:
    y = self.a(x)
    return self.last(self.c(self.b(y)) + y)


def chained(self: Any, x: torch.Tensor) -> Any:
    return self.last(self.c(self.b(self.a(x))) + self.a.inner.bias)


def crossed(self: Any, x: torch.Tensor) -> Any:
    y = self.a(x)
    z = self.b(y)
    return self.last(self.c(y) + z)


def beside(self: Any, x: torch.Tensor) -> Any:
    return self.last(torch.stack([self.a(x), self.b(x), self.c(x)]).sum(0))


@pytest.mark.parametrize(
    ("forward", "shown"),
    [
        (chained, ["a … c × 3"]),
        (past, ["a … c × 3"]),
        (beside, ["a … c × 3"]),
        (crossed, ["a … b × 2", "c"]),  # the third takes something else
    ],
)
def test_equal_blocks_are_connected_alike(forward: Any, shown: list[str]) -> None:
    folded = tree(Forward(forward, a=Block(), b=Block(), c=Block(), last=nn.Linear(4, 4)))
    assert at(folded, 0)[1 : 1 + len(shown)] == shown
