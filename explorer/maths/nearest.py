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
    clip(λ·slope, low, high) with the smallest λ ≥ 0 that suffices (Karush, Kuhn and Tucker); each
    coordinate stops at a λ of its own, so between two of these stops the gain slope·d grows
    evenly, and λ is found among them. Where the whole box is not enough, d is the corner that
    gains most.
    """
    reach = np.where(slopes > 0, high, low)
    # how far λ takes each coordinate until it stops; one without slope does not move at all
    stops = np.divide(reach, slopes, out=np.zeros_like(slopes), where=slopes != 0)
    order = np.argsort(stops, axis=1)
    sorted_stops = np.take_along_axis(stops, order, axis=1)
    squares = np.take_along_axis(slopes, order, axis=1) ** 2
    stopped = np.cumsum(squares * sorted_stops, axis=1)  # gained by those that have stopped
    moving = np.cumsum(squares[:, ::-1], axis=1)[:, ::-1]  # Σ slope² of this one and later ones
    before = stopped - squares * sorted_stops
    gains = before + sorted_stops * moving
    enough = gains >= needs[:, None]
    first = np.where(enough.any(axis=1), enough.argmax(axis=1), slopes.shape[1] - 1)[:, None]
    gained = np.take_along_axis(before, first, axis=1)[:, 0]
    rate = np.take_along_axis(moving, first, axis=1)[:, 0]
    factor = np.divide(needs - gained, rate, out=np.full_like(needs, np.inf), where=rate > 0)
    factor = np.where(enough.any(axis=1), np.maximum(factor, 0.0), np.inf)
    step: Doubles = (slopes * np.minimum(stops, factor[:, None])).clip(low, high)
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
