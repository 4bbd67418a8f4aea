"""The gradient of a cross entropy by hand: the chain rule through Linear and ReLU, no autograd.

Everything is numpy in float64, so that what is compared with autograd owes nothing to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from explorer.maths.arithmetic import Doubles, sealed
from explorer.records import Floats

Switches = NDArray[np.bool_]
SMALLEST = float(np.finfo(np.float64).smallest_normal)


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One layer of a chain as arrays: z = weight · x + bias, or a ReLU, or nothing at all.

    `weight` is (m, n) and `bias` (m,) float64, None where there is none. `name` is the module's
    path.
    """

    name: str
    weight: Doubles | None = None
    bias: Doubles | None = None
    switches: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """What the chain rule says of one image; all float64.

    `loss` = −log p[label], `probabilities` (C,). `entering` is dL/dx (n,) of what enters the chain,
    `leaving[i]` dL/d of what link i puts out, `parameters` dL/dW (m, n) and dL/db (m,) by name.
    `on[i]` says which units a ReLU lets through, (n,) bool; empty for other links. `spread` is the
    largest √Σ (w·x)² over the terms of a logit: as in a random walk a float32 sum is off by so much
    times what one number is rounded by, however near to 0 the terms add up.
    """

    loss: float
    probabilities: Doubles
    entering: Doubles
    leaving: tuple[Doubles, ...]
    parameters: Mapping[str, Doubles]
    on: tuple[Switches, ...]
    spread: float = 0.0


def links(modules: Sequence[nn.Module], paths: Sequence[str]) -> tuple[Link, ...]:
    """Return the layers of a plain chain, a softmax at its end left out.

    `modules` are as `explorer.maths.ablation.chain` gives them, `paths` their names.

    Raises:
        ValueError: for a softmax before the end: what follows it has no logits before it.
    """
    found = []
    for place, (module, path) in enumerate(zip(modules, paths, strict=True)):
        if isinstance(module, nn.Softmax):
            if place < len(modules) - 1:
                raise ValueError(path)
        elif isinstance(module, nn.Linear):
            bias = None if module.bias is None else _wide(module.bias)
            found.append(Link(path, _wide(module.weight), bias))
        else:
            found.append(Link(path, switches=isinstance(module, nn.ReLU)))
    return tuple(found)


def slopes(
    chain: Sequence[Link], image: Doubles, label: int, on: Sequence[Switches] = ()
) -> Slopes:
    """Return the gradient of −log softmax(logits)[label] at one image (n,).

    Forward: z = W·x + b, a = max(0, z). Backward: dL/dlogits = p − onehot(label); through a Linear
    dL/dW = dL/dz ⊗ x, dL/db = dL/dz, dL/dx = Wᵀ·dL/dz; through a ReLU dL/dz = dL/da · [z > 0].
    (Rumelhart, Hinton and Williams, 1986; at z = 0 PyTorch takes 0.) `on` are the ReLUs as another
    pass switched them, where a z is so near to 0 that rounding decides.
    """
    entered, values = [], image.reshape(-1).astype(np.float64)
    for link in chain:
        entered.append(values)
        values = _through(link, values)
    shifted = values - values.max()
    total = float(np.exp(shifted).sum())
    probabilities = np.exp(shifted) / total
    slope = probabilities.copy()
    slope[label] = -float(np.delete(np.exp(shifted), label).sum()) / total  # p − 1, nothing lost
    none = np.zeros(0, dtype=bool)
    pairs = zip(chain, entered, strict=True)
    on = on or tuple([entering > 0 if link.switches else none for link, entering in pairs])
    leaving, parameters = [], dict[str, Doubles]()
    for link, entering, passes in zip(chain[::-1], entered[::-1], on[::-1], strict=True):
        leaving.append(sealed(slope, np.float64))
        if link.weight is not None:
            parameters[f"{link.name}.weight"] = np.outer(slope, entering)
            if link.bias is not None:
                parameters[f"{link.name}.bias"] = leaving[-1]
            slope = link.weight.T @ slope
        elif link.switches:
            slope = slope * passes
    loss = math.log(total) - float(shifted[label])
    spread = _spread(chain, entered)
    return Slopes(loss, probabilities, slope, tuple(leaving[::-1]), parameters, tuple(on), spread)


def apart(one: Mapping[str, Doubles], other: Mapping[str, Doubles | Floats | None]) -> float:
    """Return how far two gradients are apart, as a share of the largest value of each tensor.

    The largest |one − other| of any tensor, divided by the largest |one| in it; infinite where one
    side lacks a tensor, or has another shape. Numbers too small for all of their digits are 0.
    """
    worst = 0.0
    for name, right in one.items():
        found = other.get(name)
        if found is None or found.shape != right.shape:
            return math.inf
        scale, gap = largest(right), largest(found - right)
        if gap > SMALLEST:
            worst = max(worst, gap / scale if scale else gap)
    return worst if one.keys() == other.keys() else math.inf


def largest(values: Doubles) -> float:
    """Return the largest |value|, 0 of none; without a copy as `np.abs` would make."""
    return float(max(values.max(initial=0.0), -values.min(initial=0.0)))


def length(found: Iterable[Doubles | Floats]) -> float:
    """Return √Σ value² over all tensors, summed in float64."""
    total = 0.0
    for each in found:
        flat: Doubles | Floats = each.reshape(-1)
        total += float(np.einsum("i,i->", flat, flat, dtype=np.float64))
    return math.sqrt(total)


def _through(link: Link, values: Doubles) -> Doubles:
    if link.weight is None:
        return np.maximum(values, 0.0) if link.switches else values
    result: Doubles = link.weight @ values
    return result if link.bias is None else result + link.bias


def _spread(chain: Sequence[Link], entered: Sequence[Doubles]) -> float:
    """Return the largest √Σ (w·x)² over the terms of what the last Linear puts out."""
    pairs = zip(chain, entered, strict=True)
    found = [(link.weight, values) for link, values in pairs if link.weight is not None]
    weight, values = found[-1] if found else (np.zeros((1, 1)), np.zeros(1))
    return math.sqrt(largest(np.square(weight) @ np.square(values)))


def _wide(parameter: torch.Tensor) -> Doubles:
    """Return a parameter in float64, which changes none of its values; one that is, as it is."""
    wide: Doubles = parameter.detach().to("cpu").double().numpy()
    return wide
