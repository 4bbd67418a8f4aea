"""Every unit proves its value, and is caught where it is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer.incoming.queries import read
from explorer.kinds import linear
from explorer.maths import arithmetic
from explorer.network.scene import Scene
from explorer.records import Trace
from explorer.sections import paths
from explorer.sections import unit as explained
from explorer.viewing import view
from tests import course
from tests.sections.scenes import HIDDEN, PIXELS, edit, failed, pinned, scene

STEPS = tuple(step for step in course.STEPS if step != "linear_relu_stack.3")  # as the other ReLU


def broken(of: Scene, step: str, shift: float = 0.5) -> Scene:
    """Shift every value that a step put out, as if the capture had gone wrong there."""
    values = {
        name: array + np.float32(shift) if name == step else array
        for name, array in of.values.items()
    }
    calls = tuple(replace(call, output=values[call.step]) for call in of.trace.calls)
    trace = Trace(values["input"], calls, calls[-1].output, calls[-1].output)
    return replace(of, values=values, trace=trace)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("unit", [0, 3, 9])
def test_a_unit_of_every_step_proves_its_value(step: str, unit: int) -> None:
    told, checks = explained.section(pinned(step, unit))
    assert told is not None
    assert (told["step"], told["unit"]) == (step, unit)
    assert checks
    assert failed(checks) == set()


@pytest.mark.parametrize("step", STEPS)
def test_a_unit_whose_value_is_wrong_fails_its_check(step: str) -> None:
    _, checks = explained.section(broken(pinned(step, 3), step))
    assert failed(checks)


def test_terms_rest_and_bias_are_the_sum_as_a_loop_adds_it() -> None:
    of = pinned("linear_relu_stack.0", 37, options={"terms": 4})
    told, _ = explained.section(of)
    assert told is not None
    layer: Any = of.model.get_submodule("linear_relu_stack.0")
    expected = float(
        layer.bias[37].double()
        + sum(
            w * x
            for w, x in zip(
                layer.weight[37].double(), torch.tensor(of.before[0]).double(), strict=True
            )
        )
    )
    listed = sum(term["product"] for term in (*told["positive"], *told["negative"]))
    assert listed + told["rest"] + told["bias"] == pytest.approx(expected, abs=1e-9)
    assert len(told["positive"]) == len(told["negative"]) == 4
    assert told["rest_count"] == 784 - 8
    assert told["source"] == "flatten"


def test_a_view_carries_the_checks_of_its_sections() -> None:
    seen = view(read({"step": "softmax", "unit": 1, "show": ["unit", "softmax", "linear"]}))
    assert {check.key for check in seen.checks} == {
        "forward",
        "sum",
        "fraction",
        "parts",
        "torch",
        "linear",
    }


def test_without_a_unit_there_is_nothing_to_explain() -> None:
    assert explained.section(pinned("input")) == (None, ())
    assert paths.section(pinned("input")) == (None, ())


def test_an_edited_unit_says_what_it_would_have_been() -> None:
    seen = view(
        read(
            {
                "images": PIXELS,
                "step": HIDDEN,
                "unit": 3,
                "edits": [edit("clamp", [3], 4.0)],
                "show": ["unit"],
            }
        )
    )
    told = seen.sections["unit"]
    assert told["edited"]
    assert told["value"] == 4.0
    assert told["natural"] == pytest.approx(float(scene().values[HIDDEN][0, 3]))


def test_numbers_of_the_focused_image_and_of_the_unit_asked_for() -> None:
    of = scene(step="linear_relu_stack.0", focus=2, unit=37)
    told, _ = explained.section(of)
    assert told is not None
    layer: Any = of.model.get_submodule("linear_relu_stack.0")
    given = of.values["flatten"][2]
    assert told["value"] == float(of.values["linear_relu_stack.0"][2, 37])
    assert told["bias"] == float(layer.bias[37])
    for sign, side in ((1, "positive"), (-1, "negative")):
        for term in told[side]:
            assert term["weight"] == float(layer.weight[37, term["index"]])
            assert term["input"] == float(given[term["index"]])
            assert sign * term["product"] > 0
    np.testing.assert_array_equal(told["pictures"]["weights"], layer.weight[37].numpy())
    np.testing.assert_array_equal(told["pictures"]["inputs"], given)


def test_a_pixel_has_its_row_column_and_grey() -> None:
    of = scene(focus=1)
    for unit in (0, 27, 28, 405):
        told, _ = explained.section(scene(step="input", focus=1, unit=unit))
        assert told is not None
        assert (told["row"], told["column"]) == (unit // 28, unit % 28)
        assert told["grey"] == of.query.images[1][unit]
        flat, _ = explained.section(scene(step="flatten", focus=1, unit=unit))
        assert flat is not None
        assert (flat["row"], flat["column"], flat["source"]) == (unit // 28, unit % 28, "input")


def test_a_wrong_term_fails_the_check_of_the_sum() -> None:
    of = pinned("linear_relu_stack.0", 3)

    def wrong(total: Any, count: int) -> Any:
        shown = arithmetic.terms(total, count)
        return replace(shown, rest=shown.rest + 0.01)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "terms", wrong)
        assert failed(explained.section(of)[1]) == {"terms"}


def test_an_edit_earlier_on_leaves_no_mark_on_what_a_later_unit_would_have_been() -> None:
    edits = [edit("scale", [], 3.0), edit("clamp", [7], 1.0, step="linear_relu_stack.3")]
    told, _ = explained.section(scene(step="linear_relu_stack.3", unit=7, edits=edits))
    assert told is not None
    assert told["natural"] == float(scene().values["linear_relu_stack.3"][0, 7])
    drawn, _ = explained.section(
        scene(step="input", unit=0, edits=[edit("clamp", [0], 0.5, step="input")])
    )
    assert drawn is not None
    assert (drawn["value"], drawn["natural"]) == (0.5, float(scene().values["input"][0, 0, 0]))
