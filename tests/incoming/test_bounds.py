"""The last value inside each bound of a query is read, and what is outside is refused."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from explorer.incoming import plain, queries
from explorer.records import PIXELS, Query
from tests.incoming.refused import refusal
from tests.incoming.strategies import BLANK, HUGE, nested


def edit(**changed: object) -> dict[str, object]:
    return {"edits": [{"step": "s", "action": "off", **changed}]}


INSIDE: list[dict[str, Any]] = [
    {"model": "x" * plain.MAX_TEXT},
    {"images": [BLANK] * queries.MAX_IMAGES},
    {"images": [[255] * PIXELS]},
    {"focus": queries.MAX_INPUTS - 1},
    {"focus": 1.0},
    {"unit": 10_000_000},
    {"unit": None},
    {"edits": [{"step": "s", "action": "off"}] * queries.MAX_EDITS},
    edit(units=[0] * queries.MAX_UNITS),
    edit(value=-plain.MAX_VALUE),
    {"taught": None},
    {"taught": {"label": 0}},
    {"taught": {"label": 9, "steps": queries.MAX_STEPS, "rate": queries.RATES[1]}},
    {"taught": {"label": 9, "rate": queries.RATES[0], "optimizer": "momentum"}},
    {"versus": None},
    {"versus": {}},
    {"show": ["figure"] * queries.MAX_SHOW},
    {"options": {str(number): number for number in range(queries.MAX_OPTIONS)}},
]

OUTSIDE: list[tuple[Any, str]] = [
    (None, "query.mapping"),
    ([], "query.mapping"),
    ("{}", "query.mapping"),
    ({"colour": 1}, "query.field"),
    ({5: 1}, "query.field"),
    ({"x" * 10_000: 1}, "query.field"),
    ({"model": 1}, "query.text"),
    ({"model": None}, "query.text"),
    ({"model": "x" * (plain.MAX_TEXT + 1)}, "query.text"),
    ({"model": "x" * 1_000_000}, "query.text"),
    ({"taught": 7}, "query.mapping"),
    ({"taught": {}}, "query.whole"),
    ({"taught": {"label": -1}}, "query.whole"),
    ({"taught": {"label": True}}, "query.whole"),
    ({"taught": {"label": 0, "class": 1}}, "query.field"),
    ({"taught": {"label": 0, "steps": queries.MAX_STEPS + 1}}, "query.whole"),
    ({"taught": {"label": 0, "rate": 0}}, "query.option"),
    ({"taught": {"label": 0, "rate": 11}}, "query.option"),
    ({"taught": {"label": 0, "rate": math.nan}}, "query.number"),
    ({"taught": {"label": 0, "rate": True}}, "query.number"),
    ({"taught": {"label": 0, "optimizer": "melt"}}, "query.choice"),
    ({"taught": {"label": 0, "summed": 1}}, "query.truth"),
    ({"taught": {"label": 0, "shown": "yes"}}, "query.truth"),
    ({"taught": {"label": 0, "frozen": "flatten"}}, "query.list"),
    ({"taught": {"label": 0, "frozen": [1]}}, "query.text"),
    ({"taught": {"label": 0, "frozen": [""] * (queries.MAX_LAYERS + 1)}}, "query.many"),
    ({"checkpoint": ["epoch-001"]}, "query.text"),
    ({"step": nested(50)}, "query.text"),
    ({"step": HUGE}, "query.text"),
    ({"images": BLANK}, "query.list"),
    ({"images": []}, "query.empty"),
    ({"images": [BLANK] * (queries.MAX_IMAGES + 1)}, "query.many"),
    ({"images": [None]}, "query.image"),
    ({"images": [7]}, "query.image"),
    ({"images": ["!" * 1048]}, "query.base64"),
    ({"images": ["é"]}, "query.base64"),
    ({"images": ["A" * 1_000_000]}, "query.many"),
    ({"images": [[0] * (queries.MAX_PIXELS + 1)]}, "query.many"),
    ({"images": [[[0] * 1_000_000] * 1000]}, "query.many"),
    ({"images": [bytes(queries.MAX_PIXELS + 1)]}, "query.many"),
    ({"images": [[256] * PIXELS]}, "query.whole"),
    ({"images": [[-1] * PIXELS]}, "query.whole"),
    ({"images": [[0.5] * PIXELS]}, "query.fractions"),
    ({"images": [[True] * PIXELS]}, "query.whole"),
    ({"images": [[math.nan] * PIXELS]}, "query.whole"),
    ({"images": [[nested(3)] * PIXELS]}, "query.whole"),
    ({"focus": -1}, "query.whole"),
    ({"focus": queries.MAX_INPUTS}, "query.whole"),
    ({"focus": 0.5}, "query.whole"),
    ({"focus": True}, "query.whole"),
    ({"focus": "0"}, "query.whole"),
    ({"focus": None}, "query.whole"),
    ({"focus": math.nan}, "query.whole"),
    ({"focus": math.inf}, "query.whole"),
    ({"focus": 10**400}, "query.whole"),
    ({"focus": HUGE}, "query.whole"),
    ({"unit": -1}, "query.whole"),
    ({"unit": 10_000_001}, "query.whole"),
    ({"unit": False}, "query.whole"),
    ({"unit": -math.inf}, "query.whole"),
    ({"unit": 1e308}, "query.whole"),
    ({"language": "de"}, "query.choice"),
    ({"language": ["en"]}, "query.choice"),
    ({"show": "figure"}, "query.list"),
    ({"show": [1]}, "query.text"),
    ({"show": ["figure"] * (queries.MAX_SHOW + 1)}, "query.many"),
    ({"options": []}, "query.mapping"),
    ({"options": {"a": None}}, "query.number"),
    ({"options": {"a": True}}, "query.number"),
    ({"options": {"a": math.nan}}, "query.number"),
    ({"options": {"a": HUGE}}, "query.number"),
    ({"options": {"a": 10**400}}, "query.number"),
    ({"options": {"a": []}}, "query.number"),
    ({"options": {"a": "x" * (plain.MAX_TEXT + 1)}}, "query.text"),
    ({"options": {"x" * (plain.MAX_TEXT + 1): 1}}, "query.text"),
    ({"options": {str(number): 1 for number in range(queries.MAX_OPTIONS + 1)}}, "query.many"),
    ({"edits": {}}, "query.list"),
    ({"edits": [1]}, "query.mapping"),
    ({"edits": [{"step": "s", "action": "off"}] * (queries.MAX_EDITS + 1)}, "query.many"),
    (edit(step=None), "query.text"),
    (edit(action="explode"), "query.choice"),
    (edit(action=None), "query.choice"),
    (edit(units=3), "query.list"),
    (edit(units=[-1]), "query.whole"),
    (edit(units=[0] * (queries.MAX_UNITS + 1)), "query.many"),
    (edit(value="1"), "query.number"),
    (edit(value=None), "query.number"),
    (edit(value=True), "query.number"),
    (edit(value=math.nan), "query.number"),
    (edit(value=-math.inf), "query.number"),
    (edit(value=plain.MAX_VALUE * 1.001), "query.number"),
    (edit(source=1), "query.mapping"),
    (edit(source={}), "query.whole"),
    (edit(source={"image": queries.MAX_INPUTS}), "query.whole"),
    (edit(source={"image": 0, "checkpoint": 1}), "query.text"),
    ({"versus": 1}, "query.mapping"),
    ({"versus": {"checkpoint": 1}}, "query.text"),
    ({"versus": {"image": -1}}, "query.whole"),
    ({"versus": {"edits": [[]]}}, "query.mapping"),
]


@pytest.mark.parametrize("data", INSIDE, ids=lambda data: re.sub(r"\W+", "-", str(data))[:40])
def test_the_last_value_inside_each_bound_is_read(data: dict[str, Any]) -> None:
    assert isinstance(queries.read(data), Query)


@pytest.mark.parametrize(
    ("data", "key"), OUTSIDE, ids=[f"{number}-{key}" for number, (_, key) in enumerate(OUTSIDE)]
)
def test_what_is_outside_is_refused_in_a_sentence(data: object, key: str) -> None:
    assert refusal(data).key == key


@pytest.mark.parametrize(
    ("most", "more"),
    [
        ({"images": [BLANK] * 8}, {"images": [BLANK] * 9}),
        ({"focus": 65_535}, {"focus": 65_536}),
        (
            {"edits": [{"step": "s", "action": "off"}] * 64},
            {"edits": [{"step": "s", "action": "off"}] * 65},
        ),
        (edit(units=[0] * 1024), edit(units=[0] * 1025)),
        (edit(units=[10_000_000]), edit(units=[10_000_001])),
        (edit(value=1_000_000), edit(value=1_000_001)),
        ({"options": {"a": -1e6}}, {"options": {"a": -1e6 - 1}}),
        ({"show": ["x"] * 12}, {"show": ["x"] * 13}),
        (
            {"options": dict.fromkeys(map(str, range(24)), 1)},
            {"options": dict.fromkeys(map(str, range(25)), 1)},
        ),
        ({"model": "x" * 120}, {"model": "x" * 121}),
        ({"step": "xy"}, {"step": "x\ud800y"}),
    ],
    ids=lambda data: next(iter(data)),
)  # fmt: skip
def test_the_bounds_are_these(most: dict[str, Any], more: dict[str, Any]) -> None:
    assert isinstance(queries.read(most), Query)
    refusal(more)
