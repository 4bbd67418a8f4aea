"""Many pictures in the space of one step: which lie nearest to a point, which excite a unit most.

What comes out of a step for M pictures is (M, n) numbers. Up to `WHOLE` bytes they are kept as they
are; larger ones as float16, each with how far rounding has moved it, and on a few axes, on which
most are seen to be too far away. So the nearest are chosen from bounds and then measured in float32
as they came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.maths.shadows import SAMPLE, Shadows, shadows
from explorer.records import Floats

WHOLE = 128 * 2**20  # bytes of float32 that are kept as they are
PART = 100  # pictures of one pass
DIRECT = 64  # numbers a picture up to which differences cost less than a product saves
FIRST = 64  # pictures measured first, the nearest ones on a few axes
MOST = 256  # pictures measured exactly for one question
ROUNDING = 2.0**-24  # of one float32 operation, relative

Outputs = Callable[[Sequence[int]], torch.Tensor]  # places of pictures → what comes out, (k, …)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """What comes out of a step for M pictures.

    `values` (M, n) float32, or float16 with `moved` (M,) float64: the distance by which rounding
    has moved each. `lengths` (M,) float64 are the squared lengths of `values`. `peaks` (M, maps)
    float32 are the largest values of each map, None where there are no maps. `outputs` computes
    what comes out again. `shadows` are those of what came out, None where all is kept as it was.
    """

    values: torch.Tensor
    moved: NDArray[np.float64]
    lengths: NDArray[np.float64]
    peaks: Floats | None
    outputs: Outputs
    shadows: Shadows | None = None

    @property
    def size(self) -> int:
        """How many bytes it takes, nearly all of them its values'."""
        kept = self.values.numel() * self.values.element_size()
        return kept + (self.shadows.size if self.shadows else 0)

    def rows(self, places: Sequence[int]) -> NDArray[np.float64]:
        """Return what came out for a few pictures (k, n), exactly as in float32."""
        kept = self.values.dtype == torch.float32
        found = self.values[list(places)] if kept else self.outputs(places).flatten(1)
        result: NDArray[np.float64] = found.double().numpy()
        return result


def measured(outputs: Outputs, count: int, *, maps: bool) -> Space:
    """Return the space of `count` pictures, computed in parts of a few; `maps`: of (k, maps, …)."""
    first = outputs([0])
    size = first.numel()
    whole = 4 * count * size <= WHOLE
    values = torch.empty(count, size, dtype=torch.float32 if whole else torch.float16)
    moved, lengths = np.zeros(count), np.zeros(count)
    cast = None if whole else shadows(_sample(outputs, count), count)
    peaks = np.zeros((count, first.shape[1] if maps else 0), dtype=np.float32)
    for start in range(0, count, PART):
        found = outputs(range(start, min(start + PART, count)))
        flat, part = found.flatten(1), slice(start, start + len(found))
        values[part] = flat
        kept = values[part].double()
        moved[part] = (kept - flat.double()).square().sum(1).sqrt().numpy()
        lengths[part] = kept.square().sum(1).numpy()
        if cast is not None:
            cast.keep(start, flat)
        if maps:
            peaks[part] = found.flatten(2).amax(2).numpy()
    return Space(values, moved, lengths, peaks if maps else None, outputs, cast)


def _sample(outputs: Outputs, count: int) -> torch.Tensor:
    """Return what comes out for some pictures from all over, (k, n)."""
    places = range(0, count, -(-count // SAMPLE))
    parts = [places[start : start + PART] for start in range(0, len(places), PART)]
    return torch.cat([outputs(part).flatten(1) for part in parts])


def nearest(space: Space, point: Floats, count: int) -> list[tuple[int, float]]:
    """Return the places of the pictures nearest to a point (n,), with their Euclidean distances.

    The nearest first, of equal ones the first in order. Which could be among them follows from
    bounds on what rounding does to a sum of n products; of these, at most `MOST`, the distances are
    taken in float64 of float32 values.
    """
    low, high, places = _bounds(space, point, count)
    count = min(count, len(low))
    limit = np.partition(high, count - 1)[count - 1]
    possible = np.flatnonzero(low <= limit)
    if len(possible) > MOST:
        possible = np.sort(
            possible[np.argsort(low[possible] + high[possible], kind="stable")[:MOST]]
        )
    possible = places[possible]
    apart = np.sqrt(np.square(space.rows(possible.tolist()) - point.astype(np.float64)).sum(axis=1))
    order = np.argsort(apart, kind="stable")[:count]
    return [(int(possible[place]), float(apart[place])) for place in order]


def _bounds(
    space: Space, point: Floats, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Return the least and the largest distances (k,) of pictures, and their places in order.

    All that could be among the nearest are there; those left out are farther on a few axes than
    `count` of the others are at most.
    """
    if space.shadows is None:
        squares, slack = _squares(space, torch.from_numpy(point.copy()))
        low, high = np.sqrt(np.maximum(squares - slack, 0)), np.sqrt(squares + slack)
        return low, high, np.arange(len(low))
    least = space.shadows.least(point)
    first = np.argsort(least, kind="stable")[: max(count, FIRST)]
    _, high = _kept(space, point, first)
    limit = np.sort(high)[: min(count, len(high))][-1]
    places = np.flatnonzero(least <= limit)
    return *_kept(space, point, places), places


def _kept(
    space: Space, point: Floats, places: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the largest distances (k,) of some pictures, of what is kept of them."""
    own, parts = torch.from_numpy(point.copy()), []
    for some in torch.from_numpy(places).split(DIRECT):
        parts.append((space.values[some].float() - own).square_().sum(1))
    squares = torch.cat(parts).double().numpy()
    slack, moved = (len(point) + 4) * ROUNDING * squares, space.moved[places]
    low = np.sqrt(np.maximum(squares - slack, 0)) - moved
    return low, np.sqrt(squares + slack) + moved


def _squares(space: Space, point: torch.Tensor) -> tuple[NDArray[np.float64], Any]:
    """Return the squared distances (M,) of what is kept, and by how much each may be wrong.

    A sum of n float32 products is off by at most n roundings of the sum of their sizes (Higham,
    Accuracy and Stability of Numerical Algorithms, 3.1).
    """
    terms = (len(point) + 4) * ROUNDING
    if len(point) <= DIRECT:
        squares = (space.values - point).square().sum(1).double().numpy()
        return squares, terms * squares
    length = float(point.double().square().sum())
    products = (space.values @ point).double().numpy()
    squares = np.maximum(space.lengths - 2 * products + length, 0)
    return squares, 2 * terms * np.sqrt(space.lengths * length)


def strongest(space: Space, unit: int, count: int) -> list[tuple[int, float]]:
    """Return the places of the pictures with the largest values of a unit, with the values.

    Where there are maps it is the map in which the unit lies, and the largest value of that map.
    The largest first, of equal ones the first in order; none where all are equal.
    """
    if space.peaks is not None:
        column = space.peaks[:, unit // (space.values.shape[1] // space.peaks.shape[1])]
    else:
        column = space.values[:, unit].float().numpy()
    if column.min() == column.max():
        return []
    order = np.argsort(-column, kind="stable")[:count]
    return [(int(place), float(column[place])) for place in order]
