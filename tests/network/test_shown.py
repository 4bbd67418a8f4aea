"""The whole page of what a network has learnt: bit for bit a copy taught apart, and no other."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.errors import InvalidQuery
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.incoming.queries import write as written
from explorer.network import parameters, teaching, zoo
from explorer.network.scene import look
from explorer.ui import handlers
from explorer.viewing import document, view
from tests.nets import autoencoder

PIXELS = [each["pixels"] for each in samples.listing()[:2]]
SHOWN = {"label": 7, "steps": 3, "rate": 0.01, "optimizer": "momentum", "shown": True}


def asked(**more: Any) -> Any:
    return read({"images": PIXELS, "focus": 1, "taught": SHOWN, **more})


def apart() -> nn.Module:
    """Return the network as plain torch teaches it the second picture."""
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    image = torch.from_numpy(look(asked(taught=None)).trace.images[1:2].copy())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        functional.cross_entropy(model(image), torch.tensor([7])).backward()
        optimizer.step()
    return model.requires_grad_(False)


def test_every_value_is_that_of_a_network_taught_apart() -> None:
    scene, model = look(asked()), apart()
    for name, each in model.named_parameters():
        assert torch.equal(dict(scene.model.named_parameters())[name], each)
    with torch.no_grad():
        expected = model(torch.from_numpy(scene.trace.images.copy())).numpy()
    np.testing.assert_array_equal(scene.trace.output, expected)
    seen = view(asked(show=["gradient", "lesson", "trust", "likes", "code"], unit=0))
    assert {check.key for check in seen.checks if not check.passed} == set()
    assert {"forward", "gradient", "gradient32", "step"} <= {check.key for check in seen.checks}
    after = torch.softmax(torch.from_numpy(expected[1]), 0).numpy()
    told = seen.sections
    np.testing.assert_allclose(told["lesson"]["after"]["probabilities"], after, atol=1e-6)
    np.testing.assert_allclose(told["gradient"]["probabilities"], after, atol=1e-6)
    assert told["trust"] == told["likes"] == {"known": False, "reason": "taught"}
    assert told["code"] == {"taught": True}


def test_without_a_step_nothing_changes() -> None:
    model = look(asked(taught=None)).model
    assert look(asked(taught={**SHOWN, "steps": 0})).model is model
    assert look(asked(taught={**SHOWN, "shown": False})).model is model


def test_what_is_shown_stays_while_the_copy_goes_on_learning() -> None:
    first = look(asked())
    before = {name: each.clone() for name, each in first.model.state_dict().items()}
    assert look(asked()).model is first.model
    assert look(asked(taught={**SHOWN, "steps": 9})).model is not first.model
    assert all(torch.equal(each, before[name]) for name, each in first.model.state_dict().items())


def test_edits_change_values_and_not_what_has_been_learnt() -> None:
    edit = {"step": "linear_relu_stack.1", "units": [], "action": "off", "value": 0.0}
    assert look(asked(edits=[edit])).model is look(asked()).model


def test_of_two_sides_the_other_picture_has_the_same_network_and_an_age_has_its_own() -> None:
    images = torch.from_numpy(look(asked()).trace.images.copy())
    new, old = (each(images).softmax(1) for each in (apart(), zoo.load("fashion-mlp")))
    seen = view(asked(versus={"image": 0}, show=["versus"])).sections["versus"]
    np.testing.assert_allclose(seen["probabilities"], new[0].tolist(), atol=1e-6)
    name = zoo.card("fashion-mlp").default
    seen = view(asked(versus={"checkpoint": name}, show=["versus"])).sections["versus"]
    np.testing.assert_allclose(seen["probabilities"], old[1].tolist(), atol=1e-6)
    assert seen["names"] == ["epoch 90 + 3 steps", "epoch 90"]


def test_a_report_says_what_it_is_of() -> None:
    assert document(asked()).weights.endswith(" + 3 steps")


def test_the_weights_are_those_that_were_learnt() -> None:
    told, model = parameters.learnt(look(asked()).model, "fashion-mlp", ""), apart()
    for row, (name, each) in zip(told["rows"], model.named_parameters(), strict=True):
        assert row["name"] == name
        assert row["mean"] == float(each.double().mean())
        assert f"Values : {each.clone().requires_grad_()[:2]} " in row["printed"]


def test_what_cannot_be_taught_is_refused_in_a_sentence() -> None:
    card = zoo.offer(zoo.card_of("other"), autoencoder().eval().requires_grad_(False))
    try:
        with pytest.raises(InvalidQuery, match=r"taught\.shown.*cannot be taught.*Expected false"):
            look(read({"model": card.name, "images": PIXELS, "taught": {**SHOWN, "label": 0}}))
    finally:
        zoo.withdraw(card.name)


def test_where_every_layer_is_frozen_nobody_says_that_steps_were_taken() -> None:
    model = look(asked(taught=None)).model
    every = [name for name, each in model.named_modules() if isinstance(each, nn.Linear)]
    how = {**SHOWN, "frozen": every}
    for show in ([], ["versus"], ["trust", "code"]):
        with pytest.raises(
            InvalidQuery, match=r"taught\.shown.*every layer.*frozen.*Expected false"
        ):
            view(asked(taught=how, versus={"checkpoint": "untrained"}, show=show))
    with pytest.raises(InvalidQuery, match=r"taught\.shown"):
        document(asked(taught=how))
    assert "learnless" in str(handlers.parameters(written(asked(taught=how)))["error"]["key"])
    assert look(asked(taught={**how, "frozen": every[1:]})).model is not model


@pytest.mark.parametrize("how", [{}, {"shown": False}, {"shown": False, "steps": 0}])
def test_a_frozen_layer_that_does_not_exist_is_refused_whatever_is_asked_for(how: Any) -> None:
    query = asked(taught={**SHOWN, **how, "frozen": ["nowhere"]}, show=[])
    for answer in (view, document, look):
        with pytest.raises(InvalidQuery, match=r"taught\.frozen.*nowhere.*linear_relu_stack\.0"):
            answer(query)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    teaching._kept.clear()
