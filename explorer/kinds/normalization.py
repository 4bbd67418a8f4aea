"""Normalization: less a mean, divided by a standard deviation, then scaled and shifted.

RMSNorm takes no mean away and divides by the root of the mean square.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import _InstanceNorm

from explorer import figures
from explorer.kinds.base import Explanation, Kind, Numbers, Subject, frame, precision
from explorer.kinds.layers import Like, holding
from explorer.maths.arithmetic import Feeding
from explorer.maths.digits import digits
from explorer.records import Fact, Floats
from explorer.words import say

Means = dict[str, Floats]  # what a layer divides by and takes away, by the keys of their words
WEIGHTS = ("weight", "bias")
KEPT = "running_mean running_var"
HANDED = (*KEPT.split(), *WEIGHTS)
LEARNT = {" · γ + β": "both", " · γ": "scale", " + β": "shift", "": "none"}
ROOT = "y = x / √(mean(x²) + ε) · γ + β"
USED = {False: ("kept", "batch"), True: ("given", "training")}  # with statistics and without
ORDER = f"input weight bias {KEPT}"  # in which torch's own functions, not F's, take them


def _channels(
    kind: type[_BatchNorm | _InstanceNorm],
    *,
    own: bool,
    running_mean: Floats | None = None,
    running_var: Floats | None = None,
    momentum: float = 0.1,
    eps: float = 1e-5,
    **weights: Floats,
) -> nn.Module:
    """Return the layer of a call; one that takes its `own` statistics uses no given ones."""
    tensors = [running_mean, running_var, *weights.values()]
    count = next((each.size for each in tensors if each is not None), 0)  # of channels, where known
    made = kind(count, eps, momentum, affine=False, track_running_stats=False)
    kept = {} if own else {"running_mean": running_mean, "running_var": running_var}
    return holding(made, **weights, **kept)


def _batch(*, training: bool = False, **options: Any) -> nn.Module:
    return _channels(nn.BatchNorm1d, own=training, **options)


def _instance(*, use_input_stats: bool = True, **options: Any) -> nn.Module:
    return _channels(nn.InstanceNorm1d, own=use_input_stats, **options)


def _layer(normalized_shape: Any, eps: float = 1e-5, **weights: Floats) -> nn.Module:
    made = nn.LayerNorm(normalized_shape, eps, elementwise_affine=False)
    return holding(made, **weights)


def _group(num_groups: int, eps: float = 1e-5, **weights: Floats) -> nn.Module:
    count = next((each.size for each in weights.values()), num_groups)  # as many at least
    return holding(nn.GroupNorm(num_groups, count, eps, affine=False), **weights)


def _root(normalized_shape: Any, eps: float | None = None, **weights: Floats) -> nn.Module:
    made = nn.RMSNorm(normalized_shape, eps, elementwise_affine=False)
    return holding(made, **weights)


class Normalization(Kind):
    """Values on one scale centred at 0."""

    name = "normalization"
    written = "y = (x − μ) / √(σ² + ε) · γ + β"
    typed = True
    types = (_BatchNorm, _InstanceNorm, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
    likes: Mapping[str, Like] = {
        "batch_norm": Like(
            f"input {KEPT} weight bias training momentum eps",
            _batch,
            HANDED,
            f"{ORDER} training momentum eps cudnn_enabled",
        ),
        "instance_norm": Like(
            f"input {KEPT} weight bias use_input_stats momentum eps",
            _instance,
            HANDED,
            f"{ORDER} use_input_stats momentum eps cudnn_enabled",
        ),
        "rms_norm": Like("input normalized_shape weight eps", _root, WEIGHTS[:1]),
        "layer_norm": Like("input normalized_shape weight bias eps cudnn_enable", _layer, WEIGHTS),
        "group_norm": Like("input num_groups weight bias eps cudnn_enabled", _group, WEIGHTS),
    }

    def formula(self, subject: Subject) -> str:
        """Return the formula with the γ and β that the layer has."""
        written = ROOT if self.way(subject) else self.written
        return written.replace(" · γ + β", _learnt(subject.module))

    def way(self, subject: Subject) -> str:
        """Return whether no mean is taken away."""
        return "root" if isinstance(subject.module, nn.RMSNorm) else ""

    def sentence(self, subject: Subject) -> str:
        """Return what is done, with what was learnt, and whose mean and deviation are used."""
        module, language = subject.module, subject.language
        sentences = [super().sentence(subject)]
        sentences.append(say(language, f"stage.normalization.learnt.{LEARNT[_learnt(module)]}"))
        if module is not None:
            of = USED[subject.function]
            batch = of[1] if isinstance(module, _BatchNorm) else "own"
            used = "root" if self.way(subject) else of[0] if _kept(module) else batch
            sentences.append(say(language, f"stage.normalization.used.{used}"))
        return " ".join(sentences)

    def figure(self, subject: Subject) -> figures.Figure:
        """Return what goes in beside what comes out, which may be far from another."""
        return beside(subject) or super().figure(subject)

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """Return mean and deviation of all values before and after, and what was used between."""
        before, after = (each.astype(np.float64) for each in (subject.entering, subject.values))
        known: Numbers = {}
        if before.size and after.size and np.isfinite(before).all() and np.isfinite(after).all():
            known["before.mean"] = float(before.mean())
            known["before.deviation"] = float(before.std())
            known["deviation"] = float(after.std())
        known.update({key: span(values) for key, values in _used(subject).items()})
        own = (Fact(key, say(subject.language, f"fact.{key}"), known[key]) for key in known)
        return (*super().facts(subject), *own)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the statistics that were used for one value, and the formula in numbers."""
        module, entering = subject.module, subject.entering
        if module is None or entering.shape != subject.values.shape or not _alone(subject):
            return {}, ()
        found = _statistics(module, entering, unit)
        if found is None:
            return {}, ()
        mean, variance, place = found
        eps = _epsilon(module)
        gamma = _number(module.weight, place, 1.0)
        beta = _number(getattr(module, "bias", None), place, 0.0)
        x = float(entering.reshape(-1)[unit])
        spread = float(np.sqrt(variance + eps))
        total = (x - mean) / spread * gamma + beta
        scale = (abs(x) + abs(mean)) / spread * abs(gamma) + abs(beta)
        learnt = _learnt(module)
        known = [f"{name} = {each:.6g}" for name, each in zip("γβ", (gamma, beta), strict=True)]
        root = bool(self.way(subject))
        used = f"mean(x²) = {variance:.6g}" if root else f"μ = {mean:.6g}, σ² = {variance:.6g}"
        above = f"{x:.6g}" if root else f"({x:.6g} − {mean:.6g})"
        key, tolerance = "root" if root else "norm", 64 * precision(subject) * max(scale, 1e-30)
        return {
            "formulas": [
                f"{used}, ε = {eps:g}",
                *([", ".join(each for each in known if each[0] in learnt)] if learnt else []),
                f"y = {above} / {spread:.6g}{learnt} = {total:.6g}",
            ],
            "from": unit,
            "source": subject.source,
        }, (subject.check(key, total, value, tolerance),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return one value times γ / √(σ² + ε), and all else as its bias.

        None where mean and deviation are the image's own, which every value has a part in.
        """
        module = subject.module
        if module is None or not _kept(module) or subject.entering.shape != subject.values.shape:
            return None
        found = _statistics(module, subject.entering, unit)
        if found is None:
            return None
        mean, variance, place = found
        slope = _number(module.weight, place, 1.0) / float(np.sqrt(variance + _epsilon(module)))
        product = slope * float(subject.entering.reshape(-1)[unit])
        bias = _number(getattr(module, "bias", None), place, 0.0) - slope * mean
        return Feeding(np.array([unit]), np.array([product]), bias, product + bias)


def beside(subject: Subject) -> figures.Figure | None:
    """Return what goes in beside what comes out, on two scales.

    None where no hook has seen both, or where there are too many of them.
    """
    before, after = subject.entering, subject.values
    if (
        subject.source is None
        or before.shape != after.shape
        or figures.large(np.stack((before, after)))
    ):
        return None
    return figures.beside(before, after, **frame(subject))


def _learnt(module: nn.Module | None) -> str:
    """Return what a layer does to what was normalised, in symbols: it may have learnt nothing."""
    if module is None:
        return " · γ + β"
    signs = {" · γ": "weight", " + β": "bias"}
    return "".join(sign for sign, name in signs.items() if getattr(module, name, None) is not None)


def _alone(subject: Subject) -> bool:
    """Whether one image's values are all that its own statistics, or its channels, are made of."""
    module, made = subject.module, subject.exchange
    if isinstance(module, nn.LayerNorm | nn.RMSNorm) and made.batch is not None and made.answers:
        return made.batch < made.answers[0].ndim - len(module.normalized_shape)
    return made.batch == 0


def _kept(module: nn.Module) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Return the mean and the variance of every channel that a layer holds; None without any."""
    found = (getattr(module, name, None) for name in KEPT.split())
    mean, variance = (each if isinstance(each, torch.Tensor) else None for each in found)
    return None if mean is None or variance is None else (mean, variance)


def _parts(module: nn.Module, entering: Floats) -> int:
    """Return in how many equal parts one image's values are normalised; 0 where nobody knows."""
    if isinstance(module, nn.LayerNorm | nn.RMSNorm):
        return entering.size // int(np.prod(module.normalized_shape))
    if isinstance(module, nn.GroupNorm):
        return module.num_groups
    return len(entering) if isinstance(module, _InstanceNorm) else 0


def _epsilon(module: nn.Module) -> float:
    """Return ε; RMSNorm may leave it to the type of its numbers."""
    if isinstance(module.eps, float | int):
        return float(module.eps)
    weight = next(module.parameters(), None)
    return float(torch.finfo(torch.float32 if weight is None else weight.dtype).eps)


def _statistics(module: nn.Module, entering: Floats, unit: int) -> tuple[float, float, int] | None:
    """Return mean and variance that a value was normalised with, and the place of its γ and β.

    Without a mean it is 0, and the variance the mean square. None where the whole batch has them.
    """
    channel = unit // (entering.size // len(entering))
    if (kept := _kept(module)) is not None:
        mean, variance = kept
        return float(mean[channel]), float(variance[channel]), channel
    parts = _parts(module, entering)
    if not parts:
        return None
    size = entering.size // parts
    group = entering.reshape(parts, size)[unit // size].astype(np.float64)
    if isinstance(module, nn.RMSNorm):
        return 0.0, float(np.square(group).mean()), unit % size
    place = unit % size if isinstance(module, nn.LayerNorm) else channel
    return float(group.mean()), float(group.var()), place


def _used(subject: Subject) -> Means:
    """Return the mean and the deviation of every channel or group of one image's values.

    None where they are those of several images.
    """
    module = subject.module
    if module is not None and (kept := _kept(module)) is not None:
        mean, variance = (each.detach().to("cpu", torch.float64).numpy() for each in kept)
        return {"used.mean": mean, "used.deviation": np.sqrt(variance + _epsilon(module))}
    parts = 0 if module is None else _parts(module, subject.entering)
    if module is None or not parts or not _alone(subject):
        return {}
    groups, eps = subject.entering.reshape(parts, -1).astype(np.float64), _epsilon(module)
    if isinstance(module, nn.RMSNorm):
        return {"used.root": np.sqrt(np.square(groups).mean(1) + eps)}
    return {"used.mean": groups.mean(1), "used.deviation": np.sqrt(groups.var(1) + eps)}


def span(values: Floats) -> str:
    """Return one number, or how many there are and between which two they lie."""
    low, high = digits(float(values.min())), digits(float(values.max()))
    return low if values.size == 1 else f"{low} … {high} ({values.size})"


def _number(weight: object, place: int, usual: float) -> float:
    """Return one entry of a weight, or what stands for it where there is none."""
    if not isinstance(weight, torch.Tensor):
        return usual
    return float(weight.detach().reshape(-1)[place])
