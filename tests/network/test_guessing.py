"""A module says by its first layer what it takes, and where that does not go through, by trying."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.guessing import guessed
from tests.network.modules import Forward


def patches(self: Any, x: torch.Tensor) -> Any:
    count, planes, _, _ = x.shape
    parts = x.unfold(2, 7, 7).unfold(3, 7, 7).reshape(count, 16, 49 * planes)
    return self.head(self.embed(parts).mean(1))


def rows(self: Any, x: torch.Tensor) -> Any:
    return self.head(self.embed(x[:, 0]).amax(1))


def timed(self: Any, x: torch.Tensor) -> Any:
    return self.conv(x) + self.time(torch.ones(len(x), 8))[..., None, None]


def slices(self: Any, x: torch.Tensor) -> Any:
    return self.head(F.avg_pool2d(self.conv(torch.cat([x, x], 1)), 7).flatten(1))


def placed(self: Any, x: torch.Tensor) -> Any:
    across = torch.linspace(-1, 1, x.shape[-1]).expand_as(x)
    return self.conv(torch.cat([x, across, across.mT], 1))


def fails(self: Any, x: torch.Tensor) -> Any:
    return self.head(x.flatten(1)[:, :3])


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (Forward(patches, embed=nn.Linear(49, 8), head=nn.Linear(8, 3)), (1, 28, 28)),
        (Forward(rows, embed=nn.Linear(28, 8), head=nn.Linear(8, 3)), (1, 28, 28)),
        (Forward(timed, time=nn.Linear(8, 4), conv=nn.Conv2d(1, 4, 3)), (1, 28, 28)),
        (Forward(slices, conv=nn.Conv2d(2, 4, 1), head=nn.Linear(64, 3)), (1, 28, 28)),
        (Forward(placed, conv=nn.Conv2d(3, 4, 3)), (1, 28, 28)),
        (nn.Conv2d(3, 4, 300), (3, 224, 224)),
        (nn.Sequential(nn.Flatten(), nn.Linear(49, 3)), (7, 7)),
        (nn.Sequential(nn.Flatten(), nn.Linear(192, 3)), (3, 8, 8)),
        (Forward(fails, head=nn.Linear(49, 3)), (7, 7)),
    ],
)
def test_the_first_picture_that_goes_through_is_taken(
    model: nn.Module, shape: tuple[int, ...]
) -> None:
    assert guessed(model.eval()).shape == shape
