"""Curves of bounded length: however long a run is, a page draws a few hundred points."""

from __future__ import annotations

from typing import Any

MOST = 120  # points, twice that before they are thinned out
SMOOTH = 0.98  # of the moving average over batches, about the last fifty


class Means:
    """Means over `width` neighbours in a row; the width doubles when there are too many."""

    def __init__(self) -> None:
        self.width = 1
        self._means: list[float] = []
        self._rest: list[float] = []

    def add(self, value: float) -> None:
        """Add the value of the next batch."""
        self._rest.append(value)
        if len(self._rest) < self.width:
            return
        self._means.append(sum(self._rest) / self.width)
        self._rest.clear()
        if len(self._means) == 2 * MOST:
            pairs = zip(self._means[::2], self._means[1::2], strict=True)
            self._means = [(one + other) / 2 for one, other in pairs]
            self.width *= 2

    def listing(self) -> dict[str, Any]:
        """Return the width and the whole means; the first covers batches 1 to `width`."""
        return {"width": self.width, "means": [_short(mean) for mean in self._means]}


class Points:
    """Values measured now and then, as pairs of batch and value.

    At twice `most` every second one goes, but for the first; the newest is always there.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._points: list[tuple[int, float]] = []
        self._last: tuple[int, float] | None = None
        self._every = 1
        self._count = 0

    def add(self, batch: int, value: float) -> None:
        """Add what was measured after a batch."""
        self._last = (batch, _short(value))
        if self._count % self._every == 0:
            self._points.append(self._last)
        self._count += 1
        if len(self._points) == 2 * self._most:
            self._points = self._points[::2]
            self._every *= 2

    def listing(self) -> list[tuple[int, float]]:
        """Return the points in order."""
        newest = [] if self._last is None or self._last in self._points[-1:] else [self._last]
        return [*self._points, *newest]


class Smooth:
    """The moving average of what was added, without the zero that it begins with (as Adam's)."""

    def __init__(self) -> None:
        self._sum = self._weight = 0.0

    def add(self, value: float) -> float:
        """Return the average with this value: mₜ / (1 − βᵗ), mₜ = β·mₜ₋₁ + (1 − β)·value."""
        self._sum = SMOOTH * self._sum + (1 - SMOOTH) * value
        self._weight = SMOOTH * self._weight + (1 - SMOOTH)
        return self._sum / self._weight


def _short(value: float) -> float:
    """Five significant digits are more than a curve shows."""
    return float(f"{value:.5g}")
