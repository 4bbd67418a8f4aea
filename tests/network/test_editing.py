"""Edits against the same change made by hand in plain torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import InvalidQuery, UnknownModel
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.network.editing import covers, perturbed
from explorer.records import Input
from explorer.viewing import checks
from tests.course import behind
from tests.sections.scenes import HIDDEN, edit, scene


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


def test_an_image_number_is_below_their_count() -> None:
    with pytest.raises(InvalidQuery):
        scene(edits=[edit("patch", [1], source={"image": 3, "checkpoint": ""})])
    scene(edits=[edit("patch", [1], source={"image": 2, "checkpoint": ""})])


def test_patched_units_are_the_same_units_of_the_source() -> None:
    plain = scene()
    source = plain.values[HIDDEN][2]
    units = np.flatnonzero(source > 0)[[20, 40, 10]].tolist()  # of other values than the first ones
    assert len({*source[units], *source[:3]}) > 3
    edited = scene(edits=[edit("patch", units, source={"image": 2, "checkpoint": ""})])
    for unit in units:
        assert (edited.values[HIDDEN][:, unit] == source[unit]).all()
    others = np.setdiff1d(np.arange(source.size), units)
    assert (edited.values[HIDDEN][:, others] == plain.values[HIDDEN][:, others]).all()


def test_unit_0_is_a_unit() -> None:
    edited, plain = scene(edits=[edit("clamp", [0], 3.5)]), scene()
    assert (edited.values[HIDDEN][:, 0] == 3.5).all()
    assert (edited.values[HIDDEN][:, 1:] == plain.values[HIDDEN][:, 1:]).all()


def test_off_is_zero_whatever_value_stands_in_the_field() -> None:
    assert (scene(edits=[edit("off", [2], 9.0)]).values[HIDDEN][:, 2] == 0).all()


def test_an_edit_covers_its_units_and_a_whole_layer_all() -> None:
    some = scene(edits=[edit("off", [0, 4])]).query.edits
    assert [covers(some, HIDDEN, unit) for unit in (0, 1, 4)] == [True, False, True]
    assert not covers(some, "input", 4)
    every = scene(edits=[edit("off", [])]).query.edits
    assert covers(every, HIDDEN, 511)
    assert not covers((), HIDDEN, 0)


def test_greys_are_rounded_and_the_sliders_have_an_order() -> None:
    image = bytes(range(256)) * 3 + bytes(range(16))
    pixels = np.frombuffer(image, np.uint8).reshape(28, 28)
    options: dict[str, str | float] = {"contrast": 0.7, "shift_x": 1.4, "scale": 1.0}
    expected = pixels
    for name in ("shift_x", "contrast"):  # moved first, whatever the order of the options
        exact = perturbations.apply(expected, name, float(options[name])).astype(np.float64)
        expected = np.floor(255 * exact + 0.5).astype(np.uint8)
    found = np.frombuffer(perturbed((image,), options, Input())[0], np.uint8).reshape(28, 28)
    apart = np.abs(found.astype(int) - expected)
    assert apart.max() <= 1, "halves may go either way"
    assert (apart == 0).mean() > 0.99
    assert perturbed((image,), {"scale": 1.0, "contrast": 1, "rotate": 0}, Input())[0] is image
