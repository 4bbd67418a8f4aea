"""The code panel hands on what is on the screen: weights, pictures under the sliders, image, edits."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from explorer.network import zoo
from explorer.network.own import own
from explorer.network.scene import look
from explorer.records import Query
from explorer.sections import code
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
    assert reproduced(focus=1, **first) != reproduced(focus=0, **first)
    assert "1.25" in reproduced(focus=1, edits=[edit("clamp", [5], 1.25)])
    told, _ = code.section(scene(step=HIDDEN))
    turned, _ = code.section(scene(step=HIDDEN, options={"rotate": 30}))
    assert told is not None
    assert turned is not None
    assert told["capture"] != turned["capture"]


NET = """
from torch import nn


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(784, 3))
"""


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
    asked = f"{text}\nimport json\nprint(json.dumps(traced.values[-1][0].tolist()))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    picture = torch.arange(196, dtype=torch.float32).repeat(4) / 255
    expected = weights[f"{prefix}1.weight"] @ picture + weights[f"{prefix}1.bias"]
    torch.testing.assert_close(torch.tensor(found[0]), expected, rtol=1e-5, atol=1e-5)
