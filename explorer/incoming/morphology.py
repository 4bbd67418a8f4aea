"""Grey pictures as landscapes: what is closed, what is connected, what a gap is filled with.

Plain numpy on arrays (H, W); windows are odd numbers of pixels, beyond the edge the last value goes
on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
Box = NDArray[np.int_]
CORNERS = 5
Values = TypeVar("Values", bound=NDArray[Any])


def closed(grey: Grey, window: int) -> Grey:
    """Return (H, W) with everything darker and narrower than the window filled up.

    A step or a slope of any size stays as it is.
    """
    return _swept(_swept(_wide(grey, window), window, np.maximum), window, np.minimum)


def opened(grey: Grey, window: int) -> Grey:
    """Return (H, W) with everything lighter and narrower than the window taken off."""
    return _swept(_swept(_wide(grey, window), window, np.minimum), window, np.maximum)


def spread(grey: Grey, window: int) -> Grey:
    """Return the largest value within a window around each pixel, (H, W)."""
    return _swept(np.pad(grey, window // 2, mode="edge"), window, np.maximum)


def grown(mask: Mask, radius: int) -> Mask:
    """Return a mask widened by a radius (a square)."""
    edged = np.pad(mask, radius)
    return _swept(edged, 2 * radius + 1, np.logical_or)


def shrunk(mask: Mask, radius: int) -> Mask:
    """Return a mask narrowed by a radius; the picture's own edge takes nothing away."""
    edged = np.pad(mask, radius, constant_values=True)
    return _swept(edged, 2 * radius + 1, np.logical_and)


def steps(grey: Grey) -> Grey:
    """Return the largest difference between a pixel and those around it, (H, W)."""
    wide = np.pad(grey, 1, mode="edge")
    return _swept(wide, 3, np.maximum) - _swept(wide, 3, np.minimum)


def labels(mask: Mask) -> NDArray[np.int32]:
    """Return the connected parts of a mask (by edges), numbered from 1; 0 is none, (H, W).

    Every pixel takes the smallest number around it, and then that number's own, until nothing
    changes.
    """
    height, width = mask.shape
    number = np.arange(1, height * width + 1, dtype=np.int32).reshape(height, width)
    number = np.where(mask, number, 0)
    none = np.int32(height * width + 1)
    own = np.arange(height * width + 2, dtype=np.int32)
    while True:
        wide = np.pad(np.where(mask, number, none), 1, constant_values=none)
        least = np.minimum.reduce(
            [wide[1:-1, 1:-1], wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]]
        )
        np.minimum.at(own, number[mask], least[mask])
        for _ in range(3):
            own = own[own]
        following = np.where(mask, own[number], 0)
        if (following == number).all():
            break
        number = following
    found, inverse = np.unique(number, return_inverse=True)
    first = 0 if found[0] == 0 else 1
    return (inverse.reshape(height, width) + first).astype(np.int32)


def filled(values: Grey, known: Mask) -> Grey:
    """Return values (H, W) or (H, W, C) with the gaps filled smoothly from what is known around.

    A pyramid of weighted means, down and up again (push-pull, Gortler et al. 1996).
    """
    if not known.any():
        return values
    weight = known.astype(np.float32)
    return _pulled(values.astype(np.float32) * _over(weight, values), weight)


def tiles(values: Grey, factor: int, *, beyond: Literal["edge", "constant"] = "edge") -> Grey:
    """Return values (H, W) in squares, (h, factor, w, factor).

    Beyond the far edges they go on as they end there; with "constant", as 0.
    """
    height, width = values.shape
    whole = np.pad(values, ((0, -height % factor), (0, -width % factor)), mode=beyond)
    return whole.reshape(whole.shape[0] // factor, factor, whole.shape[1] // factor, factor)


def patched(mask: Mask) -> Mask:
    """Return a mask with its holes filled."""
    beyond = labels(np.pad(~mask, 1, constant_values=True))
    return np.asarray(beyond != beyond[0, 0])[1:-1, 1:-1]


def ramp(value: float, low: float, high: float) -> float:
    """Return 0 up to `low`, 1 from `high` on, and what lies between in proportion."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def extents(mask: Mask) -> Box:
    """Return where a mask begins and, as numbers below 0, ends: top, left, −bottom, −right."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return np.array([rows[0], columns[0], -rows[-1] - 1, -columns[-1] - 1])


def solidity(mask: Mask) -> float:
    """Return the share of its convex hull that a mask fills."""
    return float(mask.sum()) / max(_area(outline(mask)), 1.0)


def cornered(mask: Mask) -> float:
    """Return the share of a mask's convex hull that its five best corners enclose.

    Five, as a sheet may lose one of its four at the picture's edge; a disc has 0.76.
    """
    corners = outline(mask)
    whole = _area(corners)
    while len(corners) > CORNERS:
        nexts, befores = corners[1:] + corners[:1], corners[-1:] + corners[:-1]
        losses = [_area(list(three)) for three in zip(befores, corners, nexts, strict=True)]
        corners.pop(int(np.argmin(losses)))
    return _area(corners) / max(whole, 1.0)


def outline(mask: Mask) -> list[tuple[int, int]]:
    """Return the corners of a mask's convex hull in turn, (x, y)."""
    rows = np.nonzero(mask.any(axis=1))[0]
    first, last = mask.argmax(axis=1)[rows], mask.shape[1] - mask[:, ::-1].argmax(axis=1)[rows]
    points = [(int(x), int(y) + side) for y, x in zip(rows, first, strict=True) for side in (0, 1)]
    points += [(int(x), int(y) + side) for y, x in zip(rows, last, strict=True) for side in (0, 1)]
    return _hull(sorted(set(points)))


def _area(corners: list[tuple[int, int]]) -> float:
    ends = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in ends)) / 2


def _hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the convex hull of sorted points (Andrew's monotone chain)."""

    def half(ordered: list[tuple[int, int]]) -> list[tuple[int, int]]:
        chain: list[tuple[int, int]] = []
        for x, y in ordered:
            while len(chain) >= 2 and (
                (chain[-1][0] - chain[-2][0]) * (y - chain[-2][1])
                <= (chain[-1][1] - chain[-2][1]) * (x - chain[-2][0])
            ):
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    return half(points) + half(points[::-1])


def _wide(grey: Grey, window: int) -> Grey:
    return np.pad(grey, 2 * (window // 2), mode="edge")


def _swept(values: Values, window: int, take: Callable[..., Values]) -> Values:
    """Return the extreme within every whole window, by doubling: (H - w + 1, W - w + 1)."""
    for _ in range(2):
        reach = 1
        while 2 * reach <= window:
            values = take(values[:-reach], values[reach:])
            reach *= 2
        rest = window - reach
        values = take(values[:-rest], values[rest:]) if rest else values
        values = np.ascontiguousarray(values.swapaxes(0, 1))  # type: ignore[assignment]
    return values


def _over(weight: Grey, values: Grey) -> Grey:
    return weight[..., None] if values.ndim == 3 else weight


def _pulled(sums: Grey, weight: Grey) -> Grey:
    """Return means where there is weight, and what the coarser picture says where there is none."""
    here = sums / np.maximum(_over(weight, sums), 1e-6)
    if min(weight.shape) == 1 or weight.all():
        return here
    small, light = _halved(sums), _halved(weight)
    most = np.minimum(light, 1) / np.maximum(light, 1e-6)
    coarse = _doubled(_pulled(small * _over(most, small), np.minimum(light, 1)), weight.shape)
    share = _over(np.minimum(weight, 1), sums)
    return share * here + (1 - share) * coarse


def _halved(values: Grey) -> Grey:
    height, width = values.shape[:2]
    rest = ((0, height % 2), (0, width % 2), *((0, 0),) * (values.ndim - 2))
    even = np.pad(values, rest)
    return even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]


def _doubled(values: Grey, shape: tuple[int, ...]) -> Grey:
    """Return values at twice the size, bilinear, cut to a shape."""
    for axis in (0, 1):
        wide = np.pad(values, [(1, 1) if a == axis else (0, 0) for a in range(values.ndim)], "edge")
        wide = wide.swapaxes(0, axis)
        doubled = np.empty((2 * (len(wide) - 2), *wide.shape[1:]), dtype=np.float32)
        doubled[::2] = 0.25 * wide[:-2] + 0.75 * wide[1:-1]
        doubled[1::2] = 0.75 * wide[1:-1] + 0.25 * wide[2:]
        values = doubled.swapaxes(0, axis)
    return values[: shape[0], : shape[1]]
