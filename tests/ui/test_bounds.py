"""A page takes from a link what the server answers, and nothing that it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer import viewing
from explorer.errors import InvalidQuery
from explorer.incoming import plain, queries
from explorer.maths import perturbations
from explorer.ui import layout
from explorer.ui.bounds import bounds
from tests import node
from tests.ui.test_home import data

LAYER = "linear_relu_stack.0"
STEP = 1e-3  # from a bound to what is beyond it
NUMBERS: dict[str, Any] = bounds()["numbers"]
WHOLE = {"edges", "terms", "goal"}
SECTIONS = {"temperature": "softmax", "edges": "paths", "terms": "unit", "goal": "mind"}


def edit(**changed: object) -> dict[str, object]:
    return {"step": LAYER, "action": "off", **changed}


def listed() -> list[dict[str, Any]]:
    """Return headers at the bounds of lists and numbers, and just beyond them."""
    return [
        header
        for more in (0, 1)
        for header in (
            {"model": "x" * (plain.MAX_TEXT + more)},
            {"unit": queries.MAX_UNIT + more},
            {"edits": [edit()] * (queries.MAX_EDITS + more)},
            {"edits": [edit(units=[0] * (queries.MAX_UNITS + more))]},
            {"edits": [edit(value=-plain.MAX_VALUE - more)]},
            {"folding": {"detail": queries.MAX_BOXES + more, "opened": [], "closed": []}},
            {"folding": {"opened": ["a"] * (queries.MAX_BOXES + more), "closed": []}},
            {"taught": {"label": 0, "steps": queries.MAX_STEPS + more}},
            {"taught": {"label": 0, "rate": queries.RATES[1] + more}},
            {"taught": {"label": 0, "frozen": ["a"] * (queries.MAX_LAYERS + more)}},
        )
    ]


def optional() -> list[dict[str, Any]]:
    """Return headers with an option at its lowest and highest number, and just beyond them."""
    return [
        {"options": {name: number}}
        for name in (*SECTIONS, *perturbations.NAMES)
        for low, high in [NUMBERS[name]]
        for apart in [1 if name in WHOLE else STEP]
        for number in (low, high, low - apart, high + apart)
    ]


def read(header: dict[str, Any]) -> None:
    queries.read(header)


def answered(header: dict[str, Any]) -> None:
    """Ask for the section that the option is of."""
    name = next(iter(header["options"]))
    asked = [SECTIONS[name]] if name in SECTIONS else []
    viewing.view(queries.read({**header, "step": LAYER, "unit": 3, "show": asked}))


def takes(header: dict[str, Any], how: Any) -> bool:
    try:
        how(header)
    except InvalidQuery:
        return False
    return True


@pytest.mark.parametrize(("headers", "how"), [(listed(), read), (optional(), answered)])
def test_the_page_takes_what_the_server_takes(headers: list[dict[str, Any]], how: Any) -> None:
    start = layout.start(device="cpu", language=None)
    taken = node.run("state/taken.js", {"start": start, "headers": headers})
    assert len(headers) == len(taken)
    for header, found in zip(headers, taken, strict=True):
        assert found is takes(header, how), f"{header!r:.200}"
    assert set(taken) == {True, False}


def test_a_file_to_take_home_and_the_tests_have_the_same() -> None:
    sent = json.loads(json.dumps(layout.start(device="cpu", language=None)["bounds"]))
    assert data()["start"]["bounds"] == sent
    written = Path(node.JS / "bounds.json").read_text("utf-8")
    assert json.loads(written) == sent
