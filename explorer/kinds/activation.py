"""Activations: one curve through which every value goes for itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Kind, Subject, precision
from explorer.kinds.layers import Curve, Like, holding
from explorer.records import Floats

POINTS = 121  # of a curve
LAYERS: dict[str, tuple[str, type[nn.Module]]] = {  # functions, their options, and their layers
    "gelu": ("approximate", nn.GELU),
    "silu": ("", nn.SiLU),
    "mish": ("", nn.Mish),
    "elu": ("alpha", nn.ELU),
    "selu": ("", nn.SELU),
    "celu": ("alpha", nn.CELU),
    "relu6": ("", nn.ReLU6),
    "leaky_relu": ("negative_slope", nn.LeakyReLU),
    "sigmoid": ("", nn.Sigmoid),
    "tanh": ("", nn.Tanh),
    "hardtanh": ("min_val max_val", nn.Hardtanh),
    "hardsigmoid": ("", nn.Hardsigmoid),
    "hardswish": ("", nn.Hardswish),
    "softplus": ("beta threshold", nn.Softplus),
    "softsign": ("", nn.Softsign),
    "softshrink": ("lambd", nn.Softshrink),
    "hardshrink": ("lambd", nn.Hardshrink),
    "tanhshrink": ("", nn.Tanhshrink),
    "log_sigmoid": ("", nn.LogSigmoid),
    "_threshold": ("threshold value", nn.Threshold),
}
CURVES = {  # functions of torch that have no layer, and their options
    "clamp": "min max",
    "clip": "min max",
    **dict.fromkeys(("exp", "expm1", "erf", "sin", "cos", "abs", "square"), ""),
    **dict.fromkeys(("sqrt", "rsqrt", "log", "log1p", "log2", "log10", "reciprocal"), ""),
    **dict.fromkeys(("tan", "asin", "acos", "atan", "sinh", "cosh", "exp2"), ""),
    **dict.fromkeys(("sign", "floor", "ceil", "trunc"), ""),
    "round": "decimals",
}
SLOPE = "a[i] = max(0, z[i]) + w·min(0, z[i])"


def _sloped(weight: Floats) -> nn.Module:
    return holding(nn.PReLU(weight.size), weight=weight.reshape(-1))


class Activation(Kind):
    """A function of each value alone; what goes in and what comes out share one scale."""

    name = "activation"
    typed = True
    types = (
        *(nn.GELU, nn.SiLU, nn.Mish, nn.ELU, nn.SELU, nn.CELU, nn.ReLU6, nn.LeakyReLU, nn.Sigmoid),
        *(nn.Tanh, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Softplus, nn.Softsign),
        *(nn.Softshrink, nn.Hardshrink, nn.Tanhshrink, nn.LogSigmoid, nn.Threshold),
        *(nn.PReLU, nn.RReLU),
    )
    likes: Mapping[str, Like] = {
        **{name: Like(f"input {options}", of) for name, (options, of) in LAYERS.items()},
        **{
            name: Like(f"input {options}", partial(Curve, getattr(torch, name)))
            for name, options in CURVES.items()
        },
        "prelu": Like("input weight", _sloped, ("weight",)),
    }
    joins = True
    passes = True

    def formula(self, subject: Subject) -> str:
        """Return that each value goes through alone."""
        if isinstance(subject.module, nn.PReLU):
            return SLOPE if subject.module.num_parameters == 1 else SLOPE.replace("w·", "w[k]·")
        return f"a[i] = {subject.step.module}(z[i])"

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the place of one value on the curve, which the layer itself draws."""
        module, lines = _alone(subject, unit)
        if module is None or subject.entering.shape != subject.values.shape:
            return {}, ()
        z = float(subject.entering.reshape(-1)[unit])
        end = float(max(4, math.ceil(abs(z)))) if math.isfinite(z) else math.inf
        found = float(_through(module, torch.tensor([z]))[0])
        name = subject.step.module
        data: dict[str, Any] = {
            "formulas": [
                f"a[{unit}] = {name}(z[{unit}])",
                *lines,
                f"{name}({z:.6g}) = {found:.6g}",
            ],
            "z": z,
            "from": unit,
            "source": subject.source,
        }
        if math.isfinite(end):
            curve = _through(module, torch.linspace(-end, end, POINTS))
            if np.isfinite(curve).all():  # there is none where a logarithm has no numbers
                data["curve"] = {"end": end, "values": [round(float(each), 5) for each in curve]}
        tolerance = 16 * precision(subject) * max(abs(z), abs(found), 1e-6)
        return data, (subject.check("again", found, value, tolerance),)


def _alone(subject: Subject, unit: int) -> tuple[nn.Module | None, list[str]]:
    """Return the curve of one value; where each channel has a slope of its own, with that slope."""
    module = subject.module
    if not isinstance(module, nn.PReLU):
        return module, []
    several, shape = module.num_parameters > 1, subject.values.shape
    if several and subject.exchange.batch != 0:
        return None, []  # the channels, which are the second dimension, are not the first here
    channel = arrays.place(unit, shape)[0] if several else 0
    slope = float(module.weight[channel].detach())
    return nn.LeakyReLU(slope), [f"w{f'[{channel}]' if several else ''} = {slope:.6g}"]


def _through(module: nn.Module, values: torch.Tensor) -> Floats:
    """Return what an activation makes of some values, without its hooks or anybody's gradients."""
    with torch.no_grad():
        result: torch.Tensor = type(module).forward(module, values.clone())
    curve: Floats = result.float().numpy()
    return curve
