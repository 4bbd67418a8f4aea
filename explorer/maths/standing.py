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
    """Sums of what a maximum adds, each of s ≥ 0 times a slope of `slopes` (R, n)."""

    slopes: torch.Tensor

    def down(self, of: Beyond) -> torch.Tensor:
        """Return by how much each sum can be below 0, (R,)."""
        used, values = _used(of)
        return _most(self.slopes.index_select(1, used).clamp_(max=0).neg_(), values, of.norm)

    def both(self, of: Beyond) -> torch.Tensor:
        """Return by how much each sum can be above 0, and below, (2, R)."""
        used, values = _used(of)
        some = self.slopes.index_select(1, used)
        up = some.clamp(min=0)
        return torch.stack([_most(each, values, of.norm) for each in (up, up - some)])


def _used(of: Beyond) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the places of values that are not 0, and these: most maxima add nothing."""
    used = of.values.nonzero().flatten()
    return used, of.values[used]


def _most(weights: torch.Tensor, values: torch.Tensor, norm: float) -> torch.Tensor:
    """Return how large sums can be, (R,): of the largest values (k,), or of their L2 norm."""
    return torch.minimum(weights @ values, torch.linalg.vector_norm(weights, dim=1) * norm)


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
        line, rows = line[:-1], last.slopes()
    else:
        each = torch.eye(link.shape.numel(), dtype=image.dtype, device=image.device)
        rows = each.view(-1, *link.shape)
    first = next((at for at, each in enumerate(line) if isinstance(each, Maximum)), len(line))
    sums, rows = back(line[first:], rows)
    if link.window:
        slopes = back(line[:first], rows)[1].flatten(1)
        return Place(link.apart(slopes.T.reshape(-1, *link.shape)), tuple(sums))
    norms = _lengths(line[:first], rows) * (1 + ROUNDING)
    return Place(norms.view(1, *link.left, 1), tuple(sums))


def _lengths(line: Line, rows: torch.Tensor) -> torch.Tensor:
    """Return the L2 norms (R,) of slopes by the image, of rows (R, …) by what leaves some maps.

    With a Linear at their end, and fewer of its units in use than there are rows, they are worked
    out from the products of these units' slopes with each other: ‖a·S‖² = a·(S·Sᵀ)·a, in float64,
    as differences of large products may be small.
    """
    last = line[-1] if line else None
    if isinstance(last, Map) and rows.dim() == 2 and last.weight.dim() == 2:
        used = rows.any(dim=0).nonzero().flatten()
        if len(used) < len(rows):
            slopes = back(line[:-1], last.weight[used])[1].flatten(1).double()
            some = rows[:, used].double()
            squares = ((some @ (slopes @ slopes.T)) * some).sum(1)
            return squares.clamp(min=0).sqrt().to(rows.dtype)
    norms: torch.Tensor = torch.linalg.vector_norm(back(line, rows)[1].flatten(1), dim=1)
    return norms


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


def back(line: Line, rows: torch.Tensor) -> tuple[list[Weighted], torch.Tensor]:
    """Return what slopes (R, …) by what leaves a chain make of what its maxima add.

    And the slopes (R, …) by what enters it.
    """
    found = []
    for link in reversed(line):
        if isinstance(link, Maximum):
            found.append(Weighted(rows.flatten(1)))
        rows = link.back(rows)
    return found[::-1], rows
