"""One step of SGD, momentum and Adam by hand, as arrays: what `torch.optim` does, written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.lessons import Optimizer
from explorer.maths.arithmetic import Doubles
from explorer.records import Floats

MOMENTUM = 0.9
BETAS = (0.9, 0.999)
EPSILON = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """One weight tensor (…) before a step, its gradient, and what the optimizer remembers of it.

    `memory` is empty before the first step; then `v` of momentum, or `m` and `v` of Adam, (…) each.
    `count` is the number of this step, from 1.
    """

    value: Floats
    gradient: Floats
    count: int = 1
    memory: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A weight tensor after a step, and what the optimizer remembers now; float64."""

    value: Doubles
    memory: Mapping[str, Doubles]


def stepped(weight: Weight, rate: float, optimizer: Optimizer) -> Moved:
    """Return a weight tensor after one step at a learning rate.

    SGD: w − η·g. Momentum: v = 0.9·v + g, w − η·v (in PyTorch's form, v = g at first). Adam:
    m = 0.9·m + 0.1·g, v = 0.999·v + 0.001·g², w − η·m̂ / (√v̂ + 10⁻⁸) with m̂ = m / (1 − 0.9ᵗ) and
    v̂ = v / (1 − 0.999ᵗ) (Kingma and Ba, 2015, algorithm 1).
    """
    value, gradient = weight.value.astype(np.float64), weight.gradient.astype(np.float64)
    if optimizer == "sgd":
        return Moved(value - rate * gradient, {})
    before = {name: each.astype(np.float64) for name, each in weight.memory.items()}
    if optimizer == "momentum":
        v = MOMENTUM * before["v"] + gradient if before else gradient
        return Moved(value - rate * v, {"v": v})
    nothing = np.zeros_like(gradient)
    m = BETAS[0] * before.get("m", nothing) + (1 - BETAS[0]) * gradient
    v = BETAS[1] * before.get("v", nothing) + (1 - BETAS[1]) * gradient**2
    mean, square = m / (1 - BETAS[0] ** weight.count), v / (1 - BETAS[1] ** weight.count)
    return Moved(value - rate * mean / (np.sqrt(square) + EPSILON), {"m": m, "v": v})


def missed(weight: Weight, hand: Doubles, found: Floats) -> float:
    """Return how far a step of somebody else's is from one by hand, as a share of the step.

    The largest |hand − found| of the tensor less half the distance between two float32 numbers
    there (a weight that is stored cannot be nearer), divided by the largest |hand − before|. A step
    that moves nothing is 0 apart if nothing has moved.
    """
    grid = np.spacing(np.abs(found)).astype(np.float64) / 2
    beyond = float(np.maximum(np.abs(hand - found) - grid, 0.0).max(initial=0.0))
    moved = float(np.abs(hand - weight.value).max(initial=0.0))
    return beyond / moved if moved else beyond
