# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Whatever the page or another program sends, the answer is a view or a sentence, never a bare failure."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import zlib
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import nn

from explorer.errors import ExplorerError, InvalidQuery
from explorer.incoming import datasets, queries
from explorer.incoming.cards import DATASETS
from explorer.network import parameters, zoo
from explorer.network.scene import look
from explorer.outgoing import replies
from explorer.records import Input, Language, Query
from explorer.ui import handlers, layout
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


def test_a_picture_is_recognised_as_the_page_would(tmp_path: Path, sample: bytes) -> None:
    path = tmp_path / "T恤.png"
    Image.fromarray(np.frombuffer(sample, dtype=np.uint8).reshape(28, 28)).resize((280, 280)).save(
        path
    )
    shares = handlers.predict(str(path))
    assert list(shares) == list(zoo.card("fashion-mlp").labels["en"])
    assert sum(shares.values()) == pytest.approx(1, abs=1e-6)
    prepared = json.loads(handlers.prepare(str(path), layout.DECISIONS, "auto"))
    seen = handlers.view({"images": [prepared["pixels"]], "show": []})
    assert list(shares.values()) == seen["prediction"]["probabilities"][0]


@pytest.mark.usefixtures("nothing_stays_offered")
@pytest.mark.parametrize("how", ["examples", "colour"])
def test_a_module_that_takes_no_grey_picture_is_not_asked_about_one(
    tmp_path: Path, how: str
) -> None:
    examples = torch.rand(2, 4) if how == "examples" else None
    taken = Input((3, 8, 8))
    model = (
        nn.Linear(4, 3) if examples is not None else nn.Sequential(nn.Flatten(), nn.Linear(192, 3))
    )
    zoo.offer(zoo.card_of("mine", examples=examples, taken=taken), model.eval())
    path = tmp_path / "red.png"
    Image.new("RGB", (40, 40), "red").save(path)
    with pytest.raises(gr.Error, match="Expected a question to /view"):
        handlers.predict(str(path))


def test_a_picture_that_is_none_is_refused_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"this is no picture")
    said = json.loads(handlers.prepare(str(path), [], "no"))["error"]
    assert set(said) == set(LANGUAGES)
    assert said["en"] != said["zh"]
    for missing in (str(path), None):
        with pytest.raises(gr.Error) as caught:
            handlers.predict(missing)
        assert caught.value.message.endswith(".")
        assert isinstance(caught.value.__cause__, ExplorerError)
    assert json.loads(handlers.prepare(None, [], "no")) == {"empty": True}


def test_an_upload_that_is_no_longer_kept_is_to_be_chosen_again(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.new("L", (40, 40)).save(path)
    answer = json.loads(handlers.prepare(str(path), [], "no"))
    assert "pixels" in answer
    assert answer["bytes"] == path.stat().st_size
    assert answer["checksum"] == zlib.crc32(path.read_bytes())
    path.unlink()
    said = json.loads(handlers.prepare(str(path), ["crop"], "no"))["error"]
    assert "Choose the picture again" in said["en"]
    assert "请重新选择" in said["zh"]
    with pytest.raises(gr.Error, match="Choose the picture again"):
        handlers.predict(str(path))


def test_a_missing_data_set_is_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.incoming import datasets

    monkeypatch.setitem(os.environ, datasets.VARIABLE, str(tmp_path / "nowhere"))
    answers = [
        error(handlers.test_image(json.dumps({"language": language}))) for language in ("en", "zh")
    ]
    assert {answer["kind"] for answer in answers} == {"MissingData"}
    assert answers[0]["message"] != answers[1]["message"]
    assert str(tmp_path) not in answers[0]["message"]


def test_every_switch_of_the_upload_does_what_it_says(tmp_path: Path) -> None:
    """A dark drawing, off its middle, on paper that a camera held sideways."""
    paper = np.full((90, 120), 235, dtype=np.uint8)
    paper[10:40, 8:30] = 25
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter to see it upright
    path = tmp_path / "photo.png"
    Image.fromarray(paper).save(path, exif=exif)

    def pixels(*decisions: str, inversion: str = "auto") -> str:
        return str(json.loads(handlers.prepare(str(path), decisions, inversion))["pixels"])

    every = pixels("upright", "crop")
    assert len({every, pixels("upright"), pixels("crop"), pixels()}) == 4
    turned = Image.fromarray(np.rot90(paper, -1))
    straight = tmp_path / "straight.png"
    turned.save(straight)
    path, held = straight, every
    assert pixels("upright", "crop") == held
    assert pixels("upright", "crop", inversion="yes") == held
    assert pixels("upright", "crop", inversion="no") != held


def test_a_view_is_computed_on_the_device_asked_for() -> None:
    assert "error" not in handlers.view({"show": []}, device="cpu")
    assert "error" in handlers.view({"show": []}, device="nowhere")


@pytest.mark.parametrize("name", DATASETS)
def test_nothing_is_downloaded_for_a_visitor(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(*_: object, **__: object) -> None:
        raise AssertionError("nobody may be asked for it")

    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", fetched)
    wishes: list[dict[str, Any]] = [{}, {"download": True}, {"download": "yes", "train": True}]
    for more in wishes:
        assert error(handlers.test_image({"dataset": name, **more}))["key"] == "data.missing"
        assert list(tmp_path.iterdir()) == []
