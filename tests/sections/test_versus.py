"""The other side of a comparison, in numbers and in the figure."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.sections import versus
from explorer.viewing import view
from tests.sections.scenes import HIDDEN, PIXELS, scene


def test_the_other_side_is_what_the_query_says() -> None:
    told, _ = versus.section(scene(versus={"image": 1}))
    assert told is not None
    one = scene()
    np.testing.assert_allclose(told["probabilities"], one.prediction.probabilities[1])
    difference = one.values[HIDDEN][1].astype(float) - one.values[HIDDEN][0]
    assert told["apart"][HIDDEN]["largest"] == pytest.approx(np.abs(difference).max())
    switched = np.flatnonzero((one.values[HIDDEN][1] > 0) != (one.values[HIDDEN][0] > 0))
    assert told["apart"][HIDDEN]["switched"] == switched.tolist()
    assert versus.section(one) == (None, ())


def test_a_comparison_draws_both_sides_and_their_difference() -> None:
    for step in ("input", "flatten", HIDDEN, "linear_relu_stack.4", "softmax"):
        seen = view(read({"images": PIXELS, "step": step, "versus": {"checkpoint": zoo.UNTRAINED}}))
        assert seen.figure is not None
        assert len(seen.figure["data"]) == (2 if step in {"linear_relu_stack.4", "softmax"} else 3)
