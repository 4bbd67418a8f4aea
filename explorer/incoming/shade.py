"""Shadows that lie across a drawing: how much of what is darker than the paper is their doing.

Ink takes more light than a shadow does, and in a shadow it takes more still. What is wide, paler
than the strokes and borders on bare paper instead of on an outline is a shadow, if there are
strokes beyond it; only what is darker than that, by a good part of what a stroke is, is ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.incoming.morphology import Grey, Mask, filled, grown, labels, ramp, shrunk, spread

PALER = 0.85  # of what a stroke takes of the light is the most that a shadow takes
FREE = 0.2, 0.6  # of a shadow's border lies on bare paper, not on an outline
BEYOND = 0.03, 0.15  # of the strokes lie outside of it
WIDE = 1.2, 2.0  # times as wide as a stroke is a shadow, at one place at least
LARGEST = 12  # pixels of the small picture: a shadow that reaches as far is wide
RIM = 3  # pixels of the small picture within which its edge may lie
NEAR = 0.55, 0.85  # of what a stroke takes: so dark a shadow may leave traces
INK = 0.25, 0.65  # of the way from the shadow to a stroke, ink begins and is ink for sure


@dataclass(frozen=True, slots=True)
class Pen:
    """Which share of the light a stroke takes, and its width in pixels of the small picture."""

    taken: float
    width: float


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """In the small picture, (h, w): how surely a shadow is there, and its share of the light.

    `doubt`, 0 to 1, is whether it is one, or may leave traces.
    """

    there: Grey
    taken: Grey
    doubt: float


def shade(dark: Grey, strokes: Mask, pen: Pen, noise: float) -> Shade | None:
    """Return the shadow in a small picture, if any.

    `dark` is the share of the light that is missing, (h, w), up to `noise` for nothing.
    """
    even = ~grown(strokes, 1) & (dark < PALER * pen.taken)
    lies, wide = _wide(even & (dark > noise), pen.width)
    closed = shrunk(grown(lies, RIM), RIM)
    border = grown(closed, 1) & ~closed
    if not border.any() or not strokes.any():
        return None
    free = 1 - float(grown(strokes, 1)[border].mean())
    beyond = float((strokes & ~grown(lies, RIM)).sum() / strokes.sum())
    sure = ramp(free, *FREE) * ramp(beyond, *BEYOND)
    if sure == 0:
        return None
    taken = spread(filled(np.maximum(dark, 0), even), 2 * RIM - 1)
    near = float(np.median(dark[lies])) / pen.taken
    doubt = max(4 * sure * (1 - sure), sure * ramp(near, *NEAR))
    there = sure * spread(wide, 2 * RIM + 1)
    return Shade(there, np.minimum(taken, PALER * pen.taken), doubt)


def ink(dark: Grey, taken: Grey, pen: float) -> Grey:
    """Return how surely what is missing of the light is ink, if a shadow takes `taken` of it."""
    low, high = (taken + part * (pen - taken) for part in INK)
    return np.asarray(((dark - low) / np.maximum(high - low, 1e-3)).clip(0, 1))


def _wide(lies: Mask, width: float) -> tuple[Mask, Grey]:
    """Return where a part is that has a wide place somewhere, and how surely it is wide, (h, w).

    A pale stroke is no shadow; strokes that cross a shadow do not cut it into parts.
    """
    parts = labels(shrunk(grown(lies, RIM), RIM))
    widest = np.zeros(parts.max() + 1)
    for reach in range(1, LARGEST):
        there = shrunk(lies, reach)
        if not there.any():
            break
        widest[np.unique(parts[there])] = 2 * reach + 1
    widest[0] = 0
    low, high = (each * width for each in WIDE)
    sure = ((widest - low) / (high - low)).clip(0, 1).astype(np.float32)[parts]
    lies = lies & (sure > 0)
    return lies, np.where(lies, sure, 0)
