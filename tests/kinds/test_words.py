# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""What a step says about itself is true.

Its numbers, its printed tensors, and the line of code that computes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer import kinds
from explorer.kinds.base import Subject
from explorer.kinds.spelling import expression
from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Floats, Input, Language, Query, Step
from explorer.words import LANGUAGES

KINDS = tuple(kinds.BY_NAME)
GENERATOR = np.random.default_rng(3)


def step(kind: str) -> Step:
    return Step("linear_relu_stack.0", kind, "Module", "linear_relu_stack.0", (2, 24))


def subject(kind: str, before: Floats, after: Floats, language: Language = "en") -> Subject:
    """Ask about the first image of a batch, (N, …) before and after."""
    return Subject(step(kind), None, before, after, 0, Input(), (), language)


def texts(kind: str, before: Floats, after: Floats, language: Language = "en") -> dict[str, str]:
    return kinds.BY_NAME[kind].texts(subject(kind, before, after, language))


def some(*shape: int) -> Floats:
    return GENERATOR.normal(size=shape).astype(np.float32)


def numbers(kind: str, values: Floats) -> dict[str, Any]:
    facts = kinds.BY_NAME[kind].facts(subject(kind, values[None], values[None]))
    return {fact.key: fact.value for fact in facts}


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_facts_are_what_numpy_computes(given: list[float]) -> None:
    values = np.array(given, dtype=np.float32)
    mean = pytest.approx(sum(float(value) for value in values) / values.size, rel=1e-9, abs=1e-9)
    above = sum(value > 0 for value in given)
    assert numbers("linear", values) == {
        "count": len(given),
        "minimum": min(given),
        "maximum": max(given),
        "mean": mean,
        "positive": above,
    }
    rectified = np.maximum(values, np.float32(0))
    assert numbers("relu", rectified) == {
        "count": len(given),
        "off": len(given) - above,
        "maximum": max(0.0, *given),
        "mean": pytest.approx(float(rectified.astype(np.float64).mean())),
    }
    assert numbers("softmax", values)["sum"] == pytest.approx(
        float(values.astype(np.float64).sum())
    )


def test_the_ink_of_a_picture_is_counted() -> None:
    picture = np.zeros((28, 28), dtype=np.float32)
    picture[3, 4:9] = 0.5
    assert numbers("input", picture) == {
        "count": 784,
        "ink": 5,
        "maximum": 0.5,
        "mean": pytest.approx(2.5 / 784),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_facts_are_plain_numbers_with_labels_in_both_languages(kind: str) -> None:
    values = some(24)
    english, chinese = (
        kinds.BY_NAME[kind].facts(subject(kind, values[None], values[None], language))
        for language in ("en", "zh")
    )
    assert [(fact.key, fact.value) for fact in english] == [
        (fact.key, fact.value) for fact in chinese
    ]
    assert all(type(fact.value) in {int, float} for fact in english)
    assert {fact.label for fact in english}.isdisjoint(fact.label for fact in chinese)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind: str) -> None:
    for language in LANGUAGES:
        said = texts(kind, some(2, 24), some(2, 24), language)
        assert {"title", "sentence", "formula", "code"} <= set(said)
        assert all(said.values())
        assert "{" not in said["sentence"]


def test_the_sentence_counts_one_images_values() -> None:
    sentence = texts("linear", some(3, 784), some(3, 512))["sentence"]
    assert "512 units" in sentence
    assert "784 inputs" in sentence


def test_relu_prints_before_and_after_as_torch_does() -> None:
    before = some(3, 28)
    after = np.maximum(before, np.float32(0))
    printed = texts("relu", before, after)["printed"]
    first, second = printed.split("\n\n\n")
    assert first == f"Before ReLU: {torch.tensor(before)[:, :20]}"
    assert second == f"After ReLU: {nn.ReLU()(torch.tensor(before))[:, :20]}"


def test_logits_and_prediction_print_as_torch_does() -> None:
    logits = some(3, 10)
    shares = torch.softmax(torch.tensor(logits), dim=1)
    assert texts("logits", some(3, 20), logits, "zh")["printed"] == (
        f"logits: {torch.tensor(logits)}"
    )
    assert texts("softmax", logits, shares.numpy(), "zh")["printed"] == (
        f"Predicted class: {shares.argmax(1)}"
    )


@pytest.mark.parametrize("path", ["flatten", "linear_relu_stack.0", "0", "a.b.12.c"])
def test_a_path_becomes_the_expression_that_finds_the_module(path: str) -> None:
    parts = path.split(".")
    wanted = leaf = nn.Linear(1, 1)
    tree: nn.Module = leaf
    for part in reversed(parts):
        if part.isdigit():
            tree = nn.Sequential(*(nn.Identity() for _ in range(int(part))), tree)
        else:
            tree, inner = nn.Module(), tree
            tree.add_module(part, inner)
    assert eval(expression(path), {"model": tree}) is wanted  # noqa: S307


def test_the_network_itself_is_the_model() -> None:
    assert expression("") == "model"


@pytest.mark.parametrize("name", zoo.cards())
def test_the_lines_of_code_run_and_give_what_is_shown(
    name: str, blank: bytes, sample: bytes
) -> None:
    scene = look(Query(model=name, images=(blank, sample)))
    shape = (2, *zoo.card(name).input.shape)
    pixels = np.frombuffer(blank + sample, dtype=np.uint8).reshape(shape).tolist()
    known: dict[str, Any] = {"torch": torch, "nn": nn, "model": scene.model, "pixels": pixels}
    for each in scene.steps:
        exec(kinds.BY_NAME[each.kind].code(each.path), known)  # noqa: S102
        shown = {"logits": "logits", "softmax": "pred_probab"}.get(each.kind, "x")
        assert np.array_equal(known[shown].numpy(), scene.values[each.id]), each.id
    assert known["y_pred"].tolist() == list(scene.prediction.classes)
