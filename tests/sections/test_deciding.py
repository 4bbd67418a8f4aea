"""Deciding units against loops written out by hand."""

from __future__ import annotations

import pytest
import torch

from explorer.sections import deciding
from tests.course import behind, layers
from tests.sections.scenes import HIDDEN, edit, scene


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


def test_every_row_is_the_network_without_that_unit() -> None:
    of = scene(focus=1)
    told, _ = deciding.section(of)
    assert told is not None
    values = torch.tensor(of.values[HIDDEN][1:2])
    assert len(told["rows"]) == 24
    for row in told["rows"]:
        off = values.clone()
        off[:, row["unit"]] = 0
        logits = behind(off)[0]
        assert row["activation"] == pytest.approx(float(values[0, row["unit"]]))
        assert row["change"] == pytest.approx(
            float(logits[told["class"]]) - float(of.trace.output[1, told["class"]]), abs=1e-4
        )
        shares = torch.softmax(logits, 0)
        assert row["probability"] == pytest.approx(float(shares[told["class"]]), abs=1e-5)
        assert row["winner"] == int(logits.argmax())
    sizes = [abs(row["change"]) for row in told["rows"]]
    assert sizes == sorted(sizes, reverse=True)
    assert {row["change"] > 0 for row in told["rows"]} == {True, False}


def test_a_unit_that_flips_the_answer_says_to_which_class() -> None:
    step = "linear_relu_stack.3"
    scenes = [scene(step=step, options={"contrast": parts / 20}) for parts in range(20, 2, -1)]
    sections = [deciding.section(each)[0] or {} for each in scenes]
    place = next(place for place, each in enumerate(sections) if each["flips"])
    of, told = scenes[place], sections[place]
    assert {row["unit"] for row in told["rows"]} & set(told["flips"])
    best = int(of.trace.output[0].argmax())
    for row in told["rows"]:
        off = torch.tensor(of.values[step][:1])
        off[:, row["unit"]] = 0
        with torch.no_grad():
            winner = int(layers()[4](off)[0].argmax())
        assert row["winner"] == winner
        assert (winner != best) == (row["unit"] in told["flips"])


def test_nothing_decides_behind_the_scores() -> None:
    assert deciding.section(scene(step="linear_relu_stack.4")) == ({"possible": False}, ())
