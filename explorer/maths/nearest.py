"""The shortest step within a box that reaches the other side of a plane, or of several."""

from __future__ import annotations

import numpy as np

from explorer.maths.arithmetic import Doubles

STEPS = 20  # of Newton, at most
HALVINGS = 12  # of one of them
CLOSE = 1e-6  # to a plane, as a share of the need
RIDGE = 1e-9  # on the diagonal, so that two planes that are one can be solved


def nearest(slopes: Doubles, needs: Doubles, low: Doubles, high: Doubles) -> Doubles:
    """Return for each plane the shortest step d (R, P) with slope·d ≥ need and low ≤ d ≤ high.

    `slopes` (R, P), `needs` (R,), `low` ≤ 0 ≤ `high` (P,), all float64. The shortest d is
    clip(λ·slope, low, high) with the smallest λ ≥ 0 that suffices (Karush, Kuhn and Tucker). Each
    coordinate stops at a λ of its own, and as those do that λ has passed, the gain slope·d grows
    more slowly: with the λ that would do if no further one stopped, those that have stopped are
    found, until there are no more. Where the whole box is not enough, d is the corner that gains
    most.
    """
    reach = np.where(slopes > 0, high, low)
    # how far λ takes each coordinate until it stops; one without slope does not move at all
    stops = np.divide(reach, slopes, out=np.zeros_like(slopes), where=slopes != 0)
    squares, moving = slopes**2, stops > 0
    most = squares * stops  # gained by each that has stopped
    while True:
        rate = np.einsum("rp,rp->r", squares, moving)
        lacks = np.maximum(needs - np.einsum("rp,rp->r", most, ~moving), 0.0)
        factors = np.divide(lacks, rate, out=np.full_like(needs, np.inf), where=rate > 0)
        still = moving & (stops > factors[:, None])
        if (still == moving).all():
            break
        moving = still
    step: Doubles = (slopes * np.minimum(stops, factors[:, None])).clip(low, high)
    return step


def within(slopes: Doubles, needs: Doubles, low: Doubles, high: Doubles) -> Doubles:
    """Return the shortest step d (P,) in the box that reaches the other sides of all planes.

    `slopes` (K, P), `needs` (K,), `low` ≤ 0 ≤ `high` (P,). It is clip(Σ λ[k]·slope[k], low, high)
    with λ ≥ 0 where the dual Σ λ·need − Σ φ(λ·slopes) is largest: Newton's steps on those λ that
    count, each halved until the dual grows. After `STEPS` of them, as where no step in the box is
    enough, d is what was reached.
    """
    factors = np.zeros(len(needs))
    value, step = _dual(factors, slopes, needs, low, high)
    for _ in range(STEPS):
        lacks = needs - slopes @ step
        counts = (factors > 0) | (lacks > 0)
        if not (np.abs(lacks[counts]) > CLOSE * (1 + np.abs(needs[counts]))).any():
            break
        raw = factors @ slopes
        loose = slopes[counts][:, (raw > low) & (raw < high) | (raw == 0)]
        bend = loose @ loose.T
        bend += np.eye(len(bend)) * (RIDGE * np.trace(bend) + RIDGE)
        move = np.zeros_like(factors)
        move[counts] = np.linalg.solve(bend, lacks[counts])
        for _ in range(HALVINGS):
            tried = np.maximum(factors + move, 0)
            grown, there = _dual(tried, slopes, needs, low, high)
            if grown > value:
                break
            move /= 2
        else:
            break
        factors, value, step = tried, grown, there
    return step


def _dual(
    factors: Doubles, slopes: Doubles, needs: Doubles, low: Doubles, high: Doubles
) -> tuple[float, Doubles]:
    """Return the dual at some λ (K,), and the step (P,) that belongs to them."""
    raw = factors @ slopes
    step: Doubles = np.minimum(np.maximum(raw, low), high)
    return float(factors @ needs - raw @ step + step @ step / 2), step
