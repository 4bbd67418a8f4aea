"""The code panel hands on what is on the screen: weights, pictures under the sliders, image, edits."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from explorer.network import zoo
from explorer.network.own import own
from explorer.network.scene import Scene, look
from explorer.records import Edit, Query, Source
from explorer.sections import code
from tests import forked
from tests.sections.scenes import HIDDEN, edit, scene

ROOT = Path(__file__).parents[2]


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
    for focus in (0, 1):
        text = reproduced(focus=focus, **first)
        read = {*re.findall(r"\bz\[(\d), 3\]", text), *re.findall(r"\bx\[(\d)\]", text)}
        assert read == {str(focus)}, "the image in focus, and no other"
    assert reproduced(focus=1, **first) != reproduced(focus=0, **first)
    assert "1.25" in reproduced(focus=1, edits=[edit("clamp", [5], 1.25)])
    told, _ = code.section(scene(step=HIDDEN))
    turned, _ = code.section(scene(step=HIDDEN, options={"rotate": 30}))
    assert told is not None
    assert turned is not None
    assert told["capture"] != turned["capture"]


def test_the_code_holds_the_picture_that_the_sliders_made() -> None:
    turned = scene(focus=1, options={"rotate": 30})
    plain = scene(focus=1)
    assert turned.pixels != plain.pixels
    itself = look(replace(plain.query, images=turned.pixels))  # the same, as if it came so
    assert code.section(itself)[0] == code.section(turned)[0]


NET = """
from torch import nn


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(784, 3))
"""


LISTED = "import json\nprint(json.dumps({}.tolist()))"  # what a program made, as JSON


def printed(text: str, folder: Path) -> list[str]:
    """Run a program of ones own module where its file lies, and return the lines it prints."""
    done = forked.run(
        ["-c", text], folder=folder, environment={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize(("suffix", "prefix"), [("safetensors", ""), ("pt", "module.")])
def test_the_program_of_ones_own_module_loads_the_weights_file(
    tmp_path: Path, suffix: str, prefix: str
) -> None:
    (tmp_path / "net.py").write_text(NET, "utf-8")
    torch.manual_seed(8)
    weights = {f"{prefix}1.weight": torch.rand(3, 784), f"{prefix}1.bias": torch.rand(3)}
    file = tmp_path / f"trained.{suffix}"
    save_file(weights, file) if suffix == "safetensors" else torch.save(weights, file)
    made = own(f"{tmp_path / 'net.py'}:Net", weights=str(file))
    name = zoo.offer(made.card, made.model).name
    try:
        seen = look(Query(model=name, images=(bytes(range(196)) * 4,), step="1"))
        told, _ = code.section(seen)
    finally:
        zoo.withdraw(name)
    assert told is not None
    text = str(told["reproduce"])
    (line,) = (each for each in text.splitlines() if "trained." in each)
    assert f"weights='{file.name}'" in line
    assert str(file) not in text, "the name of the file, not where it lay"
    assert "seed" not in text
    found = json.loads(printed(f"{text}\n{LISTED.format('traced.values[-1][0]')}", tmp_path)[-1])
    picture = torch.arange(196, dtype=torch.float32).repeat(4) / 255
    expected = weights[f"{prefix}1.weight"] @ picture + weights[f"{prefix}1.bias"]
    torch.testing.assert_close(torch.tensor(found[0]), expected, rtol=1e-5, atol=1e-5)


HEADS = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head, self.aux = nn.Linear(28, 8), nn.Linear(224, 3), nn.Linear(224, 4)

    def forward(self, x):
        x = self.body(x).flatten(1)
        return {"logits": self.head(x), "aux": self.aux(x)}
"""


@pytest.mark.parametrize(("output", "classes"), [("", 3), ("aux", 4)])
def test_the_program_of_ones_own_module_prints_every_step(
    tmp_path: Path, output: str, classes: int
) -> None:
    (tmp_path / "net.py").write_text(HEADS, "utf-8")
    made = own(f"{tmp_path / 'net.py'}:Net", shape="28x28", output=output)
    name = zoo.offer(made.card, made.model).name
    try:
        seen = look(Query(model=name, images=(bytes(range(196)) * 4,)))
        texts = {}
        for each in seen.steps:
            told, _ = code.section(replace(seen, query=replace(seen.query, step=each.id)))
            assert told is not None
            texts[each.id] = str(told["reproduce"])
    finally:
        zoo.withdraw(name)
    assert set(texts) == {"input", "body", "..flatten", "head", "aux", "softmax"}
    for step, text in texts.items():
        first = (*printed(text, tmp_path), "")[0]
        assert str(seen.values[step].shape)[1:-1] in first, f"{step}: {first}"
    lines = printed(f"{texts['softmax']}\n{LISTED.format('pred_probab')}", tmp_path)
    shares = np.array(json.loads(lines[-1]))
    assert shares.shape == (1, classes)
    np.testing.assert_allclose(shares, seen.prediction.probabilities, rtol=1e-6)


def written(made: object, model: nn.Module, **query: object) -> tuple[Scene, str]:
    """Return what is seen of somebody's module, and the program that the page prints of it."""
    name = zoo.offer(made, model).name  # type: ignore[arg-type]
    try:
        seen = look(Query(model=name, images=(bytes(range(196)) * 4,), **query))  # type: ignore[arg-type]
        told, _ = code.section(seen)
    finally:
        zoo.withdraw(name)
    assert told is not None
    return seen, str(told["reproduce"])


PATCH = Edit("body", (), "patch", source=Source(0, ""))
EDITS = {
    "off": (Edit("body", (0, 9), "off"),),
    "two": (Edit("input", (3,), "clamp", -2.5), Edit("body", (), "scale", 0.5)),
    "patched": (Edit("input", (), "scale", 3.0), PATCH),
}


@pytest.mark.parametrize("edits", EDITS)
@pytest.mark.parametrize("step", ["input", "body", "softmax"])
def test_the_program_of_ones_own_module_makes_the_edits_that_are_shown(
    tmp_path: Path, edits: str, step: str
) -> None:
    (tmp_path / "net.py").write_text(HEADS, "utf-8")
    made = own(f"{tmp_path / 'net.py'}:Net", shape="28x28")
    seen, text = written(made.card, made.model, step=step, edits=EDITS[edits])
    last = {"input": "X", "softmax": "pred_probab"}.get(step, "traced.values[0][0]")
    found = json.loads(printed(f"{text}\n{LISTED.format(last)}", tmp_path)[-1])
    np.testing.assert_allclose(np.array(found), seen.values[step], rtol=1e-6, atol=1e-7)
    plain = np.abs(seen.plain.outputs["body"] - seen.trace.outputs["body"]).max()
    assert (plain > 0) == (edits != "patched")


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_program_of_a_module_in_your_own_program_takes_it_as_it_is(
    tmp_path: Path, dtype: torch.dtype
) -> None:
    torch.manual_seed(5)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3)).to(dtype).eval()
    seen, text = written(zoo.card_of("Mine"), model, step="1")
    assert "seed" not in text
    assert "# `model` is the module of your program.\nmodel = model.eval()" in text
    yours = "import torch\nfrom torch import nn\ntorch.manual_seed(5)\n"
    yours += f"model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3)).to({dtype})\n"
    lines = printed(f"{yours}{text}\n{LISTED.format('traced.values[-1][0]')}", tmp_path)
    assert np.array_equal(np.array(json.loads(lines[-1]), dtype=np.float32), seen.after)
