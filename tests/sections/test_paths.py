"""Paths account for all that flows into a unit."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.sections import paths
from tests.sections.scenes import pinned


def test_paths_account_for_every_product() -> None:
    told, _ = paths.section(pinned("linear_relu_stack.4", 9, options={"edges": 7}))
    assert told is not None
    for left in told["left"]:
        drawn = sum(
            edge["value"]
            for edge in told["edges"]
            if edge["to"] == left["step"] and edge["target"] == left["unit"]
        )
        assert drawn + left["positive"] + left["negative"] + left["bias"] == pytest.approx(
            left["total"], abs=1e-9
        )
    first = [edge for edge in told["edges"] if edge["to"] == "linear_relu_stack.4"]
    assert len(first) == 7
    assert {edge["from"] for edge in told["edges"]} >= {"input", "flatten", "linear_relu_stack.1"}


def test_every_edge_is_weight_times_activation() -> None:
    of = pinned("linear_relu_stack.4", 9, options={"edges": 12})
    told, _ = paths.section(of)
    assert told is not None
    for edge in told["edges"]:
        if edge["value"] is None:
            assert edge["source"] == edge["target"]
            continue
        layer: Any = of.model.get_submodule(edge["to"])
        given = of.values[edge["from"]][0].reshape(-1)
        product = float(layer.weight[edge["target"], edge["source"]]) * float(given[edge["source"]])
        assert edge["value"] == pytest.approx(product, rel=1e-6)
        assert edge["value"] != 0
    for left in told["left"]:
        layer = of.model.get_submodule(left["step"])
        assert left["bias"] == float(layer.bias[left["unit"]])
        assert left["negative"] <= 0 <= left["positive"]
    below = [edge for edge in told["edges"] if edge["to"] == "linear_relu_stack.2"]
    units = {edge["target"] for edge in below}
    assert max(sum(edge["target"] == unit for edge in below) for unit in units) == 3
