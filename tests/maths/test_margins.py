"""Proven radii of networks with convolutions: by hand, and against attacks."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.maths import margins
from explorer.maths.margins import radius
from explorer.network import zoo
from tests.maths.test_linearity import linear

STEPS = 12  # of an attack


def convolution(weight: list[list[float]], **options: Any) -> nn.Conv2d:
    """One map to one map, without an offset."""
    found = nn.Conv2d(1, 1, (len(weight), len(weight[0])), bias=False, **options)
    found.weight.data = torch.tensor(weight).view_as(found.weight)
    return found


def pointwise(weights: list[list[float]], offsets: list[float]) -> nn.Conv2d:
    """Maps of the weighted sums of maps, pixel by pixel."""
    found = nn.Conv2d(len(weights[0]), len(weights), 1)
    found.weight.data = torch.tensor(weights)[..., None, None]
    cast(nn.Parameter, found.bias).data = torch.tensor(offsets)
    return found


def network(seed: int) -> tuple[nn.Sequential, torch.Tensor]:
    """A small network of random layers, settings and weights, and an image with ties."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    pick = chance.choice
    layers: list[nn.Module] = []
    maps_, side = 2, 9
    for _ in range(int(pick([1, 2]))):
        groups, left = int(pick([1, 2])), int(pick([2, 4]))
        size, pad, apart = int(pick([1, 2, 3])), int(pick([0, 1])), int(pick([1, 2]))
        by = int(pick([1, 2]))
        layers.append(nn.Conv2d(maps_, left, size, by, pad, apart, groups))
        maps_ = left
        if pick([True, False]):
            layers.append(nn.BatchNorm2d(left, affine=bool(pick([True, False]))))
            cast(nn.BatchNorm2d, layers[-1]).running_var = torch.rand(left) + 0.3
        pools: tuple[Any, ...] = (nn.MaxPool2d, nn.AvgPool2d, nn.Identity)
        pool = pools[chance.integers(3)](2, int(pick([1, 2])))
        layers += [nn.ReLU(), pool] if pick([True, False]) else [pool, nn.ReLU()]
        with torch.no_grad():
            side = nn.Sequential(*layers).eval()(torch.zeros(1, 2, 9, 9)).shape[-1]
        if side < 6:
            break
    layers += [nn.Flatten(), nn.Linear(maps_ * side**2, 6), nn.ReLU(), nn.Linear(6, 3)]
    image = torch.rand(2, 9, 9) * (torch.rand(2, 9, 9) > 0.5)
    return nn.Sequential(*layers).eval(), image


def attacked(model: nn.Module, image: torch.Tensor, now: int, within: float) -> float:
    """The least lead of the answer that steps up each rival's slope find within a radius."""
    count = int(model(image[None]).shape[1])
    rivals = [each for each in range(count) if each != now]
    change = 0.3 * within * torch.randn(len(rivals), *image.shape).sign() / image.numel() ** 0.5
    least = torch.tensor(torch.inf)
    for _ in range(STEPS):
        change.requires_grad_()
        logits = model(image + change)
        leads = logits[:, now] - logits[range(len(rivals)), rivals]
        least = torch.minimum(least, leads.min()).detach()
        (slopes,) = torch.autograd.grad(leads.sum(), change)
        moved = change.detach() - within / 3 * unit_rows(slopes)
        change = moved * (within / moved.flatten(1).norm(dim=1).clamp(min=within)).view(-1, 1, 1, 1)
    return float(least)


def unit_rows(rows: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = rows / rows.flatten(1).norm(dim=1).clamp(min=1e-12).view(-1, 1, 1, 1)
    return found


def proven(model: nn.Sequential, image: torch.Tensor) -> tuple[int, float]:
    with torch.no_grad():
        logits = model(image[None])
    now = int(logits.argmax())
    others = [each for each in range(logits.shape[1]) if each != now]
    return now, radius(tuple(model), image, now, others)


@pytest.mark.parametrize(
    ("largest", "expected"), [(0.6, 0.4), (0.3, 1 / (1 + 2**0.5)), (0.0, 1 / (1 + 2**0.5))]
)
def test_the_largest_of_a_window_worked_out_by_hand(largest: float, expected: float) -> None:
    """The lead is 1 − max(x): 0.4 is what the first pixel lacks, and no other passes it before.

    With 0.3, another passes by √2·ε − 0.3, and 0.7 = ε + √2·ε − 0.3; with 0, by √2·ε at once.
    """
    image = torch.tensor([[[largest, 0.0], [0.0, 0.0]]])
    for links in ([nn.ReLU(), nn.MaxPool2d(2)], [nn.MaxPool2d(2), nn.ReLU()], [nn.MaxPool2d(2)]):
        last = linear([[-1.0], [0.0]], [1.0, 0.0])
        model = nn.Sequential(convolution([[1.0]]), *links, nn.Flatten(), last)
        found = radius(tuple(model), image, 0, [1])
        assert expected * 0.995 < found < expected


def test_a_convolution_worked_out_by_hand() -> None:
    """The lead is x[1] − x[0] + 0.3, of the norm √2; behind a ReLU as long as that is on."""
    image, first = torch.tensor([[[0.2, 0.6]]]), convolution([[-1.0, 1.0]])
    last = linear([[1.0], [0.0]], [0.3, 0.0])
    found = radius((first, nn.Flatten(), last), image, 0, [1])
    assert found == pytest.approx(0.7 / 2**0.5, rel=1e-3)
    found = radius((first, nn.ReLU(), nn.Flatten(), last), image, 0, [1])
    # off, nothing is lost any more: the lead stays at 0.3 whatever the change
    assert found == pytest.approx(0.7 / 2**0.5, rel=5e-3)


def test_what_one_maximum_adds_switches_the_next() -> None:
    """Off up to 0.5, then r = x − 0.5, and 100·r − 0.5 takes the lead of 0.5 within a hundredth."""
    first, second = pointwise([[1.0]], [-0.5]), pointwise([[100.0]], [-0.5])
    rest = (nn.ReLU(), nn.Flatten(), linear([[-1.0], [0.0]], [1.0, 0.5]))
    found = radius((first, nn.ReLU(), second, *rest), torch.zeros(1, 1, 1), 0, [1])
    assert 0.505 < found <= 0.51


def test_what_one_maximum_adds_takes_from_the_next() -> None:
    """As above, now −100·r switches one off and 100·r makes another larger: both cancel until then.

    The lead is 0.5 − max(0, 100·r − 0.5), and gone at r = 0.01.
    """
    first = pointwise([[1.0]], [-0.5])
    second = pointwise([[-100.0], [100.0]], [0.5, 1.0])
    rest = (nn.ReLU(), nn.Flatten(), linear([[-1.0, -1.0], [0.0, 0.0]], [2.0, 0.0]))
    found = radius((first, nn.ReLU(), second, *rest), torch.zeros(1, 1, 1), 0, [1])
    assert 0.505 < found <= 0.51


def test_an_absolute_value_worked_out_by_hand() -> None:
    """The lead is 0.5 − |2x|, of which nothing is linear at 0: each side adds up to 2ε.

    A proof of both at once gives 0.5 = 4ε; at 0.25 the answer has changed.
    """
    last = linear([[-1.0, -1.0], [0.0, 0.0]], [0.5, 0.0])
    model = (pointwise([[2.0], [-2.0]], [0.0, 0.0]), nn.ReLU(), nn.Flatten(), last)
    found = radius(model, torch.zeros(1, 1, 1), 0, [1])
    assert 0.995 * 0.125 < found < 0.125


def test_one_value_of_many_windows_worked_out_by_hand() -> None:
    """The ninth of falling values is in all windows of nine; each takes another, its first.

    The lead is 0.9 less what their sum grows by: as that one value grows by ε, 9ε − 0.036, which
    is what it lacks in all of them.
    """
    image = torch.linspace(0.1, 0.084, 17).view(1, 1, 17)
    last = linear([[-1.0] * 9, [0.0] * 9], [0.9 + float(image[..., :9].sum()), 0.0])
    model = (nn.MaxPool2d((1, 9), 1), nn.Flatten(), last)
    found = radius(model, image, 0, [1])
    assert 0.9 / (3 + 9 * 2**0.5) < found < (0.9 + 0.036) / 9


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_within_the_proven_radius_no_attack_succeeds(seed: int) -> None:
    model, image = network(seed)
    now, found = proven(model, image)
    lead = float(model(image[None])[0].detach().topk(2).values.diff().abs())
    assert found > 0 or lead < 1e-3, "only where rounding could turn the answer"
    assert found == 0 or attacked(model, image, now, 0.999 * found) > 0


@pytest.mark.parametrize("age", ["", "batch-0008", "epoch-003", "epoch-015"])
def test_of_the_shipped_network_no_attack_succeeds(age: str) -> None:
    model: Any = zoo.load("fashion-cnn", age)
    chain = nn.Sequential(*model.features, model.flatten, *model.classifier)
    for each in samples.listing():
        (drawn,) = read({"images": [each["pixels"]]}).images
        grey = np.frombuffer(drawn, dtype=np.uint8).reshape(1, 28, 28)
        image = torch.from_numpy(grey.astype(np.float32)) / 255
        now, found = proven(chain, image)
        assert found > 0
        assert attacked(chain, image, now, 0.999 * found) > 0


@pytest.mark.parametrize(
    ("lost", "largest"),
    [
        (lambda radius: radius / 0.7, 0.7),
        (lambda radius: (radius / 0.003) ** 4, 0.003),
        (lambda radius: radius + (radius / 0.02) ** 2.5, 0.01984),
        (lambda radius: max(0.0, 100 * (radius - 0.5)), 0.51),
        (lambda radius: 0.1 * radius + 9.0 * (radius > 0.31), 0.31),
        (lambda radius: 0.2 * radius, 2.0),
        (lambda _: 0.0, 2.0),
        (lambda _: 9.0, 0.0),
        (lambda _: float("nan"), 0.0),
    ],
)
def test_the_largest_radius_at_which_not_all_is_lost(lost: Any, largest: float) -> None:
    found = margins._largest(lost, 2.0)
    assert found == pytest.approx(largest, rel=2e-3)
    assert found == 0 or lost(found) < 1


def test_of_what_is_not_known_nothing_is_proven() -> None:
    image, last = torch.rand(1, 4, 4), (nn.Flatten(), linear([[1.0] * 16, [0.0] * 16], [1.0, 0.0]))
    assert radius(last, image, 0, [1]) > 0
    odd: tuple[nn.Module, ...] = (
        nn.MaxPool2d(3, 1, padding=1),
        nn.MaxPool2d(1, dilation=2),
        nn.AvgPool2d(3, 1, padding=1),
        nn.Conv2d(1, 1, 3, padding="same"),
        nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"),
        nn.BatchNorm2d(1),
        nn.Dropout(),
        nn.Flatten(2),
        nn.Softplus(),
    )
    for link in odd:
        assert radius((link, *last), image, 0, [1]) == 0.0


def test_what_would_take_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    model, image = network(3)
    now, found = proven(model, image)
    assert found > 0
    monkeypatch.setattr(margins, "MOST", 1000)
    assert proven(model, image) == (now, 0.0)
