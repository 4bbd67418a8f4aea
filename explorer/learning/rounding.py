"""Weights as float16 holds them, so that page and module compute with the same numbers."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

# How far the answer should stay ahead: sums in another order differ by a few millionths.
MARGIN = 2e-5
# Answers that are this far ahead are out of reach of what a last layer's roundings add up to.
SAFE = 0.1


def rounded(model: nn.Module, images: torch.Tensor, *, mend: bool = True) -> tuple[nn.Module, int]:
    """Return a copy whose every weight is a float16 value, and how many answers that changed.

    Each weight goes to the nearest float16. Where that changes the answer (the largest logit) to
    one of `images` (N, 28, 28) uint8, weights of the last layer go to their other neighbour
    instead, those that cost least first, each kept there if it brings the answers closer to what
    they were. Without `mend` none does: in the first batches thousands of answers are ties.

    Raises:
        ValueError: for a weight that float16 cannot hold, beyond ±65,504.
    """
    before = _logits(model, images)
    answers = before.argmax(1)
    near = _ahead(before, answers) < SAFE
    close = images[near]
    wanted = (_ahead(before, answers) / 2).clamp(max=MARGIN)[near]
    result = copy.deepcopy(model).requires_grad_(False)
    for name, values in result.named_parameters():
        values.copy_(values.half())
        if not torch.isfinite(values).all():
            raise ValueError(f"{name} has a weight beyond the range of float16")

    def missing() -> float:
        ahead = _ahead(_logits(result, close), answers[near])
        return float((wanted - ahead).clamp(min=0).double().sum())

    apart = missing() if mend else 0.0
    pairs = list(zip(result.parameters(), model.parameters(), strict=True))
    for flat, place, other in _neighbours(pairs[-2:]) if apart else ():
        nearest = float(flat[place])
        flat[place] = other
        closer = missing()
        if closer < apart:
            apart = closer
        else:
            flat[place] = nearest
        if not apart:
            break
    return result, int((_logits(result, images).argmax(1) != answers).sum())


def _neighbours(
    pairs: list[tuple[nn.Parameter, nn.Parameter]],
) -> list[tuple[torch.Tensor, int, float]]:
    """Return (flat view, place, other float16 neighbour) of each weight, the cheapest first."""
    found = []
    for values, exact in pairs:
        flat = values.data.view(-1)
        nearest = flat.numpy().astype(np.float16)
        wanted = exact.detach().reshape(-1).numpy()
        end = np.where(wanted > nearest, np.inf, -np.inf).astype(np.float16)
        other = np.nextafter(nearest, end).astype(np.float32)
        cost = np.abs(other - wanted)
        found += [(float(cost[at]), flat, at, float(other[at])) for at in range(flat.numel())]
    return [(flat, at, other) for _, flat, at, other in sorted(found, key=lambda each: each[0])]


def _ahead(logits: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """Return how far the answer's logit is above every other, (N,); negative where it is not."""
    mask = F.one_hot(answers, logits.shape[1]).bool()
    return logits[mask] - logits.masked_fill(mask, -torch.inf).amax(1)


def _logits(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return the output (N, C)."""
    with torch.inference_mode():
        return torch.cat([model(part.float() / 255) for part in images.split(2000)])
