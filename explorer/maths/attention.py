"""Attention by hand: scores, weights and what they add up to, in float64.

Formula: softmax(Q·Kᵀ / √d + mask)·V (Vaswani et al., Attention Is All You Need, section 3.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.maths.arithmetic import Doubles


@dataclass(frozen=True, slots=True, eq=False)
class Attended:
    """H heads, L queries and S keys: `scores` and `weights` (H, L, S), `output` (H, L, D).

    Each row of `weights` sums to 1; it is no number where a mask leaves none of the keys.
    """

    scores: Doubles
    weights: Doubles
    output: Doubles


def attended(
    queries: Doubles, keys: Doubles, values: Doubles, scale: float, mask: Doubles | None = None
) -> Attended:
    """Return what queries (H, L, D) make of keys (H, S, D) and values (H, S, V).

    `mask`, broadcast to (H, L, S), is added to the scores: −∞ hides a key from a query.
    """
    scores = queries @ keys.swapaxes(-1, -2) * scale
    if mask is not None:
        scores = scores + mask
    with np.errstate(invalid="ignore"):
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = powers / powers.sum(axis=-1, keepdims=True)
        return Attended(scores, weights, weights @ values)


def heads(values: Doubles, count: int) -> Doubles:
    """Return vectors (L, E) as those of heads (count, L, E / count)."""
    found: Doubles = values.reshape(len(values), count, -1).swapaxes(0, 1)
    return found
