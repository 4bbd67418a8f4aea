"""Made-up cards: networks that the program has never heard of, offered like any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from explorer import places
from explorer.network import zoo


class Mine(nn.Module):
    """A network of one's own, with nothing but its layers in line, and a bias left out."""

    def __init__(self) -> None:
        super().__init__()
        self.flat = nn.Flatten()
        self.first = nn.Linear(28 * 28, 12, bias=False)
        self.bend = nn.ReLU(inplace=True)
        self.last = nn.Linear(12, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden: torch.Tensor = self.bend(self.first(self.flat(x)))
        scores: torch.Tensor = self.last(hidden)
        return scores


class Convolutions(nn.Module):
    """A small CNN on other sizes, whose ReLU is called twice and whose pooling no hook sees."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3)
        self.bend = nn.ReLU()
        self.second = nn.Conv2d(4, 6, 3)
        self.pool = nn.MaxPool2d(2)
        self.flat = nn.Flatten()
        self.last = nn.Linear(6 * 3 * 4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.bend(self.first(x))
        x = F.avg_pool2d(x, 2)
        x = self.pool(self.bend(self.second(x)))
        scores: torch.Tensor = self.last(self.flat(x))
        return scores


def shares() -> nn.Sequential:
    """A network that ends in its own softmax."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(28 * 28, 5), nn.Dropout(0.5), nn.ReLU(), nn.Softmax(dim=1)
    )


CARDS: Mapping[str, dict[str, Any]] = {
    "mine": {"builder": "Mine", "labels": {"en": ["a", "b", "c", "d"]}},
    "convolutions": {"builder": "Convolutions", "shape": [1, 20, 24]},
    "normalised": {"builder": "Mine", "shape": [28, 28], "mean": [0.3], "std": [0.2]},
    "shares": {"builder": "shares"},
}
BUILDERS: Mapping[str, Callable[[], nn.Module]] = {
    "Mine": Mine,
    "Convolutions": Convolutions,
    "shares": shares,
}


@contextmanager
def offered(
    folder: Path,
    cards: Mapping[str, dict[str, Any]] = CARDS,
    builders: Mapping[str, Callable[[], nn.Module]] = BUILDERS,
) -> Iterator[tuple[str, ...]]:
    """Offer made-up cards, and only them, while the block runs: none has any weights."""
    for name, more in cards.items():
        (folder / name).mkdir(parents=True)
        card = {"name": name, "title": {"en": name}, "seed": 7, **more}
        (folder / name / "card.json").write_text(json.dumps(card), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "MODELS", folder)
        patch.setattr(zoo, "BUILDERS", builders)
        zoo.forget()
        try:
            yield tuple(cards)
        finally:
            zoo.forget()
