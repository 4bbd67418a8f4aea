# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Which tails are plain chains of layers, and what enters each of them."""

from __future__ import annotations

import torch
from torch import nn

from explorer.maths.ablation import chain, followed
from explorer.network.nets import NeuralNetwork, course_sequential


def test_chain_of_the_course_networks() -> None:
    assert [type(leaf) for leaf in chain(NeuralNetwork()) or ()] == [
        nn.Flatten,
        *[nn.Linear, nn.ReLU] * 2,
        nn.Linear,
    ]
    assert len(chain(course_sequential()) or ()) == 4
    ended = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 4), nn.ReLU(inplace=True), nn.Identity(), nn.Softmax(dim=1)
    )
    assert chain(ended, torch.rand(1, 28, 28)) == tuple(ended)


class Odd(nn.Module):
    """Flatten, Linear, ReLU, Linear, called in one of several ways."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.flatten, self.first, self.relu, self.second = (
            nn.Flatten(),
            nn.Linear(784, 784),
            nn.ReLU(),
            nn.Linear(784, 9),
        )
        self.way = way

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.flatten(x)
        a: torch.Tensor = self.relu(self.first(x))
        match self.way:
            case "residual":
                a = a + x
            case "again":
                a = self.relu(self.first(a))
            case "raises":
                raise ValueError(self.way)
        out: torch.Tensor = self.second(a)
        return torch.tanh(out) if self.way == "functional" else out


def test_what_is_not_a_plain_chain_is_none() -> None:
    assert chain(Odd("plain")) is not None
    assert [way for way in ("residual", "again", "raises", "functional") if chain(Odd(way))] == []
    assert chain(nn.Sequential(nn.Flatten(), nn.Linear(784, 3), nn.Tanh())) is None
    dropping = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 3))
    assert chain(dropping) is None
    assert chain(dropping.eval()) is not None
    assert (
        chain(nn.Sequential(nn.Linear(28, 3), nn.Flatten())) is None
    )  # a Linear over rows, not over the image
    assert chain(nn.Sequential(nn.Flatten(), nn.Linear(784, 3), nn.Softmax(dim=0))) is None


def test_what_entered_an_in_place_relu_is_still_there() -> None:
    modules = (nn.Identity(), nn.ReLU(inplace=True), nn.Identity())
    entered, left = followed(modules, torch.tensor([[-1.0, 2.0]]))
    assert [each.tolist() for each in entered] == [[[-1, 2]], [[-1, 2]], [[0, 2]]]
    assert left.tolist() == [[0, 2]]
