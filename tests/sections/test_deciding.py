"""Deciding units against loops written out by hand."""

from __future__ import annotations

import pytest
import torch

from explorer.network import zoo
from explorer.sections import deciding
from tests.sections.scenes import HIDDEN, edit, scene


def layers() -> list[torch.nn.Module]:
    return list(zoo.load("fashion-mlp").get_submodule("linear_relu_stack").children())


def behind(x: torch.Tensor) -> torch.Tensor:
    """Run what follows the first ReLU."""
    with torch.no_grad():
        for layer in layers()[2:]:
            x = layer(x)
    return x


def test_deciding_units_equal_a_loop_that_switches_them_off_one_by_one() -> None:
    of = scene()
    told, proofs = deciding.section(of)
    assert told is not None
    assert all(proof.passed for proof in proofs)
    activations = torch.tensor(of.values[HIDDEN][:1])
    target = told["class"]
    changes = []
    flips = []
    for unit in range(512):
        off = activations.clone()
        off[:, unit] = 0
        logits = behind(off)[0].numpy()
        changes.append(float(logits[target] - of.trace.output[0, target]))
        if logits.argmax() != of.trace.output[0].argmax():
            flips.append(unit)
    assert told["flips"] == flips
    ranked = sorted(range(512), key=lambda unit: -abs(changes[unit]))[: len(told["rows"])]
    for row, unit in zip(told["rows"], ranked, strict=True):
        assert row["change"] == pytest.approx(changes[unit], abs=1e-4)
        assert row["change"] == pytest.approx(changes[row["unit"]], abs=1e-4)


def test_the_set_found_flips_the_prediction_when_tried_as_an_edit() -> None:
    told, _ = deciding.section(scene())
    assert told is not None
    assert told["set"]["verified"]
    tried = scene(edits=[edit("off", told["set"]["units"])])
    assert tried.prediction.classes[0] != scene().prediction.classes[0]
    assert tried.prediction.classes[0] == told["set"]["after"]


def test_deciding_makes_no_sense_behind_the_network() -> None:
    assert deciding.section(scene(step="softmax")) == ({"possible": False}, ())
