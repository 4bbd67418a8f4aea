"""Modules that are not what their types say, or what they take: name → how to build one, its inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from tests.network.modules import Forward


def rand(*shape: int) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(7)) - 0.3


def whole(*shape: int) -> torch.Tensor:
    return torch.randint(0, 9, shape, generator=torch.Generator().manual_seed(7))


class Doubled(nn.Linear):
    """A Linear that does more."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) * 2 + 1


class Loud(nn.Linear):
    """A Linear that does what a Linear does."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        repr(x.shape)
        return super().forward(x)


class Leaking(nn.ReLU):
    """A ReLU that lets something through."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.leaky_relu(x, 0.2)


class Standardised(nn.Conv2d):
    """A convolution whose kernels are normalised first."""

    def _conv_forward(
        self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
    ) -> torch.Tensor:
        less = weight - weight.mean((1, 2, 3), keepdim=True)
        answer: torch.Tensor = super()._conv_forward(x, less / less.std(), bias)
        return answer


class Training(nn.Module):
    """Normalises with the batch's own statistics in eval mode, too."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(6)
        self.last = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> Any:
        self.norm.train()
        return self.last(self.norm(x))


class Written(nn.Module):
    """A network of one's own parameters and torch's functions, without a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.w1 = nn.Parameter(rand(6, 5))
        self.b1 = nn.Parameter(rand(5))
        self.w2 = nn.Parameter(rand(5, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x @ self.w1 + self.b1) @ self.w2


def replaced() -> nn.Module:
    """Return a network with a layer whose forward() was exchanged on the object itself."""
    first = nn.Linear(6, 4)
    first.__dict__["forward"] = lambda x: F.linear(x, first.weight) - 1
    return nn.Sequential(first, nn.ReLU(), nn.Linear(4, 3))


def quietly(build: Callable[[], nn.Module]) -> nn.Module:
    """Build what torch would rather not have built."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build()


def old_norms() -> nn.Module:
    weight, spectral = nn.utils.weight_norm, nn.utils.spectral_norm
    first = weight(nn.Linear(6, 4))
    with torch.no_grad():
        first.get_parameter("weight_g").mul_(3)  # as a file of weights would
    return nn.Sequential(first, nn.ReLU(), spectral(nn.Linear(4, 3)))


def rotated(self: Any, x: Any) -> Any:
    turned = torch.view_as_complex(self.a(x).reshape(2, 3, 2)) * torch.polar(
        torch.ones(3), torch.arange(3.0)
    )
    return self.b(torch.view_as_real(turned).flatten(1))


def forward(function: Callable[..., Any], **children: Callable[[], nn.Module]) -> Any:
    return lambda: Forward(function, **{name: make() for name, make in children.items()})


def linear() -> nn.Module:
    return nn.Linear(6, 6)


ODD: dict[str, tuple[Callable[[], nn.Module], Any]] = {
    "written in functions": (Written, rand(2, 6)),
    "forward called": (
        forward(lambda self, x: self.b.forward(self.a.forward(x).relu()), a=linear, b=linear),
        rand(2, 6),
    ),
    "linear of its own": (
        lambda: nn.Sequential(Doubled(6, 4), nn.ReLU(), Loud(4, 3)),
        rand(2, 6),
    ),
    "leaking": (lambda: nn.Sequential(nn.Linear(6, 6), Leaking(), nn.Linear(6, 3)), rand(2, 6)),
    "standardised": (lambda: nn.Sequential(Standardised(4, 3, 3), nn.ReLU()), rand(2, 4, 6, 6)),
    "trains in eval mode": (Training, rand(2, 6)),
    "rotated": (forward(rotated, a=linear, b=linear), rand(2, 6)),
    "complex layers": (
        lambda: nn.Sequential(nn.Linear(6, 4, dtype=torch.complex64)),
        torch.complex(rand(2, 6), rand(2, 6)),
    ),
    "complex kernel": (
        lambda: nn.Sequential(nn.Conv1d(3, 2, 2, dtype=torch.complex64)),
        torch.complex(rand(2, 3, 6), rand(2, 3, 6)),
    ),
    "shortened rows": (lambda: nn.Embedding(9, 4, max_norm=0.5), whole(2, 5)),
    "shortened in bags": (lambda: nn.EmbeddingBag(9, 4, max_norm=0.5, mode="sum"), whole(2, 5)),
    "one alone": (
        forward(lambda self, x: self.b(self.a(x).relu()), a=linear, b=linear),
        rand(6),
    ),
    "one picture alone": (
        lambda: nn.Sequential(nn.Conv2d(3, 2, 3), nn.MaxPool2d(2)),
        rand(3, 8, 8),
    ),
    "nothing in": (
        forward(
            lambda self, x: torch.cat([x, self.a(x.mT).mT], 1),
            a=lambda: quietly(lambda: nn.Linear(0, 3)),
        ),
        rand(2, 0, 4),
    ),
    "tokens": (
        forward(lambda self, x: self.b(self.a(x).mean(1)), a=lambda: nn.Embedding(9, 6), b=linear),
        whole(2, 5),
    ),
    "by pixels": (
        forward(lambda self, x: self.a(x.float() / 255), a=linear),
        whole(2, 6).to(torch.uint8),
    ),
    "halves to shares": (
        lambda: nn.Sequential(nn.Linear(6, 5), nn.LayerNorm(5), nn.Softmax(-1)).half(),
        rand(2, 6).half(),
    ),
}
# Of these a plain hook sees what we do not: the copies whose hooks are compared cannot be made, or
# what is called stands for several at once.
ALONE: dict[str, tuple[Callable[[], nn.Module], Any]] = {
    "replaced": (replaced, rand(2, 6)),
    "old norms": (lambda: quietly(old_norms), rand(2, 6)),
    "copied": (
        forward(lambda self, x: self.b(deepcopy(self.a)(x)), a=linear, b=linear),
        rand(2, 6),
    ),
    "derived": (
        forward(
            lambda self, x: self.b(torch.func.jacrev(lambda row: self.a(row).tanh())(x[0])),
            a=linear,
            b=linear,
        ),
        rand(2, 6),
    ),
}
