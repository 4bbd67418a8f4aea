"""Pooling: of every window the largest value, or the mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject
from explorer.records import Floats

Window = tuple[slice, slice]
WINDOWS = (nn.MaxPool2d, nn.AvgPool2d)
SOME = 16  # values written out


class Pooling(Kind):
    """What windows over every map leave of it."""

    typed = True
    largest = True

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the window of a value: which pixel won, or the mean of all."""
        window = _window(subject, unit)
        if window is None:
            return {}, ()
        channel, rows, columns = window
        patch = subject.entering[channel, rows, columns]
        if not patch.size:
            return {}, ()
        if self.largest:
            row, column = np.unravel_index(int(patch.argmax()), patch.shape)
            down, across = int(row) * rows.step, int(column) * columns.step
            index = (channel, rows.start + down, columns.start + across)
            found = float(patch.max())
            words = f"x[{', '.join(map(str, index))}]"
            size = int(np.ravel_multi_index(index, subject.entering.shape))
            return {
                "formulas": [
                    f"y = max({_listed(patch)}) = {found:.6g}",
                    f"y = {words}",
                ],
                "from": size,
                "source": subject.source,
            }, (subject.check("taken", found, value, 0.0),)
        mean = float(patch.mean(dtype=np.float64))
        scale = float(np.abs(patch).max(initial=0.0))
        return {
            "formulas": [
                f"y = ({_listed(patch, ' + ')}) / {patch.size} = {mean:.6g}",
                f"x[{channel}, {rows.start}…{rows.stop - 1}, {columns.start}…{columns.stop - 1}]",
            ],
            "source": subject.source,
        }, (subject.check("mean", mean, value, 16 * subject.near * max(scale, 1e-30)),)


class MaxPool(Pooling):
    """The largest value of each window."""

    name = "maxpool"
    written = "y[k, r, c] = max x[k, window(r, c)]"
    types = (nn.MaxPool2d, nn.AdaptiveMaxPool2d)


class AvgPool(Pooling):
    """The mean of each window."""

    name = "avgpool"
    written = "y[k, r, c] = mean x[k, window(r, c)]"
    types = (nn.AvgPool2d, nn.AdaptiveAvgPool2d)
    largest = False


def _listed(patch: Floats, between: str = ", ") -> str:
    """Return the values of a window, the first of many."""
    flat = [f"{each:.4g}" for each in patch.reshape(-1)[:SOME]]
    return between.join(flat) + (" …" if patch.size > SOME else "")


def _window(subject: Subject, unit: int) -> tuple[int, slice, slice] | None:
    """Return the map of a value, and the rows and columns its window covers, if it is known."""
    module, entering = subject.module, subject.entering
    if entering.ndim != 3 or subject.values.ndim != 3:
        return None
    channel, row, column = (int(each) for each in np.unravel_index(unit, subject.values.shape))
    sides = entering.shape[1:]
    if isinstance(module, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        made = subject.values.shape[1:]
        rows, columns = (
            slice(place * side // parts, -(-(place + 1) * side // parts), 1)
            for place, side, parts in zip((row, column), sides, made, strict=True)
        )
        return channel, rows, columns
    if not isinstance(module, WINDOWS):
        return None
    plain: Any = module
    apart = _two(getattr(plain, "dilation", 1))
    padding = _two(plain.padding)
    if isinstance(module, nn.AvgPool2d) and (padding != (0, 0) or module.divisor_override):
        return None
    rows, columns = (
        _side(place * step - pad, gap, size, side)
        for place, step, pad, gap, size, side in zip(
            (row, column),
            _two(plain.stride),
            padding,
            apart,
            _two(plain.kernel_size),
            sides,
            strict=True,
        )
    )
    return channel, rows, columns


def _side(first: int, apart: int, size: int, side: int) -> slice:
    """Return which places of a side `size` taps lie on, `apart` from each other from `first` on."""
    start = first if first >= 0 else first % apart
    return slice(start, min(side, first + apart * (size - 1) + 1), apart)


def _two(value: int | Sequence[int]) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    one, *rest = value
    return one, rest[0] if rest else one
