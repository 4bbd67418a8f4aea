"""How tests fold a pass, name its cards, and the residual block that they fold."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from explorer.network import folding, steps
from explorer.network.folding import Folded, Tree, visible
from explorer.network.functions import type_name
from explorer.network.options import options
from explorer.network.tracing import trace
from explorer.records import Folding

X = torch.rand(1, 4, generator=torch.Generator().manual_seed(2))


def tree(model: nn.Module, inputs: Any = X) -> Tree:
    passed = trace(model.eval(), inputs)
    types = {path: type_name(module) for path, module in model.named_modules()}
    names = [event.id for event in steps.events(passed, None, model=model)]
    return folding.tree(passed.graph, names, options(model), types)


def named(folded: Tree, cards: Folded) -> list[str]:
    """Return the cards as people name them: a step by its id, a box by its path and how many."""
    return [
        folded.steps[card.start]
        if card.box is None
        else card.box.path + (f" × {card.box.times}" if card.box.times > 1 else "")
        for card in cards.cards
    ]


def at(folded: Tree, level: int | None, step: int = 0, **by_hand: tuple[str, ...]) -> list[str]:
    return named(folded, visible(folded, Folding(level, **by_hand), step))


def lines(folded: Tree, level: int) -> set[str]:
    cards = visible(folded, Folding(level), 0)
    names = named(folded, cards)
    return {f"{names[one]} > {names[two]}" for one, two in cards.edges}


def ids(folded: Tree) -> set[str]:
    return {box.id for box in folded.root.boxes()}


class Block(nn.Module):
    """A residual block; what it does with its options shows in no text of its own."""

    def __init__(
        self, scale: float = 1.0, drop: float = 0.5, size: int = 4, bias: bool = True
    ) -> None:
        super().__init__()
        self.inner = nn.Linear(4, size, bias=bias)
        self.outer = nn.Linear(size, 4)
        self.drop = nn.Dropout(drop)
        self.scale = scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.drop(self.outer(F.relu(self.inner(x)))) * self.scale + x
        return out


def blocks(*found: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 4), *found, nn.Linear(4, 4))
