"""Shadows, fingers, frames and squared paper: what lies across or around a drawing is not drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.incoming.images import Decisions, prepare
from tests.drawings import clothes
from tests.incoming import photographs
from tests.incoming.photographs import Grey
from tests.incoming.test_snapshots import MOST, answer, apart, clean

DESIGN = clothes.tees()[0]


def page(share: float = 0.5) -> Grey:
    return photographs.on_paper(photographs.drawing(DESIGN, share=share))


def shadow() -> Grey:
    """A telephone's shadow with a hard edge over a part of the drawing."""
    shaded = page(0.7)
    shaded[150:330, 40:250] *= 0.6
    return shaded


def fingers() -> Grey:
    """A dark finger that reaches in from either side, darker than the strokes."""
    held = page()
    held[110:140, :90] = held[170:200, -70:] = 0.05
    return held


def grip() -> Grey:
    """A sheet on a desk, and two fingers that hold it."""
    lying = np.pad(page(), 50, constant_values=0.25)
    lying[:110, 240:270] = lying[-110:, 180:210] = 0.4
    return lying


def frame() -> Grey:
    framed = page()
    for side in (framed, framed.T):
        side[20:24, 20:-20] = side[-24:-20, 20:-20] = 0.2
    return framed


def squares() -> Grey:
    """Squared paper that lies turned by more than printed lines are looked for."""
    y, x = np.mgrid[0:400, 0:480]
    lines = np.minimum(np.abs((y + 0.3 * x) % 24 - 12), np.abs((x - 0.3 * y) % 24 - 12)) < 0.8
    return np.asarray(np.minimum(page(), 0.92 - 0.25 * lines))


@pytest.mark.parametrize("taken", [shadow, fingers, grip, frame, squares])
def test_only_the_drawing_is_on_the_pad(taken: Callable[[], Grey]) -> None:
    found, expected = prepare(photographs.stored(taken()), Decisions()), clean(DESIGN)
    assert max(apart(found.pixels, expected)) < MOST
    assert answer(found.pixels) == answer(expected)


def test_a_pale_fill_inside_an_outline_is_drawn() -> None:
    filled = page(0.7)
    filled[180:240, 220:260] = 0.6
    found = prepare(photographs.stored(filled), Decisions())
    assert np.count_nonzero(found.pixels) > np.count_nonzero(clean(DESIGN))
