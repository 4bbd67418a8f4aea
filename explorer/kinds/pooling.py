"""Pooling: of every window the largest value, or the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import nn

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Kind, Subject
from explorer.kinds.layers import Like
from explorer.maths.arithmetic import Feeding
from explorer.records import Floats

Window = tuple[int, *tuple[slice, ...]]
ADAPTIVE: dict[type[nn.Module], int] = {  # how many dimensions are pooled
    **{nn.AdaptiveMaxPool1d: 1, nn.AdaptiveMaxPool2d: 2, nn.AdaptiveMaxPool3d: 3},
    **{nn.AdaptiveAvgPool1d: 1, nn.AdaptiveAvgPool2d: 2, nn.AdaptiveAvgPool3d: 3},
}
MAXIMA: dict[type[nn.Module], int] = {nn.MaxPool1d: 1, nn.MaxPool2d: 2, nn.MaxPool3d: 3}
MEANS: dict[type[nn.Module], int] = {nn.AvgPool1d: 1, nn.AvgPool2d: 2, nn.AvgPool3d: 3}
POOLED: dict[type[nn.Module], int] = {**ADAPTIVE, **MAXIMA, **MEANS}
PLACES = {2: "t", 4: "d, r, c"}  # of values with that many dimensions; of maps r, c
MOVED = "input kernel_size stride padding"  # of a window
COUNTED = f"{MOVED} ceil_mode count_include_pad"
SOME = 16  # values written out


class Pooling(Kind):
    """What windows over every map leave of it; over every row of a sequence of one dimension."""

    typed = True
    largest = True

    def formula(self, subject: Subject) -> str:
        """Return the formula with a place for each of the dimensions."""
        return self.written.replace("r, c", PLACES.get(subject.values.ndim, "r, c"))

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return the pixel that won, handed on as it is; of a mean the share of each pixel."""
        window, patch = _patch(subject, unit)
        if window is None:
            return None
        shape = subject.entering.shape
        if self.largest:
            return Feeding(np.array([np.ravel_multi_index(_won(patch, window), shape)]))
        places = np.arange(subject.entering.size).reshape(shape)[window]
        products = patch.astype(np.float64).reshape(-1) / _shared(subject, unit, patch)[0]
        return Feeding(places.reshape(-1), products, 0.0, float(products.sum()))

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the window of a value: which pixel won, or the mean of all."""
        window, patch = _patch(subject, unit)
        if window is None:
            return {}, ()
        if self.largest:
            index = _won(patch, window)
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
        return _averaged(subject, unit, value, window)


class MaxPool(Pooling):
    """The largest value of each window."""

    name = "maxpool"
    written = "y[k, r, c] = max x[k, window(r, c)]"
    types = (*MAXIMA, nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
    likes: Mapping[str, Like] = {
        f"{name}{option}": Like(names, of)
        for name, names, of in (
            ("max_pool1d", f"{MOVED} dilation ceil_mode", nn.MaxPool1d),
            ("max_pool2d", f"{MOVED} dilation ceil_mode", nn.MaxPool2d),
            ("max_pool3d", f"{MOVED} dilation ceil_mode", nn.MaxPool3d),
            ("adaptive_max_pool1d", "input output_size", nn.AdaptiveMaxPool1d),
            ("adaptive_max_pool2d", "input output_size", nn.AdaptiveMaxPool2d),
            ("adaptive_max_pool3d", "input output_size", nn.AdaptiveMaxPool3d),
        )
        for option in ("", "_with_indices")
    }


class AvgPool(Pooling):
    """The mean of each window."""

    name = "avgpool"
    written = "y[k, r, c] = mean x[k, window(r, c)]"
    types = (*MEANS, nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
    likes: Mapping[str, Like] = {
        "avg_pool1d": Like(COUNTED, nn.AvgPool1d),
        "avg_pool2d": Like(f"{COUNTED} divisor_override", nn.AvgPool2d),
        "avg_pool3d": Like(f"{COUNTED} divisor_override", nn.AvgPool3d),
        "adaptive_avg_pool1d": Like("input output_size", nn.AdaptiveAvgPool1d),
        "adaptive_avg_pool2d": Like("input output_size", nn.AdaptiveAvgPool2d),
        "adaptive_avg_pool3d": Like("input output_size", nn.AdaptiveAvgPool3d),
    }
    largest = False

    def formula(self, subject: Subject) -> str:
        """Return the formula, with the number that is divided by where that is one of its own."""
        plain, by = super().formula(subject), _override(subject.module)
        return f"{plain.replace('mean', 'Σ')} / {by}" if by else plain

    def way(self, subject: Subject) -> str:
        """Return what becomes of windows that reach over the edge, or that a divisor is given."""
        module: Any = subject.module
        if _override(module):
            return "divided"
        if not _fixed(module) or not any(_each(module.padding, 1)):
            return ""
        return "padded" if module.count_include_pad else "inside"

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and the divisor that was given."""
        return {**super().blanks(subject), "divisor": _override(subject.module)}


def _override(module: Any) -> int:
    """Return what the sum of a window is divided by where somebody said so, else 0."""
    return int(getattr(module, "divisor_override", None) or 0)


def _fixed(module: Any) -> bool:
    """Whether a layer's windows are all of one size, not as many as were asked for."""
    return isinstance(module, tuple(MEANS))


def _averaged(subject: Subject, unit: int, value: float, window: Window) -> Explanation:
    """Return the sum of a window, the zeros beyond the edge among them, and what divides it."""
    channel, *sides = window
    patch = subject.entering[window]
    by, beyond = _shared(subject, unit, patch)
    found = float(patch.sum(dtype=np.float64)) / by
    scale = float(np.abs(patch).max(initial=0.0)) * max(1.0, patch.size / abs(by))
    zeros = f" + {beyond}·0" if beyond else ""
    over = ", ".join(f"{side.start}…{side.stop - 1}" for side in sides)
    return {
        "formulas": [
            f"y = ({_listed(patch, ' + ')}{zeros}) / {by} = {found:.6g}",
            f"x[{channel}, {over}]",
        ],
        "source": subject.source,
    }, (subject.check("mean", found, value, 16 * subject.near * max(scale, 1e-30)),)


def _shared(subject: Subject, unit: int, patch: Floats) -> tuple[int, int]:
    """Return what the sum of a window is divided by, and how many zeros of the padding are in it.

    A window ends where the padding does, in `ceil_mode` too: nothing beyond that is counted.
    """
    module: Any = subject.module
    if not _fixed(module):
        return patch.size, 0
    place, sides = arrays.place(unit, subject.values.shape)[1:], subject.entering.shape[1:]
    known = [_each(each, len(sides)) for each in (module.stride, module.kernel_size)]
    size = 1
    for at, side, pad, step, wide in zip(
        place, sides, _each(module.padding, len(sides)), *known, strict=True
    ):
        size *= min(at * step - pad + wide, side + pad) - (at * step - pad)
    counted = size if module.count_include_pad else patch.size
    by = _override(module)
    return by or counted, (size if by else counted) - patch.size


def _won(patch: Floats, window: Window) -> tuple[int, ...]:
    """Return where in what goes in the largest value of a window stands."""
    channel, *sides = window
    inside = np.unravel_index(int(patch.argmax()), patch.shape)
    places = zip(sides, inside, strict=True)
    return channel, *(side.start + int(place) * side.step for side, place in places)


def _listed(patch: Floats, between: str = ", ") -> str:
    """Return the values of a window, the first of many."""
    flat = [f"{each:.4g}" for each in patch.reshape(-1)[:SOME]]
    return between.join(flat) + (" …" if patch.size > SOME else "")


def _patch(subject: Subject, unit: int) -> tuple[Window | None, Floats]:
    """Return the window of a value, None where it is not known or empty, and what is in it."""
    window = _window(subject, unit)
    patch = subject.entering[:0] if window is None else subject.entering[window]
    if not patch.size:
        return None, patch
    return window, patch


def _window(subject: Subject, unit: int) -> Window | None:
    """Return the map of a value, and the places its window covers there, if they are known."""
    module, entering = subject.module, subject.entering
    if not isinstance(module, tuple(POOLED)) or entering.ndim != subject.values.ndim:
        return None
    plain: Any = module
    channel, *place = arrays.place(unit, subject.values.shape)
    sides = entering.shape[1:]
    if len(sides) != next(POOLED[each] for each in type(module).__mro__ if each in POOLED):
        return None  # maps without a batch of them
    if isinstance(module, tuple(ADAPTIVE)):
        parts = zip(place, sides, subject.values.shape[1:], strict=True)
        return channel, *(
            slice(at * side // count, -(-(at + 1) * side // count), 1) for at, side, count in parts
        )
    apart, padding = getattr(plain, "dilation", 1), _each(plain.padding, len(sides))
    known = [_each(one, len(sides)) for one in (plain.stride, apart, plain.kernel_size)]
    return channel, *(
        _side(at * step - pad, gap, size, side)
        for at, side, pad, step, gap, size in zip(place, sides, padding, *known, strict=True)
    )


def _side(first: int, apart: int, size: int, side: int) -> slice:
    """Return which places of a side `size` taps lie on, `apart` from each other from `first` on."""
    start = first if first >= 0 else first % apart
    return slice(start, min(side, first + apart * (size - 1) + 1), apart)


def _each(value: int | Sequence[int], count: int) -> tuple[int, ...]:
    """Return an option for each dimension; one number, alone or in a tuple, is for all of them."""
    found = (value,) if isinstance(value, int) else tuple(value)
    return found * count if len(found) == 1 else found
