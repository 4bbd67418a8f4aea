"""A patch while a lesson is shown: values of what was learnt, or of saved weights, as chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import InvalidQuery
from explorer.incoming.queries import read
from explorer.incoming.queries import write as written
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.sections.versus import opposite
from explorer.viewing import view
from tests.network.test_shown import PIXELS, SHOWN, apart

HIDDEN = "linear_relu_stack.0"


def patch(**source: Any) -> dict[str, Any]:
    return {"step": HIDDEN, "units": [3, 5], "action": "patch", "source": {"image": 0, **source}}


def asked(*edits: Any, **more: Any) -> Any:
    return read({"images": PIXELS, "focus": 1, "taught": SHOWN, "edits": edits, **more})


def hidden(model: Any, image: int) -> Any:
    images = torch.from_numpy(look(asked()).trace.images.copy())
    return model.linear_relu_stack[0](torch.flatten(images, 1))[image].detach().numpy()


def patched(scene: Scene) -> Any:
    return scene.values[HIDDEN][1]


def test_what_was_learnt_is_copied_where_it_was_chosen() -> None:
    expected, plain = hidden(apart(), 0), hidden(zoo.load("fashion-mlp"), 0)
    assert not np.allclose(expected[[3, 5]], plain[[3, 5]], atol=1e-4)
    taught = patched(look(asked(patch(learnt=True))))
    np.testing.assert_allclose(taught[[3, 5]], expected[[3, 5]], atol=1e-5)
    saved = patched(look(asked(patch())))
    np.testing.assert_allclose(saved[[3, 5]], plain[[3, 5]], atol=1e-5)
    others = [unit for unit in range(512) if unit not in {3, 5}]
    np.testing.assert_allclose(taught[others], hidden(apart(), 1)[others], atol=1e-5)


def test_it_stays_so_when_the_lesson_is_no_longer_shown() -> None:
    found = look(asked(patch(learnt=True), taught={**SHOWN, "shown": False}))
    assert found.model is zoo.load("fashion-mlp")
    np.testing.assert_allclose(patched(found)[[3, 5]], hidden(apart(), 0)[[3, 5]], atol=1e-5)


def test_the_other_side_of_a_comparison_gets_the_same_values() -> None:
    for versus in ({"checkpoint": "untrained"}, {"checkpoint": ""}, {"image": 0}):
        other = opposite(look(asked(patch(learnt=True), versus=versus)))
        assert other is not None
        found = other.values[HIDDEN][other.query.focus]
        np.testing.assert_allclose(found[[3, 5]], hidden(apart(), 0)[[3, 5]], atol=1e-5)


@pytest.mark.parametrize("versus", [{"image": 0}, {"image": 0, "checkpoint": "untrained"}])
def test_the_other_side_copies_of_the_same_lesson_though_it_shows_another_image(
    versus: dict[str, Any],
) -> None:
    hiding = {**SHOWN, "shown": False}
    other = opposite(look(asked(patch(learnt=True), taught=hiding, versus=versus)))
    assert other is not None
    found = other.values[HIDDEN][other.query.focus]
    np.testing.assert_allclose(found[[3, 5]], hidden(apart(), 0)[[3, 5]], atol=1e-5)


def test_without_a_lesson_there_is_nothing_to_copy_and_a_sentence_says_so() -> None:
    for taught in (None, {**SHOWN, "steps": 0}):
        with pytest.raises(InvalidQuery, match="Teach the network first"):
            look(asked(patch(learnt=True), taught=taught))


def test_no_code_is_written_that_would_copy_other_values() -> None:
    hiding = {**SHOWN, "shown": False}
    told = view(asked(patch(learnt=True), taught=hiding, show=["code"])).sections["code"]
    assert told == {"taught": True}
    assert "reproduce" in view(asked(patch(), taught=hiding, show=["code"])).sections["code"]


def test_a_query_is_written_as_it_is_read() -> None:
    query = asked(patch(learnt=True))
    assert read(written(query)) == query
