# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""What a step says about itself is true.

Its numbers, its printed tensors, and the line of code that computes it.
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer import describing
from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Floats, Kind, Query, Step
from explorer.words import LANGUAGES

KINDS: tuple[Kind, ...] = get_args(Kind)
GENERATOR = np.random.default_rng(3)


def step(kind: Kind) -> Step:
    return Step("linear_relu_stack.0", kind, "Module", "linear_relu_stack.0", (2, 24))


def some(*shape: int) -> Floats:
    return GENERATOR.normal(size=shape).astype(np.float32)


def numbers(kind: Kind, values: Floats) -> dict[str, Any]:
    return {fact.key: fact.value for fact in describing.facts(step(kind), values, language="en")}


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
def test_facts_are_plain_numbers_with_labels_in_both_languages(kind: Kind) -> None:
    values = some(24)
    english, chinese = (
        describing.facts(step(kind), values, language=language) for language in LANGUAGES
    )
    assert [(fact.key, fact.value) for fact in english] == [
        (fact.key, fact.value) for fact in chinese
    ]
    assert all(type(fact.value) in {int, float} for fact in english)
    assert {fact.label for fact in english}.isdisjoint(fact.label for fact in chinese)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind: Kind) -> None:
    for language in LANGUAGES:
        texts = describing.texts(step(kind), some(2, 24), some(2, 24), language=language)
        assert {"title", "sentence", "formula", "code"} <= set(texts)
        assert all(texts.values())
        assert "{" not in texts["sentence"]


def test_the_sentence_counts_one_images_values() -> None:
    sentence = describing.texts(step("linear"), some(3, 784), some(3, 512), language="en")[
        "sentence"
    ]
    assert "512 units" in sentence
    assert "784 inputs" in sentence


def test_relu_prints_before_and_after_as_torch_does() -> None:
    before = some(3, 28)
    after = np.maximum(before, np.float32(0))
    printed = describing.texts(step("relu"), before, after, language="en")["printed"]
    first, second = printed.split("\n\n\n")
    assert first == f"Before ReLU: {torch.tensor(before)[:, :20]}"
    assert second == f"After ReLU: {nn.ReLU()(torch.tensor(before))[:, :20]}"


def test_logits_and_prediction_print_as_torch_does() -> None:
    logits = some(3, 10)
    shares = torch.softmax(torch.tensor(logits), dim=1)
    assert describing.texts(step("logits"), some(3, 20), logits, language="zh")["printed"] == (
        f"logits: {torch.tensor(logits)}"
    )
    assert describing.texts(step("softmax"), logits, shares.numpy(), language="zh")["printed"] == (
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
    assert eval(describing.expression(path), {"model": tree}) is wanted  # noqa: S307


def test_the_network_itself_is_the_model() -> None:
    assert describing.expression("") == "model"


@pytest.mark.parametrize("name", zoo.cards())
def test_the_lines_of_code_run_and_give_what_is_shown(
    name: str, blank: bytes, sample: bytes
) -> None:
    scene = look(Query(model=name, images=(blank, sample)))
    pixels = [
        [list(image[row * 28 : row * 28 + 28]) for row in range(28)] for image in (blank, sample)
    ]
    known: dict[str, Any] = {"torch": torch, "nn": nn, "model": scene.model, "pixels": pixels}
    for each in scene.steps:
        exec(describing.code(each), known)  # noqa: S102
        shown = {"logits": "logits", "softmax": "pred_probab"}.get(each.kind, "x")
        assert np.array_equal(known[shown].numpy(), scene.values[each.id]), each.id
    assert known["y_pred"].tolist() == list(scene.prediction.classes)
