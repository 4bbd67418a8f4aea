"""Steps of optimizers by hand: numbers worked out on paper, and torch's own classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

from explorer.lessons import Optimizer
from explorer.maths.optimizing import BETAS, EPSILON, MOMENTUM, Moved, Weight, missed, stepped
from explorer.records import Floats

CLASSES: Mapping[Optimizer, Any] = {
    "sgd": lambda each, rate: torch.optim.SGD(each, lr=rate),
    "momentum": lambda each, rate: torch.optim.SGD(each, lr=rate, momentum=MOMENTUM),
    "adam": lambda each, rate: torch.optim.Adam(each, lr=rate, betas=BETAS, eps=EPSILON),
}


def one(value: float, gradient: float, count: int = 1, **memory: float) -> Weight:
    held = {name: np.array([each], dtype=np.float32) for name, each in memory.items()}
    return Weight(
        np.array([value], dtype=np.float32), np.array([gradient], dtype=np.float32), count, held
    )


def values(moved: Moved) -> list[float]:
    return [float(moved.value[0]), *(float(each[0]) for each in moved.memory.values())]


def test_one_weight_on_paper() -> None:
    assert values(stepped(one(1.0, 2.0), 0.5, "sgd")) == [0.0]  # 1 − 0.5 · 2
    assert values(stepped(one(1.0, 2.0), 0.5, "momentum")) == [0.0, 2.0]  # v = g at first
    later = one(1.0, 2.0, count=2, v=10.0)
    assert values(stepped(later, 0.5, "momentum")) == [-4.5, 11.0]  # v = 0.9 · 10 + 2
    first = values(stepped(one(1.0, 2.0), 0.5, "adam"))  # m̂ / √v̂ = 2 / √4: one rate
    assert first == pytest.approx([0.5, 0.2, 0.004], rel=1e-8)
    # m = 0.9 · 1 + 0.1 · 2 = 1.1, v = 0.999 · 4 + 0.001 · 4 = 4; m̂ = 1.1 / 0.19, √v̂ = 2 / √0.001999
    second = values(stepped(one(1.0, 2.0, count=2, m=1.0, v=4.0), 0.5, "adam"))
    move = 0.5 * (1.1 / 0.19) / (2 / 0.001999**0.5)
    assert second == pytest.approx([1 - move, 1.1, 4.0], rel=1e-8)


@pytest.mark.parametrize("optimizer", CLASSES)
@pytest.mark.parametrize("rate", [1e-5, 0.01, 1.0])
def test_step_for_step_as_torch(optimizer: Optimizer, rate: float) -> None:
    random = np.random.default_rng(3)
    weight = torch.from_numpy(random.normal(size=(30, 40)).astype(np.float32)).requires_grad_()
    theirs = CLASSES[optimizer]([weight], rate)
    memory: Mapping[str, Floats] = {}
    for count in range(1, 8):
        gradient = random.normal(size=(30, 40)).astype(np.float32)
        gradient[random.random(gradient.shape) < 0.5] = 0
        before = Weight(weight.detach().numpy().copy(), gradient, count, memory)
        weight.grad = torch.from_numpy(gradient)
        theirs.step()
        moved = stepped(before, rate, optimizer)
        assert missed(before, moved.value, weight.detach().numpy()) <= 1e-6
        memory = {name: each.astype(np.float32) for name, each in moved.memory.items()}


def test_a_step_that_is_another_one_is_missed() -> None:
    before = one(1.0, 2.0)
    hand = stepped(before, 1e-5, "sgd").value
    right = hand.astype(np.float32)
    assert missed(before, hand, right) <= 1e-6
    assert missed(before, hand, before.value) == pytest.approx(1, rel=0.01)  # nothing was done
    assert missed(before, hand, (hand - 1e-6).astype(np.float32)) > 0.02
    still = one(1.0, 0.0)
    assert missed(still, stepped(still, 1.0, "sgd").value, still.value) == 0
    assert missed(still, stepped(still, 1.0, "sgd").value, still.value + 1) > 0.9
