"""Means of windows that reach over the edge: what lies there, and by what the sum is divided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.scene import look
from explorer.sections import unit
from tests.kinds.test_functions import explained
from tests.kinds.test_functions import seen as called
from tests.kinds.test_volumes import MAPS, ROWS, VOLUMES, seen
from tests.network.numerals import summed

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

OVER: dict[str, Any] = {"stride": 2, "padding": 1}
LAYERS: dict[str, tuple[tuple[int, ...], nn.Module]] = {
    "rows": (ROWS, nn.AvgPool1d(3, padding=1, stride=2)),
    "rows, inside alone": (ROWS, nn.AvgPool1d(4, padding=2, count_include_pad=False)),
    "rows, rounded up": (ROWS, nn.AvgPool1d(3, **OVER, ceil_mode=True)),
    "maps": (MAPS, nn.AvgPool2d(3, **OVER)),
    "maps, inside alone": (MAPS, nn.AvgPool2d((2, 3), 2, (1, 0), count_include_pad=False)),
    "maps, rounded up": (MAPS, nn.AvgPool2d(4, 3, 1, ceil_mode=True)),
    "maps, inside and rounded up": (
        MAPS,
        nn.AvgPool2d(4, 3, 1, ceil_mode=True, count_include_pad=False),
    ),
    "rounded up without an edge": (MAPS, nn.AvgPool2d(2, ceil_mode=True)),
    "divided by what was asked": (MAPS, nn.AvgPool2d(3, **OVER, divisor_override=5)),
    "a sum": (MAPS, nn.AvgPool2d(2, divisor_override=1)),
    "volumes": (VOLUMES, nn.AvgPool3d((2, 2, 3), 1, (1, 0, 1))),
    "volumes, inside alone": (VOLUMES, nn.AvgPool3d(2, 1, 1, count_include_pad=False)),
    "volumes, rounded up": (VOLUMES, nn.AvgPool3d(2, **OVER, ceil_mode=True, divisor_override=3)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_mean_is_worked_out_as_torch_has_it(name: str) -> None:
    shape, layer = LAYERS[name]
    scene = seen(shape, layer)
    with torch.no_grad():
        values = layer(torch.from_numpy(scene.before.copy()))[1].reshape(-1).numpy()
    for at in range(values.size):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        assert [(each.key, each.passed) for each in checks] == [("mean", True)]
        assert summed(data["formulas"][0]) == pytest.approx(values[at], abs=1e-3)
        fed = scene.kind.feeding(scene.subject(), at)
        assert fed is not None
        assert fed.products is not None
        assert fed.total == pytest.approx(values[at], abs=1e-6)
        assert fed.products.sum() == pytest.approx(values[at], abs=1e-6)
        shares = fed.products / scene.before[1].reshape(-1)[fed.places]
        assert shares == pytest.approx(shares[0], rel=1e-5)
        _, proofs = scene.kind.explain(scene.subject(), at, float(values[at]) + 0.01)
        assert not proofs[0].passed


@pytest.mark.parametrize(
    ("name", "at", "told"),
    [
        ("maps", 0, " + 5·0) / 9 = "),
        ("maps, inside alone", 0, ") / 3 = "),
        ("maps, rounded up", 9, " + 6·0) / 12 = "),
        ("divided by what was asked", 0, " + 5·0) / 5 = "),
        ("a sum", 0, ") / 1 = "),
        ("rounded up without an edge", 3 * 14, ") / 2 = "),
    ],
)
def test_what_lies_beyond_the_edge_is_counted_as_the_layer_counts_it(
    name: str, at: int, told: str
) -> None:
    data, _ = unit.section(seen(*LAYERS[name], unit=at))
    assert data is not None
    assert told in data["formulas"][0]


@pytest.mark.parametrize(
    ("name", "formula", "english", "chinese"),
    [
        ("maps", "y[k, r, c] = mean x[k, window(r, c)]", "counts as 0", "按 0 计入"),
        (
            "maps, inside alone",
            "y[k, r, c] = mean x[k, window(r, c)]",
            "counts for nothing",
            "不计入",
        ),
        (
            "divided by what was asked",
            "y[k, r, c] = Σ x[k, window(r, c)] / 5",
            "divides by 5",
            "除以 5",
        ),
        ("rounded up without an edge", "y[k, r, c] = mean x[k, window(r, c)]", "mean", "平均值"),
        ("rows", "y[k, t] = mean x[k, window(t)]", "counts as 0", "按 0 计入"),
        ("volumes", "y[k, d, r, c] = mean x[k, window(d, r, c)]", "counts as 0", "按 0 计入"),
    ],
)
def test_a_mean_says_what_it_does_with_its_edges(
    name: str, formula: str, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        scene = seen(*LAYERS[name], language=language)
        texts = scene.kind.words(scene.subject())
        assert texts["formula"] == formula
        assert words in texts["sentence"]
        assert ("edge" in texts["sentence"]) == (
            language == "en" and "without" not in name and "asked" not in name
        )


def test_a_function_is_told_as_its_layer_is() -> None:
    for function, divided in (
        (lambda _, x: F.avg_pool2d(x, 3, 2, 1), " + 5·0) / 9 = "),
        (lambda _, x: F.avg_pool2d(x, 3, 2, 1, False, False), ") / 4 = "),
        (lambda _, x: F.avg_pool2d(x, 3, padding=1, divisor_override=2), " + 5·0) / 2 = "),
    ):
        scene = called(function, "..avg_pool2d", at=0)
        assert scene.step.kind == "avgpool"
        data, checks = explained(scene)
        assert checks == [("mean", True)]
        assert divided in data["formulas"][0]
