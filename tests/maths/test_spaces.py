"""Which pictures are nearest and which excite a unit most, against plain sorting in float64."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from explorer.maths import shadows, spaces

CHANCE = np.random.default_rng(7)


def space(values: np.ndarray, *, maps: bool = False) -> spaces.Space:
    """The space of pictures whose outputs are known, asked for in parts as a network is."""
    known = torch.from_numpy(values.astype(np.float32))

    def outputs(places: Sequence[int]) -> torch.Tensor:
        assert len(places) <= max(spaces.PART, spaces.MOST)
        return known[list(places)]

    return spaces.measured(outputs, len(values), maps=maps)


def plainly(values: np.ndarray, point: np.ndarray, count: int) -> list[tuple[int, float]]:
    rows = values.reshape(len(values), -1).astype(np.float32).astype(np.float64)
    apart = np.sqrt(((rows - point.astype(np.float64)) ** 2).sum(axis=1))
    return [(int(place), apart[place]) for place in np.argsort(apart, kind="stable")[:count]]


@pytest.mark.parametrize("size", [3, spaces.DIRECT, 200, 1200])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("far", [0.0, 300.0])
def test_the_nearest_are_those_of_plain_sorting(
    monkeypatch: pytest.MonkeyPatch, size: int, whole: bool, far: float
) -> None:
    """Far from the origin, where products of large numbers leave small differences, too."""
    if not whole:
        monkeypatch.setattr(spaces, "WHOLE", 0)
    values = CHANCE.normal(far, 1, (230, size))
    point = CHANCE.normal(far, 1, size).astype(np.float32)
    of = space(values)
    assert of.values.dtype == (torch.float32 if whole else torch.float16)
    axes = 0 if whole else min(size, 230, shadows.AXES)
    cast = 8 * size * axes + 4 * len(values) * (axes + 1) if axes else 0
    assert of.size == (4 if whole else 2) * values.size + cast
    found, expected = spaces.nearest(of, point, 9), plainly(values, point, 9)
    assert [place for place, _ in found] == [place for place, _ in expected]
    np.testing.assert_allclose([each for _, each in found], [each for _, each in expected], 1e-12)


@pytest.mark.parametrize("far", [0.0, 300.0])
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_no_picture_is_nearer_than_its_shadow(far: float, spread: float) -> None:
    """Of few directions, which the axes hold, and of as many as there are numbers."""
    flat = far + CHANCE.normal(size=(300, 5)) @ CHANCE.normal(size=(5, 700))
    values = torch.from_numpy(flat + spread * CHANCE.normal(size=flat.shape)).float()
    cast = shadows.shadows(values[::3], len(values))
    cast.keep(0, values[:100])
    cast.keep(100, values[100:])
    for point in (values[7], values[:9].mean(0), torch.full((700,), far)):
        apart = (values.double() - point.double()).square().sum(1).sqrt().numpy()
        least = cast.least(point.numpy())
        assert (least <= apart).all()
        assert spread or (least >= 0.9 * apart - 0.01 * (far + 1) * 700**0.5).all()


def test_most_pictures_are_left_out_by_their_shadows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "WHOLE", 0)
    values = CHANCE.normal(size=(900, 5)) @ CHANCE.normal(size=(5, 700))
    of, point = space(values), values[:2].mean(axis=0).astype(np.float32)
    low, high, places = spaces._bounds(of, point, 9)
    assert len(low) == len(high) == len(places) < 90
    found, expected = spaces.nearest(of, point, 9), plainly(values, point, 9)
    assert [place for place, _ in found] == [place for place, _ in expected]


def test_what_float16_cannot_tell_apart_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """2048 + 0 … 0.9 are one number in float16; the last of them is the nearest."""
    monkeypatch.setattr(spaces, "WHOLE", 0)
    values = np.zeros((20, 100))
    values[:, 0] = 2048 + np.arange(20) / 22
    point = np.zeros(100, dtype=np.float32)
    point[0] = 2049
    of = space(values)
    assert len(np.unique(of.values[:, 0].numpy())) < 20
    found = spaces.nearest(of, point, 3)
    assert [place for place, _ in found] == [19, 18, 17]
    assert found[0][1] == pytest.approx(1 - 19 / 22, abs=1e-3)


def test_a_picture_is_nearest_to_itself_and_equals_come_in_order() -> None:
    values = np.repeat(CHANCE.normal(size=(4, 90)), 3, axis=0)
    found = spaces.nearest(space(values), values[4].astype(np.float32), 4)
    assert found[:3] == [(3, 0.0), (4, 0.0), (5, 0.0)]
    assert found[3][1] > 0
    assert len(spaces.nearest(space(values[:2]), values[0].astype(np.float32), 9)) == 2


def test_what_rounding_has_moved_away_is_still_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """2049.05 is 2050 in float16, which is farther than 2048; the truth is not."""
    monkeypatch.setattr(spaces, "WHOLE", 0)
    values, point = np.zeros((2, 3)), np.zeros(3, dtype=np.float32)
    values[:, 0], point[0] = (2049.05, 2048), 2048.95
    ((place, apart),) = spaces.nearest(space(values), point, 1)
    assert place == 0
    assert apart == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("whole", [True, False])
def test_more_that_could_be_nearest_than_are_measured(
    monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    if not whole:  # what is measured is computed anew then, and no more at once than `MOST`
        monkeypatch.setattr(spaces, "WHOLE", 0)
    values = np.zeros((spaces.MOST + 50, 200))
    found = spaces.nearest(space(values), np.zeros(200, dtype=np.float32), 9)
    assert found == [(place, 0.0) for place in range(9)]


def test_the_strongest_are_the_largest_values_of_a_unit() -> None:
    values = np.round(CHANCE.normal(size=(50, 6)), 1)  # with equal ones among them
    found = spaces.strongest(space(values), 2, 9)
    expected = sorted(range(50), key=lambda place: (-values[place, 2], place))[:9]
    assert [place for place, _ in found] == expected
    assert [value for _, value in found] == pytest.approx(values[expected, 2].tolist(), rel=1e-6)
    assert spaces.strongest(space(np.ones((50, 6))), 2, 9) == []


@pytest.mark.parametrize("whole", [True, False])
def test_of_a_map_it_is_its_largest_value(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    if not whole:
        monkeypatch.setattr(spaces, "WHOLE", 0)
    values = CHANCE.normal(size=(150, 3, 4, 5))
    unit = 20 + 7  # of the second map
    found = spaces.strongest(space(values, maps=True), unit, 9)
    peaks = values.astype(np.float32)[:, 1].max(axis=(1, 2))
    expected = np.argsort(-peaks, kind="stable")[:9]
    assert found == [(int(place), float(peaks[place])) for place in expected]
