# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""A view written as JSON keeps every number, and so does a refusal every word."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import InvalidQuery
from explorer.outgoing import replies
from explorer.records import Check, Fact, Floats, Grid, Prediction, Step, View


def example() -> View:
    return View(
        steps=(
            Step("input", "input", "", "", (2, 28, 28)),
            Step(
                "a.0#2",
                "linear",
                "Linear",
                "a.0",
                (2, 3),
                scale="signed",
                limit=1.5,
                over=("a.0#2",),
                grid=Grid(1, 3, 1, 1, 3),
                named=True,
                switches=True,
            ),
        ),
        tensors={
            "input": np.zeros((28, 28), dtype=np.float32),
            "a.0#2": np.array([1.5, -0.1, 3e-38], dtype=np.float32),
        },
        prediction=Prediction(
            np.array([[0.25, 0.75], [1.0, 0.0]], dtype=np.float32), (1, 0), ("鞋", "Bag")
        ),
        facts=(Fact("count", "values", 3), Fact("mean", "mean", 0.1), Fact("name", "name", "x")),
        checks=(
            Check("sum", "It sums to 1.", 1.0, 1.0, 0.0, 1e-6),
            Check("bad", "It holds.", 1.0, 2.0, 1.0, 0.5),
        ),
        texts={"title": "nn.Linear", "code": "x = model.a[0](x)"},
        figure={"data": [], "layout": {}},
        sections={"unit": {"terms": [1, 2]}},
    )


def read(data: dict[str, Any]) -> Floats:
    """Read a tensor as the page does: base64, little-endian float32, shape."""
    return np.frombuffer(base64.b64decode(data["data"]), dtype="<f4").reshape(data["shape"])


def test_every_part_of_a_view_is_written() -> None:
    view = example()
    data = json.loads(json.dumps(replies.write(view), allow_nan=False))
    assert set(data) == {*View.__slots__, "digest"}
    assert data["steps"][1] == {
        "id": "a.0#2",
        "kind": "linear",
        "module": "Linear",
        "module_path": "a.0",
        "shape": [2, 3],
        "scale": "signed",
        "limit": 1.5,
        "over": ["a.0#2"],
        "grid": {"rows": 1, "columns": 3, "maps": 1, "height": 1, "width": 3},
        "named": True,
        "switches": True,
        "block": [],
        "size": [2, 3],
    }
    assert data["prediction"] == {
        "probabilities": [[0.25, 0.75], [1.0, 0.0]],
        "classes": [1, 0],
        "labels": ["鞋", "Bag"],
        "instead": [],
    }
    assert data["facts"][1:] == [
        {"key": "mean", "label": "mean", "value": 0.1},
        {"key": "name", "label": "name", "value": "x"},
    ]
    assert [check["passed"] for check in data["checks"]] == [True, False]
    assert data["checks"][1] == {
        "key": "bad",
        "sentence": "It holds.",
        "left": 1.0,
        "right": 2.0,
        "residual": 1.0,
        "tolerance": 0.5,
        "passed": False,
    }
    assert data["texts"] == view.texts
    assert data["figure"] == view.figure
    assert data["sections"] == view.sections
    for name, values in view.tensors.items():
        assert np.array_equal(read(data["tensors"][name]), values)


def test_values_that_are_held_are_left_out_and_nothing_else_is() -> None:
    view = example()
    whole = replies.write(view)
    left = replies.write(view, {"other", whole["digest"]})
    assert left == {**whole, "tensors": None}
    assert replies.write(view, {"other"}) == whole


def test_where_sums_are_enough_they_stand_for_the_values_and_nothing_else_changes() -> None:
    view = example()
    whole, left = replies.write(view), replies.write(view, sums=True)
    assert {name: whole[name] for name in left if name != "sums"} == {
        name: left[name] for name in left if name != "sums"
    }
    assert whole.keys() - left.keys() == {"tensors", "digest"}
    assert left["sums"].keys() == view.tensors.keys()
    for name, values in view.tensors.items():
        first = sum(float(each) * (1 + at / 64) for at, each in enumerate(values.reshape(-1)[:64]))
        found = read(left["sums"][name])
        assert found.shape == (-(-values.size // 64),)
        np.testing.assert_allclose(found[0], first, rtol=1e-6)


def test_the_other_side_of_a_comparison_is_held_on_its_own() -> None:
    one, two = {"a": np.zeros(2, np.float32)}, {"a": np.ones(2, np.float32)}
    view = replace(example(), tensors=one, sections={"versus": {"tensors": two, "winner": 1}})
    whole = replies.write(view)
    left = replies.write(view, {replies.digest(two)})
    assert left["tensors"] == whole["tensors"]
    assert left["sections"]["versus"] == {
        "winner": 1,
        "tensors": None,
        "digest": replies.digest(two),
    }
    assert read(whole["sections"]["versus"]["tensors"]["a"]).tolist() == [1, 1]


def test_another_name_shape_or_bit_is_another_digest() -> None:
    values = np.arange(6, dtype=np.float32)
    others: list[dict[str, Floats]] = [
        {"a": values},
        {"b": values},
        {"a": values.reshape(2, 3)},
        {"a": values.reshape(3, 2)},
        {"a": -values},
        {"a": np.nextafter(values, np.float32(9), dtype=np.float32)},
        {"a": np.zeros(6, np.float32)},
        {"a": -np.zeros(6, np.float32)},
        {"a": values[:3], "b": values[3:]},
        {},
    ]
    assert len({replies.digest(each) for each in others}) == len(others)
    assert replies.digest({"a": values[::-1][::-1]}) == replies.digest({"a": values})


def test_both_encoders_write_the_same() -> None:
    data = replies.write(example())
    assert orjson.loads(orjson.dumps(data)) == json.loads(json.dumps(data))


@given(st.lists(st.integers(0, 5), max_size=4), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_tensor_of_any_shape_comes_back_bit_by_bit(
    shape: list[int], turned: bool, chance: Any
) -> None:
    bits = np.array([chance.getrandbits(32) for _ in range(int(np.prod(shape)))], dtype=np.uint32)
    values = bits.view(np.float32).reshape(shape)
    values = values.T if turned else values
    data = replies.tensor(values)
    assert data["shape"] == list(values.shape)
    assert read(data).tobytes() == values.tobytes()


def test_numbers_of_another_byte_order_are_turned() -> None:
    values = np.array([1.0, -2.0, 0.5], dtype=">f4")
    assert read(replies.tensor(values)).tolist() == [1.0, -2.0, 0.5]


def test_a_refusal_is_a_sentence_in_the_language_asked_for() -> None:
    error = InvalidQuery("query.focus", received=3, count=1, high=0)
    assert replies.refusal(error, "en") == {
        "error": {
            "kind": "InvalidQuery",
            "key": "query.focus",
            "message": "focus is 3, but the batch has one image. Expected 0.",
        }
    }
    assert (
        replies.refusal(error, "zh")["error"]["message"]
        == "focus 是 3，而这一批只有一张图像。应为 0。"
    )


def test_notices_and_numbers_of_a_check_are_written_as_they_are() -> None:
    view = replace(example(), notices=("It is empty.", "Draw."))
    data = replies.write(view)
    assert data["notices"] == ["It is empty.", "Draw."]
    assert [check["residual"] for check in data["checks"]] == [
        check.residual for check in view.checks
    ]
