"""Activations: one curve through which every value goes for itself."""

from __future__ import annotations

import math

import torch
from torch import nn

from explorer.kinds.base import Explanation, Kind, Subject, precision
from explorer.records import Floats

POINTS = 121  # of a curve


class Activation(Kind):
    """A function of each value alone; what goes in and what comes out share one scale."""

    name = "activation"
    typed = True
    types = (
        *(nn.GELU, nn.SiLU, nn.Mish, nn.ELU, nn.SELU, nn.CELU, nn.ReLU6, nn.LeakyReLU, nn.Sigmoid),
        *(nn.Tanh, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Softplus, nn.Softsign),
        *(nn.Softshrink, nn.Hardshrink, nn.Tanhshrink, nn.LogSigmoid, nn.Threshold),
    )
    joins = True
    passes = True

    def formula(self, subject: Subject) -> str:
        """Return that each value goes through alone."""
        return f"a[i] = {subject.step.module}(z[i])"

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the place of one value on the curve, which the layer itself draws."""
        module = subject.module
        if module is None or subject.entering.shape != subject.values.shape:
            return {}, ()
        z = float(subject.entering.reshape(-1)[unit])
        end = float(max(4, math.ceil(abs(z))))
        places = torch.linspace(-end, end, POINTS)
        curve = _through(module, places)
        found = float(_through(module, torch.tensor([z]))[0])
        name = subject.step.module
        tolerance = 16 * precision(subject) * max(abs(z), abs(found), 1e-6)
        return {
            "formulas": [f"a[{unit}] = {name}(z[{unit}])", f"{name}({z:.6g}) = {found:.6g}"],
            "curve": {"end": end, "values": [round(float(each), 5) for each in curve]},
            "z": z,
            "from": unit,
            "source": subject.source,
        }, (subject.check("again", found, value, tolerance),)


def _through(module: nn.Module, values: torch.Tensor) -> Floats:
    """Return what an activation makes of some values, without its hooks or anybody's gradients."""
    with torch.no_grad():
        result: torch.Tensor = type(module).forward(module, values.clone())
    curve: Floats = result.float().numpy()
    return curve
