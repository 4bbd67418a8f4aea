"""Printed lines: what runs from one edge of the sheet to the other, thin and straight, is paper."""

from __future__ import annotations

import numpy as np

from explorer.incoming.morphology import Grey, closed, opened
from explorer.incoming.paper import STROKE

COVERED = 0.8  # of the sheet's width is covered by a printed line, at least
TILTS = np.linspace(-0.1, 0.1, 41)  # slopes that are looked for; 0.1 is 5.7 degrees
FINER = np.linspace(-0.004, 0.004, 9)  # and then around the best of them
SHORTEST = 0.12  # of the width: a shorter piece between two edges is not looked at
THIN = 40  # a line is thinner than the sheet's height divided by this
PIECES = 48  # a line is looked at in this many pieces
COARSE = 4  # only every so many columns are looked at while the slope is sought
SEEN = 0.04  # lines fainter than this, as a share of the paper's light, disappear by themselves


def unlined(grey: Grey) -> tuple[Grey, int]:
    """Return a picture (H, W) of 0 to 1 without its printed lines, and how many there were.

    Rows and columns, dark lines and light ones; what is drawn across them stays.
    """
    dark, found = _cleared(grey)
    light, more = _cleared(1 - dark)
    return (1 - light, found + more) if found + more else (grey, 0)


def _cleared(grey: Grey) -> tuple[Grey, int]:
    window = max(3, max(grey.shape) // STROKE | 1)
    fill = opened(closed(grey, window), window)  # between holes in a row there is no light line
    grain = float(np.median(fill - grey))  # the crests of the paper's grain are not its level
    fill = fill - grain
    ink = np.maximum(fill - grey, 0) / np.maximum(fill, 0.05)
    across, first = _gain(ink)
    down, second = _gain(np.ascontiguousarray(ink.T))
    if not first + second:
        return grey, 0
    gain = np.minimum(across, down.T)
    return np.where(gain < 1, fill - gain * (fill - grey), grey).astype(np.float32), first + second


def _gain(ink: Grey) -> tuple[Grey, int]:
    """Return what to multiply ink (H, W) by so that lines across disappear, and their number."""
    steps = np.arange(ink.shape[1])
    sparse = ink[:, ::COARSE]

    def found(tilt: float) -> float:
        return float(np.square(_profile(sparse, COARSE * tilt)).sum())

    best = max(TILTS, key=found)
    best = max(best + FINER, key=found)
    profile = _profile(ink, best)
    lines = int(np.count_nonzero(np.diff((profile > SEEN).astype(np.int8), prepend=0) == 1))
    if not lines:
        return np.ones_like(ink), 0
    wide = np.pad(profile, 1)
    wide = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    rows = np.arange(len(ink))[:, None] - np.rint(best * (steps - len(steps) / 2)).astype(int)
    line = wide[(rows + (len(profile) - len(ink)) // 2).clip(0, len(profile) - 1)]
    low, high = np.minimum(1.3 * line + 0.05, 4 * line), 1.8 * line + 0.1
    gain = np.where(line > SEEN / 2, ((ink - low) / (high - low)).clip(0, 1), 1)
    return gain.astype(np.float32), lines


def _profile(ink: Grey, tilt: float) -> Grey:
    """Return how dark the line is that runs across at each row, if its slope is `tilt`.

    Rows are counted in the middle of the page, from as far above it as below: (H + 2 × over,).

    It must be as dark in the margins as it is in the middle, and of one darkness all along.
    """
    count = min(PIECES, ink.shape[1])
    columns = np.arange(ink.shape[1] // count * count)
    shifts = np.rint(tilt * (columns - ink.shape[1] / 2)).astype(int)
    over = int(np.abs(shifts).max())  # a line may cross the middle above or below the page
    rows = np.arange(-over, len(ink) + over)[:, None] + shifts[None]
    level = ink[rows.clip(0, len(ink) - 1), columns[None]]
    pieces = level.reshape(len(rows), count, -1).mean(axis=2)
    there = (rows[:, :: len(columns) // count] >= 0) & (
        rows[:, :: len(columns) // count] < len(ink)
    )
    tall = np.pad(pieces, ((1, 1), (0, 0)))
    tall = np.maximum(np.maximum(tall[:-2], tall[1:-1]), tall[2:])
    grain = 1.3 * float(np.median(tall))
    tall = np.maximum(tall - grain, 0)
    margin = max(1, count // 12)
    ends = [np.median(tall[:, part], axis=1) for part in (slice(margin), slice(-margin, None))]
    inside = there.all(axis=1)  # a line that leaves the page above or below has no such end
    end = np.where(inside, np.minimum(*ends), np.inf)
    known = there.sum(axis=1)
    tall = np.sort(np.where(there, tall, np.inf), axis=1)[:, None]
    at = np.array([1 - COVERED, 0.5])[None] * known[:, None]
    low, middle = np.take_along_axis(tall[:, 0], at.astype(int).clip(0, count - 1), axis=1).T
    least = np.where(known > SHORTEST * count, np.minimum(low, end), 0)
    even = np.clip(4 * least / np.maximum(middle, 1e-6) - 1.6, 0, 1)
    dark = (even * (least + np.minimum(least, grain)))[:, None].astype(np.float32)
    return np.asarray((dark - opened(dark, max(5, len(ink) // THIN | 1)))[:, 0], dtype=np.float32)
