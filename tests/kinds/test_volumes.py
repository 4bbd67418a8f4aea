"""Layers of three dimensions, and transposed convolutions: their arithmetic, unit by unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.sections import unit
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))
ROWS, MAPS, VOLUMES = (28,), (4, 7), (2, 2, 7)  # what the first dimension of the picture becomes
WIDE: dict[str, Any] = {"stride": 2, "padding": 1}

LAYERS: dict[str, tuple[tuple[int, ...], nn.Module, str]] = {
    "conv3d": (VOLUMES, nn.Conv3d(2, 3, (2, 3, 5)), "terms"),
    "grouped": (VOLUMES, nn.Conv3d(2, 4, 2, groups=2, dilation=(1, 2, 3), **WIDE), "terms"),
    "same": (VOLUMES, nn.Conv3d(2, 2, 3, padding="same", bias=False), "terms"),
    "circular": (MAPS, nn.Conv2d(4, 3, 3, **WIDE, padding_mode="circular"), "terms"),
    "reflect": (
        MAPS,
        nn.Conv2d(4, 3, 3, padding=(2, 3), dilation=2, padding_mode="reflect"),
        "terms",
    ),
    "replicate": (VOLUMES, nn.Conv3d(2, 3, 3, padding="same", padding_mode="replicate"), "terms"),
    "maxpool": (VOLUMES, nn.MaxPool3d((2, 3, 4), stride=(1, 2, 3), padding=(1, 1, 2)), "taken"),
    "avgpool": (VOLUMES, nn.AvgPool3d((1, 2, 2)), "mean"),
    "adaptive max": (VOLUMES, nn.AdaptiveMaxPool3d((1, 3, 5)), "taken"),
    "adaptive mean": (VOLUMES, nn.AdaptiveAvgPool3d(2), "mean"),
    "transposed rows": (ROWS, nn.ConvTranspose1d(28, 3, 4, **WIDE, output_padding=1), "terms"),
    "transposed": (MAPS, nn.ConvTranspose2d(4, 3, 3), "terms"),
    "stepping": (MAPS, nn.ConvTranspose2d(4, 3, 3, **WIDE, output_padding=(1, 0)), "terms"),
    "transposed groups": (
        MAPS,
        nn.ConvTranspose2d(4, 6, (2, 3), stride=(1, 3), dilation=(3, 2), groups=2, bias=False),
        "terms",
    ),
    "transposed volumes": (VOLUMES, nn.ConvTranspose3d(2, 2, 2, **WIDE), "terms"),
}


def seen(shape: tuple[int, ...], layer: nn.Module, **asked: Any) -> Scene:
    """Return the scene of the second picture, cut to a shape, at a layer behind another."""
    torch.manual_seed(5)
    made = nn.Sequential(nn.Linear(28, 28), nn.Unflatten(1, shape), layer).eval()
    name = zoo.offer(card_of("Mine"), made).name
    return look(Query(model=name, images=PICTURES, focus=1, step="2", **asked))


@pytest.mark.parametrize("name", LAYERS)
def test_every_unit_is_what_torch_has_made_of_it(name: str) -> None:
    shape, layer, key = LAYERS[name]
    scene = seen(shape, layer)
    with torch.no_grad():
        values = layer(torch.from_numpy(scene.before.copy()))[1].reshape(-1).numpy()
    for at in (*range(0, values.size, max(1, values.size // 40)), values.size - 1):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        assert [(each.key, each.passed) for each in checks] == [(key, True)]
        wrong = scene.kind.explain(scene.subject(), at, float(values[at]) + 0.5)[1]
        assert not wrong[0].passed
        if key == "terms" and "total" in data:
            assert data["total"] == pytest.approx(values[at], abs=1e-5)
        fed = scene.kind.feeding(scene.subject(), at)
        assert fed is not None
        if fed.products is not None:
            assert fed.total == pytest.approx(values[at], abs=1e-5)
            entering = scene.before[1].reshape(-1)[fed.places]
            assert ((fed.products != 0) <= (entering != 0)).all()


def test_a_place_on_which_no_kernel_falls_has_its_bias_alone() -> None:
    layer = nn.ConvTranspose2d(4, 3, 1, stride=2)
    scene = seen(MAPS, layer, unit=1)
    assert layer.bias is not None
    data, checks = unit.section(scene)
    assert data is not None
    assert data["formulas"] == [f"y[0, 0, 1] = b[0] = {float(layer.bias[0].detach()):.6g}"]
    assert [each.passed for each in checks] == [True]


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        (
            "conv3d",
            "y[o, d, r, c] = Σₖ Σₕ Σᵢ Σⱼ W[o, k, h, i, j]·x[k, d + h, r + i, c + j] + b[o]",
        ),
        ("maxpool", "y[k, d, r, c] = max x[k, window(d, r, c)]"),
        ("adaptive mean", "y[k, d, r, c] = mean x[k, window(d, r, c)]"),
        (
            "transposed",
            "y[o, r, c] = Σₖ Σᵢ Σⱼ W[k, o, i, j]·x[k, r − i, c − j] + b[o]",
        ),
        (
            "stepping",
            "y[o, r, c] = Σₖ Σᵢ Σⱼ W[k, o, i, j]·x[k, (r + 1 − i)/2, (c + 1 − j)/2] + b[o]",
        ),
        (
            "transposed groups",
            "y[o, r, c] = Σₖ Σᵢ Σⱼ W[2·⌊o/3⌋ + k, o mod 3, i, j]"
            "·x[2·⌊o/3⌋ + k, r − 3·i, (c − 2·j)/3]",
        ),
    ],
)
def test_formulas_have_the_places_of_their_dimensions(name: str, formula: str) -> None:
    shape, layer, _ = LAYERS[name]
    scene = seen(shape, layer)
    assert scene.kind.formula(scene.subject()) == formula


def test_a_transposed_convolution_says_what_it_does_in_both_languages() -> None:
    for layer, english, chinese in (
        (nn.ConvTranspose2d(4, 3, 3, stride=2), "and a bias", "再加上偏置"),
        (nn.ConvTranspose2d(4, 3, 3, stride=2, bias=False), "without a bias", "没有偏置"),
    ):
        for language, words in (("en", english), ("zh", chinese)):
            scene = seen(MAPS, layer, language=language)
            texts = scene.kind.words(scene.subject())
            assert texts["title"] == "nn.ConvTranspose2d"
            assert words in texts["sentence"]
            assert "3 × 3" in texts["sentence"]


def test_the_kernel_of_a_volume_is_drawn_slice_under_slice() -> None:
    shape, layer, _ = LAYERS["conv3d"]
    scene = seen(shape, layer, unit=30)
    data, _ = unit.section(scene)
    assert data is not None
    first = data["shown"][0]
    kernel = layer.get_parameter("weight")[data["place"][0], first].detach().numpy()
    np.testing.assert_array_equal(data["patches"]["w"][0], kernel.reshape(6, 5))


CALLS: dict[str, tuple[Any, str, str]] = {
    "conv_transpose2d": (
        lambda s, x: F.conv_transpose2d(x, s.kernel, s.four, 2, 1, output_padding=1),
        "transposed",
        "terms",
    ),
    "conv3d": (lambda s, x: F.conv3d(x[:, None], s.kernel[None], stride=2), "convolution", "terms"),
    "max_pool3d": (lambda _, x: F.max_pool3d(x[:, None], 2), "maxpool", "taken"),
    "avg_pool3d": (lambda _, x: F.avg_pool3d(x[:, None], 2), "avgpool", "mean"),
    "adaptive_avg_pool3d": (
        lambda _, x: F.adaptive_avg_pool3d(x[:, None], (1, 2, 3)),
        "avgpool",
        "mean",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_has_the_view_of_its_layer(name: str) -> None:
    function, kind, key = CALLS[name]
    torch.manual_seed(5)
    made = Forward(
        lambda s, x: function(s, s.b(s.a(x))), a=nn.Linear(28, 28), b=nn.Unflatten(1, MAPS)
    )
    made.register_parameter("kernel", nn.Parameter(torch.randn(4, 2, 3, 3)))
    made.register_parameter("four", nn.Parameter(torch.randn(2)))
    if name == "conv3d":
        made.kernel = nn.Parameter(torch.randn(1, 2, 3, 3))
    model = zoo.offer(card_of("Mine"), made.eval()).name
    scene = look(Query(model=model, images=PICTURES, focus=1, step=f"..{name}", unit=5))
    assert scene.step.kind == kind
    _, checks = unit.section(scene)
    assert [(each.key, each.passed) for each in checks] == [(key, True)]


@pytest.mark.parametrize("name", ["circular", "reflect", "replicate"])
def test_what_stands_beyond_an_edge_is_said_and_feeds_from_where_it_is(name: str) -> None:
    shape, layer, _ = LAYERS[name]
    scene = seen(shape, layer)
    x = torch.from_numpy(scene.before[1:].copy()).requires_grad_()
    values = layer(x).reshape(-1)
    for at in (0, values.numel() // 2, values.numel() - 1):
        (slopes,) = torch.autograd.grad(values[at], x, retain_graph=True)
        fed = scene.kind.feeding(scene.subject(), at)
        assert fed is not None
        assert fed.products is not None
        products = np.zeros(x.numel())
        np.add.at(products, fed.places, fed.products)
        np.testing.assert_allclose(products, (slopes * x).detach().reshape(-1), atol=1e-6)
    for language, words in (("en", "Beyond the edge"), ("zh", "边界之外")):
        there = look(replace(scene.query, language=language))
        sentence = there.kind.sentence(there.subject())
        assert words in sentence
        assert f"padding_mode='{name}'" in sentence
