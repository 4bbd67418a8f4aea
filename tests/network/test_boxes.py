"""Boxes follow modules as people write them: called twice, within others, in lists."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from tests.network.folded import Block, at, ids, lines, tree
from tests.network.modules import Forward


def test_boxes_that_would_show_nothing_are_left_out() -> None:
    nested = nn.Sequential(
        nn.Sequential(nn.Sequential(nn.Linear(4, 4), nn.ReLU())), nn.Sequential(nn.Linear(4, 4))
    )
    folded = tree(nested)
    assert ids(folded) == {"0"}
    assert at(folded, 0) == ["input", "0", "1.0", "softmax"]
    assert at(folded, 1) == ["input", "0.0.0", "0.0.1", "1.0", "softmax"]


def twice(self: Any, x: torch.Tensor) -> Any:
    return self.last(self.block(F.gelu(self.block(x))))


def test_a_module_that_is_called_twice_has_two_boxes() -> None:
    folded = tree(Forward(twice, block=Block(), last=nn.Linear(4, 4)))
    assert {"block", "block#2"} <= ids(folded)
    assert at(folded, 0)[1:4] == ["block", "..gelu", "block"]
    assert at(folded, 0, opened=("block#2",))[3] == "block.inner#2"


def test_a_module_called_within_another_stands_where_it_is_called() -> None:
    class Borrowing(nn.Module):
        def __init__(self, other: Block) -> None:
            super().__init__()
            self.own = nn.Linear(4, 4)
            self.borrowed = other.inner

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.borrowed(self.own(x))
            return out

    block = Block()
    folded = tree(nn.Sequential(block, Borrowing(block)))
    assert at(folded, 0) == ["input", "0", "1", "softmax"]
    assert at(folded, 0, opened=("1",)) == ["input", "0", "1.own", "0.inner#2", "softmax"]


def listed(self: Any, x: torch.Tensor) -> Any:
    for block in self.blocks:
        x = block(x)
    return self.last(x)


def between(self: Any, x: torch.Tensor) -> Any:
    for block in self.blocks:
        x = F.gelu(block(x))
    return self.last(x)


def scattered(self: Any, x: torch.Tensor) -> Any:
    first, second, third = self.blocks
    return self.last(third(F.gelu(second(first(x)))))


def test_a_list_of_modules_is_no_box_where_some_of_it_is_elsewhere() -> None:
    three = nn.ModuleList([Block(), Block(2.0), Block(3.0)])
    folded = tree(Forward(scattered, blocks=three, last=nn.Linear(4, 4)))
    assert at(folded, 0)[1:5] == ["blocks.0", "blocks.1", "..gelu", "blocks.2"]


def test_a_list_of_modules_is_a_box_where_all_of_it_is_together() -> None:
    made = {"blocks": nn.ModuleList([Block(), Block(2.0)]), "last": nn.Linear(4, 4)}
    assert at(tree(Forward(listed, **made)), 0)[1:3] == ["blocks", "last"]
    assert at(tree(Forward(between, **made)), 0)[1:4] == ["blocks.0", "..gelu", "blocks.1"]


def test_second_outputs_and_what_is_no_step_carry_edges_too() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        out, (hidden, _) = self.lstm(x)
        return self.last(out[:, -1] + hidden[-1])

    folded = tree(
        Forward(forward, lstm=nn.LSTM(4, 4, batch_first=True), last=nn.Linear(4, 4)),
        torch.rand(1, 3, 4),
    )
    assert {"lstm > ..getitem", "lstm > ..getitem#2", "..getitem > ..add"} <= lines(folded, 0)
