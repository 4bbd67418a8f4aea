"""The code panel hands on what is on the screen: weights, pictures under the sliders, image, edits."""

from __future__ import annotations

import re

import pytest

from explorer.network import zoo
from explorer.sections import code
from tests.sections.scenes import HIDDEN, edit, scene


def reproduced(**more: object) -> str:
    told, _ = code.section(scene(**more))
    assert told is not None
    text = told["reproduce"]
    return text if isinstance(text, str) else str(text)


@pytest.mark.parametrize("name", zoo.cards())
def test_the_weights_are_those_on_the_screen(name: str) -> None:
    card = zoo.card(name)
    step = "softmax"
    for checkpoint in ("", *(each.name for each in card.checkpoints)):
        shown = reproduced(model=name, step=step, checkpoint=checkpoint)
        files = set(re.findall(r"[\w-]+\.safetensors", shown))
        assert files == {card.checkpoint(checkpoint or card.default).file}
    assert ".safetensors" not in reproduced(model=name, step=step, checkpoint=zoo.UNTRAINED)


def test_sliders_image_and_edits_are_in_the_code() -> None:
    plain = reproduced(focus=1)
    assert reproduced(focus=1, options={"rotate": 30}) != plain
    first = {"step": "linear_relu_stack.0", "unit": 3}
    assert reproduced(focus=1, **first) != reproduced(focus=0, **first)
    assert "1.25" in reproduced(focus=1, edits=[edit("clamp", [5], 1.25)])
    told, _ = code.section(scene(step=HIDDEN))
    turned, _ = code.section(scene(step=HIDDEN, options={"rotate": 30}))
    assert told is not None
    assert turned is not None
    assert told["capture"] != turned["capture"]
