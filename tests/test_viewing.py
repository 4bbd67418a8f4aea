# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""The screen as a pure function of its query: steps, words, figures and refusals."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError, InvalidQuery, UnknownModel
from explorer.network import zoo
from explorer.network.scene import batch
from explorer.outgoing import replies
from explorer.records import Query, View
from explorer.viewing import view

COURSE = [
    ("input", "input", "", (1, 28, 28)),
    ("flatten", "flatten", "Flatten", (1, 784)),
    ("linear_relu_stack.0", "linear", "Linear", (1, 512)),
    ("linear_relu_stack.1", "relu", "ReLU", (1, 512)),
    ("linear_relu_stack.2", "linear", "Linear", (1, 512)),
    ("linear_relu_stack.3", "relu", "ReLU", (1, 512)),
    ("linear_relu_stack.4", "logits", "Linear", (1, 10)),
    ("softmax", "softmax", "Softmax", (1, 10)),
]


def refused(query: Query) -> ExplorerError:
    with pytest.raises(ExplorerError) as caught:
        view(query)
    return caught.value


def test_the_courses_steps_in_the_courses_order() -> None:
    seen = view(Query(show=()))
    assert [(step.id, step.kind, step.module, step.shape) for step in seen.steps] == COURSE
    assert [step.path for step in seen.steps] == ["", *(row[0] for row in COURSE[1:-1]), ""]
    assert list(seen.tensors) == [row[0] for row in COURSE]


def test_an_image_has_the_same_answer_wherever_it_stands_in_the_batch(
    blank: bytes, sample: bytes
) -> None:
    alone = view(Query(images=(sample,), show=()))
    among = view(Query(images=(blank, blank, sample), focus=2, show=()))
    for step, values in alone.tensors.items():
        np.testing.assert_allclose(among.tensors[step], values, rtol=1e-5, atol=1e-5)


def test_pixels_become_numbers_from_0_to_1() -> None:
    image = bytes(range(256)) * 3 + bytes(16)
    tensor = batch((image, bytes(784)))
    assert tensor.shape == (2, 28, 28)
    assert tensor.dtype is torch.float32
    assert tensor[0].flatten()[:256].tolist() == [
        np.float32(value) / np.float32(255) for value in range(256)
    ]
    assert tensor[1].count_nonzero() == 0


def test_tensors_cannot_be_changed(sample: bytes) -> None:
    seen = view(Query(images=(sample,), show=()))
    writeable = [step for step, values in seen.tensors.items() if values.flags.writeable]
    assert not writeable
    assert not seen.prediction.probabilities.flags.writeable


def test_the_same_query_has_the_same_answer(sample: bytes) -> None:
    query = Query(images=(sample,), step="linear_relu_stack.1", unit=5)
    first, second = (
        json.dumps(replies.write(view(query)), allow_nan=False, sort_keys=True) for _ in range(2)
    )
    assert first == second


def test_a_view_says_everything_in_the_language_asked_for(sample: bytes) -> None:
    for step, *_ in COURSE:
        english, chinese = (
            view(replace(Query(images=(sample,), step=step, show=()), language=language))
            for language in ("en", "zh")
        )
        assert english.texts["sentence"] != chinese.texts["sentence"]
        assert [fact.value for fact in english.facts] == [fact.value for fact in chinese.facts]
        assert all(a.label != b.label for a, b in zip(english.facts, chinese.facts, strict=True))
        assert all(
            a.sentence != b.sentence for a, b in zip(english.checks, chinese.checks, strict=True)
        )
        assert english.prediction.labels == zoo.card("fashion-mlp").labels["en"]
        assert chinese.prediction.labels == zoo.card("fashion-mlp").labels["zh"]


def test_only_what_is_asked_for_is_drawn(sample: bytes) -> None:
    assert view(Query(images=(sample,), show=())).figure is None
    assert view(Query(images=(sample,), show=("figure",))).figure is not None


def test_what_does_not_exist_is_refused_in_a_sentence(blank: bytes) -> None:
    cases: list[tuple[Query, type[ExplorerError], str]] = [
        (Query(model="nobody"), UnknownModel, "zoo.model"),
        (Query(checkpoint="epoch-999"), UnknownModel, "zoo.checkpoint"),
        (Query(step="linear_relu_stack.9"), InvalidQuery, "query.step"),
        (Query(step="linear_relu_stack"), InvalidQuery, "query.step"),
        (Query(step="flatten#2"), InvalidQuery, "query.step"),
        (Query(focus=1), InvalidQuery, "query.focus"),
        (Query(images=(blank,) * 8, focus=8), InvalidQuery, "query.focus"),
        (Query(unit=784), InvalidQuery, "query.unit"),
        (Query(step="linear_relu_stack.0", unit=512), InvalidQuery, "query.unit"),
        (Query(step="softmax", unit=10), InvalidQuery, "query.unit"),
        (Query(show=("figure", "horoscope")), InvalidQuery, "query.section"),
    ]
    for query, kind, key in cases:
        error = refused(query)
        assert (type(error), error.key) == (kind, key)
        assert error.sentence("en") != error.sentence("zh")
    known = ", ".join(row[0] for row in COURSE)
    assert (
        str(refused(Query(step="conv1")))
        == f"There is no step “conv1” in this network. Expected one of: {known}."
    )
    assert str(refused(Query(step="softmax", unit=10))) == (
        "Unit 10 does not exist at step softmax. Expected a number from 0 to 9."
    )


def test_the_last_unit_of_every_step_can_be_chosen() -> None:
    for step, *_, sizes in COURSE:
        assert view(Query(step=step, unit=int(np.prod(sizes[1:])) - 1, show=())).tensors


def same(left: View, right: View) -> bool:
    return replies.write(left) == replies.write(right)


def test_ten_people_at_once_get_the_answers_they_get_alone(blank: bytes, sample: bytes) -> None:
    steps = itertools.cycle(row[0] for row in COURSE)
    asked = [
        Query(
            checkpoint=("", zoo.UNTRAINED)[number % 2],
            images=(bytes(max(0, value - 20 * number) for value in sample), blank)[
                :: (-1) ** number
            ],
            focus=number % 2,
            step=next(steps),
            language=("zh", "en")[number % 2],
            show=(),
        )
        for number in range(10)
    ]
    alone = [view(query) for query in asked]
    start = Barrier(len(asked))

    def answers(query: Query) -> list[View]:
        start.wait()
        return [view(query) for _ in range(20)]

    with ThreadPoolExecutor(len(asked)) as threads:
        together = list(threads.map(answers, asked))
    for expected, got in zip(alone, together, strict=True):
        assert all(same(expected, each) for each in got)
    pairs: Any = itertools.combinations(alone, 2)
    assert not any(same(left, right) for left, right in pairs)
