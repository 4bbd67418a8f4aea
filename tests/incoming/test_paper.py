"""Ink in a shadow counts as much as in the light, and a shadow is no ink."""

from __future__ import annotations

import numpy as np

from explorer.incoming import paper, shrink
from explorer.incoming.morphology import Grey

TAKEN = 0.8  # share of the light that ink takes


def page(shadow: float) -> Grey:
    """Return paper (200, 240) whose right half lies in a hard shadow, with a stroke in each half."""
    light = np.full((200, 240), 0.9, dtype=np.float32)
    light[:, 120:] *= 1 - shadow
    for left in (56, 176):
        light[40:160, left : left + 10] *= 1 - TAKEN
    return light


def test_a_stroke_is_as_dark_in_a_shadow() -> None:
    for shadow in (0.0, 0.3, 0.5):
        ink = paper.reading(page(shadow)).dark.ink
        light, dark = (float(np.median(ink[60:140, left : left + 6])) for left in (58, 178))
        assert light > 0.5
        assert abs(light / dark - 1) < 0.15, shadow


def test_a_shadow_is_no_ink() -> None:
    ink = paper.reading(page(0.5)).dark.ink
    bare = np.ones(ink.shape, dtype=np.bool_)
    bare[36:164, 52:70] = bare[36:164, 172:190] = bare[:, 114:126] = False
    assert ink[bare].max() < paper.NOISE


def test_the_grain_of_bare_paper_is_no_drawing() -> None:
    random = np.random.default_rng(2)
    grain = (0.8 + random.normal(0, 0.012, (200, 240))).astype(np.float32)
    reading = paper.reading(grain)
    for side in (reading.dark, reading.light):
        assert side.energy == 0
        assert shrink.fitted(side.ink).size is None
