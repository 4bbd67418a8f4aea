"""Every section adds up, and every identity was seen to fail when something is broken on purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import InvalidQuery
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.network.scene import Scene, look
from explorer.records import Call, Check, Trace
from explorer.sections import explaining
from explorer.viewing import view

STEPS = (
    "input",
    "flatten",
    "linear_relu_stack.0",
    "linear_relu_stack.1",
    "linear_relu_stack.2",
    "linear_relu_stack.4",
    "softmax",
)


def scene(step: str, unit: int | None = None, **more: Any) -> Scene:
    return look(
        read({"images": [samples.listing()[0]["pixels"]], "step": step, "unit": unit, **more})
    )


def broken(of: Scene, step: str, shift: float = 0.5) -> Scene:
    """Shift every value that a step put out, as if the capture had gone wrong there."""
    values = {
        name: array + np.float32(shift) if name == step else array
        for name, array in of.values.items()
    }
    calls = tuple(replaced(call, values[call.step]) for call in of.trace.calls)
    trace = Trace(values["input"], calls, calls[-1].output)
    return replace(of, values=values, trace=trace)


def replaced(call: Call, output: Any) -> Call:
    return replace(call, output=output)


def failed(checks: tuple[Check, ...]) -> set[str]:
    return {check.key for check in checks if not check.passed}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("unit", [0, 3, 9])
def test_a_unit_of_every_step_proves_its_value(step: str, unit: int) -> None:
    told, checks = explaining.unit(scene(step, unit))
    assert told is not None
    assert (told["step"], told["unit"]) == (step, unit)
    assert checks
    assert failed(checks) == set()


@pytest.mark.parametrize("step", STEPS)
def test_a_unit_whose_value_is_wrong_fails_its_check(step: str) -> None:
    _, checks = explaining.unit(broken(scene(step, 3), step))
    assert failed(checks)


def test_terms_rest_and_bias_are_the_sum_as_a_loop_adds_it() -> None:
    of = scene("linear_relu_stack.0", 37, options={"terms": 4})
    told, _ = explaining.unit(of)
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


def test_softmax_parts_sum_to_one_and_equal_torch() -> None:
    told, checks = explaining.softmax(scene("softmax"))
    assert told is not None
    assert sum(told["probabilities"]) == pytest.approx(1, abs=1e-12)
    assert {check.key for check in checks} == {"parts", "torch"}
    assert failed(checks) == set()


def test_softmax_that_is_not_the_one_shown_fails_its_check() -> None:
    of = scene("softmax")
    wrong = replace(of.prediction, probabilities=of.prediction.probabilities[:, ::-1].copy())
    assert failed(explaining.softmax(replace(of, prediction=wrong))[1]) == {"torch"}


def test_temperature_flattens_and_is_bounded() -> None:
    cold, _ = explaining.softmax(scene("softmax", options={"temperature": 0.5}))
    warm, _ = explaining.softmax(scene("softmax", options={"temperature": 5}))
    assert cold is not None
    assert warm is not None
    assert max(cold["probabilities"]) > max(warm["probabilities"])
    for wrong in (0, -1, 1000, "hot"):
        with pytest.raises(InvalidQuery):
            explaining.softmax(scene("softmax", options={"temperature": wrong}))


def test_the_linear_view_proves_itself_and_fails_when_a_weight_changes() -> None:
    of = scene("input")
    told, checks = explaining.linear(of)
    assert told is not None
    assert told["exact"]
    assert failed(checks) == set()
    assert [kink["step"] for kink in told["boundaries"]] == [
        "linear_relu_stack.1",
        "linear_relu_stack.3",
    ]


def test_a_linear_view_that_does_not_fit_its_logits_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from explorer.maths import linearity

    right = linearity.linear_view

    def wrong(*given: Any, **named: Any) -> linearity.LinearView:
        seen = right(*given, **named)
        return replace(seen, bias=seen.bias + np.float32(0.01), remainder=seen.remainder - 0.01)

    monkeypatch.setattr(linearity, "linear_view", wrong)
    assert failed(explaining.linear(scene("input"))[1]) == {"linear"}


def test_paths_account_for_every_product() -> None:
    told, _ = explaining.paths(scene("linear_relu_stack.4", 9, options={"edges": 7}))
    assert told is not None
    for left in told["left"]:
        drawn = sum(
            edge["value"]
            for edge in told["edges"]
            if edge["to"] == left["step"] and edge["target"] == left["unit"]
        )
        assert drawn + left["positive"] + left["negative"] + left["bias"] == pytest.approx(
            left["total"], abs=1e-9
        )
    first = [edge for edge in told["edges"] if edge["to"] == "linear_relu_stack.4"]
    assert len(first) == 7
    assert {edge["from"] for edge in told["edges"]} >= {"input", "flatten", "linear_relu_stack.1"}


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
    assert explaining.unit(scene("input")) == (None, ())
    assert explaining.paths(scene("input")) == (None, ())
