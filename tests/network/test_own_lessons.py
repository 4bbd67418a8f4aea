"""Lessons of somebody's own module: in whatever mode it came, as plain torch teaches its copy."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.scene import look
from explorer.viewing import view
from tests.network.test_patching_lessons import patch
from tests.network.test_shown import PIXELS, SHOWN

FIRST = "1"


def network() -> nn.Module:
    """Return a module as it is made, in train mode, with layers that behave otherwise there."""
    torch.manual_seed(0)
    layers = (nn.Linear(784, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.ReLU(), nn.Linear(8, 10))
    return nn.Sequential(nn.Flatten(), *layers)


@pytest.fixture
def own() -> Iterator[tuple[str, nn.Module]]:
    model = network()
    card = zoo.offer(zoo.card_of("own"), model)
    yield card.name, model
    zoo.withdraw(card.name)


def asked(name: str, *edits: Any, **more: Any) -> Any:
    more = {"taught": SHOWN, **more}
    return read({"model": name, "images": PIXELS, "focus": 1, "edits": edits, **more})


def images() -> torch.Tensor:
    return torch.from_numpy(look(read({"images": PIXELS})).trace.images.copy())


def apart(model: nn.Module, steps: int = 3) -> Any:
    """Return a copy of a module as plain torch teaches it the second picture, in eval mode."""
    copied = copy.deepcopy(model).eval()
    optimizer = torch.optim.SGD(copied.parameters(), lr=0.01, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        functional.cross_entropy(copied(images()[1:]), torch.tensor([7])).backward()
        optimizer.step()
    return copied.requires_grad_(False)


def shares(model: nn.Module) -> Any:
    return torch.softmax(model(images()), 1).numpy()


def test_what_a_module_in_train_mode_has_learnt_is_shown(own: tuple[str, nn.Module]) -> None:
    name, model = own
    before = {key: each.clone() for key, each in model.state_dict().items()}
    found = view(asked(name, show=["lesson", "gradient"]))
    expected = shares(apart(model))
    np.testing.assert_allclose(found.prediction.probabilities, expected, atol=1e-6)
    lesson = found.sections["lesson"]
    np.testing.assert_allclose(lesson["after"]["probabilities"], expected[1], atol=1e-6)
    assert all(each.passed for each in found.checks)
    assert model.training
    assert all(each.training for each in model.modules())
    assert all(torch.equal(each, before[key]) for key, each in model.state_dict().items())


def test_what_it_has_learnt_is_copied_anew_for_every_lesson(own: tuple[str, nn.Module]) -> None:
    name, model = own
    for steps in (3, 9):
        hiding = {**SHOWN, "steps": steps, "shown": False}
        found = look(asked(name, {**patch(learnt=True), "step": FIRST}, taught=hiding))
        expected = apart(model, steps)[:2](images())[0].numpy()
        np.testing.assert_allclose(found.values[FIRST][1][[3, 5]], expected[[3, 5]], atol=1e-6)


def test_what_its_owner_has_frozen_does_not_learn(own: tuple[str, nn.Module]) -> None:
    name, model = own
    model.get_submodule(FIRST).requires_grad_(False)
    model.get_parameter("5.bias").requires_grad_(False)
    expected = apart(model)
    for hiding in (SHOWN, {**SHOWN, "shown": False}):
        found = view(asked(name, taught=hiding, step=FIRST, show=["lesson", "gradient"]))
        after = found.sections["lesson"]["after"]["probabilities"]
        np.testing.assert_allclose(after, shares(expected)[1], atol=1e-6)
        told = found.sections["gradient"]
        assert (told["fixed"], told["held"], told["weight"], told["bias"]) == (
            ["1"],
            True,
            None,
            None,
        )
        held = [each["name"] for each in told["layers"] if each["held"] and each["norm"] is None]
        assert held == ["1.weight", "1.bias", "5.bias"]
        assert all(each.passed for each in found.checks)
    assert [each.requires_grad for each in model.parameters()] == [False, False, *[True] * 3, False]


def test_what_is_frozen_meanwhile_stands_still_from_then_on(own: tuple[str, nn.Module]) -> None:
    name, model = own
    free = look(asked(name)).prediction.probabilities
    np.testing.assert_allclose(free, shares(apart(model)), atol=1e-6)
    model.get_submodule(FIRST).requires_grad_(False)
    still = look(asked(name)).prediction.probabilities
    np.testing.assert_allclose(still, shares(apart(model)), atol=1e-6)
    assert np.abs(still - free).max() > 1e-4


def test_a_parameter_of_whole_numbers_is_in_nobodys_way() -> None:
    chain = nn.Sequential(nn.Flatten(), nn.Linear(784, 4))
    chain.codes = nn.Parameter(torch.tensor([3, -7]), requires_grad=False)
    card = zoo.offer(zoo.card_of("coded"), chain)
    label = {**SHOWN, "label": 2}
    found = view(asked(card.name, taught=label, step=FIRST, show=["lesson", "gradient"]))
    zoo.withdraw(card.name)
    assert found.sections["gradient"]["fixed"] == [""]
    assert {"gradient", "gradient32", "step"} <= {each.key for each in found.checks}
    assert all(each.passed for each in found.checks)


@pytest.mark.parametrize("lead", [700.0, 720.5, 738.3, 743.7, 744.9, 760.0])
def test_a_gradient_at_the_end_of_what_numbers_hold_is_by_hand_the_same(lead: float) -> None:
    last = nn.Linear(784, 4)
    with torch.no_grad():
        last.bias.copy_(torch.tensor([0.3, -0.2, lead, 0.1]))
        last.weight.mul_(1e-3)
    card = zoo.offer(zoo.card_of("sure"), nn.Sequential(nn.Flatten(), last))
    found = view(asked(card.name, taught={**SHOWN, "label": 2, "steps": 0}, show=["gradient"]))
    zoo.withdraw(card.name)
    assert "gradient" in {each.key for each in found.checks}
    assert {each.key for each in found.checks if not each.passed} == set()
