"""Local response normalization: what a value is divided by, channel by channel, as torch has it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.scene import look
from explorer.sections import unit
from explorer.viewing import figure
from tests.kinds.test_functions import explained
from tests.kinds.test_functions import seen as called
from tests.kinds.test_volumes import MAPS, ROWS, VOLUMES, seen

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

LAYERS: dict[str, tuple[tuple[int, ...], nn.LocalResponseNorm]] = {
    "rows": (ROWS, nn.LocalResponseNorm(5, alpha=2.0)),
    "maps": (MAPS, nn.LocalResponseNorm(3, alpha=0.5, beta=1.25, k=2.0)),
    "an even number": (MAPS, nn.LocalResponseNorm(2, alpha=1.0)),
    "more than there are": (MAPS, nn.LocalResponseNorm(9, alpha=3.0)),
    "volumes": (VOLUMES, nn.LocalResponseNorm(2, alpha=0.75)),
    "one alone": (MAPS, nn.LocalResponseNorm(1, alpha=1.0, k=0.5)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_value_is_divided_as_torch_divides_it(name: str) -> None:
    shape, layer = LAYERS[name]
    scene = seen(shape, layer)
    assert scene.step.kind == "response"
    values = layer(torch.from_numpy(scene.before.copy()))[1].reshape(-1).numpy()
    entering = scene.before[1].reshape(-1)
    for at in (*range(0, values.size, max(1, values.size // 40)), values.size - 1):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        assert [(each.key, each.passed) for each in checks] == [("again", True)]
        x, by = data["formulas"][-1].split(" = ")[1].split(" / ")
        assert float(x) == pytest.approx(entering[at], rel=1e-4)
        assert float(x) / float(by) == pytest.approx(values[at], rel=1e-4, abs=1e-6)
        assert data["from"] == at
        _, proofs = scene.kind.explain(scene.subject(), at, float(values[at]) + 1e-4)
        assert not proofs[0].passed


@pytest.mark.parametrize(
    ("name", "at", "channels"),
    [
        ("rows", 10 * 28 + 3, (8, 13)),
        ("rows", 3, (0, 3)),
        ("an even number", 2 * 196 + 31, (1, 3)),  # one before, none behind
        ("more than there are", 196, (0, 4)),
    ],
)
def test_the_sum_goes_over_the_channels_around(
    name: str, at: int, channels: tuple[int, int]
) -> None:
    scene = seen(*LAYERS[name], unit=at)
    data, _ = unit.section(scene)
    assert data is not None
    entering = scene.before[1]
    place = np.unravel_index(at % entering[0].size, entering.shape[1:])
    first, last = channels
    total = np.square(entering[(slice(first, last), *place)].astype(np.float64)).sum()
    written = f"Σ x[{first}…{last - 1}, {', '.join(map(str, place))}]²"
    assert data["formulas"][1] == f"{written} = {total:.6g}"


@pytest.mark.parametrize(
    ("name", "over"),
    [("rows", "c − 2 … c + 2"), ("an even number", "c − 1 … c"), ("one alone", "c … c")],
)
def test_it_says_what_it_does_in_both_languages(name: str, over: str) -> None:
    shape, layer = LAYERS[name]
    for language, words in (("en", "loud neighbours"), ("zh", "抑制")):
        scene = seen(shape, layer, language=language)
        texts = scene.kind.words(scene.subject())
        assert texts["formula"] == f"y[c] = x[c] / (k + α/n · Σⱼ x[j]²)^β, j = {over}"
        assert texts["title"] == "nn.LocalResponseNorm"
        assert texts["code"] == "x = model[2](x)"
        assert words in texts["sentence"]
        assert f" {layer.size} " in texts["sentence"]


def test_the_divisors_are_facts_and_what_goes_in_is_drawn_beside() -> None:
    scene = seen(*LAYERS["maps"])
    entering = torch.from_numpy(scene.before[1].copy())
    divided = (entering / torch.from_numpy(scene.after[1].copy())).nan_to_num(nan=2**1.25)
    facts = {each.key: each.value for each in scene.kind.facts(scene.subject())}
    low, high = str(facts["used.divisor"]).removesuffix(f" ({entering.numel()})").split(" … ")
    assert float(low) == pytest.approx(float(divided.min()), rel=1e-3)
    assert float(high) == pytest.approx(float(divided.max()), rel=1e-3)
    drawn = figure(look(replace(scene.query, show=("figure",)))).plotly()
    assert len([each for each in drawn.data if each.type == "heatmap"]) == 2


@pytest.mark.parametrize(
    ("call", "same"),
    [
        (lambda x: F.local_response_norm(x, 2), nn.LocalResponseNorm(2)),
        (
            lambda x: F.local_response_norm(x, 3, beta=0.5, alpha=1.5, k=2.0),
            nn.LocalResponseNorm(3, 1.5, 0.5, 2.0),
        ),
    ],
)
def test_a_function_is_its_layer_with_its_own_options(call: Any, same: nn.Module) -> None:
    scene = called(lambda _, x: call(x), "..local_response_norm", at=900)
    assert scene.step.kind == "response"
    data, checks = explained(scene)
    assert checks == [("again", True)]
    known = data["formulas"][0].replace(",", "").split(" = ")
    assert known[-1] == f"{same.beta:g}"
    assert f"α = {same.alpha:g}, n = {same.size}, " in data["formulas"][0]
