"""The list of faults that are planted on purpose: as the code is now, or it proves nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.mutations import faults

FAULTS = faults.listed()
ADVICE = (
    "These planted faults no longer fit the code. In the list that is named, write the text as it"
    " stands in the code now, and what makes it wrong; where there is no such thing any more, take"
    " the fault out. `python -m tests.mutations WORDS` plants those whose names hold the words:"
)


def test_every_fault_can_be_planted() -> None:
    found = [(fault, faults.outdated(fault)) for fault in FAULTS]
    lines = [f"{fault.of}: “{fault.name}”: {reason}" for fault, reason in found if reason]
    if lines:
        pytest.fail("\n  ".join([ADVICE, *lines]), pytrace=False)


def test_a_name_chooses_one_fault() -> None:
    assert [
        name for name, count in Counter(each.name for each in FAULTS).items() if count > 1
    ] == []


def test_what_does_not_fit_is_said() -> None:
    fault = faults.Fault(
        "explorer/figures/bars.py",
        "bars of nothing",
        "def row(selected: int | None)",
        "def row(selected: int)",
        ("tests/figures", "tests/test_faults.py::test_a_name_chooses_one_fault"),
    )
    assert faults.outdated(fault) == ""
    assert faults.outdated(replace(fault, new=fault.old)) == "it changes nothing"
    unread = faults.outdated(replace(fault, new="def row("))
    assert unread == "it is no Python any more, which every test notices"
    moved = faults.outdated(replace(fault, file="explorer/figures/parts.py"))
    assert moved == "its text is there 0 times, expected once; it is in explorer/figures/bars.py"
    assert faults.outdated(replace(fault, old="selected")).endswith(" times, expected once")
    for gone in ("tests/nowhere.py", "tests/test_faults.py::test_a_name", "tests/nowhere.py::test"):
        assert faults.outdated(replace(fault, tests=(gone,))) == f"there is no {gone}"
