"""The shortest steps in a box: by hand, and against every other step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.maths.nearest import nearest, within


def test_steps_worked_out_by_hand() -> None:
    low, high = np.array([-1.0, -1.0]), np.array([1.0, 1.0])
    slopes = np.array([[3.0, 4.0], [3.0, 4.0], [3.0, 4.0], [0.0, 2.0], [3.0, 4.0]])
    needs = np.array([5.0, 6.25 + 1e-12, 9.0, -1.0, 5.5])
    step = nearest(slopes, needs, low, high)
    assert step[0] == pytest.approx([0.6, 0.8])  # along the slope: need / ‖slope‖²
    assert step[1] == pytest.approx([0.75, 1.0])  # the second coordinate has just stopped
    assert step[2].tolist() == [1.0, 1.0]  # the whole box gains 7, less than 9: its best corner
    assert step[3].tolist() == [0.0, 0.0]  # needed nothing
    only = nearest(slopes[:1], needs[:1], np.zeros(2), np.array([1.0, 0.5]))
    assert only[0] == pytest.approx([1.0, 0.5])  # 3·1 + 4·0.5 = 5
    down = nearest(slopes[:1], needs[:1], low, np.zeros(2))
    assert down[0].tolist() == [0.0, 0.0]  # nothing that may be done gains anything


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_no_other_step_in_the_box_is_shorter(seed: int) -> None:
    chance = np.random.default_rng(seed)
    slopes = chance.normal(size=(3, 6))
    low, high = -chance.random(6), chance.random(6)
    most = np.where(slopes > 0, high, low)
    needs = (slopes * most).sum(axis=1) * chance.uniform(0.1, 0.9, 3)
    steps = nearest(slopes, needs, low, high)
    assert (steps >= low).all()
    assert (steps <= high).all()
    np.testing.assert_allclose((slopes * steps).sum(axis=1), needs)
    tried = chance.uniform(low, high, (4000, 6))
    for slope, need, step in zip(slopes, needs, steps, strict=True):
        reaching = tried[tried @ slope >= need]
        assert (np.linalg.norm(reaching, axis=1) >= np.linalg.norm(step) - 1e-9).all()
        alone = within(slope[None], np.array([need]), low, high)
        np.testing.assert_allclose(alone, step, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_several_planes_are_reached_at_once_by_the_shortest_step(seed: int) -> None:
    chance = np.random.default_rng(seed)
    slopes, inside = chance.normal(size=(3, 6)), chance.uniform(-0.8, 0.8, 6)
    low, high = -np.ones(6), np.ones(6)
    needs = slopes @ inside  # there is a step in the box: this one
    step = within(slopes, needs, low, high)
    assert (step >= low).all()
    assert (step <= high).all()
    assert (slopes @ step >= needs - 1e-4).all()
    tried = inside + chance.normal(size=(4000, 6)) * chance.random((4000, 1))
    reaching = tried[((tried @ slopes.T >= needs) & True).all(axis=1)].clip(-9, 9)
    reaching = np.vstack([inside, reaching[(np.abs(reaching) <= 1).all(axis=1)]])
    assert (np.linalg.norm(reaching, axis=1) >= np.linalg.norm(step) - 1e-4).all()
