"""ReLU and max pooling as maxima: what each takes where an image stands, and what else it may take.

A ReLU is the larger of a value and 0, max pooling the largest of a window, and one behind the other
the largest of a window and 0. Where an image stands, each takes one candidate: that is the linear
view. A change of the image makes what leaves larger than in that view or leaves it, never smaller.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from explorer.maths.maps import ROUNDING, Window, pair, shared, simple

KINDS = frozenset({nn.ReLU, nn.MaxPool2d})


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """The largest of some candidates, a window's, 0 or both, at values (1, …) that entered it.

    `shape` is that of what enters, `left` that of what leaves, n values. Of its K candidates the
    last one is 0 if `floor`. `taken` (n,) are the places of the largest, the place behind the last
    standing for 0; `gaps` (1, …, K) is by how much each is smaller, without end for the one that
    is taken.
    """

    window: Window | None
    floor: bool
    shape: torch.Size
    left: torch.Size
    taken: torch.Tensor
    gaps: torch.Tensor

    @property
    def gain(self) -> float:
        """How much larger the norm of a change can become."""
        return math.sqrt(shared(self.window)) if self.window else 1.0

    @property
    def leap(self) -> float:
        """The largest norm of what is beyond the view, for a change of norm 1.

        Of a ReLU it is no more than the change itself, of a window two of its changes at most.
        """
        return math.sqrt(2 * shared(self.window)) if self.window else 1.0

    def candidates(self, values: torch.Tensor) -> torch.Tensor:
        """Return the candidates (N, …, K) of values (N, …)."""
        return _candidates(values, self.window, self.floor)

    def view(self, values: torch.Tensor) -> torch.Tensor:
        """Return of values (N, …) those that are taken where the image stands."""
        flat, last = values.flatten(1), self.shape.numel() - 1
        some = flat if self.window is None else flat.index_select(1, self.taken.clamp(max=last))
        return (some * (self.taken <= last)).view(-1, *self.left)

    def back(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the slopes (R, …) of what entered, of rows (R, …) of those of what left."""
        flat, count = rows.flatten(1), self.shape.numel()
        if self.window is None:
            return (flat * (self.taken < count)).view(-1, *self.shape)
        found = flat.new_zeros(len(flat), count + 1)
        return found.index_add_(1, self.taken, flat)[:, :-1].view(-1, *self.shape)

    def apart(self, slopes: torch.Tensor) -> torch.Tensor:
        """Return the norms (1, …, K) of candidates' slopes less those of the one that is taken.

        `slopes` (P, …) are those by each pixel of what enters.
        """
        taken = self.view(slopes)
        squares = [(each - taken).square_().sum(0) for each in _places(slopes, self.window)]
        if self.floor:
            squares.append(taken.square().sum(0))
        return torch.stack(squares, dim=-1).unsqueeze(0).sqrt_() * (1 + ROUNDING)


def maximum(values: torch.Tensor, links: Sequence[nn.Module]) -> Maximum:
    """Return the maximum that some of `KINDS` make together of values (1, …) that enter."""
    pools: list[Any] = [each for each in links if type(each) is nn.MaxPool2d]
    count, floor = values.numel(), len(links) > len(pools)  # a ReLU is among them
    window = (pair(pools[0].kernel_size), pair(pools[0].stride)) if pools else None
    every = torch.arange(count, device=values.device).view_as(values)
    places, found = (
        _candidates(each, window, floor, zero=zero) for each, zero in ((every, count), (values, 0))
    )
    top, first = found.max(-1, keepdim=True)
    gaps = (top - found - ROUNDING * values.abs().max()).clamp(min=0)
    return Maximum(
        window,
        floor,
        values.shape[1:],
        found.shape[1:-1],
        places.gather(-1, first).flatten(),
        gaps.scatter(-1, first, torch.inf),
    )


def _candidates(
    values: torch.Tensor, window: Window | None, floor: bool, *, zero: int = 0
) -> torch.Tensor:
    """Return the candidates (…, K) of each maximum of values, the `zero` last if `floor`."""
    found = _places(values, window)
    if floor:
        found.append(torch.full_like(found[0], zero))
    return torch.stack(found, dim=-1)


def _places(values: torch.Tensor, window: Window | None) -> list[torch.Tensor]:
    """Return the values (…) at each place of the windows of some maps, or all as they are."""
    if window is None:
        return [values]
    (high, wide), (down, right) = window
    windows = values.unfold(-2, high, down).unfold(-2, wide, right)
    return [windows[..., row, column] for row in range(high) for column in range(wide)]


def together(links: Sequence[nn.Module]) -> int:
    """Return how many links from the first on are one maximum: a ReLU, a max pooling, or both."""
    kinds = [type(each) for each in links[:2] if _known(each)]
    if not _known(links[0]):
        return 0
    return len(set(kinds)) if len(kinds) == len(links[:2]) else 1


def _known(link: Any) -> bool:
    plain = type(link) is nn.MaxPool2d and simple(link) and not link.return_indices
    return type(link) is nn.ReLU or plain
