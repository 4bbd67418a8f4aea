"""Every unit proves its value, and is caught where it is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer.incoming.queries import read
from explorer.network.scene import Scene
from explorer.records import Trace
from explorer.sections import paths
from explorer.sections import unit as explained
from explorer.viewing import view
from tests.sections.scenes import HIDDEN, PIXELS, edit, failed, pinned, scene

STEPS = (
    "input",
    "flatten",
    "linear_relu_stack.0",
    "linear_relu_stack.1",
    "linear_relu_stack.2",
    "linear_relu_stack.4",
    "softmax",
)


def broken(of: Scene, step: str, shift: float = 0.5) -> Scene:
    """Shift every value that a step put out, as if the capture had gone wrong there."""
    values = {
        name: array + np.float32(shift) if name == step else array
        for name, array in of.values.items()
    }
    calls = tuple(replace(call, output=values[call.step]) for call in of.trace.calls)
    trace = Trace(values["input"], calls, calls[-1].output)
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
