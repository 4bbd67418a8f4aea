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
from torch.nn import functional as F

from explorer.maths.maps import ROUNDING, Window, pair, shared, simple

KINDS = frozenset({nn.ReLU, nn.MaxPool2d})


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """The largest of some candidates, a window's, 0 or both, at values (1, …) that entered it.

    `shape` is that of what enters, `left` that of what leaves, n values. `places` (n, K) are those
    of the candidates, the place behind the last standing for 0, and `taken` (n,) those of the
    largest; `gaps` (1, …, K) is by how much each is smaller, without end for the one that is taken.
    """

    window: Window | None
    shape: torch.Size
    left: torch.Size
    places: torch.Tensor
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
        found = F.pad(values.flatten(1), (0, 1))[:, self.places.flatten()]
        return found.view(len(values), *self.left, -1)

    def view(self, values: torch.Tensor) -> torch.Tensor:
        """Return of values (N, …) those that are taken where the image stands."""
        return F.pad(values.flatten(1), (0, 1))[:, self.taken].view(-1, *self.left)

    def back(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the slopes (R, …) of what entered, of rows (R, …) of those of what left."""
        flat = rows.flatten(1)
        found = flat.new_zeros(len(flat), self.shape.numel() + 1)
        return found.index_add_(1, self.taken, flat)[:, :-1].view(-1, *self.shape)

    def apart(self, slopes: torch.Tensor) -> torch.Tensor:
        """Return the norms (1, …, K) of candidates' slopes less those of the one that is taken.

        `slopes` (P, …) are those by each pixel of what enters.
        """
        flat = F.pad(slopes.flatten(1).T, (0, 0, 0, 1)).contiguous()  # (values and 0, P)
        steps = flat[self.places].sub_(flat[self.taken].unsqueeze(1))
        norms: torch.Tensor = torch.linalg.vector_norm(steps, dim=-1)
        return norms.view(1, *self.left, -1) * (1 + ROUNDING)


def maximum(values: torch.Tensor, links: Sequence[nn.Module]) -> Maximum:
    """Return the maximum that some of `KINDS` make together of values (1, …) that enter."""
    pools: list[Any] = [each for each in links if type(each) is nn.MaxPool2d]
    count, shape = values.numel(), values.shape[1:]
    places = torch.arange(count, device=values.device).view(shape)
    window = None
    if pools:
        window = (high, wide), (down, right) = pair(pools[0].kernel_size), pair(pools[0].stride)
        places = places.unfold(-2, high, down).unfold(-2, wide, right).flatten(-2)
    else:
        places = places.unsqueeze(-1)
    if len(links) > len(pools):  # a ReLU is among them
        places = F.pad(places, (0, 1), value=count)
    left, places = places.shape[:-1], places.flatten(0, -2)
    found = F.pad(values.flatten(), (0, 1))[places]
    top, first = found.max(-1, keepdim=True)
    gaps = (top - found - ROUNDING * values.abs().max()).clamp(min=0)
    gaps = gaps.scatter(-1, first, torch.inf).view(1, *left, -1)
    return Maximum(window, shape, left, places, places.gather(-1, first).flatten(), gaps)


def together(links: Sequence[nn.Module]) -> int:
    """Return how many links from the first on are one maximum: a ReLU, a max pooling, or both."""
    kinds = [type(each) for each in links[:2] if _known(each)]
    if not _known(links[0]):
        return 0
    return len(set(kinds)) if len(kinds) == len(links[:2]) else 1


def _known(link: Any) -> bool:
    plain = type(link) is nn.MaxPool2d and simple(link) and not link.return_indices
    return type(link) is nn.ReLU or plain
