"""Normalizations without a mean, and of each channel of a picture alone."""

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
from tests.kinds.test_normalization import called, facts, seen, spanned

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

ROOTS: dict[str, tuple[Any, str, float]] = {
    "layer": (nn.RMSNorm(26, eps=1e-3), " · γ", 1e-3),
    "plain": (nn.RMSNorm((26, 26), elementwise_affine=False), "", 2.0**-23),
    "function": (lambda s, x: F.rms_norm(x, (26,), s.row, 1e-4), " · γ", 1e-4),
}


@pytest.mark.parametrize("name", ROOTS)
def test_a_root_mean_square_takes_no_mean_away(name: str) -> None:
    made, learnt, eps = ROOTS[name]
    layer = isinstance(made, nn.Module)
    scene = seen(made) if layer else called(made, "rms_norm")
    assert scene.step.kind == "normalization"
    texts = scene.kind.words(scene.subject())
    assert texts["formula"] == f"y = x / √(mean(x²) + ε){learnt}"
    assert "no mean is taken away" in texts["sentence"]
    before = torch.from_numpy(scene.before[1].copy()).double()
    dimensions = (1, 2) if name == "plain" else (2,)
    told, root = facts(scene), (before.square().mean(dimensions) + eps).sqrt().reshape(-1)
    assert told["used.root"] == spanned(root)
    assert "used.mean" not in told
    for at in (0, 700, 6 * 26 * 26 - 1):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        assert [(check.key, check.passed) for check in checks] == [("root", True)]
        assert f"ε = {eps:g}" in data["formulas"][0]
        assert f" / {root[at // (before.numel() // len(root))]:.6g}{learnt}" in data["formulas"][-1]


@pytest.mark.parametrize("layer", [nn.InstanceNorm2d(6, affine=True), nn.InstanceNorm2d(6)])
def test_a_unit_of_an_instance_norm_is_worked_out_from_its_channel(layer: nn.Module) -> None:
    if layer.affine:
        layer.weight, layer.bias = (
            nn.Parameter(torch.linspace(*ends, 6)) for ends in ((1, 2), (3, 4))
        )
    scene = seen(layer)
    for at in (0, 700, 6 * 26 * 26 - 1):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        assert [(check.key, check.passed) for check in checks] == [("norm", True)]
        channel = scene.before[1][at // 676].astype(np.float64)
        assert f"μ = {channel.mean():.6g}, σ² = {channel.var():.6g}" in data["formulas"][0]
