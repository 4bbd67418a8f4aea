# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Whatever the page or another program sends, the answer is a view or a sentence, never a bare failure."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from explorer.errors import InvalidQuery
from explorer.incoming import queries
from explorer.network import parameters, zoo
from explorer.network.scene import look
from explorer.outgoing import replies
from explorer.records import Language, Query
from explorer.ui import handlers
from explorer.viewing import view
from explorer.words import LANGUAGES

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
nearly = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(Query.__slots__, anything)
) | st.fixed_dictionaries(
    {"show": st.just([])},
    optional={
        "model": st.text(st.characters(), max_size=9),
        "step": st.text(st.characters(), max_size=9),
    },
)


def error(answer: dict[str, Any]) -> dict[str, str]:
    """Return the error of an answer that is nothing else."""
    received: dict[str, dict[str, str]] = sent(answer)
    assert set(received) == {"error"}
    assert set(received["error"]) == {"kind", "key", "message"}
    return received["error"]


def sent(answer: dict[str, Any]) -> Any:
    """Return an answer as whoever asked receives it."""
    return json.loads(gzip.decompress(handlers.reply(answer).body))


def text(query: Query) -> str:
    return json.dumps(queries.write(query))


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_data_have_the_same_answer(language: Language, sample: bytes) -> None:
    query = Query(images=(sample,), step="linear_relu_stack.0", language=language, show=())
    expected = replies.write(view(query))
    assert handlers.view(text(query)) == expected
    assert handlers.view(queries.write(query)) == expected
    assert sent(expected) == json.loads(json.dumps(expected))


def test_a_change_of_the_step_brings_no_values_again(sample: bytes) -> None:
    for model in zoo.cards():
        asked = queries.write(Query(model=model, images=(sample,), show=()))
        first = handlers.view(asked)
        for step in first["steps"]:
            whole = handlers.view({**asked, "step": step["id"]})
            left = handlers.view({**asked, "step": step["id"], "held": [first["digest"]]})
            assert left == {**whole, "tensors": None}
            assert len(handlers.reply(left).body) < 2500, "the words of a step"
        other = handlers.view({**asked, "images": [bytes(784)], "held": [first["digest"]]})
        assert set(other["tensors"]) == set(first["tensors"])


@pytest.mark.parametrize("held", [7, "x", [7], ["x" * 200], ["x"] * 17])
def test_digests_are_a_list_of_a_few_texts(held: object) -> None:
    answer = error(handlers.view({"held": held}))
    assert answer["kind"] == "InvalidQuery"
    assert answer["message"].startswith("held")


@pytest.mark.parametrize("sums", [7, "true", None])
def test_sums_are_wished_for_or_not(sums: object) -> None:
    assert error(handlers.view({"sums": sums}))["message"].startswith("sums")


@pytest.mark.parametrize("model", zoo.cards())
def test_while_the_pen_moves_a_reply_is_small(model: str, sample: bytes) -> None:
    asked = queries.write(Query(model=model, images=(sample,), show=()))
    for step in handlers.view(asked)["steps"]:
        reply = handlers.view({**asked, "step": step["id"], "sums": True})
        assert "tensors" not in reply
        assert len(handlers.reply(reply).body) <= 4500, "bytes; 8 KB are allowed"


def test_an_empty_query_shows_the_first_screen() -> None:
    assert handlers.view("{}")["steps"][0]["id"] == "input"


@pytest.mark.parametrize("query", ["", "{", "[1, 2", "{'a': 1}", "\x00", '"' + "\\", "9" * 5000])
def test_what_is_not_json_is_said_not_to_be(query: str) -> None:
    answer = error(handlers.view(query))
    assert (answer["kind"], answer["key"]) == ("InvalidQuery", "query.json")
    assert answer["message"].startswith("The query could not be read as JSON: ")
    assert answer["message"].endswith('Expected an object such as {"step": "input"}.')
    assert error(handlers.parameters(query))["key"] == "query.json"


@pytest.mark.parametrize("query", ["null", "7", '"{}"', "[]", "[[]]", "true"])
def test_json_that_is_no_object_is_refused_by_every_handler(query: str) -> None:
    for handler in (handlers.view, handlers.parameters, handlers.test_image):
        answer = error(handler(query))
        assert (answer["kind"], answer["key"]) == ("InvalidQuery", "query.mapping")


def test_a_text_that_is_too_long_is_not_even_parsed() -> None:
    query = "[" * (queries.MAX_BYTES + 1)
    answer = error(handlers.view(query))
    assert answer["key"] == "query.large"
    assert "2000001 characters" in answer["message"]
    with pytest.raises(InvalidQuery, match="2000001"):
        handlers.parse(query)


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"model": "nobody"}, "zoo.model"),
        ({"checkpoint": "nothing"}, "zoo.checkpoint"),
        ({"step": "nowhere"}, "query.step"),
        ({"unit": 9999}, "query.unit"),
        ({"focus": 3}, "query.focus"),
        ({"focus": "x"}, "query.whole"),
        ({"show": ["nothing"]}, "query.section"),
        ({"colour": "red"}, "query.field"),
    ],
)
def test_errors_are_sentences_in_the_language_of_the_query(query: dict[str, Any], key: str) -> None:
    english = error(handlers.view(json.dumps(query)))
    chinese = error(handlers.view(json.dumps({**query, "language": "zh"})))
    assert english["key"] == chinese["key"] == key
    assert english["message"] != chinese["message"]
    assert english["message"].endswith(".")
    assert chinese["message"].endswith("。")


def test_the_language_of_a_query_is_found_even_in_a_broken_one() -> None:
    assert handlers.language_of('{"language": "zh", "focus": -1}') == "zh"
    assert handlers.language_of({"language": "zh"}) == "zh"
    for query in ("{", "[]", "null", '{"language": "xx"}', '{"language": ["zh"]}', 7, None):
        assert handlers.language_of(query) == "en"


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 400])
def test_numbers_that_json_does_not_have_are_refused(constant: str) -> None:
    assert error(handlers.view(f'{{"focus": {constant}}}'))["key"] == "query.whole"
    assert error(handlers.view(f'{{"options": {{"a": {constant}}}}}'))["key"] == "query.number"


@pytest.mark.parametrize("depth", [*range(900, 1000), 100_000])
def test_nesting_of_any_depth_is_refused(depth: int) -> None:
    """Also at the depths that can just be parsed, but not be shown."""
    assert (
        error(handlers.view('{"step": ' + "[" * depth + "]" * depth + "}"))["kind"]
        == "InvalidQuery"
    )


@given(anything | nearly)
@example({"model": "\ud800"})
@example({"step": "\udfff"})
@example({"checkpoint": "\ud800"})
@example({"show": ["\ud800"]})
@example({"\ud800": 1})
@settings(max_examples=150, deadline=None)
def test_anything_has_an_answer_that_can_be_sent(data: object) -> None:
    for handler in (handlers.view, handlers.parameters):
        answer = sent(handler(json.dumps(data)))
        assert ("error" in answer) != ({"steps", "rows"} & set(answer) != set())


@given(st.text(st.characters(), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_has_an_answer_that_can_be_sent(data: str) -> None:
    assert handlers.reply(handlers.view(data)).body


def test_the_archive_has_every_step_of_every_picture(sample: bytes) -> None:
    query = Query(images=(sample, bytes(784)), focus=1)
    values = look(query).values
    with np.load(io.BytesIO(handlers.archive(text(query)))) as found:
        assert set(found) == set(values)
        for name, expected in values.items():
            assert len(expected) == 2
            np.testing.assert_array_equal(found[name], expected)


def test_parameters_are_those_of_the_query() -> None:
    wanted = parameters.listing("fashion-mlp", zoo.UNTRAINED)
    assert handlers.parameters({"model": "fashion-mlp", "checkpoint": zoo.UNTRAINED}) == wanted
    assert handlers.parameters("{}") == parameters.listing("fashion-mlp", "")
    assert (
        "没有名为“x”的模型"
        in error(handlers.parameters('{"model": "x", "language": "zh"}'))["message"]
    )


def test_a_view_is_computed_on_the_device_asked_for() -> None:
    assert "error" not in handlers.view({"show": []}, device="cpu")
    assert "error" in handlers.view({"show": []}, device="nowhere")
