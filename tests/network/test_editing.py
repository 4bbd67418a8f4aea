"""Edits against the same change made by hand in plain torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import InvalidQuery, UnknownModel
from explorer.network import zoo
from explorer.viewing import checks
from tests.sections.scenes import HIDDEN, edit, scene


def layers() -> list[torch.nn.Module]:
    return list(zoo.load("fashion-mlp").get_submodule("linear_relu_stack").children())


def behind(x: torch.Tensor) -> torch.Tensor:
    """Run what follows the first ReLU."""
    with torch.no_grad():
        for layer in layers()[2:]:
            x = layer(x)
    return x


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
