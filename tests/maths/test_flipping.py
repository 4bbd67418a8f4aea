"""Small changes that flip an answer: worked out by hand, and on networks of random weights."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer.maths.flipping import WHITE, Way, flip
from explorer.maths.maps import Elementwise
from explorer.maths.margins import radius
from tests.maths.test_linearity import linear

GREYS = np.array([[100, 50], [0, 0]], dtype=np.uint8)


def two_pixels() -> nn.Sequential:
    """Return a network whose answer is 0 while the first pixel leads the second by 25/255."""
    first = linear([[1.0, 0, 0, 0], [0.0, 1, 0, 0]], [0.0, 0.0])
    last = linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 25 / WHITE])
    return nn.Sequential(nn.Flatten(), first, nn.ReLU(), last)


def answer(network: nn.Module, greys: np.ndarray) -> int:
    with torch.no_grad():
        return int(network(torch.from_numpy(greys.astype(np.float32))[None] / WHITE).argmax())


@pytest.mark.parametrize(
    ("way", "first", "second"),
    [
        # 25 levels of lead are lost by 13 on each side, by 26 on one: one more than level.
        ("free", 87, 63),
        ("added", 100, 76),
        ("erased", 74, 50),
    ],
)
def test_the_smallest_change_is_known(way: Way, first: int, second: int) -> None:
    found = flip(two_pixels(), GREYS, way)
    assert (found.found, found.now, found.to) == (True, 0, 1)
    changed = found.greys.reshape(-1).tolist()
    assert changed[2:] == [0, 0]  # pixels without weight stay
    assert changed[0] - changed[1] == 24 or way == "free"
    assert abs(changed[0] - first) <= 1
    assert abs(changed[1] - second) <= 1
    change = np.abs(found.greys.astype(int) - GREYS)
    assert found.pixels == np.count_nonzero(change)
    assert found.levels == change.sum()
    assert found.distance == pytest.approx(np.linalg.norm(change / WHITE))
    assert answer(two_pixels(), found.greys) == 1
    assert found.far == {"free": None, "added": 1, "erased": 1}[way]


def test_what_cannot_be_flipped_is_said() -> None:
    network = two_pixels()
    network[3].bias.data = torch.tensor([9.0, 0.0])
    for way in get_args(Way):
        found = flip(network, GREYS, way)
        assert not found.found
        assert (found.greys == GREYS).all()
        assert (found.distance, found.pixels, found.levels) == (0.0, 0, 0)
    assert not flip(network, np.zeros((2, 2), dtype=np.uint8), "erased").found
    assert not flip(network, np.full((2, 2), WHITE, dtype=np.uint8), "added").found


def networks(seed: int) -> tuple[nn.Sequential, np.ndarray]:
    torch.manual_seed(seed)
    network = nn.Sequential(
        *(nn.Flatten(), nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 16), nn.ReLU()),
        nn.Linear(16, 4),
    )
    for module in network:
        if isinstance(module, nn.Linear):
            module.weight.data *= 3
    greys = np.random.default_rng(seed).integers(0, 256, (4, 4), dtype=np.uint8)
    return network, greys


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(get_args(Way)), st.sampled_from([None, 0, 1, 2, 3]))
def test_a_flip_holds_and_only_does_what_it_may(seed: int, way: Way, goal: int | None) -> None:
    network, greys = networks(seed)
    found = flip(network, greys, way, goal)
    change = found.greys.astype(int) - greys
    assert (change >= 0).all() or way != "added"
    assert (change <= 0).all() or way != "erased"
    assert found.now == answer(network, greys)
    assert found.to == answer(network, found.greys)
    if found.found:
        assert found.to == goal if goal is not None else found.to != found.now
    again = flip(network, greys, way, goal)
    assert (again.greys == found.greys).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_within_the_proven_radius_nothing_flips(seed: int) -> None:
    network, greys = networks(seed)
    image = torch.from_numpy(greys.astype(np.float32)) / WHITE
    now = answer(network, greys)
    others = [each for each in range(4) if each != now]
    safe = radius(tuple(network), image, now, others)
    found = flip(network, greys)
    assert safe <= found.distance or not found.found
    # towards each rival and at random, right up to the radius, outside the box as well
    moves = torch.randn(500, 16)
    given_ = image[None].repeat(4, 1, 1).requires_grad_()
    logits = network(given_)
    slopes = torch.autograd.grad((logits - logits[:, [now]]).diagonal().sum(), given_)[0]
    moves = torch.cat([moves, slopes.flatten(1)])
    moves = safe * 0.999 * moves / moves.norm(dim=1, keepdim=True).clamp(min=1e-9)
    with torch.no_grad():
        assert (network(image + moves.view(-1, 4, 4)).argmax(1) == now).all()
    for goal in others:
        assert radius(tuple(network), image, now, [goal]) >= 0.999 * safe


def test_a_radius_worked_out_by_hand() -> None:
    # logits (a, b + 25/255), a − b = 50/255: the border is at 25/255 / √2, no unit switches nearer
    image = torch.from_numpy(GREYS.astype(np.float32)) / WHITE
    level = 25 / WHITE / 2**0.5
    assert radius(tuple(two_pixels()), image, 0, [1]) == pytest.approx(level, rel=5e-3)
    assert radius(tuple(two_pixels()), image, 0, [1]) <= level
    # Doubled after the ReLU by an edit, the lead of a is 75/255 with a slope of (2, −1).
    doubled = Elementwise(torch.tensor([2.0, 1.0]), torch.zeros(2))
    edited = (*two_pixels()[:3], doubled, two_pixels()[3])
    level = (200 - 50 - 25) / WHITE / 5**0.5
    assert radius(edited, image, 0, [1]) == pytest.approx(min(level, 50 / WHITE), rel=0.3)
    assert radius(edited, image, 0, [1]) <= level
    assert radius((*two_pixels(), nn.Softmax(1)), image, 0, [1]) == 0.0  # nothing is known of it


def test_an_error_goes_on_through_what_follows() -> None:
    # z = x − 0.5 is off, so that nothing here depends on x; beyond 0.5 it takes 1 − 100·(x − 0.5)
    # from 1 down to the rival's 0.5 within a two-hundredth.
    chain = (nn.Flatten(), linear([[1.0]], [-0.5]), nn.ReLU(), linear([[-100.0]], [1.0]))
    network = (*chain, nn.ReLU(), linear([[1.0], [0.0]], [0.0, 0.5]))
    found = radius(network, torch.zeros(1, 1), 0, [1])
    assert 0.504 < found <= 0.505
    # Where no pixel matters at all, the radius is the whole box of grey values.
    flat = (nn.Flatten(), linear([[0.0, 0, 0, 0], [0.0, 0, 0, 0]], [1.0, 0.0]))
    assert radius(flat, torch.zeros(2, 2), 0, [1]) == pytest.approx(2.0, rel=1e-3)
