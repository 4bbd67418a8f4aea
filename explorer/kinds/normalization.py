"""Normalization: less a mean, divided by a standard deviation, then scaled and shifted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from explorer import figures
from explorer.kinds.base import Explanation, Kind, Numbers, Subject, frame, precision
from explorer.kinds.layers import Like, holding
from explorer.maths.digits import digits
from explorer.records import Fact, Floats
from explorer.words import say

WEIGHTS = ("weight", "bias")
KEPT = "running_mean running_var"
HANDED = (*KEPT.split(), *WEIGHTS)
LEARNT = {" · γ + β": "both", " · γ": "scale", " + β": "shift", "": "none"}
USED = {False: ("kept", "batch"), True: ("given", "training")}  # with statistics and without


def _batch(
    *,
    running_mean: Floats | None = None,
    running_var: Floats | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
    **weights: Floats,
) -> nn.Module:
    """Return the layer of a call; in training it uses what it was given as little as torch does."""
    given = [running_mean, running_var, *weights.values()]
    count = next((each.size for each in given if each is not None), 0)  # of channels, where known
    made = nn.BatchNorm1d(count, eps, momentum, affine=False, track_running_stats=False)
    kept = {} if training else {"running_mean": running_mean, "running_var": running_var}
    return holding(made, **weights, **kept)


def _layer(normalized_shape: Any, eps: float = 1e-5, **weights: Floats) -> nn.Module:
    made = nn.LayerNorm(normalized_shape, eps, elementwise_affine=False)
    return holding(made, **weights)


def _group(num_groups: int, eps: float = 1e-5, **weights: Floats) -> nn.Module:
    count = next((each.size for each in weights.values()), num_groups)  # as many at least
    return holding(nn.GroupNorm(num_groups, count, eps, affine=False), **weights)


class Normalization(Kind):
    """Values on one scale centred at 0."""

    name = "normalization"
    written = "y = (x − μ) / √(σ² + ε) · γ + β"
    typed = True
    types = (_BatchNorm, nn.LayerNorm, nn.GroupNorm)
    likes: Mapping[str, Like] = {
        "batch_norm": Like(f"input {KEPT} weight bias training momentum eps", _batch, HANDED),
        "layer_norm": Like("input normalized_shape weight bias eps cudnn_enable", _layer, WEIGHTS),
        "group_norm": Like("input num_groups weight bias eps cudnn_enabled", _group, WEIGHTS),
    }

    def formula(self, subject: Subject) -> str:
        """Return the formula with the γ and β that the layer has."""
        return self.written.replace(" · γ + β", _learnt(subject.module))

    def sentence(self, subject: Subject) -> str:
        """Return what is done, with what was learnt, and whose mean and deviation are used."""
        module, language = subject.module, subject.language
        told = [super().sentence(subject)]
        told.append(say(language, f"stage.normalization.learnt.{LEARNT[_learnt(module)]}"))
        if isinstance(module, _BatchNorm):
            of = USED[subject.function]
            used = of[0] if module.running_mean is not None else of[1]
            told.append(say(language, f"stage.normalization.used.{used}"))
        elif module is not None:
            told.append(say(language, "stage.normalization.used.own"))
        return " ".join(told)

    def figure(self, subject: Subject) -> figures.Figure:
        """Return what goes in beside what comes out, on two scales: they may be far from another.

        Where a hook has seen both, and not too many of them.
        """
        before, after = subject.entering, subject.values
        if (
            subject.source is None
            or before.shape != after.shape
            or figures.large(np.stack((before, after)))
        ):
            return super().figure(subject)
        return figures.beside(before, after, **frame(subject))

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """Return mean and deviation of all values before and after, and what was used between."""
        before, after = (each.astype(np.float64) for each in (subject.entering, subject.values))
        known: Numbers = {}
        if before.size and after.size and np.isfinite(before).all() and np.isfinite(after).all():
            known["before.mean"] = float(before.mean())
            known["before.deviation"] = float(before.std())
            known["deviation"] = float(after.std())
        for key, values in zip(("used.mean", "used.deviation"), _used(subject), strict=False):
            known[key] = _span(values)
        told = (Fact(key, say(subject.language, f"fact.{key}"), known[key]) for key in known)
        return (*super().facts(subject), *told)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the statistics that were used for one value, and the formula in numbers."""
        module, entering = subject.module, subject.entering
        if module is None or entering.shape != subject.values.shape or not _alone(subject):
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
        learnt = _learnt(module)
        known = [f"{name} = {each:.6g}" for name, each in zip("γβ", (gamma, beta), strict=True)]
        return {
            "formulas": [
                f"μ = {mean:.6g}, σ² = {variance:.6g}, ε = {eps:g}",
                *([", ".join(each for each in known if each[0] in learnt)] if learnt else []),
                f"y = ({x:.6g} − {mean:.6g}) / {spread:.6g}{learnt} = {total:.6g}",
            ],
            "from": unit,
            "source": subject.source,
        }, (subject.check("norm", total, value, 64 * precision(subject) * max(scale, 1e-30)),)


def _learnt(module: nn.Module | None) -> str:
    """Return what a layer does to what was normalised, in symbols: it may have learnt nothing."""
    signs = {" · γ": "weight", " + β": "bias"}
    return "".join(sign for sign, name in signs.items() if getattr(module, name, 0) is not None)


def _alone(subject: Subject) -> bool:
    """Whether one image's values are all that its own statistics, or its channels, are made of."""
    module, made = subject.module, subject.exchange
    if isinstance(module, nn.LayerNorm) and made.batch is not None and made.answers:
        return made.batch < made.answers[0].ndim - len(module.normalized_shape)
    return made.batch == 0


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
        channel = unit // (entering.size // len(entering))
        return float(group.mean()), float(group.var()), channel
    return None


def _used(subject: Subject) -> tuple[Floats, ...]:
    """Return the mean and the deviation of every channel or group of one image's values.

    None where they are those of several images.
    """
    module, size = subject.module, subject.entering.size
    if isinstance(module, _BatchNorm):
        if module.running_mean is None or module.running_var is None:
            return ()
        mean, variance = (
            each.detach().to("cpu", torch.float64).numpy()
            for each in (module.running_mean, module.running_var)
        )
        return mean, np.sqrt(variance + module.eps)
    if not _alone(subject):
        return ()
    if isinstance(module, nn.LayerNorm):
        parts = size // int(np.prod(module.normalized_shape))
    elif isinstance(module, nn.GroupNorm):
        parts = module.num_groups
    else:
        return ()
    groups = subject.entering.reshape(parts, -1).astype(np.float64)
    return groups.mean(1), np.sqrt(groups.var(1) + module.eps)


def _span(values: Floats) -> str:
    """Return one number, or how many there are and between which two they lie."""
    low, high = digits(float(values.min())), digits(float(values.max()))
    return low if values.size == 1 else f"{low} … {high} ({values.size})"


def _number(weight: object, place: int, usual: float) -> float:
    """Return one entry of a weight, or what stands for it where there is none."""
    if not isinstance(weight, torch.Tensor):
        return usual
    return float(weight.detach().reshape(-1)[place])
