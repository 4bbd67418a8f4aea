"""Edits, comparison, deciding units and robustness against loops written out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import InvalidQuery, UnknownModel
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.records import SIDE
from explorer.sections import experiments
from explorer.viewing import checks, view

PIXELS = [each["pixels"] for each in samples.listing()[:3]]
HIDDEN = "linear_relu_stack.1"


def scene(**more: Any) -> Scene:
    return look(read({"images": PIXELS, "step": HIDDEN, **more}))


def layers() -> list[torch.nn.Module]:
    return list(zoo.load("fashion-mlp").get_submodule("linear_relu_stack").children())


def behind(x: torch.Tensor) -> torch.Tensor:
    """Run what follows the first ReLU."""
    with torch.no_grad():
        for layer in layers()[2:]:
            x = layer(x)
    return x


def edit(
    action: str, units: list[int], value: float = 0.0, source: Any = None, step: str = HIDDEN
) -> dict[str, Any]:
    return {"step": step, "units": units, "action": action, "value": value, "source": source}


@pytest.mark.parametrize(("action", "value"), [("off", 0.0), ("clamp", 4.0), ("scale", -2.0)])
def test_an_edit_changes_its_units_and_what_follows_and_nothing_before(
    action: str, value: float
) -> None:
    plain, edited = scene(), scene(edits=[edit(action, [3, 7], value)])
    expected = torch.tensor(plain.values[HIDDEN])
    expected[:, [3, 7]] = {
        "off": 0 * expected,
        "clamp": 0 * expected + value,
        "scale": expected * value,
    }[action][:, [3, 7]]
    np.testing.assert_array_equal(edited.values[HIDDEN], expected.numpy())
    np.testing.assert_allclose(edited.trace.output, behind(expected).numpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(
        edited.values["linear_relu_stack.0"], plain.values["linear_relu_stack.0"]
    )
    np.testing.assert_array_equal(edited.plain.output, plain.trace.output)
    assert {check.key: check.passed for check in checks(edited)} == {
        "forward": True,
        "sum": True,
        "edits": True,
    }


def test_a_whole_layer_can_be_patched_from_another_image_and_then_the_answer_is_its_own() -> None:
    plain = scene()
    edited = scene(edits=[edit("patch", [], source={"image": 2, "checkpoint": ""})])
    for row in range(3):
        np.testing.assert_allclose(
            edited.trace.output[row], plain.trace.output[2], rtol=1e-5, atol=1e-5
        )


def test_units_patched_from_another_checkpoint() -> None:
    untrained = scene(checkpoint=zoo.UNTRAINED)
    edited = scene(edits=[edit("patch", [5], source={"image": 1, "checkpoint": zoo.UNTRAINED})])
    assert (edited.values[HIDDEN][:, 5] == untrained.values[HIDDEN][1, 5]).all()


def test_a_locked_pixel_stays_whatever_is_drawn() -> None:
    edited = scene(edits=[edit("clamp", [0], 1.0, step="input")])
    assert (edited.values["input"][:, 0, 0] == 1).all()
    assert (edited.values["flatten"][:, 0] == 1).all()


@pytest.mark.parametrize(
    "wrong",
    [
        edit("off", [512]),
        edit("off", [1], step="nowhere"),
        edit("off", [1], step="softmax"),
        edit("patch", [1]),
        edit("patch", [1], source={"image": 5, "checkpoint": ""}),
    ],
    ids=["unit", "step", "softmax", "no source", "image"],
)
def test_edits_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery) as caught:
        scene(edits=[wrong])
    assert caught.value.sentence("zh")


def test_a_patch_from_an_unknown_checkpoint_is_refused() -> None:
    with pytest.raises(UnknownModel):
        scene(edits=[edit("patch", [1], source={"image": 0, "checkpoint": "epoch-999"})])


def test_an_edited_unit_says_what_it_would_have_been() -> None:
    seen = view(
        read(
            {
                "images": PIXELS,
                "step": HIDDEN,
                "unit": 3,
                "edits": [edit("clamp", [3], 4.0)],
                "show": ["unit"],
            }
        )
    )
    told = seen.sections["unit"]
    assert told["edited"]
    assert told["value"] == 4.0
    assert told["natural"] == pytest.approx(float(scene().values[HIDDEN][0, 3]))


def test_deciding_units_equal_a_loop_that_switches_them_off_one_by_one() -> None:
    of = scene()
    told, proofs = experiments.deciding(of)
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
    told, _ = experiments.deciding(scene())
    assert told is not None
    assert told["set"]["verified"]
    tried = scene(edits=[edit("off", told["set"]["units"])])
    assert tried.prediction.classes[0] != scene().prediction.classes[0]
    assert tried.prediction.classes[0] == told["set"]["after"]


def test_deciding_makes_no_sense_behind_the_network() -> None:
    assert experiments.deciding(scene(step="softmax")) == ({"possible": False}, ())


def test_the_other_side_is_what_the_query_says() -> None:
    told, _ = experiments.versus(scene(versus={"image": 1}))
    assert told is not None
    one = scene()
    np.testing.assert_allclose(told["probabilities"], one.prediction.probabilities[1])
    difference = one.values[HIDDEN][1].astype(float) - one.values[HIDDEN][0]
    assert told["apart"][HIDDEN]["largest"] == pytest.approx(np.abs(difference).max())
    switched = np.flatnonzero((one.values[HIDDEN][1] > 0) != (one.values[HIDDEN][0] > 0))
    assert told["apart"][HIDDEN]["switched"] == switched.tolist()
    assert experiments.versus(one) == (None, ())


def test_a_comparison_draws_both_sides_and_their_difference() -> None:
    for step in ("input", "flatten", HIDDEN, "linear_relu_stack.4", "softmax"):
        seen = view(read({"images": PIXELS, "step": step, "versus": {"checkpoint": zoo.UNTRAINED}}))
        assert seen.figure is not None
        assert len(seen.figure["data"]) == (2 if step in {"linear_relu_stack.4", "softmax"} else 3)


@pytest.mark.parametrize("name", perturbations.NAMES)
def test_robustness_is_what_one_picture_after_the_other_gives(name: str) -> None:
    told, _ = experiments.robustness(scene(options={"perturbation": name}))
    assert told is not None
    pixels = np.frombuffer(scene().query.images[0], dtype=np.uint8).reshape(SIDE, SIDE)
    model = zoo.load("fashion-mlp")
    for place in (0, 13, len(told["amounts"]) - 1):
        image = perturbations.apply(pixels, name, told["amounts"][place])
        with torch.no_grad():
            shares = torch.softmax(model(torch.tensor(image)[None]), 1)[0].numpy()
        assert told["winners"][place] == shares.argmax()
        for curve in told["curves"]:
            assert curve["probabilities"][place] == pytest.approx(shares[curve["class"]], abs=1e-5)


def test_a_perturbed_picture_is_what_the_network_sees_and_neutral_changes_nothing() -> None:
    turned = scene(options={"rotate": 30, "noise": 0.1})
    assert (turned.values["input"] != scene().values["input"]).any()
    np.testing.assert_array_equal(
        scene(options={"rotate": 0, "scale": 1}).values["input"], scene().values["input"]
    )
    for wrong in ({"rotate": 400}, {"rotate": "far"}):
        with pytest.raises(InvalidQuery):
            scene(options=wrong)
    with pytest.raises(InvalidQuery):
        experiments.robustness(scene(options={"perturbation": "melt"}))
