"""However long a run is, its curves are short, and true."""

from __future__ import annotations

import pytest

from explorer.learning.curves import MOST, SMOOTH, Means, Points, Smooth


@pytest.mark.parametrize("count", [0, 1, 2 * MOST - 1, 2 * MOST, 5000])
def test_means_cover_all_batches_in_few_numbers(count: int) -> None:
    means = Means()
    for value in range(count):
        means.add(float(value))
    found = means.listing()
    width = found["width"]
    assert len(found["means"]) <= 2 * MOST
    assert count < width * (2 * MOST + 1)
    assert len(found["means"]) == count // width
    for place, mean in enumerate(found["means"]):
        assert mean == pytest.approx(place * width + (width - 1) / 2, rel=1e-4)


@pytest.mark.parametrize("most", [MOST, 40])
def test_points_keep_the_first_and_the_newest(most: int) -> None:
    points = Points(most)
    for batch in range(0, 100_000, 100):
        points.add(batch, batch / 7)
        found = points.listing()
        assert found[0] == (0, 0.0)
        assert found[-1][0] == batch
        assert len(found) <= 2 * most
        assert [each[0] for each in found] == sorted({each[0] for each in found})


def test_the_moving_average_begins_where_the_values_do() -> None:
    smooth = Smooth()
    assert smooth.add(3.0) == pytest.approx(3.0)
    assert smooth.add(3.0) == pytest.approx(3.0)
    weights = [1 * SMOOTH**2, SMOOTH, 1]
    wanted = sum(w * v for w, v in zip(weights, (3, 3, 9), strict=True)) / sum(weights)
    assert smooth.add(9.0) == pytest.approx(wanted)
