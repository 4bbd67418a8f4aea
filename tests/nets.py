"""Modules as people bring them: what `--model tests/nets.py:Net` opens."""

from __future__ import annotations

from collections import OrderedDict

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


def single() -> nn.Module:
    """One number for each picture, a logit."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 1))


def tuned() -> nn.Sequential:
    """A network of which only the last layer still learns."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 6), nn.ReLU(), nn.Linear(6, 3))
    network[1].requires_grad_(False)
    return network


def hollow() -> nn.Sequential:
    """A network with a parameter that holds no values."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    network.register_parameter("none", nn.Parameter(torch.empty(2, 0)))
    return network


def autoencoder() -> nn.Sequential:
    """A network that answers with a picture."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 16), nn.Tanh(), nn.Linear(16, 784), nn.Unflatten(1, (28, 28))
    )


def normed() -> nn.Sequential:
    """Few cards, one of them with a long name."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(2704, 3)
    )


def pairs() -> nn.Sequential:
    """Convolutions two by two, of as many maps, and some of more values than a figure shows."""
    return nn.Sequential(
        nn.Conv2d(1, 64, 3, padding=1),
        nn.Conv2d(64, 64, 1),
        nn.BatchNorm2d(64),  # which the page does not compute itself
        nn.Conv2d(64, 4, 1),
        nn.Conv2d(4, 4, 1),
        nn.Flatten(),
        nn.Linear(3136, 3),
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


class Reader(nn.Module):
    """A recurrent classifier whose first dimension is time: (T, N, 4) in, (N, 3) out."""

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.LSTM(4, 6)
        self.every = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.read(x)
        scores: torch.Tensor = self.every(states)
        return scores[-1]


def encoder() -> nn.TransformerEncoder:
    """A Transformer encoder whose first dimension is the position: (T, N, 4) in and out."""
    layer = nn.TransformerEncoderLayer(4, 2, 8)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


def sequences(times: int = 5, count: int = 3) -> torch.Tensor:
    """Return sequences of 4 numbers, time first, the same in every process."""
    return torch.sin(torch.arange(times * count * 4, dtype=torch.float32)).reshape(times, count, 4)


def huge() -> nn.Sequential:
    """Return a network whose first Linear has values of about 10¹³."""
    torch.manual_seed(1)
    first = nn.Linear(784, 64)
    with torch.no_grad():
        first.weight.mul_(1e13)
    return nn.Sequential(nn.Flatten(), first, nn.ReLU(), nn.Linear(64, 3))


def deep() -> nn.Sequential:
    """A network whose layers differ at the end of long paths."""
    blocks = [
        OrderedDict(first=nn.Linear(12, 12), activation=nn.ReLU(), second=nn.Linear(12, 12))
        for _ in range(2)
    ]
    layers = nn.Sequential(*(nn.Sequential(block) for block in blocks))
    encoder = nn.Sequential(OrderedDict(layers=layers))
    named = OrderedDict(flat=nn.Flatten(), taken=nn.Linear(784, 12), encoder=encoder)
    return nn.Sequential(named | {"last": nn.Linear(12, 3)})
