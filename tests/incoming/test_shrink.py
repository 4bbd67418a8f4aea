"""Ink to 28×28: areas are averaged, and the strongest ink is white, whatever the pen."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.incoming import shrink


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
