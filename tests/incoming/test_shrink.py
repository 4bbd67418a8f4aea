"""Ink to 28×28: areas are averaged, and the strongest ink is white, whatever the pen."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.incoming import paper, shrink


def test_pixels_are_means_of_areas() -> None:
    stripes = np.zeros((56, 56), dtype=np.float32)
    stripes[:, ::2] = 1
    assert shrink.framed(stripes) == pytest.approx(np.full((28, 28), 0.5))


@pytest.mark.parametrize("strongest", [1.0, 0.4])
def test_the_strongest_ink_is_white_and_half_of_it_half(strongest: float) -> None:
    ink = np.zeros((100, 100), dtype=np.float32)
    ink[20:80, 20:80] = strongest / 2
    ink[45:55, 45:55] = strongest
    grey = shrink.fitted(ink).grey
    assert grey[14, 14] == 1
    assert grey[2, 2] == pytest.approx(0.5, abs=0.01)


def stroke(strongest: float) -> np.ndarray:
    """Return ink (100, 100): a stroke in a field of half the noise."""
    ink = np.full((100, 100), paper.NOISE / 2, dtype=np.float32)
    ink[20:80, 48:52] = strongest
    return ink


def test_what_is_below_the_noise_is_paper_however_pale_the_ink() -> None:
    assert shrink.fitted(stroke(0.2)).size == (4, 60)


def test_how_much_of_the_paper_is_noise_says_nothing_of_the_ink() -> None:
    ink = stroke(0.4)
    ink[20:22, 48:52] = 0.8
    alone = np.where(ink > paper.NOISE, ink, 0)
    assert np.array_equal(shrink.fitted(ink).grey, shrink.fitted(alone).grey)


def test_the_soft_rim_of_a_stroke_stays_within_its_frame() -> None:
    ink = np.zeros((100, 100), dtype=np.float32)
    ink[20:80, 20:80] = 1
    ink[40:60, 40:60] = 0.09  # fainter than ink, and more than half of that
    assert shrink.fitted(ink).grey[14, 14] == pytest.approx(0.09, abs=0.01)
