"""Numbers before pixels: where a value stands, where a scale ends, what a histogram counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.figures import arrays


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (512, (16, 32)),
        (784, (28, 28)),
        (20, (2, 10)),
        (10, (2, 5)),
        (25, (5, 5)),
        (16, (2, 8)),
        (1, (1, 1)),
        (7, (1, 7)),
    ],
)
def test_units_are_arranged_as_designed(count: int, expected: tuple[int, int]) -> None:
    assert arrays.arrangement(count) == expected


@given(st.integers(1, 6000))
@settings(deadline=None)
def test_every_value_has_a_cell_whatever_their_number(count: int) -> None:
    values = np.arange(count, dtype=np.float32) - 3
    grid, indices = arrays.cells(values)
    assert grid.shape == indices.shape == arrays.arrangement(count)
    assert np.array_equal(grid.reshape(-1), values)
    assert np.array_equal(indices.reshape(-1), np.arange(count))
    assert grid.shape[0] <= grid.shape[1]


@given(st.integers(1, 20), st.integers(1, 7), st.integers(1, 7))
@settings(deadline=None)
def test_a_mosaic_keeps_every_cell_and_has_nothing_but_gaps_between(
    count: int, height: int, width: int
) -> None:
    maps = np.arange(count * height * width, dtype=np.float32).reshape(count, height, width)
    rows, columns = arrays.arrangement(count)
    shown, index = arrays.mosaic(maps)
    assert shown.shape == index.shape == (rows * (height + 1) - 1, columns * (width + 1) - 1)
    gutter = np.zeros(shown.shape, dtype=bool)
    gutter[height :: height + 1], gutter[:, width :: width + 1] = True, True
    assert np.array_equal(np.isnan(shown), gutter)
    assert np.array_equal(index == -1, gutter)
    assert sorted(index[~gutter].tolist()) == list(range(maps.size))
    assert np.array_equal(shown[~gutter], maps.reshape(-1)[index[~gutter]])
    for number in range(count):
        row, column = divmod(number, columns)
        top, left = row * (height + 1), column * (width + 1)
        assert np.array_equal(shown[top : top + height, left : left + width], maps[number])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0], 1),
        ([], 1),
        ([1.0, -2.5], 3),
        ([-1.2], 1.5),
        ([0.07], 0.08),
        ([0.051], 0.06),
        ([8.1], 10),
        ([350.0], 400),
        ([9.5], 10),
        ([42.0], 50),
        ([1.0], 1),
    ],
)
def test_a_legend_ends_at_a_round_number(values: list[float], expected: float) -> None:
    assert arrays.limit(np.array(values, dtype=np.float32)) == pytest.approx(expected)


@given(
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1),
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32)),
)
@settings(deadline=None)
def test_a_legend_holds_every_value_and_is_not_much_longer(
    one: list[float], two: list[float]
) -> None:
    end = arrays.limit(np.array(one, dtype=np.float32), np.array(two, dtype=np.float32))
    most = max(abs(value) for value in (*one, *two))
    assert end >= most
    assert end <= 1.5001 * most or most == 0
    shown = f"{end:.6e}".split("e")[0]
    assert float(shown) in arrays.STEPS


def test_a_legend_takes_no_notice_of_what_is_not_a_number() -> None:
    assert arrays.limit(np.array([np.nan, np.inf, -2.0], dtype=np.float32)) == 2


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1))
@settings(deadline=None)
def test_a_ranking_goes_from_large_to_small_and_knows_whose(given: list[float]) -> None:
    values = np.array(given, dtype=np.float32)
    ordered, units = arrays.ranked(values)
    assert np.array_equal(ordered, values[units])
    assert sorted(units.tolist()) == list(range(values.size))
    pairs = list(zip(ordered.tolist(), units.tolist(), strict=True))
    assert pairs == sorted(pairs, key=lambda pair: (-pair[0], pair[1]))


@given(st.lists(st.floats(-5, 5, width=32), max_size=300))
@settings(deadline=None)
def test_a_histogram_counts_everything_once(given: list[float]) -> None:
    middles, counts = arrays.counted(np.array(given, dtype=np.float32), -5.0, 5.0)
    assert len(middles) == len(counts) == arrays.BINS
    assert counts.sum() == len(given)
    assert np.allclose(middles, np.arange(-4.875, 5, 0.25))
    for middle, count in zip(middles, counts, strict=True):
        inside = [
            v for v in given if middle - 0.125 <= v < middle + 0.125 or (v == 5 and middle > 4.8)
        ]
        assert count == len(inside)
