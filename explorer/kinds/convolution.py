"""nn.Conv2d: every value a patch of what goes in, times a kernel, channel by channel."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject, precision
from explorer.records import Floats

SHOWN = 6  # channels whose patch and kernel are drawn; the sums of all are there
MOST = 64  # sums of channels that are listed


class Convolution(Kind):
    """All output channels as maps side by side, on one scale centred at 0."""

    name = "convolution"
    written = "y[o, r, c] = Σₖ Σᵢ Σⱼ W[o, k, i, j]·x[k, s·r + i − p, s·c + j − p] + b[o]"
    typed = True
    types = (nn.Conv2d,)

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes of the kernels and how they move."""
        module, blanks = subject.module, super().blanks(subject)
        if not isinstance(module, nn.Conv2d):
            return {**blanks, "kernel": "?", "channels": "?", "planes": "?"}
        height, width = module.kernel_size
        planes = module.in_channels // module.groups
        return {
            **blanks,
            "kernel": f"{height} × {width}",
            "channels": module.out_channels,
            "planes": planes,
            "count": planes,
        }

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the sum of every channel, the patches and kernels of the largest, and the bias."""
        module = subject.module
        if (
            not isinstance(module, nn.Conv2d)
            or subject.entering.ndim != 3
            or module.padding_mode != "zeros"
        ):
            return {}, ()
        place = tuple(int(each) for each in np.unravel_index(unit, subject.values.shape))
        first, patch, kernel = _meeting(module, subject.entering, place)
        products = patch.astype(np.float64) * kernel
        sums = products.sum(axis=(1, 2))
        bias = 0.0 if module.bias is None else float(module.bias[place[0]].detach())
        order = np.argsort(-np.abs(sums), kind="stable")
        top = order[:SHOWN]
        scale = float(np.abs(products).sum()) + abs(bias)
        total = float(sums.sum()) + bias
        data: dict[str, Any] = {
            "place": list(place),
            "bias": bias,
            "total": total,
            "sums": _listed(sums, order[:MOST], first),
            "rest": float(sums[order[MOST:]].sum()),
            "rest_count": int(max(0, order.size - MOST)),
            "shown": [int(first + each) for each in top],
            "patches": {
                "x": patch[top],
                "w": kernel[top],
                "products": products[top].astype(np.float32),
            },
            "source": subject.source,
        }
        check = subject.check("terms", total, value, 4 * precision(subject) * scale)
        return data, (check,)


def _listed(sums: Any, order: Any, first: int) -> list[dict[str, float]]:
    return [{"channel": int(first + each), "sum": float(sums[each])} for each in order]


def _meeting(
    module: nn.Conv2d, entering: Floats, place: tuple[int, ...]
) -> tuple[int, Floats, Floats]:
    """Return the first channel of a value's group, its patch and its kernel, (planes, h, w) each.

    What lies in the padding is 0.
    """
    out, row, column = place
    planes = module.in_channels // module.groups
    first = out // (module.out_channels // module.groups) * planes
    height, width = module.kernel_size
    padded = np.pad(entering[first : first + planes], ((0, 0), *_padding(module)))
    top, left = row * module.stride[0], column * module.stride[1]
    down, right = module.dilation
    patch = padded[
        :,
        top : top + down * (height - 1) + 1 : down,
        left : left + right * (width - 1) + 1 : right,
    ]
    kernel: Floats = module.weight[out].detach().to("cpu").float().numpy()
    return first, patch, kernel


def _padding(module: nn.Conv2d) -> tuple[tuple[int, int], ...]:
    """Return how many rows of 0 lie above and below what goes in, and columns beside it."""
    if module.padding == "valid":
        return (0, 0), (0, 0)
    if module.padding != "same":
        return tuple((int(each), int(each)) for each in module.padding)
    reach = (
        right * (size - 1) for right, size in zip(module.dilation, module.kernel_size, strict=True)
    )
    return tuple((each // 2, each - each // 2) for each in reach)  # what is odd goes behind
