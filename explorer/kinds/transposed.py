"""nn.ConvTranspose2d and its like: every value that goes in lays down a whole kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import nn

from explorer.figures import arrays
from explorer.kinds.base import Subject
from explorer.kinds.convolution import PLACES, SUMS, WEIGHTS, Convolution, Meeting, channel, times
from explorer.kinds.layers import Like, holding
from explorer.records import Floats

LAYERS = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
OPTIONS = "input weight bias stride padding output_padding groups dilation"


def _built(of: Any) -> Callable[..., nn.Module | None]:
    def built(weight: Floats, bias: Floats | None = None, **options: Any) -> nn.Module:
        """Return the layer that has these kernels (K, O, …)."""
        maps = weight.shape[1] * options.get("groups", 1)
        arguments = {"bias": bias is not None, "device": "meta", **options}
        return holding(
            of(len(weight), maps, weight.shape[2:], **arguments), weight=weight, bias=bias
        )

    return built


class Transposed(Convolution):
    """What goes in spread over more places, each output map on the one scale centred at 0."""

    name = "transposed"
    written = "y[o, s·r + i − p, s·c + j − p] += W[k, o, i, j]·x[k, r, c]"
    types: tuple[type[nn.Module], ...] = LAYERS
    likes: Mapping[str, Like] = {
        f"conv_transpose{place}d": Like(OPTIONS, _built(of), WEIGHTS)
        for place, of in enumerate(LAYERS, 1)
    }

    def formula(self, subject: Subject) -> str:
        """Return the sum of what falls on one place; only whole places of what goes in count."""
        module: Any = subject.module
        if not isinstance(module, LAYERS):
            return self.written
        names, taps = PLACES[len(module.kernel_size)]
        sides = zip(names, taps, module.stride, module.dilation, module.padding, strict=True)
        read = []
        for at, tap, step, gap, pad in sides:
            met = at + (f" + {pad}" if pad else "") + f" − {times(gap, tap)}"
            read.append(met if step == 1 else f"({met})/{step}")
        over, from_ = " ".join(SUMS[tap] for tap in taps), channel(module)
        maps = module.out_channels // module.groups
        map_ = "o" if module.groups == 1 else "0" if maps == 1 else f"o mod {maps}"
        kernel = ", ".join((from_, map_, *taps))
        made, taken = ", ".join(("o", *names)), ", ".join((from_, *read))
        bias = "" if module.bias is None else " + b[o]"
        return f"y[{made}] = Σₖ {over} W[{kernel}]·x[{taken}]{bias}"

    def meeting(self, subject: Subject, unit: int) -> Meeting | None:
        """Return what falls on the place of one value: no more than some taps of the kernel do."""
        module: Any = subject.module
        dimensions = len(module.kernel_size) if isinstance(module, LAYERS) else -1
        if not subject.entering.ndim == subject.values.ndim == dimensions + 1:
            return None
        out, *places = arrays.place(unit, subject.values.shape)
        planes, maps = (each // module.groups for each in (module.in_channels, module.out_channels))
        first, taps, axes = out // maps * planes, [], []
        for side, at in enumerate(places):
            every = np.arange(module.kernel_size[side])
            ahead = at + module.padding[side] - module.dilation[side] * every
            read, apart = np.divmod(ahead, module.stride[side])
            known = (apart == 0) & (read >= 0) & (read < subject.entering.shape[side + 1])
            taps.append(every[known])
            axes.append(read[known])
        weight: Floats = module.weight[first : first + planes, out % maps].detach().cpu().float()
        group = np.arange(planes)
        return Meeting(
            [out, *places],
            first,
            subject.entering[np.ix_(group + first, *axes)],
            np.asarray(weight)[np.ix_(group, *taps)],
            axes,
            0.0 if module.bias is None else float(module.bias[out].detach()),
        )
