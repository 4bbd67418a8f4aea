"""Paths account for all that flows into a unit."""

from __future__ import annotations

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
