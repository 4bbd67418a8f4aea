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


def hands() -> Grey:
    """The same held from the sides, by fingers that reach far over it."""
    lying = np.pad(page(0.6), 50, constant_values=0.25)
    lying[150:190, :110] = lying[250:290, -110:] = 0.4
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


@pytest.mark.parametrize("taken", [shadow, fingers, grip, hands, frame, squares])
def test_only_the_drawing_is_on_the_pad(taken: Callable[[], Grey]) -> None:
    found, expected = prepare(photographs.stored(taken()), Decisions()), clean(DESIGN)
    assert max(apart(found.pixels, expected)) < MOST
    assert answer(found.pixels) == answer(expected)


@pytest.mark.parametrize("pale", [0.45, 0.65])
def test_a_pale_fill_inside_an_outline_is_drawn(pale: float) -> None:
    filled = page(0.8)
    inside = filled[100:330, 170:310]
    inside[:] = np.minimum(inside, pale)
    found = prepare(photographs.stored(filled), Decisions())
    assert np.count_nonzero(found.pixels) > 1.5 * np.count_nonzero(clean(DESIGN))


def test_a_round_line_around_a_pattern_is_drawn() -> None:
    """A frame has corners; a ball, a clock or a round bag has none."""
    y, x = np.mgrid[0:400, 0:480]
    line = np.abs(np.hypot(y - 200, x - 240) - 170) < 6
    found = prepare(photographs.stored(np.where(line, 0.2, page(0.35))), Decisions())
    pixels = np.frombuffer(found.pixels, np.uint8).reshape(28, 28)
    assert np.ptp(pixels[14].nonzero()[0]) > 22, "as wide in the middle as the round line"
    assert np.ptp(pixels[:, 14].nonzero()[0]) > 22, "and as high"
    assert not pixels[:4, :4].any(), "which leaves the corners free"
