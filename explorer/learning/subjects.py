"""What each network learns from: its data set, its classes, and pictures as it takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from explorer.errors import MissingData
from explorer.incoming import datasets
from explorer.incoming.cards import DIGITS, FASHION
from explorer.learning import drawings
from explorer.learning.recipes import LABELS, Recipe

# How images of a data set become what people draw: a batch, and which of it are drawings.
DRAWN = {FASHION: drawings.augmented, DIGITS: drawings.written}


def find(model: str) -> None:
    """Look whether a network's data set is on this machine, without reading it.

    Raises:
        MissingData: when it is not, with what to do.
    """
    where, name = datasets.root(), Recipe(model).dataset
    if not any((where / name / "raw").glob("train-images*")):
        raise MissingData("data.missing", name=name, where=where.name)


def load(model: str, *, train: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images (N, 28, 28) uint8 and labels (N,) int64 that a network learns from.

    Raises:
        MissingData: when they are not there, or damaged.
    """
    return datasets.load(Recipe(model).dataset, train=train)


def labels(model: str) -> Mapping[str, Sequence[str]]:
    """Return the names of a network's classes by language."""
    return LABELS[Recipe(model).dataset]


def shape(model: str) -> tuple[int, ...]:
    """Return the shape of one image as a network takes it."""
    return Recipe(model).shape


def pictures(model: str, images: torch.Tensor) -> torch.Tensor:
    """Return images (N, 28, 28) uint8 as a network takes them, (N, …) float32 from 0 to 1."""
    return (images.float() / 255).view(-1, *shape(model))


def drawn(
    model: str,
    chosen: tuple[torch.Tensor, torch.Tensor],
    generator: torch.Generator,
    *,
    share: float,
) -> torch.Tensor:
    """Return images (N, 28, 28) uint8 with their labels (N,) as `pictures`, some as drawings."""
    change = DRAWN[Recipe(model).dataset]
    greys, _ = change(chosen[0].float() / 255, generator, share=share, labels=chosen[1])
    return greys.view(-1, *shape(model))
