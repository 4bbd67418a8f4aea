"""No identity on the page forgives a digit that people read."""

from __future__ import annotations

import pytest

from explorer.incoming.queries import read
from explorer.records import Check
from explorer.viewing import view
from tests.sections.scenes import HIDDEN, PIXELS, edit

# The most that each may forgive, whatever the picture: sums of a few hundred float32 products keep
# four digits behind the point, single operations all of theirs.
FORGIVEN = {
    "forward": 0.0,
    "same": 0.0,
    "relu": 0.0,
    "pixel": 1e-6,
    "sum": 1e-6,
    "fraction": 1e-6,
    "torch": 1e-6,
    "gradient": 1e-9,
    "parts": 1e-9,
    "share": 1e-6,
    "slope": 1e-6,
    "step": 1e-6,
    "loss": 2e-5,
    "gradient32": 3e-5,
    "slopes": 1e-3,
    "edits": 2e-4,
    "terms": 1e-3,
    "tail": 1e-3,
    "linear": 2e-3,
}
STEPS = ("input", "flatten", "linear_relu_stack.0", HIDDEN, "linear_relu_stack.4", "softmax")


def checks(step: str, edited: bool) -> tuple[Check, ...]:
    edits = [edit("off", [5, 6])] if edited else []
    show = ["unit", "softmax", "linear", "deciding", "gradient", "lesson"]
    asked = {"images": PIXELS, "step": step, "unit": 3, "show": show, "edits": edits}
    return view(read({**asked, "taught": {"label": 7, "steps": 1}})).checks


@pytest.mark.parametrize("edited", [False, True])
def test_no_check_forgives_a_digit_that_is_read(edited: bool) -> None:
    found = [check for step in STEPS for check in checks(step, edited)]
    assert {check.key for check in found} == FORGIVEN.keys() - (set() if edited else {"edits"})
    for check in found:
        assert check.passed, check
        assert check.tolerance <= FORGIVEN[check.key], check


@pytest.mark.parametrize("step", ["input", "linear_relu_stack.0", HIDDEN, "linear_relu_stack.2"])
def test_what_follows_the_last_of_several_edits_is_run_again(step: str) -> None:
    first = edit("scale", [300, 301], 0.5, step="input")
    last = edit("clamp", [5], 2.0, step=step)
    for edits in ([first, last], [last, first]):
        seen = view(read({"images": PIXELS, "edits": edits, "show": []}))
        assert {check.key: check.passed for check in seen.checks} == {
            "forward": True,
            "sum": True,
            "edits": True,
        }
