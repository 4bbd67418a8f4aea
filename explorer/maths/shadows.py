"""Many points of many numbers on a few axes: how far each is from another one at least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.records import Floats

AXES = 256
SAMPLE = 400  # points that the axes are made for
ROUNDING = 2.0**-24  # of one float32 operation, relative


@dataclass(frozen=True, slots=True, eq=False)
class Shadows:
    """M points (n,) on orthonormal `axes` (n, K) float64: `values` (M, K + 1) float32.

    The last of each is how long the rest of the point is, which no axis shows. `lengths` (M,)
    float64 are the squared lengths of `values`.
    """

    axes: torch.Tensor
    values: torch.Tensor
    lengths: NDArray[np.float64]

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        parts = (self.axes, self.values)
        return sum(each.numel() * each.element_size() for each in parts)

    def of(self, points: torch.Tensor) -> torch.Tensor:
        """Return the shadows (k, K + 1) float64 of points (k, n)."""
        wide = points.double()
        found = wide @ self.axes
        rest = (wide.square().sum(1) - found.square().sum(1)).clamp(min=0).sqrt()
        return torch.cat([found, rest[:, None]], dim=1)

    def keep(self, first: int, points: torch.Tensor) -> None:
        """Take the shadows of some points (k, n), from a place on."""
        part = slice(first, first + len(points))
        self.values[part] = self.of(points)
        self.lengths[part] = self.values[part].double().square().sum(1).numpy()

    def least(self, point: Floats) -> NDArray[np.float64]:
        """Return a distance (M,) that no point is nearer than.

        On the axes a distance is no larger than it is, and the rests of two points are at least as
        far apart as they differ in length. Taken off is what float32 loses (Higham, Accuracy and
        Stability of Numerical Algorithms, 3.1).
        """
        own = self.of(torch.from_numpy(point.copy())[None])[0]
        length = float(own.square().sum())
        products = (self.values @ own.float()).double().numpy()
        terms = (self.values.shape[1] + 8) * ROUNDING
        slack = 4 * terms * np.sqrt(self.lengths * length) + terms * (self.lengths + length)
        found: NDArray[np.float64] = np.maximum(self.lengths - 2 * products + length - slack, 0)
        return np.sqrt(found)


def shadows(some: torch.Tensor, count: int) -> Shadows:
    """Return room for the shadows of `count` points, on the main axes of some of them (k, n)."""
    wide = some.double()
    _, vectors = torch.linalg.eigh(wide @ wide.T)  # the smallest first
    spanned = wide.T @ vectors[:, -AXES:]
    axes, _ = torch.linalg.qr(spanned)
    return Shadows(axes, torch.zeros(count, axes.shape[1] + 1), np.zeros(count))
