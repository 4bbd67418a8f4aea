"""The batches of a run, as the course trains: loss, backward pass, one step of the optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from explorer.learning import subjects
from explorer.learning.recipes import NETWORKS
from explorer.learning.settings import Settings, beyond
from explorer.network import zoo

MOMENTUM = 0.9
OPTIMIZERS: Mapping[str, Callable[[nn.Module, float], torch.optim.Optimizer]] = {
    "sgd": lambda model, rate: torch.optim.SGD(model.parameters(), lr=rate),
    "momentum": lambda model, rate: torch.optim.SGD(model.parameters(), lr=rate, momentum=MOMENTUM),
    "adam": lambda model, rate: torch.optim.Adam(model.parameters(), lr=rate),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch that was learnt: its number from 1, images seen, epochs complete, and its loss."""

    number: int
    images: int
    epochs: int
    loss: float


def network(settings: Settings) -> nn.Module:
    """Return the network with the random weights of the seed, in train mode."""
    torch.manual_seed(settings.seed)
    model = zoo.BUILDERS[NETWORKS[settings.model]]().train()
    # kernels with their channels last: convolutions train nearly twice as fast
    return model.to(memory_format=torch.channels_last)


def total(settings: Settings, count: int) -> int:
    """Return how many batches a run over `count` images has; the last of an epoch may be short."""
    return settings.epochs * -(-count // settings.batch)


def learn(
    settings: Settings, model: nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> Iterator[Batch]:
    """Train `model` on images (N, 28, 28) uint8 and labels (N,) int64; yield after every batch.

    The same settings, weights and data give the same weights on the same machine. The gradients of
    the batch stand in the parameters until the next one.

    Raises:
        NotANumber: when the loss is beyond what numbers can hold.
    """
    generator = torch.Generator().manual_seed(settings.seed)
    optimizer = OPTIMIZERS[settings.optimizer](model, settings.rate)
    number = count = 0
    for epoch in range(settings.epochs):
        order = torch.randperm(len(images), generator=generator)
        for chosen in order.split(settings.batch):
            lot = images[chosen], labels[chosen]  # (B, 28, 28), (B,)
            if settings.drawn:
                x = subjects.drawn(settings.model, lot, generator, share=settings.drawn)
            else:
                x = subjects.pictures(settings.model, lot[0])
            loss = F.cross_entropy(model(x), lot[1])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            number, count, value = number + 1, count + len(chosen), loss.item()
            if not math.isfinite(value):
                raise beyond(settings, number)
            yield Batch(number, count, epoch + (count == (epoch + 1) * len(images)), value)
