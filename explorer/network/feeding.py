"""The pictures of a query as what a network is fed."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.incoming.fitting import fitted
from explorer.kinds.base import FLOAT32
from explorer.kinds.picture import scaled
from explorer.records import PIXELS, Input, Pixels


def fit(images: tuple[bytes, ...], of: Input) -> tuple[bytes, ...]:
    """Return images in the size that a network takes; the page's 28×28 drawings fit every one."""
    if of.size == PIXELS:
        return images
    return tuple(fitted(each, of) if len(each) == PIXELS else each for each in images)


def greys(images: tuple[bytes, ...], of: Input) -> Pixels:
    """Return images of a query as the grey values drawn, (N, *shape) uint8.

    Raises:
        InvalidQuery: for an image of another size than the network takes.
    """
    for number, image in enumerate(images):
        if len(image) != of.size:
            raise InvalidQuery(
                "query.size",
                field=f"images[{number}]",
                received=len(image),
                count=of.size,
                shape=" × ".join(map(str, of.shape)),
            )
    return np.frombuffer(b"".join(images), dtype=np.uint8).reshape(len(images), *of.shape)


def batch(images: tuple[bytes, ...], of: Input | None = None) -> torch.Tensor:
    """Return pixels 0 to 255 as the tensor the network is fed, (N, *shape) float32.

    In [0, 1], as the course does it, unless the card has a mean and a std.
    """
    of = of or Input()
    return fed(greys(images, of), of)


def fed(pixels: Pixels, of: Input) -> torch.Tensor:
    """Return grey values (N, …) as `batch` does, one image of a network after the other."""
    return torch.from_numpy(scaled(pixels.reshape(-1, *of.shape), of))


def device_of(model: nn.Module) -> torch.device:
    """Return where a network is; one without parameters is on the CPU."""
    parameter = next(model.parameters(), None)
    return torch.device("cpu") if parameter is None else parameter.device


def type_of(model: nn.Module) -> torch.dtype:
    """Return the type of number that a module computes with, as its first weight has it."""
    floating = (each.dtype for each in model.parameters() if each.is_floating_point())
    return next(floating, torch.float32)


def rounding(model: nn.Module) -> float:
    """Return the distance from 1 to the next number in the type that a module computes with."""
    return max(FLOAT32, float(torch.finfo(type_of(model)).eps))
