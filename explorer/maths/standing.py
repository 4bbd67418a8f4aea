"""Where the maxima of a chain stand: how near their candidates are, and what follows of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from explorer.maths.maps import ROUNDING, Map
from explorer.maths.maxima import Maximum

Line = Sequence[Map | Maximum]


@dataclass(frozen=True, slots=True, eq=False)
class Beyond:
    """What a maximum adds to the linear view at most: each of `values` (n,), and their L2 norm."""

    values: torch.Tensor
    norm: float


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """Sums Σ c·s of what a maximum adds, s ≥ 0, with some c (R, n) ≥ 0 and their squares."""

    weights: torch.Tensor
    squares: torch.Tensor

    def most(self, of: Beyond) -> torch.Tensor:
        """Return how large each sum can be, (R,): of the largest values, or of their norm."""
        lengths = (self.squares @ (of.values > 0).to(self.squares.dtype)).sqrt()
        return torch.minimum(self.weights @ of.values, lengths * of.norm)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a maximum of a chain stands: by how much candidates can come nearer to it.

    `apart` (1, …, K) is that for each candidate as the image moves by 1, in the linear view. What
    maxima before it add to what enters it follows through the links between; where no pixel is far
    from any, `sums` says it of each at once.
    """

    apart: torch.Tensor
    sums: tuple[Weighted, ...] | None


@dataclass(frozen=True, slots=True)
class Near:
    """The first links of a chain in which each value is one of some maps.

    `fields` are how many rows and columns of pixels what leaves each of them depends on.
    """

    fields: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many links these are."""
        return len(self.fields)


def near(line: Line, image: torch.Tensor) -> Near:
    """Return the first links of a chain of maps, for an image (…); none for one without maps."""
    if image.dim() != 3:
        return Near(())
    sides, field, step, found = image.shape[1:], [1, 1], [1, 1], []
    for link in line:
        if len(link.left) != 3:
            break
        for axis, (size, by) in enumerate(zip(*link.window or ((1, 1), (1, 1)), strict=True)):
            field[axis] = min(field[axis] + (size - 1) * step[axis], sides[axis])
            step[axis] *= by
        found.append((field[0], field[1]))
    return Near(tuple(found))


def work(line: Line, near: Near, image: torch.Tensor) -> int:
    """Return about how many multiplications it takes to find all places."""
    total = before = 0
    for at, link in enumerate(line):
        if isinstance(link, Map):
            before += link.products
        elif at < near.count:
            total += image.shape[0] * math.prod(near.fields[at]) * (before + link.gaps.numel())
        else:
            total += link.shape.numel() * before
    return total


def places(line: Line, near: Near, image: torch.Tensor) -> list[Place]:
    """Return where each maximum of a chain stands.

    As no value depends on two pixels as far from each other as a field is large, the slopes by all
    such pixels are found together; those behind the last maps by going back.
    """
    found = []
    for at, link in enumerate(line):
        if isinstance(link, Map):
            continue
        if at < near.count:
            slopes = _pixels(image, near.fields[at])
            for before in line[:at]:
                slopes = before.view(slopes)
            found.append(Place(link.apart(slopes), None))
        else:
            found.append(_far(line[:at], link, image))
    return found


def _far(line: Line, link: Maximum, image: torch.Tensor) -> Place:
    """Return where a maximum stands whose values depend on all pixels, behind a chain."""
    last = line[-1] if line else None
    if isinstance(last, Map):
        sums, rows = back(line[:-1], last.slopes(), both=True)
    else:
        each = torch.eye(link.shape.numel(), dtype=image.dtype, device=image.device)
        sums, rows = back(line, each.view(-1, *link.shape), both=True)
    if link.window:
        return Place(link.apart(rows.T.reshape(-1, *link.shape)), tuple(sums))
    norms = torch.linalg.vector_norm(rows, dim=1) * (1 + ROUNDING)
    return Place(norms.view(1, *link.left, 1), tuple(sums))


def _pixels(image: torch.Tensor, field: tuple[int, int]) -> torch.Tensor:
    """Return pictures (k, …) with 1 at one place of each field of a lattice, in one map each."""
    maps, height, width = image.shape
    rows, columns = (
        (torch.arange(side) % every == torch.arange(every)[:, None]).to(image)
        for side, every in zip((height, width), field, strict=True)
    )
    lattice = rows[:, None, :, None] * columns[None, :, None, :]  # (field, field, height, width)
    found = image.new_zeros(maps, math.prod(field), *image.shape)
    for each in range(maps):
        found[each, :, each] = lattice.flatten(0, 1)
    return found.flatten(0, 1)


def back(line: Line, rows: torch.Tensor, *, both: bool) -> tuple[list[Weighted], torch.Tensor]:
    """Return what is added to slopes (R, …) by what leaves a chain, and those by the image (R, P).

    What maxima add pulls down; if `both` are asked for, that up comes before it, (2R, n).
    """
    found = []
    for link in reversed(line):
        if isinstance(link, Maximum):
            down = -rows.flatten(1)
            weights = (torch.cat([-down, down]) if both else down).clamp_(min=0)
            found.append(Weighted(weights, weights.square()))
        rows = link.back(rows)
    return found[::-1], rows.flatten(1)
