"""Weights rounded to float16: how they change, and that answers do not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.learning.rounding import rounded
from explorer.network.nets import course_sequential


def network(weights: list[list[float]]) -> nn.Linear:
    """Return one Linear without bias; a pixel of 255 is an input of 1."""
    model = nn.Linear(len(weights[0]), len(weights))
    with torch.no_grad():
        model.weight.copy_(torch.tensor(weights))
        model.bias.zero_()
    return model


def weight(model: nn.Module) -> torch.Tensor:
    """Return the weights of the first layer, (out, in)."""
    return next(model.parameters()).detach()


def test_every_weight_is_a_float16_and_the_nearest() -> None:
    torch.manual_seed(0)
    model = course_sequential()
    images = torch.randint(0, 256, (50, 28, 28), dtype=torch.uint8)
    result, changed = rounded(model, images)
    assert changed == 0
    for ours, exact in zip(result.parameters(), model.parameters(), strict=True):
        assert torch.equal(ours, ours.half().float())
        wanted = exact.detach().numpy()
        spacing = np.abs(np.spacing(ours.numpy().astype(np.float16)).astype(np.float32))
        assert (np.abs(ours.numpy() - wanted) <= spacing / 2).mean() > 0.99
        assert not exact.equal(ours)


def test_the_network_that_was_given_stays_as_it_was() -> None:
    model = network([[1.0003], [0.0]])
    rounded(model, torch.full((1, 1), 255, dtype=torch.uint8))
    assert float(weight(model)[0, 0]) == np.float32(1.0003)
    assert model.weight.requires_grad


def test_an_answer_that_the_nearest_values_would_change_stays() -> None:
    """Above 1 a float16 is 2⁻¹⁰ from the next: three times 1.0004 falls, one 1.0006 rises."""
    model = network([[1.0004, 1.0004, 1.0004], [1.0006, 1.0001, 1.0001]])
    image = torch.full((1, 3), 255, dtype=torch.uint8)
    nearest = network(weight(model).half().tolist())
    assert int(model(image / 255).argmax(1)) == 0
    assert int(nearest(image / 255).argmax(1)) == 1
    result, changed = rounded(model, image)
    assert changed == 0
    assert int(result(image / 255).argmax(1)) == 0
    assert torch.equal(weight(result), weight(result).half().float())
    assert float((weight(result) - weight(model)).abs().max()) < 2**-10


def test_what_cannot_be_mended_is_counted() -> None:
    """The hidden layer itself falls: no weight of the last one brings its difference back."""
    last = network([[60_000.0, -60_000.0], [1.0, 0.0]])
    model = nn.Sequential(network([[1.0003], [1.0001]]), last)
    result, changed = rounded(model, torch.full((1, 1), 255, dtype=torch.uint8))
    assert changed == 1
    assert torch.equal(weight(result), torch.ones(2, 1))


def test_what_float16_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"weight .* float16"):
        rounded(network([[70_000.0]]), torch.zeros((1, 1), dtype=torch.uint8))
