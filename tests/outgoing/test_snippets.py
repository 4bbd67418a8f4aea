"""Every kind of snippet runs on its own, and fails when the number is another."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.kinds.spelling import expression
from explorer.network import zoo
from explorer.outgoing.capturing import capture
from explorer.outgoing.snippets import reproduce
from explorer.records import PIXELS, Action, Edit, Language, Source
from explorer.sections.code import written
from tests.forked import ROOT
from tests.outgoing.running import (
    MLP,
    SEQUENTIAL,
    network,
    pictures,
    plain_scenes,
    run,
    scene,
    snippet,
)

CJK = r"[㐀-鿿]"


def edits(seed: int, model: str, count: int) -> tuple[Edit, ...]:
    """Return a few edits of any kind at any step, of a few units, many or all."""
    random = np.random.default_rng(seed)
    steps = [step for step in scene(model).steps if step.id != "softmax"]
    actions: tuple[Action, ...] = ("off", "clamp", "scale", "patch")
    found = []
    for _ in range(random.integers(1, 5)):
        step = steps[random.integers(len(steps))]
        size = int(np.prod(step.shape[1:]))
        amount = min(size, int(random.choice([0, 1, 3, 60])))
        units = tuple(map(int, random.integers(size, size=amount)))
        action = actions[random.integers(4)]
        checkpoint = str(random.choice([zoo.card(model).default, "epoch-003", zoo.UNTRAINED, ""]))
        source = Source(int(random.integers(count)), checkpoint) if action == "patch" else None
        found.append(Edit(step.id, units, action, round(float(random.normal(scale=3)), 3), source))
    return tuple(found)


def test_every_step_and_its_units_are_reproduced(tmp_path: Path) -> None:
    texts = []
    for seen in plain_scenes():
        for step in seen.steps:
            size = int(np.prod(step.shape[1:]))
            texts += [snippet(seen, step, unit=unit) for unit in (None, 0, size // 2 + 1, size - 1)]
    assert len(texts) == 8 * 7 * 4
    told = run(texts, tmp_path)
    assert not [(text, error) for text, (error, _) in zip(texts, told, strict=True) if error]


def test_every_kind_of_edit_is_reproduced(tmp_path: Path) -> None:
    texts = []
    for seed in range(24):
        model = (MLP, SEQUENTIAL)[seed % 2]
        checkpoint = ("", zoo.UNTRAINED)[seed % 3 == 2]
        images = pictures(1 + seed % 3, seed)
        changed = edits(seed, model, len(images))
        seen = scene(
            model, checkpoint=checkpoint, images=images, edits=changed, focus=len(images) - 1
        )
        for step in (*seen.steps[seed % 5 :: 3], seen.steps[-1]):
            texts.append(snippet(seen, step))
            texts.append(snippet(seen, step, unit=int(np.prod(step.shape[1:])) - 1))
    told = run(texts, tmp_path)
    assert not [(text, error) for text, (error, _) in zip(texts, told, strict=True) if error]
    for action in (
        "= 0.0",
        "*= ",
        "= patch_",
        "register_forward_hook",
        "edit_1(None, (), x)",
        "torch.manual_seed",
    ):
        assert any(action in text for text in texts), action


def test_a_changed_number_makes_it_fail(tmp_path: Path) -> None:
    texts = []
    for seen in (
        scene(MLP, images=pictures(2)),
        scene(SEQUENTIAL, images=pictures(2), checkpoint=zoo.UNTRAINED),
    ):
        for step in seen.steps:
            values = seen.values[step.id].copy()
            unit = int(values[0].argmax())
            values.reshape(2, -1)[0, unit] *= 1.001
            texts += [
                snippet(seen, step, values=values),
                snippet(seen, step, values=values, unit=unit),
            ]
    for error, _ in run(texts, tmp_path):
        assert error, "a wrong number passed"
        assert re.match(r"AssertionError: (Tensor-likes|Scalars) are not close", error)


def test_other_images_weights_or_edits_make_it_fail(tmp_path: Path) -> None:
    changed = (Edit("linear_relu_stack.1", (), "scale", 0.5),)
    seen = scene(MLP, images=pictures(1), edits=changed)
    last, values = seen.steps[-1], seen.values["softmax"]
    own = network(MLP)
    assert own.file
    texts = [
        reproduce(own, seen.pixels, last, values, edits=changed),
        reproduce(own, pictures(1, seed=6), last, values, edits=changed),
        reproduce(own, seen.pixels, last, values),
        reproduce(network(MLP, "epoch-001"), seen.pixels, last, values, edits=changed),
        reproduce(replace(own, file=None), seen.pixels, last, values, edits=changed),
    ]
    assert [error is None for error, _ in run(texts, tmp_path)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_captures_print_every_layer_and_leave_no_hook(tmp_path: Path) -> None:
    seen = [scene(MLP, images=pictures(3)), scene(SEQUENTIAL, checkpoint=zoo.UNTRAINED)]
    clean = "\nassert not any(module._forward_hooks for module in model.modules())\n"
    texts = [
        capture(written(each), each.pixels, step, language=language) + clean
        for each in seen
        for step in each.steps
        for language in ("en", "zh")
    ]
    told = run(texts, tmp_path)
    assert not [error for error, _ in told if error]
    whose = [each for each in seen for _ in range(2 * len(each.steps))]
    for owner, (_, printed) in zip(whose, told, strict=True):
        shapes = [
            f"{call.path} torch.Size({list(call.output.shape)})" for call in owner.trace.calls
        ]
        assert printed[: len(shapes)] == shapes
        assert printed[-1].startswith("tensor(")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_snippet_is_a_program_of_its_own(tmp_path: Path, language: Language) -> None:
    changed = (
        Edit("1", (3,), "patch", source=Source(1, "epoch-010")),
        Edit("1", (4, 7), "clamp", 2.5),
    )
    seen = scene(SEQUENTIAL, images=pictures(2), edits=changed)
    program = tmp_path / "program.py"
    program.write_text(snippet(seen, seen.steps[-2], unit=6, language=language), "utf-8")
    done = subprocess.run(
        [sys.executable, "-E", str(program)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not done.stderr
    numbers = [float(line) for line in done.stdout.split()]
    assert numbers == pytest.approx(
        [seen.values["3"][0, 6]] * 2, abs=1e-5
    )  # the layer's, and the sum written out


def test_what_is_printed_is_what_the_page_shows(tmp_path: Path) -> None:
    seen = scene(MLP, images=pictures(3), focus=1, options={"rotate": 20.0})
    assert seen.pixels != seen.query.images
    texts = [snippet(seen, seen.steps[-1]), snippet(seen, seen.steps[3], unit=37)]
    (first, tensor), (second, unit) = run(texts, tmp_path)
    assert first is second is None
    assert tensor[0] == f"Predicted class: tensor({list(seen.prediction.classes)})"
    assert float(unit[0]) == pytest.approx(seen.values["linear_relu_stack.1"][1, 37], abs=1e-6)


def test_lines_are_short_and_name_no_folder_of_this_machine() -> None:
    changed = (
        Edit(
            "linear_relu_stack.1", tuple(range(0, 512, 3)), "patch", source=Source(2, "epoch-003")
        ),
        Edit("linear_relu_stack.3", tuple(range(100, 110)), "clamp", -123456.78901234567),
        Edit("input", tuple(range(PIXELS)), "off"),
    )
    for seen in (
        scene(MLP, images=pictures(3), edits=changed),
        scene(SEQUENTIAL, images=pictures(3)),
    ):
        for step in seen.steps:
            for language in ("en", "zh"):
                for text in (
                    snippet(seen, step, language=language),
                    snippet(seen, step, unit=5, language=language),
                    capture(written(seen), seen.pixels, step, language=language),
                ):
                    assert max(map(len, text.splitlines())) <= 100
                    assert not re.search(r" +$", text, re.MULTILINE)
                    assert "\n\n\n\n" not in text
                    assert str(ROOT) not in text
                    assert text.endswith(")\n")
                    assert text.splitlines()[-1].strip().startswith("torch.testing.assert_close(")


def test_languages_differ_in_comments_only() -> None:
    seen = scene(
        MLP,
        images=pictures(1),
        edits=(Edit("flatten", (9,), "patch", source=Source(0, "epoch-001")),),
    )

    def code(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.strip().startswith("#")]

    for unit in (None, 4):
        english, chinese = (
            snippet(seen, seen.steps[4], unit=unit, language=language) for language in ("en", "zh")
        )
        assert english != chinese
        assert code(english) == code(chinese)
        assert not re.search(CJK, english)
        comments = [line for line in chinese.splitlines() if line.startswith("#")]
        assert len(comments) >= 5
        assert all(re.search(CJK, line) for line in comments)


def test_edits_behind_the_step_are_left_out() -> None:
    changed = (Edit("linear_relu_stack.3", (1,), "off"),)
    seen = scene(MLP, edits=changed)
    assert snippet(seen, seen.steps[3]) == snippet(seen, seen.steps[3], edits=())
    assert "edit_1" in snippet(seen, seen.steps[5])


def test_an_edited_unit_is_not_written_out_as_a_sum() -> None:
    seen = scene(MLP, edits=(Edit("linear_relu_stack.2", (37,), "clamp", 1.0),))
    assert "by_hand" not in snippet(seen, seen.steps[4], unit=37)
    assert "(W[38] * x[0]).sum() + b[38]" in snippet(seen, seen.steps[4], unit=38)


def test_an_untrained_network_loads_nothing() -> None:
    seen = scene(MLP, checkpoint=zoo.UNTRAINED)
    text = snippet(seen, seen.steps[1])
    assert "safetensors" not in text
    assert f"torch.manual_seed({zoo.card(MLP).seed})\nmodel = NeuralNetwork().eval()" in text


def test_values_that_are_no_numbers_are_still_code(tmp_path: Path) -> None:
    seen = scene(SEQUENTIAL)
    values = np.full((1, 10), np.nan, dtype=np.float32)
    values[0, 1:3] = np.inf, -np.inf
    texts = [snippet(seen, seen.steps[-1], values=values, unit=unit) for unit in (None, 0, 1, 2)]
    assert all((error or "").startswith("AssertionError") for error, _ in run(texts, tmp_path))


def test_a_path_is_an_expression() -> None:
    assert expression("linear_relu_stack.0") == "model.linear_relu_stack[0]"
    assert expression("3", of="source_1") == "source_1[3]"


def test_a_patch_without_a_source_is_a_bug() -> None:
    seen = scene(MLP)
    with pytest.raises(ValueError, match="patch without a source"):
        snippet(seen, seen.steps[1], edits=[Edit("input", (), "patch")])
