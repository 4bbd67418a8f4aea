"""Printed lines disappear, rows and columns, dark and light, level and sloping; strokes stay."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.incoming.lines import unlined
from explorer.incoming.morphology import Grey

PAPER = 0.9
HEIGHT, WIDTH = 200, 240


def page(*, rows: float = 0, columns: float = 0, slope: float = 0.0) -> Grey:
    """Return paper with printed lines that take a share of its light, 30 pixels apart."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    level = np.abs((y + slope * x + 15) % 30 - 15) < 0.8
    upright = np.abs((x + 15) % 30 - 15) < 0.8
    share = np.where(level, rows, 0) + np.where(upright & ~level, columns, 0)
    return (PAPER * (1 - share)).astype(np.float32)


def faintest(grey: Grey) -> float:
    """Return how far the darkest pixel is from the paper, the picture's edge left out."""
    return float(np.abs(grey[4:-4, 4:-4] - np.median(grey)).max())


@pytest.mark.parametrize("strength", [0.1, 0.3])
def test_rows_columns_and_both(strength: float) -> None:
    for lines in (
        {"rows": strength},
        {"columns": strength},
        {"rows": strength, "columns": strength},
    ):
        clear, count = unlined(page(**lines))
        assert count > 3
        assert faintest(clear) < 0.02


@pytest.mark.parametrize("slope", [-0.05, 0.05])
def test_lines_may_slope_either_way(slope: float) -> None:
    clear, count = unlined(page(rows=0.3, slope=slope))
    assert count > 3
    assert faintest(clear) < 0.1


def test_light_lines_on_dark_paper() -> None:
    dark = (1 - page(rows=0.3)).astype(np.float32)
    clear, count = unlined(dark)
    assert count > 3
    assert faintest(clear) < 0.02


def test_what_is_drawn_across_lines_stays() -> None:
    printed = page(rows=0.2, columns=0.2)
    printed[40:160, 100:104] = 0.1
    printed[100:104, 60:150] = 0.1
    clear, count = unlined(printed)
    assert count > 3
    assert clear[40:160, 101:103].max() < 0.2
    assert clear[101:103, 60:150].max() < 0.2
    assert np.median(clear[106:118, 106:118]) == pytest.approx(PAPER, abs=0.02)


def test_paper_without_lines_is_left_alone() -> None:
    drawing = page()
    drawing[100:103, 40:140] = 0.2  # as level as a line, and half as long
    same, count = unlined(drawing)
    assert count == 0
    assert same is drawing


def test_dashes_from_edge_to_edge_are_drawn_not_printed() -> None:
    drawing = page()
    for left in range(0, WIDTH, 44):
        drawing[100:102, left : left + 22] = 0.3
    same, count = unlined(drawing)
    assert count == 0
    assert same is drawing
