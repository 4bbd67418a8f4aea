"""Modules whose answers are no numbers, or beyond all: a sentence, and every step of them opens."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from torch import nn

from explorer.errors import InvalidQuery, NotANumber
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.outgoing import replies
from explorer.records import Edit, Language, Query
from explorer.ui import handlers
from explorer.viewing import view
from tests.network.modules import Forward
from tests.test_menagerie import SHOWN

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

X = torch.linspace(0.5, 2, 8).view(2, 4)


def offered(function: Callable[..., Any], examples: torch.Tensor = X, **layers: nn.Module) -> str:
    model = Forward(function, **layers).eval().to(examples.dtype)
    return zoo.offer(card_of("mine", examples=examples), model).name


def roots(self: Any, x: torch.Tensor) -> Any:
    return self.c(self.b(self.a((-x).sqrt())).relu())


def layers() -> dict[str, nn.Module]:
    torch.manual_seed(4)
    return {"a": nn.Linear(4, 3), "b": nn.LayerNorm(3), "c": nn.Linear(3, 3)}


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_every_step_of_no_numbers_opens_and_nothing_is_held_against_them() -> None:
    name = offered(roots, X, **layers())
    steps = look(Query(model=name)).steps
    assert len(steps) > 5
    for step in steps:
        unit = 0 if math.prod(step.shape[1:]) else None
        seen = view(Query(model=name, step=step.id, unit=unit, show=SHOWN))
        assert orjson.dumps(replies.write(seen))
        assert "Predicted class" not in seen.texts.get("printed", "")
        assert not [(step.id, each) for each in seen.checks if not each.passed]
        assert "sqrt" in seen.failure
    assert "sqrt" in handlers.report({"model": name})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_scores_that_overflow_are_no_answer_and_the_first_infinite_step_is_named(
    language: Any,
) -> None:
    half = X.half()
    name = offered(lambda self, x: self.c((self.a(x).abs() + 1) * 1e6), half, **layers())
    with torch.no_grad():
        layer = zoo.load(name).get_submodule("a")
        assert torch.isinf((layer(half).abs() + 1) * 1e6).all()
    seen = view(Query(model=name, language=language))
    assert "..mul" in seen.failure
    assert "65,504" in seen.failure
    assert seen.prediction.labels == ()


def test_where_the_scores_themselves_are_infinite_no_class_has_a_share() -> None:
    half = X.half()
    name = offered(lambda self, x: (self.a(x).abs() + 1) * 1e6, half, **layers())
    with torch.no_grad():
        assert torch.isposinf(zoo.load(name)(half)).all()
    seen = view(Query(model=name))
    assert "..mul" in seen.failure
    assert seen.prediction.labels == ()


def test_a_masked_class_is_an_answer() -> None:
    model = layers()["a"]
    mask = torch.tensor([0.0, -math.inf, 0.0])
    name = offered(lambda self, x: self.a(x) + mask, a=model)
    seen = view(Query(model=name))
    with torch.no_grad():
        expected = (model(X) + mask).softmax(1).numpy()
    assert not seen.failure
    np.testing.assert_allclose(seen.prediction.probabilities, expected, rtol=1e-6)
    assert all(each.passed for each in seen.checks)


def test_an_edit_of_what_has_no_numbers_of_its_own_is_applied() -> None:
    """An edit that leaves them is no more to blame than none; one before them may cure them."""
    name = offered(lambda s, x: s.c(s.b(s.a(x.log()).log()).relu()), X - 1, **layers())
    for edits in ((), (Edit("c", (1,), "clamp", 0.5),)):
        assert "..log" in view(Query(model=name, edits=edits)).failure
    seen = view(Query(model=name, edits=(Edit("b", (), "clamp", 0.5),)))
    assert not seen.failure
    with torch.no_grad():
        expected = zoo.load(name).get_submodule("c")(torch.full((2, 3), 0.5)).softmax(1).numpy()
    np.testing.assert_allclose(seen.prediction.probabilities, expected, rtol=1e-6)
    assert all(each.passed for each in seen.checks)


def test_a_mask_of_infinities_does_not_keep_a_module_from_being_edited() -> None:
    def masked(self: Any, x: torch.Tensor) -> Any:
        scores = self.a(x).masked_fill(torch.tensor([False, True, False]), -math.inf)
        return self.c(scores.softmax(1))

    name = offered(masked, X, **layers())
    seen = view(Query(model=name, step="c", edits=(Edit("a", (2,), "clamp", 3.0),)))
    layer = zoo.load(name)
    with torch.no_grad():
        scores = layer.get_submodule("a")(X)
        scores[:, 1], scores[:, 2] = -math.inf, 3.0
        expected = layer.get_submodule("c")(scores.softmax(1)).softmax(1).numpy()
    np.testing.assert_allclose(seen.prediction.probabilities, expected, rtol=1e-6)
    with pytest.raises(NotANumber):
        look(Query(model=name, edits=(Edit("a", (2,), "scale", 1e30),)))


@pytest.mark.parametrize(("language", "words"), [("en", "0 × 4"), ("zh", "一个样本也没有")])
def test_a_batch_without_an_example_is_said_to_be_that(language: Language, words: str) -> None:
    name = offered(lambda self, x: self.a(x), X[:0], **layers())
    with pytest.raises(InvalidQuery) as refused:
        look(Query(model=name))
    assert words in refused.value.sentence(language)
