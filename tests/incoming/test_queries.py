# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Queries are read within their bounds, and what is wrong with one is said in a sentence."""

from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import InvalidQuery
from explorer.incoming import queries
from explorer.lessons import Taught
from explorer.records import PIXELS, SIDE, Edit, Query, Source, Versus
from tests.incoming.refused import refusal
from tests.incoming.strategies import BLANK, anything, nearly, nested, wanted


@given(wanted)
@settings(max_examples=60, deadline=None)
def test_what_is_written_reads_as_the_same_query(query: Query) -> None:
    assert queries.read(json.loads(json.dumps(queries.write(query)))) == query


@given(anything | nearly)
@settings(max_examples=300, deadline=None)
def test_anything_is_a_query_or_refused(data: object) -> None:
    started = time.process_time()
    try:
        query = queries.read(data)
    except InvalidQuery as error:
        assert error.sentence("en")
        assert error.sentence("zh")
    else:
        assert queries.read(queries.write(query)) == query
    assert time.process_time() - started < 2, "seconds of the processor, whatever else it does"


def test_missing_fields_have_their_defaults() -> None:
    assert queries.read({}) == Query()


def test_reading_keeps_every_field() -> None:
    edit = {
        "step": "a",
        "units": [3, 1],
        "action": "patch",
        "value": 2,
        "source": {"image": 1, "checkpoint": "c"},
    }
    data = {
        "model": "m",
        "checkpoint": "c",
        "images": [BLANK, BLANK],
        "focus": 1,
        "step": "s",
        "unit": 9,
        "edits": [edit],
        "versus": {"checkpoint": "d", "image": 0, "edits": []},
        "taught": {"label": 7, "steps": 3, "rate": 0.5, "optimizer": "adam"},
        "language": "zh",
        "show": ["figure", "x"],
        "options": {"a": "b", "c": 1},
    }
    assert queries.read(data) == Query(
        model="m",
        checkpoint="c",
        images=(bytes(PIXELS), bytes(PIXELS)),
        focus=1,
        step="s",
        unit=9,
        edits=(Edit("a", (3, 1), "patch", 2.0, Source(1, "c")),),
        versus=Versus("d", 0, ()),
        taught=Taught(7, 3, 0.5, "adam"),
        language="zh",
        show=("figure", "x"),
        options={"a": "b", "c": 1.0},
    )


@given(st.binary(min_size=PIXELS, max_size=PIXELS))
@settings(max_examples=20, deadline=None)
def test_an_image_reads_the_same_in_every_form(pixels: bytes) -> None:
    rows = [list(pixels[start : start + SIDE]) for start in range(0, PIXELS, SIDE)]
    forms = [
        base64.b64encode(pixels).decode("ascii"),
        list(pixels),
        rows,
        [float(each) for each in pixels],
    ]
    assert {queries.read({"images": [form]}).images for form in forms} == {(pixels,)}


def test_the_sentence_names_the_field_and_what_was_received() -> None:
    assert str(refusal({"focus": 70_000})) == (
        "focus is 70000. Expected a whole number from 0 to 65535."
    )
    assert "edits[1].units[2] is 1.5." in str(
        refusal(
            {
                "edits": [
                    {"step": "s", "action": "off"},
                    {"step": "s", "action": "off", "units": [1, 2, 1.5]},
                ]
            }
        )
    )
    assert refusal({"language": "fr"}).sentence("zh") == "language 是 'fr'。可选：en, zh。"


@pytest.mark.parametrize(
    "data",
    [
        {"edits": [{"step": "s", "action": "off", "unit": [3]}]},
        {"edits": [{"step": "s", "action": "patch", "source": {"image": 0, "chekpoint": "x"}}]},
        {"versus": {"edit": []}},
    ],
    ids=["edit", "source", "versus"],
)
def test_a_misspelt_field_is_refused_at_every_level(data: object) -> None:
    """An edit whose `units` are misspelt would otherwise switch off the whole step."""
    assert refusal(data).key == "query.field"


@pytest.mark.parametrize("depth", [100, 900, 2000, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    for field in Query.__slots__:
        refusal({field: nested(depth)})
