"""What each value that goes in adds to one that comes out: its slope, by autograd, times the value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.scene import Scene
from tests.kinds.test_functions import seen
from tests.kinds.test_resizing import at_the_step

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

SUMS: dict[str, Any] = {
    "add": lambda _, x: x + x * 3,
    "add a multiple": lambda _, x: torch.add(x, x * 3, alpha=2),
    "add in place": lambda _, x: (x * 3).add_(x),
    "add a row": lambda _, x: x + (x * 3)[:, :, :1],
    "add a number": lambda _, x: x + 0.5,
    "a number and a value": lambda _, x: 2 + x,
    "sub": lambda _, x: x - x * 3,
    "sub a number": lambda _, x: x - 0.5,
    "sub from a number": lambda _, x: 1 - x,
    "rsub": lambda _, x: torch.rsub(x, 1, alpha=2),
    "mul by a number": lambda _, x: x * 3,
    "mul of a number": lambda _, x: 0.25 * x,
    "mul of a weight of one number": lambda self, x: self.one * x,
    "div by a number": lambda _, x: x / 4,
    "neg": lambda _, x: -x,
    "batch norm": lambda self, x: F.batch_norm(x, self.four[:2], self.four[2:] ** 2, eps=0.1),
}
NONE: dict[str, Any] = {
    "mul": lambda _, x: x * (x + 1),
    "div": lambda _, x: x / (x + 1),
    "div by nothing": lambda _, x: x / 0,
    "div of a number": lambda _, x: 2 / (x + 1),
    "pow": lambda _, x: x**2,
    "layer norm": lambda _, x: F.layer_norm(x, (28,)),
    "rounded": lambda _, x: torch.div(x, 2, rounding_mode="floor"),
}


def last(function: Any) -> Scene:
    scene = seen(function, "input")
    step = scene.steps[-1]
    return seen(function, step.id, at=31)


@pytest.mark.parametrize("name", SUMS)
def test_products_and_bias_add_up_to_the_value(name: str) -> None:
    scene = last(SUMS[name])
    subject = scene.subject()
    for unit in (0, 31, 28 * 28 + 5, subject.values.size - 1):
        found = scene.kind.feeding(subject, unit)
        assert found is not None
        assert found.products is not None
        value = float(subject.values.reshape(-1)[unit])
        assert found.total == pytest.approx(value, rel=1e-5, abs=1e-5)
        assert float(found.products.sum()) + found.bias == pytest.approx(found.total, abs=1e-9)
        assert len(found.products) == len(found.places) <= 2


SLOPES = {
    "add": [1.0, 1.0],
    "add a multiple": [1.0, 2.0],
    "add in place": [1.0, 1.0],
    "add a row": [1.0, 1.0],
    "sub": [1.0, -1.0],
    "sub from a number": [-1.0],
    "rsub": [-2.0],
    "mul by a number": [3.0],
    "mul of a number": [0.25],
    "div by a number": [0.25],
    "neg": [-1.0],
}


@pytest.mark.parametrize("name", SLOPES)
def test_every_product_is_slope_times_value(name: str) -> None:
    scene = last(SUMS[name])
    subject = scene.subject()
    found = scene.kind.feeding(subject, 31)
    assert found is not None
    assert found.products is not None
    assert len(found.products) == len(SLOPES[name])
    assert len({found.tensor(index) for index in range(len(found.places))}) == len(SLOPES[name])
    for index, slope in enumerate(SLOPES[name]):
        part = subject.received[found.tensor(index)][1].reshape(-1)[found.places[index]]
        assert found.products[index] == pytest.approx(slope * float(part), rel=1e-6)


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_sum_has_no_products(name: str) -> None:
    scene = last(NONE[name])
    assert scene.kind.feeding(scene.subject(), 31) is None


def test_a_layer_of_kept_statistics_is_one_product_and_a_bias() -> None:
    torch.manual_seed(3)
    layer = nn.BatchNorm2d(2)
    layer(torch.randn(9, 2, 4, 4) * 3 + 1)  # statistics of its own
    nn.init.uniform_(layer.weight, 0.5, 2)
    nn.init.uniform_(layer.bias, -1, 1)

    scene = at_the_step(layer.eval())
    subject = scene.subject()
    x = torch.from_numpy(subject.entering[None].copy()).requires_grad_()
    with torch.enable_grad():
        layer(x).reshape(-1)[31].backward()
    found = scene.kind.feeding(subject, 31)
    assert found is not None
    assert found.products is not None
    assert x.grad is not None
    slope = float(x.grad.reshape(-1)[31])
    np.testing.assert_allclose(
        found.products, [slope * subject.entering.reshape(-1)[31]], rtol=1e-5
    )
    assert found.total == pytest.approx(float(subject.values.reshape(-1)[31]), rel=1e-5)
