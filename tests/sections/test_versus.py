"""The other side of a comparison, in numbers and in the figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.scene import look
from explorer.sections import versus
from explorer.viewing import view
from tests.sections.scenes import HIDDEN, PIXELS, edit, scene


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
        fills = [trace["meta"]["fill"] for trace in seen.figure["data"]]
        if step in {"linear_relu_stack.4", "softmax"}:
            assert fills == ["bars", "bars"]
            assert [trace["name"] for trace in seen.figure["data"]] == ["epoch 90", "untrained"]
            continue
        side = ["on", "off", "hatch"] if seen.steps[3].id == step else ["grid"]
        assert fills == [*side, *side, "grid"]
        titles = [seen.figure["layout"][f"xaxis{n}"]["title"]["text"] for n in ("", "2", "3")]
        assert titles == ["epoch 90", "untrained", "difference"]
        (bar,) = (
            axis["colorbar"]
            for axis in seen.figure["layout"].values()
            if isinstance(axis, dict) and "−" in str(axis.get("colorbar"))
        )
        assert bar["title"]["text"] == "untrained − epoch 90"


def test_both_sides_share_the_scale_of_each_step() -> None:
    asked = {"images": PIXELS, "versus": {"image": 1}}
    one, two = (look(read({"images": PIXELS, "focus": focus})).steps for focus in (0, 1))
    seen = view(read({**asked, "step": HIDDEN}))
    assert seen.figure is not None
    ends = {step.id: step.limit for step in seen.steps}
    for first, second in zip(one, two, strict=True):
        assert ends[first.id] == max(first.limit, second.limit)
    assert seen.figure["layout"]["coloraxis"]["cmax"] == ends[HIDDEN]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"image": 2}, ("image 1", "image 2")),
        ({"edits": []}, ("now", "before the edits")),
        ({"edits": [edit("off", [3])]}, ("now", "with other edits")),
        ({"checkpoint": "epoch-001", "image": 0}, ("image 1 · epoch 90", "image 0 · epoch 1")),
        ({}, ("now", "now")),
    ],
)
def test_sides_are_called_by_what_they_differ_in(
    asked: dict[str, Any], expected: tuple[str, str]
) -> None:
    one = scene(focus=1, versus=asked)
    other = versus.opposite(one)
    assert other is not None
    assert versus.names(one, other) == expected


def test_b_is_as_a_except_for_what_the_query_says_of_it() -> None:
    edits = [edit("off", list(range(200)))]
    cases: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"checkpoint": zoo.UNTRAINED}, {"checkpoint": zoo.UNTRAINED, "focus": 2, "edits": edits}),
        ({"image": 1}, {"focus": 1, "edits": edits}),
        ({"edits": []}, {"focus": 2}),
    )
    for asked, expected in cases:
        a = scene(focus=2, edits=edits, versus=asked)
        told, _ = versus.section(a)
        assert told is not None
        b = scene(**expected)
        place = expected["focus"]
        for step in b.steps:
            np.testing.assert_array_equal(told["tensors"][step.id], b.values[step.id][place])
            apart = b.values[step.id][place].astype(float) - a.values[step.id][2]
            assert told["apart"][step.id]["largest"] == np.abs(apart).max()
            assert told["apart"][step.id]["changed"] == np.count_nonzero(apart)
        np.testing.assert_array_equal(told["probabilities"], b.prediction.probabilities[place])
        assert told["winner"] == b.prediction.classes[place]
