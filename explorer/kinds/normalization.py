"""Normalization: less a mean, divided by a standard deviation, then scaled and shifted."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from explorer.kinds.base import Explanation, Kind, Subject, precision
from explorer.records import Floats


class Normalization(Kind):
    """Values on one scale centred at 0."""

    name = "normalization"
    written = "y = (x − μ) / √(σ² + ε) · γ + β"
    typed = True
    types = (_BatchNorm, nn.LayerNorm, nn.GroupNorm)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the statistics that were used for one value, and the formula in numbers."""
        module, entering = subject.module, subject.entering
        if module is None or entering.shape != subject.values.shape:
            return {}, ()
        found = _statistics(module, entering, unit)
        if found is None:
            return {}, ()
        mean, variance, place = found
        eps: float = module.eps  # type: ignore[assignment]
        gamma, beta = _number(module.weight, place, 1.0), _number(module.bias, place, 0.0)
        x = float(entering.reshape(-1)[unit])
        spread = float(np.sqrt(variance + eps))
        total = (x - mean) / spread * gamma + beta
        scale = (abs(x) + abs(mean)) / spread * abs(gamma) + abs(beta)
        return {
            "formulas": [
                f"μ = {mean:.6g}, σ² = {variance:.6g}, ε = {eps:g}",
                f"γ = {gamma:.6g}, β = {beta:.6g}",
                f"y = ({x:.6g} − {mean:.6g}) / {spread:.6g} · γ + β = {total:.6g}",
            ],
            "from": unit,
            "source": subject.source,
        }, (subject.check("norm", total, value, 64 * precision(subject) * max(scale, 1e-30)),)


def _statistics(module: nn.Module, entering: Floats, unit: int) -> tuple[float, float, int] | None:
    """Return mean and variance that a value was normalised with, and the place of its γ and β."""
    if isinstance(module, _BatchNorm):
        channel = unit // int(np.prod(entering.shape[1:]))
        if module.running_mean is None or module.running_var is None:
            return None  # statistics of the whole batch
        return float(module.running_mean[channel]), float(module.running_var[channel]), channel
    if isinstance(module, nn.LayerNorm):
        size = int(np.prod(module.normalized_shape))
        group = entering.reshape(-1, size)[unit // size].astype(np.float64)
        return float(group.mean()), float(group.var()), unit % size
    if isinstance(module, nn.GroupNorm):
        size = entering.size // module.num_groups
        group = entering.reshape(-1)[unit // size * size :][:size].astype(np.float64)
        channel = unit // (entering.size // module.num_channels)
        return float(group.mean()), float(group.var()), channel
    return None


def _number(weight: object, place: int, usual: float) -> float:
    """Return one entry of a weight, or what stands for it where there is none."""
    if not isinstance(weight, torch.Tensor):
        return usual
    return float(weight.detach().reshape(-1)[place])
