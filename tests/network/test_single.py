"""An answer that is one number for each input has no classes, and its last step says so."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from explorer.maths.digits import digits
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.outgoing import replies
from explorer.records import Query
from explorer.viewing import view
from explorer.words import LANGUAGES
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))


def last(*more: nn.Module) -> Scene:
    """Return the scene of the second picture at the last step of layers with one output."""
    torch.manual_seed(3)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 1), *more).eval()
    name = zoo.offer(card_of("Mine"), model).name
    query = Query(model=name, images=PICTURES, focus=1)
    return look(replace(query, step=look(query).steps[-1].id))


def sentence(scene: Scene, **changed: Any) -> str:
    there = look(replace(scene.query, **changed))
    return there.kind.words(there.subject())["sentence"]


@pytest.mark.parametrize("more", [(), (nn.Flatten(0),)])
def test_a_single_logit_is_said_to_be_one_only_if_it_is(more: tuple[nn.Module, ...]) -> None:
    scene = last(*more)
    value = float(scene.after[1].reshape(-1)[0])
    share = 1 / (1 + math.exp(-value))
    told = sentence(scene)
    assert f"one number for each input, z = {digits(value)}" in told
    assert f"If it is a logit, as BCEWithLogitsLoss takes it, sigmoid(z) = {digits(share)}" in told
    assert f"sigmoid(z) = {digits(share)}" in sentence(scene, language="zh")
    assert "sigmoid(z)" not in sentence(scene, step="0")
    first = float(scene.after[0].reshape(-1)[0])
    assert f"z = {digits(first)}" in sentence(scene, focus=0)
    assert not scene.predicts


def test_what_a_sigmoid_has_made_is_no_logit() -> None:
    scene = last(nn.Sigmoid())
    told = sentence(scene)
    assert f"one number for each input, {digits(float(scene.after[1, 0]))}" in told
    assert "logit" not in told


def test_rows_of_scores_and_other_answers_are_not_single() -> None:
    model = Forward(lambda self, x: self.a(x), a=nn.Linear(28, 1)).eval()
    name = zoo.offer(card_of("Mine"), model).name
    rows = look(Query(model=name, images=PICTURES, step="a"))
    assert "one number" not in rows.kind.words(rows.subject())["sentence"]
    scene = last(nn.Linear(1, 3))
    assert "one number" not in sentence(scene)


@pytest.mark.parametrize("more", [(), (nn.Flatten(0),), (nn.Sigmoid(),)])
def test_what_stands_in_place_of_a_prediction_is_said_at_every_step(
    more: tuple[nn.Module, ...],
) -> None:
    scene = last(*more)
    for language in LANGUAGES:
        told = sentence(scene, language=language)
        query = replace(scene.query, step="input", language=language)
        instead = view(query).prediction.instead
        value, words = instead
        assert words
        assert told.endswith(words)
        assert value == digits(float(scene.after[1].reshape(-1)[0]))
        assert replies.write(view(query))["prediction"]["instead"] == [value, words]


def test_where_there_are_classes_or_no_numbers_nothing_stands_in_their_place() -> None:
    assert view(last(nn.Linear(1, 3)).query).prediction.instead == ()
    broken = nn.Sequential(nn.Flatten(), nn.Linear(784, 1), nn.Linear(2, 1)).eval()
    name = zoo.offer(card_of("Mine"), broken).name
    assert view(Query(model=name, images=PICTURES)).prediction.instead == ()
