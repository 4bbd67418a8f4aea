"""Every step carries its colours and its arrangement, so that nobody asks what kind it is."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from explorer import kinds
from explorer.figures import arrays, bars
from explorer.kinds.base import Kind
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.outgoing import replies
from explorer.records import Edit, Query, Step
from explorer.viewing import figure, view

ROOT = Path(__file__).parents[2]
FIRST, BEND, LAST = "linear_relu_stack.0", "linear_relu_stack.1", "linear_relu_stack.4"


def steps(scene: Scene) -> dict[str, Step]:
    return {step.id: step for step in scene.steps}


def test_the_courses_steps_have_the_scales_of_what_they_are(sample: bytes) -> None:
    scene = look(Query(images=(sample,)))
    known = steps(scene)
    assert {name: step.scale for name, step in known.items()} == {
        "input": "grey",
        "flatten": "grey",
        FIRST: "signed",
        BEND: "signed",
        "linear_relu_stack.2": "signed",
        "linear_relu_stack.3": "signed",
        LAST: "signed",
        "softmax": "unsigned",
    }
    assert [name for name, step in known.items() if step.named] == [LAST, "softmax"]
    assert [name for name, step in known.items() if not step.over] == [
        "input",
        "flatten",
        "softmax",
    ]
    assert known["input"].limit == known["flatten"].limit == known["softmax"].limit == 1


@pytest.mark.parametrize("name", zoo.cards())
def test_before_and_after_a_relu_share_one_scale_that_holds_both(name: str, sample: bytes) -> None:
    scene = look(Query(model=name, images=(bytes(784), sample), focus=1))
    for step in scene.steps:
        if step.over:
            expected = arrays.limit(*(scene.values[each][1] for each in step.over))
            assert step.limit == expected
            most = max(float(np.abs(scene.values[each][1]).max()) for each in step.over)
            assert most <= step.limit <= 1.5001 * most
    relu = next(step for step in scene.steps if step.kind == "relu")
    linear = scene.steps[scene.places[relu.id] - 1]
    assert linear.over == relu.over == (linear.id, relu.id)


def test_an_edit_beyond_the_pre_activations_widens_both_scales(sample: bytes) -> None:
    edited = look(Query(images=(sample,), edits=(Edit(BEND, (3,), "clamp", -500.0),)))
    assert steps(edited)[BEND].limit == steps(edited)[FIRST].limit == 500


@pytest.mark.parametrize("step", [FIRST, BEND, LAST])
def test_the_figure_ends_where_the_step_says(step: str, sample: bytes) -> None:
    scene = look(Query(images=(sample,), step=step))
    layout = figure(scene).plotly().layout
    if scene.step.named:
        assert layout.xaxis.range[1] == pytest.approx(bars.REACH * scene.step.limit)
    else:
        assert layout.coloraxis.cmax == -layout.coloraxis.cmin == scene.step.limit


def test_the_reply_says_it_all(sample: bytes) -> None:
    written = replies.write(view(Query(images=(sample,), show=())))["steps"][3]
    assert (written["scale"], written["over"], written["named"]) == ("signed", [FIRST, BEND], False)
    assert written["grid"] == {"rows": 16, "columns": 32, "maps": 1, "height": 16, "width": 32}
    assert written["limit"] > 0


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((512,), (16, 32, 1, 16, 32)),
        ((28, 28), (28, 28, 1, 28, 28)),
        ((1, 20, 30), (20, 30, 1, 20, 30)),
        ((8, 5, 7), (2, 4, 8, 5, 7)),
        ((5, 9), (5, 9, 1, 5, 9)),
        ((2, 3, 2, 2), (3, 8, 1, 3, 8)),
    ],
)
def test_every_unit_has_its_place(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    grid = Kind().grid(shape)
    assert (grid.rows, grid.columns, grid.maps, grid.height, grid.width) == expected


NAMES = "|".join(kind for kind in kinds.BY_NAME if kind != "input")
ASKS = re.compile(rf"""kind\b.*["']({NAMES})["']|["']({NAMES})["']\s*:\s*lambda""")


# What an answer went through last is asked of it, in words of its own; so it is on the page.
ENDS = re.compile(r"""(==|!=|===|!==|\bin)\s*[(\[{]?\s*["'](logits|(log_)?softmax|sigmoid)["']""")
KINDS = re.compile(rf"""kind\b\s*(===|!==|==|!=)\s*["']({NAMES})["']""")


def test_nobody_outside_asks_what_kind_a_step_is() -> None:
    """No file outside the room compares with the name of a kind, or looks one up by it."""
    asking = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "explorer").rglob("*.py")
        if path.parent.name != "kinds"
        for line in path.read_text("utf-8").splitlines()
        if ASKS.search(line)
    ]
    assert not asking


def test_nobody_compares_with_the_name_of_an_ending() -> None:
    """The record of an answer says what it is; a page asks what a reply carries."""
    answering = {"graphs.py", "answers.py"}  # that record itself, and what fills it
    asking = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder, pattern in (("explorer", "*.py"), ("assets/web", "*.js"))
        for path in (ROOT / folder).rglob(pattern)
        if path.parent.name != "kinds" and path.name not in answering
        for line in path.read_text("utf-8").splitlines()
        if ENDS.search(line) or (path.suffix == ".js" and KINDS.search(line))
    ]
    assert not asking


@pytest.mark.parametrize(
    "line", ['graph.answer.went == "logits"', 'if (id === "softmax")', "went in ('sigmoid',)"]
)
def test_comparing_would_be_seen(line: str) -> None:
    assert ENDS.search(line)


@pytest.mark.parametrize(
    "line",
    ['if step.kind == "relu":', 'kind in {"linear", "logits"}', '"softmax": lambda: draw()'],
)
def test_asking_would_be_seen(line: str) -> None:
    assert ASKS.search(line)
