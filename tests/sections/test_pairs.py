"""Two features that are right alone are right together: every section × every place of an edit × …"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest

from explorer.incoming import samples
from explorer.sections import SECTIONS
from explorer.ui import handlers

PIXELS = [each["pixels"] for each in samples.listing()[:3]]
# Of each network steps to look at, and places of edits.
NETWORKS = {
    "fashion-mlp": (
        ("flatten", "linear_relu_stack.0", "linear_relu_stack.1", "linear_relu_stack.2", "softmax"),
        ("input", "linear_relu_stack.0", "linear_relu_stack.1", "linear_relu_stack.3"),
    ),
    "fashion-cnn": (
        ("features.0", "features.2", "features.3", "flatten", "classifier.2"),
        ("input", "features.0", "features.4", "classifier.0"),
    ),
}
PLACES = NETWORKS["fashion-mlp"][1]
ACTIONS: dict[str, dict[str, Any]] = {
    "off": {"units": []},
    "clamp": {"units": [3, 5], "value": 4.5},
    "scale": {"units": [], "value": -2.0},
    "patch": {"units": [1, 7], "source": {"image": 0, "checkpoint": "untrained"}},
}
AROUND: dict[str, dict[str, Any]] = {
    "alone": {"images": PIXELS[:1]},
    "batch": {"images": PIXELS, "focus": 2},
    "compared": {"images": PIXELS, "versus": {"image": 1, "edits": []}},
    "other weights": {"images": PIXELS[:1], "versus": {"checkpoint": "untrained"}},
    "perturbed": {
        **{"images": PIXELS[:2], "focus": 1, "options": {"rotate": 12, "noise": 0.1}},
        "versus": {"image": 0},
    },
}


def finite(data: Any) -> bool:
    """Whether every number within data is one; None stands for none."""
    if isinstance(data, dict):
        return all(finite(each) for each in data.values())
    if isinstance(data, list | tuple):
        return all(finite(each) for each in data)
    return not isinstance(data, float) or math.isfinite(data)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    ("network", "around"),
    [*(("fashion-mlp", each) for each in AROUND), ("fashion-cnn", "perturbed")],
)
def test_every_identity_holds_whatever_is_combined(network: str, section: str, around: str) -> None:
    """Every two of step, place and action meet; all three where units are searched for."""
    steps, places = NETWORKS[network]
    for (turn, step), place in product(enumerate(steps), places):
        first = turn + places.index(place)
        for each in range(4 if section == "deciding" else 1):
            action = list(ACTIONS)[(first + each) % 4]
            query = {
                **AROUND[around],
                **{"model": network, "step": step, "unit": 2, "show": [section]},
                "edits": [{"step": place, "action": action, **ACTIONS[action]}],
            }
            reply = handlers.view(query)
            assert "error" not in reply, reply
            assert [check for check in reply["checks"] if not check["passed"]] == [], query
            assert finite(reply["prediction"])
            assert finite(reply["checks"])


def test_units_that_decide_are_those_of_the_edited_network() -> None:
    """Behind a whole layer that is off nothing can decide any more."""
    edits = [{"step": "linear_relu_stack.3", "action": "off"}]
    query = {"images": PIXELS[:1], "step": "linear_relu_stack.0", "edits": edits}
    found = handlers.view({**query, "show": ["deciding"]})["sections"]["deciding"]
    assert found["flips"] == []
    assert all(row["change"] == 0 for row in found["rows"])


@pytest.mark.parametrize("count", [3, 7, 8, 64])
@pytest.mark.parametrize("value", [1e6, -1e6])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_number_is_never_an_answer(place: str, value: float, count: int) -> None:
    edits = [{"step": place, "units": [], "action": "scale", "value": value}] * count
    for section in ("figure", *SECTIONS):
        reply = handlers.view(
            {"images": PIXELS[:1], "step": "linear_relu_stack.2", "unit": 3, "edits": edits}
            | {"show": [section]}
        )
        assert reply["error"]["key"] == "values.beyond"
        assert place in reply["error"]["message"]


def test_large_values_that_are_numbers_are_shown() -> None:
    edits = [{"step": "linear_relu_stack.0", "units": [], "action": "scale", "value": 1e6}] * 2
    for section in ("figure", *SECTIONS):
        reply = handlers.view(
            {"images": PIXELS[:1], "step": "linear_relu_stack.2", "edits": edits}
            | {"show": [section]}
        )
        assert "error" not in reply
        assert finite(reply["prediction"])
        assert finite(reply["checks"])


def test_a_section_asked_for_twelve_times_is_computed_once() -> None:
    once = handlers.view({"images": PIXELS[:1], "step": "flatten", "show": ["unit"]})
    assert handlers.view({"images": PIXELS[:1], "step": "flatten", "show": ["unit"] * 12}) == once
