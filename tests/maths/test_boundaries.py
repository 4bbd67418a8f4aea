"""How far the image is from where the next unit switches."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer.maths.ablation import chain
from explorer.maths.boundaries import RADII, boundaries
from explorer.maths.linearity import linear_view
from tests.maths.test_linearity import FIRST, IMAGE, SECOND, linear


def test_boundaries_worked_out_by_hand() -> None:
    modules = (nn.Flatten(), FIRST, nn.ReLU(), SECOND, nn.ReLU(), nn.Linear(2, 3))
    first, second = boundaries(modules, IMAGE)
    assert (first.index, second.index) == (2, 4)
    assert first.distances == pytest.approx([0.5 / 2**0.5, 1 / 5**0.5])
    assert (first.within, first.unit) == ((0, 0, 2, 2), 0)
    assert first.distance == pytest.approx(0.5 / 2**0.5)
    assert second.distances == pytest.approx(
        [1 / 2**0.5, 0]
    )  # rows of the effective weights: ‖(1, −1)‖, ‖(−2, 2)‖
    assert (second.within, second.unit, second.distance) == ((1, 1, 1, 2), 1, 0.0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_the_distance_leads_onto_the_boundary(seed: int) -> None:
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(16, 9), nn.ReLU(), nn.Linear(9, 7), nn.ReLU(), nn.Linear(7, 3)
    )
    image = torch.randn(4, 4)
    modules = chain(model, image)
    assert modules is not None
    for found in boundaries(modules, image):
        pre = model[: found.index].double()
        x = image.double().requires_grad_()
        z = pre(x.unsqueeze(0))[0]
        for unit, distance in enumerate(found.distances):
            (slope,) = torch.autograd.grad(z[unit], x, retain_graph=True)
            expected = float(z[unit].detach().abs() / slope.norm()) if slope.any() else np.inf
            assert float(distance) == pytest.approx(expected, rel=1e-3, abs=1e-5)
        assert found.distance == found.distances.min() == found.distances[found.unit]
        assert found.within == tuple(int((found.distances < radius).sum()) for radius in RADII)
        model.float()


def test_a_unit_that_no_pixel_moves_is_infinitely_far() -> None:
    modules = (
        nn.Flatten(),
        linear([[0.0] * 4, [3.0, 0, 4, 0], [0.0] * 4], [1.0, -1.0, 0.0]),
        nn.ReLU(),
        nn.ReLU(),
    )
    first, second = boundaries(modules, IMAGE)
    assert first.distances.tolist() == [np.inf, 5.0, np.inf]
    assert second.distances.tolist() == [np.inf, 5.0, np.inf]
    assert (
        boundaries((nn.ReLU(), nn.Flatten()), IMAGE)[0].distances.tolist()
        == IMAGE.flatten().tolist()
    )


def test_a_unit_exactly_at_a_radius_is_not_closer() -> None:
    first = float(IMAGE.flatten()[0])
    for distance, within in ((0.5, (0, 0, 0, 1)), (1.0, (0, 0, 0, 0))):
        layer = linear([[1.0, 0, 0, 0]], [distance - first])
        (found,) = boundaries((nn.Flatten(), layer, nn.ReLU()), IMAGE)
        assert (found.distance, found.within) == (distance, within)


def test_a_unit_at_exactly_zero_is_off_wherever_the_image_is() -> None:
    # z = (8 − 8, 2 + 5): the first unit lies on its kink, so only the second is on.
    hidden = linear([[1.0, 1, 1, 1], [1.0, 0, 1, 0]], [-8.0, 0.0])
    model = nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), linear([[1.0, 1], [2, 3]], [3.0, 4.0]))
    view = linear_view(model, IMAGE)
    assert view.weights.tolist() == [[1, 0, 1, 0], [3, 0, 3, 0]]
    assert view.bias.tolist() == [3.0, 4.0]
    deeper = boundaries((*model[:3], linear([[1.0, 1.0]], [0.0]), nn.ReLU()), IMAGE)[1]
    assert deeper.distances == pytest.approx([7 / 2**0.5])
