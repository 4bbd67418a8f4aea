"""nn.Conv1d, nn.Conv2d, nn.Conv3d: every value a patch times a kernel, channel by channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Kind, Subject, precision
from explorer.kinds.layers import Like, holding
from explorer.maths.arithmetic import Feeding, rounded
from explorer.records import Floats
from explorer.words import say

SHOWN = 6  # channels whose patch and kernel are drawn; the sums of all are there
MOST = 64  # sums of channels that are listed
WEIGHTS = ("weight", "bias")
BEYOND: Mapping[str, Callable[[Any, int], Any]] = {  # where the values beyond an edge come from
    "circular": lambda places, side: places % side,
    "replicate": lambda places, side: np.clip(places, 0, side - 1),
    "reflect": lambda places, side: side - 1 - abs(side - 1 - abs(places)),
}
SUMS = {"h": "Σₕ", "i": "Σᵢ", "j": "Σⱼ"}


Layer = nn.Conv1d | nn.Conv2d | nn.Conv3d
PLACES = {
    1: ("t", "i"),
    2: ("rc", "ij"),
    3: ("drc", "hij"),
}  # what places and taps are called, by the dimensions


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """What makes one value: a patch of what goes in and a kernel, (planes, …) each, and the bias.

    `place` is the value's own, `first` the first channel of its group, `axes` the places of what
    goes in along each dimension, beyond its edges too, where the patch is 0.
    """

    place: list[int]
    first: int
    patch: Floats
    kernel: Floats
    axes: list[Any]
    bias: float


def _built(of: Any) -> Callable[..., nn.Module | None]:
    def built(weight: Floats, bias: Floats | None = None, **options: Any) -> nn.Module:
        """Return the layer that has these kernels (O, K, …)."""
        groups = options.get("groups", 1)
        planes, sizes = weight.shape[1] * groups, weight.shape[2:]
        made = of(planes, len(weight), sizes, bias=bias is not None, device="meta", **options)
        return holding(made, weight=weight, bias=bias)

    return built


class Convolution(Kind):
    """All output channels as maps side by side, on one scale centred at 0; rows of a sequence."""

    name = "convolution"
    written = "y[o, r, c] = Σₖ Σᵢ Σⱼ W[o, k, i, j]·x[k, s·r + i − p, s·c + j − p] + b[o]"
    typed = True
    types: tuple[type[nn.Module], ...] = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
    likes: Mapping[str, Like] = {
        name: Like("input weight bias stride padding dilation groups", _built(of), WEIGHTS)
        for name, of in (("conv1d", nn.Conv1d), ("conv2d", nn.Conv2d), ("conv3d", nn.Conv3d))
    }

    def way(self, subject: Subject) -> str:
        """Return whether there is a bias to be added."""
        return "" if getattr(subject.module, "bias", True) is not None else "unbiased"

    def formula(self, subject: Subject) -> str:
        """Return the sum, with the steps, gaps and padding that the layer has."""
        module = subject.module
        if not isinstance(module, Layer):
            return self.written
        padding = (above for above, _ in _padding(module))
        places, taps = PLACES[len(module.kernel_size)]
        sides = zip(places, taps, module.stride, module.dilation, padding, strict=True)
        read = ", ".join(
            times(step, at) + " + " + times(gap, tap) + (f" − {pad}" if pad else "")
            for at, tap, step, gap, pad in sides
        )
        over = " ".join(SUMS[tap] for tap in taps)
        made, kernel = (", ".join((first, *names)) for first, names in (("o", places), ("k", taps)))
        bias = "" if module.bias is None else " + b[o]"
        return f"y[{made}] = Σₖ {over} W[o, {kernel}]·x[{channel(module)}, {read}]{bias}"

    def sentence(self, subject: Subject) -> str:
        """Return what the layer does, and what stands beyond the edge where that is not 0."""
        mode = getattr(subject.module, "padding_mode", "zeros")
        plain = super().sentence(subject)
        if mode not in BEYOND:
            return plain
        return f"{plain} {say(subject.language, f'stage.convolution.beyond.{mode}')}"

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes of the kernels and how they move."""
        module: Any = subject.module
        blanks = super().blanks(subject)
        if not isinstance(subject.module, self.types):
            return {**blanks, "kernel": "?", "channels": "?", "planes": "?"}
        planes = module.in_channels // module.groups
        return {
            **blanks,
            "kernel": " × ".join(map(str, module.kernel_size)),
            "channels": module.out_channels,
            "planes": planes,
            "count": planes,
        }

    def meeting(self, subject: Subject, unit: int) -> Meeting | None:
        """Return what makes one value; None where it is not written out here."""
        if not _known(subject):
            return None
        module: Any = subject.module
        place = arrays.place(unit, subject.values.shape)
        axes = _taps(module, place[1:], subject.entering.shape[1:])
        first, patch, kernel = _meeting(module, subject.entering, place[0], axes)
        bias = 0.0 if module.bias is None else float(module.bias[place[0]].detach())
        return Meeting(place, first, patch, kernel, axes, bias)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return every product of a patch and its kernel, and which value of the input it is of.

        What lies in the padding is 0, and so is its product, wherever its place.
        """
        met = self.meeting(subject, unit)
        if met is None:
            return None
        products = (met.patch.astype(np.float64) * met.kernel).reshape(-1)
        axes = (met.first + np.arange(len(met.patch)), *met.axes)
        shape = subject.entering.shape
        places = np.ravel_multi_index(np.meshgrid(*axes, indexing="ij"), shape, mode="clip")
        return Feeding(places.reshape(-1), products, met.bias, float(products.sum()) + met.bias)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the sum of every channel, the patches and kernels of the largest, and the bias."""
        met = self.meeting(subject, unit)
        if met is None:
            return {}, ()
        products = met.patch.astype(np.float64) * met.kernel
        sums = products.reshape(len(products), -1).sum(axis=1)
        total = float(sums.sum()) + met.bias
        near = rounded(products, met.bias, precision(subject))
        check = subject.check("terms", total, value, near)
        if not products.size:  # no part of a kernel falls on it
            name, of = ", ".join(map(str, met.place)), met.place[0]
            return {"formulas": [f"y[{name}] = b[{of}] = {met.bias:.6g}"]}, (check,)
        return {**_channels(met, products, sums), "total": total, "source": subject.source}, (
            check,
        )


def _channels(met: Meeting, products: Any, sums: Any) -> dict[str, Any]:
    """Return the place, the bias and the sum of every channel; pictures of the largest."""
    order = np.argsort(-np.abs(sums), kind="stable")
    top = order[:SHOWN]
    drawn = {"x": met.patch, "w": met.kernel, "products": products.astype(np.float32)}
    return {
        "place": met.place,
        "bias": met.bias,
        "sums": _listed(sums, order[:MOST], met.first),
        "rest": float(sums[order[MOST:]].sum()),
        "rest_count": int(max(0, order.size - MOST)),
        "shown": [int(met.first + each) for each in top],
        "patches": {  # a row of a sequence is one; of a volume slice stands under slice
            name: each[top].reshape(len(top), -1, each.shape[-1]) for name, each in drawn.items()
        },
    }


def _known(subject: Subject) -> bool:
    """Whether a step is a convolution of one image that is written out here."""
    module: Any = subject.module
    if not isinstance(module, Layer):
        return False
    return subject.entering.ndim == subject.values.ndim == len(module.kernel_size) + 1


def _taps(module: Layer, place: list[int], sides: tuple[int, ...]) -> list[Any]:
    """Return which rows and columns of what goes in a kernel lies on.

    Beyond its edges too where zeros stand there; else those whose values stand there.
    """
    parts = zip(
        place, module.stride, _padding(module), module.dilation, module.kernel_size, strict=True
    )
    taps = [at * step - pad[0] + apart * np.arange(size) for at, step, pad, apart, size in parts]
    beyond = BEYOND.get(module.padding_mode)
    if beyond is None:
        return taps
    return [beyond(each, side) for each, side in zip(taps, sides, strict=True)]


def times(count: int, name: str) -> str:
    """Return a number times a name, the name alone for 1."""
    return name if count == 1 else f"{count}·{name}"


def channel(module: Any) -> str:
    """Return which channel the k-th of a kernel meets: it counts within the output's group."""
    if module.groups == 1:
        return "k"
    planes, maps = (each // module.groups for each in (module.in_channels, module.out_channels))
    return f"{times(planes, 'o' if maps == 1 else f'⌊o/{maps}⌋')} + k"


def _listed(sums: Any, order: Any, first: int) -> list[dict[str, float]]:
    return [{"channel": int(first + each), "sum": float(sums[each])} for each in order]


def _meeting(
    module: Layer, entering: Floats, out: int, axes: list[Any]
) -> tuple[int, Floats, Floats]:
    """Return the first channel of a value's group, its patch and its kernel, (planes, …) each.

    `axes` are the taps of each dimension; of one beyond the edge the value is 0.
    """
    planes = module.in_channels // module.groups
    first = out // (module.out_channels // module.groups) * planes
    patch = entering[first : first + planes]
    for axis, taps in enumerate(axes, start=1):
        size = patch.shape[axis]
        inside = [tap for tap in taps.tolist() if 0 <= tap < size]
        before = sum(tap < 0 for tap in taps.tolist())
        patch = patch.take(inside, axis)
        if len(inside) < len(taps):
            around = [(0, 0)] * patch.ndim
            around[axis] = before, len(taps) - len(inside) - before
            patch = np.pad(patch, around)
    kernel: Floats = module.weight[out].detach().to("cpu").float().numpy()
    return first, patch, kernel


def _padding(module: Layer) -> tuple[tuple[int, int], ...]:
    """Return how many rows of 0 lie above and below what goes in, and columns beside it."""
    if module.padding == "valid":
        return ((0, 0),) * len(module.kernel_size)
    if module.padding != "same":
        return tuple((int(each), int(each)) for each in module.padding)
    reach = (
        right * (size - 1) for right, size in zip(module.dilation, module.kernel_size, strict=True)
    )
    return tuple((each // 2, each - each // 2) for each in reach)  # what is odd goes behind
