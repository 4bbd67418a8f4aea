"""Modules as people bring them: what `--model tests/nets.py:Net` opens."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    """Convolutions, a residual add, functions between layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.last = nn.Linear(4 * 14 * 14, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.norm(self.first(x)))
        x = self.pool(x + self.second(x))
        scores: torch.Tensor = self.last(torch.flatten(x, 1))
        return scores


class Broken(nn.Module):
    """A Linear that expects another number of values than it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.flat = nn.Flatten()
        self.first = nn.Linear(784, 12)
        self.last = nn.Linear(10, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.last(self.first(self.flat(x)))
        return scores


class Named(nn.Module):
    """Children whose names are words that the page has for itself."""

    def __init__(self) -> None:
        super().__init__()
        self.input = nn.Linear(784, 6)
        self.softmax = nn.Softmax(dim=1)
        self.file = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.file(self.softmax(self.input(x.flatten(1))))
        return scores


def autoencoder() -> nn.Sequential:
    """A network that answers with a picture."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 16), nn.Tanh(), nn.Linear(16, 784), nn.Unflatten(1, (28, 28))
    )


def colours() -> nn.Sequential:
    """A network for pictures of three colour planes, with more classes than have bars."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 100),
    )


def tiny() -> nn.Sequential:
    """A chain of layers for grey pictures of 8×8."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 3))
