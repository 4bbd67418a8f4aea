"""What people add to a drawing so that one can tell a coat from a shirt.

A silhouette with sleeves may be a pullover, a coat or a shirt; a front, a collar, buttons or a hem
say which. Each function answers for masks (N, 1, S, S) bool of things that stand upright, and draws
its random numbers from the generator that it is given. Shares are of the thing's height or half
width, from its upper edge and its middle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Frame:
    """Where in the things' own boxes each pixel is: `down` 0 (top) to 1, `aside` −1 to 1.

    Both (N, 1, S, S); `pen` (N, 1, 1, 1) is half the width of a line, as a share of the height,
    `wide` the height divided by half the width.
    """

    down: torch.Tensor
    aside: torch.Tensor
    pen: torch.Tensor
    wide: torch.Tensor
    generator: torch.Generator

    def within(self, low: float, high: float) -> torch.Tensor:
        """Return one number for each thing, (N, 1, 1, 1), evenly between two bounds."""
        count = len(self.down)
        return low + (high - low) * torch.rand(count, 1, 1, 1, generator=self.generator)

    def some(self, share: float) -> torch.Tensor:
        """Return which things get a mark, (N, 1, 1, 1) bool."""
        return self.within(0, 1) < share

    def row(self, at: torch.Tensor, reach: torch.Tensor | float = 2.0) -> torch.Tensor:
        """Return a line across at the height `at`, as far as `reach` to both sides."""
        return ((self.down - at).abs() < self.pen) & (self.aside.abs() < reach)

    def column(
        self, at: torch.Tensor | float, start: torch.Tensor | float, end: torch.Tensor | float
    ) -> torch.Tensor:
        """Return a line down at `at` aside, from one height to another."""
        near = (self.aside - at).abs() < self.pen * self.wide
        return near & (self.down > start) & (self.down < end)

    def slope(
        self, start: torch.Tensor, height: torch.Tensor, end: torch.Tensor | float = 0.0
    ) -> torch.Tensor:
        """Return two lines from `start` at the top to `end` at a height, mirrored."""
        part = self.down / height
        wanted = start + (end - start) * part
        near = (self.aside.abs() - wanted).abs() < self.pen * self.wide * 1.2
        return near & (part > 0) & (part < 1)


def marks(body: torch.Tensor, labels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return lines that people would draw upon bodies (N, 1, S, S) bool of classes (N,), inside.

    Classes that have no marks of their own, and numbers beyond the ten, get none.
    """
    result = torch.zeros_like(body)
    for label, mark in MARKS.items():
        of = labels == label
        if of.any():
            result[of] = mark(_frame(body[of], generator)) & body[of]
    return result


def _frame(body: torch.Tensor, generator: torch.Generator) -> Frame:
    size = body.shape[-1]
    places = torch.arange(size).float()
    top, bottom = _ends(body.any(3), places)
    left, right = _ends(body.any(2), places)
    height, half = (bottom - top).clamp(min=1), ((right - left) / 2).clamp(min=1)
    count = len(body)
    down = (places.view(1, 1, size, 1) - top) / height
    aside = (places.view(1, 1, 1, size) - (left + right) / 2) / half
    turn = 0.05 * (torch.rand(count, 1, 1, 1, generator=generator) - 0.5)
    return Frame(down + turn * aside, aside + turn * (down - 0.5), 0.8 / height, height / half,
                 generator)  # fmt: skip


def _ends(any_: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the first and the last place where something is, each (N, 1, 1, 1)."""
    first = torch.where(any_, places, places[-1]).amin(2)
    last = torch.where(any_, places, 0.0).amax(2)
    return first.view(-1, 1, 1, 1), last.view(-1, 1, 1, 1)


def _neck(frame: Frame) -> torch.Tensor:
    """Return a round or pointed neck."""
    wide, deep = frame.within(0.15, 0.4), frame.within(0.04, 0.14)
    part = frame.aside.abs() / wide
    curve = torch.where(frame.some(0.5), 1 - part.square(), 1 - part)
    return ((frame.down - deep * curve).abs() < frame.pen) & (part < 1)


def _front(frame: Frame) -> torch.Tensor:
    """Return the line where a coat or a shirt is closed."""
    return frame.column(frame.within(-0.08, 0.08), frame.within(0.02, 0.22), 1.0)


def _tee(frame: Frame) -> torch.Tensor:
    found = _neck(frame) & frame.some(0.6)
    found |= frame.row(frame.within(0.86, 0.95)) & frame.some(0.15)
    return found


def _trouser(frame: Frame) -> torch.Tensor:
    found = frame.row(frame.within(0.04, 0.1)) & frame.some(0.5)
    found |= frame.column(0.0, 0.02, frame.within(0.2, 0.4)) & frame.some(0.4)
    return found


def _pullover(frame: Frame) -> torch.Tensor:
    found = _neck(frame) & frame.some(0.6)
    hem = frame.within(0.86, 0.94)
    found |= frame.row(hem, frame.within(0.6, 2.0)) & frame.some(0.6)
    first, apart = frame.within(0.3, 0.6), frame.within(0.08, 0.16)
    striped = frame.some(0.25)
    for number in range(3):
        found |= frame.row(first + number * apart) & striped & frame.some(0.7)
    cuff = (frame.aside.abs() > 0.62) & frame.row(frame.within(0.78, 0.9))
    found |= cuff & frame.some(0.5)
    sleeve = frame.column(0.5, 0.2, 0.7) | frame.column(-0.5, 0.2, 0.7)
    return found | (sleeve & frame.some(0.2))


def _dress(frame: Frame) -> torch.Tensor:
    found = frame.row(frame.within(0.3, 0.5)) & frame.some(0.5)
    return found | (_neck(frame) & frame.some(0.3))


def _coat(frame: Frame) -> torch.Tensor:
    found = _front(frame) & frame.some(0.85)
    found |= frame.slope(frame.within(0.15, 0.4), frame.within(0.12, 0.35)) & frame.some(0.6)
    side, high = frame.within(0.15, 0.3), frame.within(0.55, 0.75)
    flat = ((frame.down - high).abs() < frame.pen) & ((frame.aside.abs() - side).abs() < 0.13)
    tall = (frame.aside.abs() - side).abs() < frame.pen * frame.wide
    tall &= (frame.down - high).abs() < 0.07
    found |= torch.where(frame.some(0.7), flat, tall) & frame.some(0.5)
    return found | (frame.row(frame.within(0.45, 0.6)) & frame.some(0.15))


def _shirt(frame: Frame) -> torch.Tensor:
    found = _front(frame) & frame.some(0.65)
    first, apart = frame.within(0.15, 0.28), frame.within(0.12, 0.2)
    rest = (frame.down - first).remainder(apart)
    dot = torch.minimum(rest, apart - rest) < 1.2 * frame.pen
    dot &= (frame.aside.abs() < 1.6 * frame.pen * frame.wide) & (frame.down > first - frame.pen)
    found |= dot & frame.some(0.6)
    wide, deep = frame.within(0.15, 0.35), frame.within(0.08, 0.18)
    wing = frame.slope(wide, deep, wide * frame.within(0.9, 1.3))
    fold = ((frame.down - deep * (1 - 0.3 * frame.aside.abs() / wide)).abs() < frame.pen) & (
        frame.aside.abs() < wide
    )
    found |= (wing | fold) & frame.some(0.75)
    return found | (_pocket(frame) & frame.some(0.35))


def _pocket(frame: Frame) -> torch.Tensor:
    """Return a square upon the right of the chest."""
    across = (frame.aside - frame.within(0.22, 0.32)).abs()
    down = (frame.down - frame.within(0.32, 0.42)).abs()
    wide, high = 0.12, frame.within(0.06, 0.09)
    outer = (across < wide) & (down < high)
    inner = (across < wide - 2 * frame.pen * frame.wide) & (down < high - 2 * frame.pen)
    return outer & ~inner


def _sneaker(frame: Frame) -> torch.Tensor:
    found = frame.row(frame.within(0.72, 0.86)) & frame.some(0.7)
    first, apart = frame.within(-0.45, -0.2), frame.within(0.1, 0.18)
    rest = (frame.aside - first).remainder(apart)
    lace = torch.minimum(rest, apart - rest) < frame.pen * frame.wide
    lace &= (frame.aside > first) & (frame.aside < first + 3.5 * apart)
    lace &= (frame.down > 0.15) & (frame.down < frame.within(0.4, 0.55))
    return found | (lace & frame.some(0.5))


def _boot(frame: Frame) -> torch.Tensor:
    found = frame.row(frame.within(0.84, 0.93)) & frame.some(0.5)
    return found | (frame.row(frame.within(0.1, 0.25)) & frame.some(0.15))


def _bag(frame: Frame) -> torch.Tensor:
    found = frame.row(frame.within(0.35, 0.6)) & frame.some(0.3)
    return found | (frame.slope(frame.within(0.7, 1.0), frame.within(0.4, 0.7)) & frame.some(0.15))


MARKS: Mapping[int, Callable[[Frame], torch.Tensor]] = {
    0: _tee,
    1: _trouser,
    2: _pullover,
    3: _dress,
    4: _coat,
    6: _shirt,
    7: _sneaker,
    8: _bag,
    9: _boot,
}
