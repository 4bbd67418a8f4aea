"""How far a picture can be changed in any way without another answer: proven, for a chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from explorer.maths.ablation import followed

HALVINGS = 14  # of the interval in which the radius lies
ROUNDING = 1e-4  # of every norm and of the largest logit: more than float32 can lose

# From the errors (n,) before a link, at a radius, to the errors (m,) behind it.
Errors = Callable[[torch.Tensor, float], torch.Tensor]


# What a chain is made of where a radius can be proven, beside links that are Elementwise.
LINKS = frozenset({nn.Flatten, nn.Linear, nn.ReLU, nn.Dropout, nn.Identity})


class Elementwise(nn.Module):
    """A link that takes each value to factor · value + offset, both (…) as one image's values."""

    def __init__(self, factors: torch.Tensor, offsets: torch.Tensor) -> None:
        super().__init__()
        self.factors, self.offsets = factors, offsets

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return values (N, …), each by its own factor and offset."""
        return self.factors * values + self.offsets


def radius(
    modules: Sequence[nn.Module], image: torch.Tensor, now: int, rivals: Sequence[int]
) -> float:
    """Return a proven radius: no change of the image (…) with a smaller L2 norm makes a rival win.

    `modules` are Flatten, Linear, ReLU, Elementwise and what changes nothing, in line, to logits.
    Where the image stands, what enters a ReLU moves by S·δ when the image moves by δ. A unit that
    switches on the way leaves that view by at most max(0, ‖S[i]‖·ε + e[i] − |z[i]|) within the
    radius ε, with e[i] what units before it may have left theirs by; these errors go on through
    |W|, and none of them can be larger than its bound. The radius is the largest ε found by
    halving, √P for P pixels at most, at which every rival's lag still outweighs
    ε·‖S[now] − S[rival]‖ and the errors. (A bound with intervals in the manner of Weng et al.,
    "Fast-Lin", 2018, around the exact linear view.)
    Real numbers are meant: `ROUNDING` is taken off for what float32 loses. Of a chain with other
    links nothing is proven: 0.
    """
    if not all(type(each) in LINKS or isinstance(each, Elementwise) for each in modules):
        return 0.0
    with torch.inference_mode():
        inputs, logits = followed(tuple(modules), image.unsqueeze(0))
        line = list(modules)
        pairs = _pairs(logits.shape[1], now, rivals, logits)
        last = line[-1] if line else None
        if type(last) is nn.Linear:
            line.pop()
            pairs = pairs @ last.weight  # the two rows cancel where they agree
        slopes, errors = _followed(line, inputs)
        lags = (logits[0, now] - logits[0, list(rivals)]) - ROUNDING * logits.abs().max()
        moves = _norms(pairs if slopes is None else pairs @ slopes)
        furthest = image.numel() ** 0.5  # from one corner of the box of grey values to the other
        return _halved(lags, moves, pairs.abs(), errors, furthest)


def _pairs(classes: int, now: int, rivals: Sequence[int], like: torch.Tensor) -> torch.Tensor:
    """Return the matrix (R, C) that takes logits to the answer's less each rival's."""
    pairs = torch.zeros(len(rivals), classes, dtype=like.dtype, device=like.device)
    pairs[range(len(rivals)), list(rivals)] = -1
    pairs[:, now] = 1
    return pairs


def _followed(
    line: Sequence[nn.Module], inputs: Sequence[torch.Tensor]
) -> tuple[torch.Tensor | None, list[Errors]]:
    """Return ∂/∂x (n, P) of what leaves a chain, None for x itself, and what errors it makes."""
    slopes: torch.Tensor | None = None
    found: list[Errors] = []
    for module, given in zip(line, inputs, strict=False):
        if type(module) is nn.Linear:
            slopes = _product(module.weight, slopes)
            if found:  # before the first that may err there is nothing to pass on
                found.append(_through(module.weight.abs()))
        elif type(module) is nn.ReLU:
            slopes = _identity(given) if slopes is None else slopes
            found.append(_switching(given.flatten(), _norms(slopes)))
            slopes = slopes * (given > 0).flatten().unsqueeze(1)
        elif isinstance(module, Elementwise):
            factors = module.factors.expand(given.shape[1:]).flatten()
            slopes = (_identity(given) if slopes is None else slopes) * factors.unsqueeze(1)
            found.append(_scaled(factors.abs()))
    return slopes, found


def _product(weights: torch.Tensor, slopes: torch.Tensor | None) -> torch.Tensor:
    """Return weights (m, n) · slopes (n, P), without the rows of slopes that are 0."""
    if slopes is None:
        return weights
    on = slopes.any(dim=1).nonzero().flatten()
    return weights[:, on] @ slopes[on]


def _identity(given: torch.Tensor) -> torch.Tensor:
    return torch.eye(given.numel(), dtype=given.dtype, device=given.device)


def _norms(rows: torch.Tensor) -> torch.Tensor:
    norms: torch.Tensor = torch.linalg.vector_norm(rows, dim=1)
    return norms * (1 + ROUNDING)


def _through(weights: torch.Tensor) -> Errors:
    return lambda errors, _: weights @ errors


def _scaled(factors: torch.Tensor) -> Errors:
    return lambda errors, _: factors * errors


def _switching(values: torch.Tensor, norms: torch.Tensor) -> Errors:
    """Return what a ReLU makes of errors: those of units that are on, and those of switching."""
    on, distance = values > 0, values.abs()
    distance = (distance - ROUNDING * distance.max()).clamp(min=0)
    return lambda errors, radius: on * errors + (norms * radius + errors - distance).clamp(min=0)


def _halved(
    lags: torch.Tensor,
    moves: torch.Tensor,
    pairs: torch.Tensor,
    errors: Sequence[Errors],
    furthest: float,
) -> float:
    """Return the largest radius found at which no lag (R,) is used up."""

    def safe(radius: float) -> bool:
        wrong = torch.zeros(1, device=lags.device)
        for link in errors:
            wrong = link(wrong, radius)
        return bool((lags > moves * radius + (pairs * wrong).sum(dim=1)).all())

    low, high = 0.0, min(float((lags / moves).min()), furthest)
    if not high > 0:
        return 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if safe(middle) else (low, middle)
    return low
