"""The file of somebody's own module: what the page can compute of it, or one pass of the hooks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import explorer
from explorer import places
from explorer.errors import NoStart
from explorer.network import chain, living, zoo
from explorer.outgoing import home
from explorer.records import Input
from tests import nets, node
from tests.ui.test_home import unpacked


def mlp(*middle: nn.Module, flat: nn.Module | None = None) -> nn.Module:
    return nn.Sequential(flat or nn.Flatten(), nn.Linear(784, 8), *middle, nn.Linear(8, 3))


def maps(first: nn.Module, pool: nn.Module) -> nn.Module:
    front = nn.Sequential(first, nn.ReLU(), pool, nn.Flatten())
    return nn.Sequential(front, nn.Linear(front(torch.zeros(1, 1, 28, 28)).numel(), 3))


class Crossed(nn.Module):
    """Layers that the page knows, but not one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.flat, self.one, self.two = nn.Flatten(), nn.Linear(784, 3), nn.Linear(784, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.flat(x)
        scores: torch.Tensor = self.one(x) + self.two(x)
        return scores


@pytest.mark.parametrize(
    ("model", "known"),
    [
        (mlp(nn.ReLU()), True),
        (nn.Sequential(mlp(nn.ReLU()), nn.Softmax(dim=1)), True),
        (nn.Sequential(mlp(nn.ReLU()), nn.LogSoftmax(dim=1)), False),
        (mlp(nn.Tanh()), False),
        (mlp(flat=nn.Flatten(-2)), False),
        (mlp(nn.ReLU()).double(), False),
        (Crossed(), False),
        (nets.Net(), False),
        (nets.autoencoder(), False),
        (maps(nn.Conv2d(1, 4, 3, padding="same"), nn.MaxPool2d(2)), True),
        (maps(nn.Conv2d(1, 4, 3), nn.AvgPool2d(2)), False),
        (maps(nn.Conv2d(1, 4, 3, padding=1, padding_mode="circular"), nn.MaxPool2d(2)), False),
        (maps(nn.Conv2d(1, 64, 27, padding="same"), nn.MaxPool2d(2)), False),
    ],
    ids=[
        *("mlp", "softmax", "log", "tanh", "flat", "double", "crossed", "conv", "picture"),
        *("maps", "mean", "circular", "large"),
    ],
)
def test_the_page_computes_only_what_its_twin_knows(model: nn.Module, known: bool) -> None:
    offered = zoo.offer(zoo.card_of("saved", taken=Input((1, 28, 28))), model)
    try:
        assert (chain.computed(offered.name) is not None) is known
    finally:
        zoo.withdraw(offered.name)


def test_the_layers_are_those_of_the_twin() -> None:
    text = (places.WEB / "twin" / "network.js").read_text("utf-8")
    found = re.search(r"const LAYERS = \{(.*?)\};", text, re.DOTALL)
    assert found
    assert set(re.findall(r"(\w+):", found[1])) == set(living.TWINS)


def test_long_texts_stand_once_and_come_back() -> None:
    long = "x" * home.POOLED
    value = {"a": [long, {"b": long}], "c": ("short", 1, None), "d": {"text": "é"}}
    packed = json.loads(home._pooled(value))
    assert packed[1] == [long]
    assert node.run("twin/unpooled.js", packed) == json.loads(json.dumps(value))


def held(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(unpacked(file.read_text("utf-8"), "data"))
    return content


def test_nothing_is_served_and_nothing_stays(tmp_path: Path) -> None:
    model, file = mlp(nn.ReLU()), tmp_path / "net.html"
    before = {name: value.clone() for name, value in model.state_dict().items()}
    page = explorer.explore(model, name="mine", labels=list("abc"), serve=False, language="zh")
    assert "由页面根据你的模块的权重计算" in page.save(str(file))
    assert f"{file.stat().st_size / 1e6:.1f} MB" in page.save(file)
    assert [each["name"] for each in held(file)["start"]["models"]] == ["mine"]
    assert held(file)["start"]["language"] == "zh"
    assert not zoo.own("mine")
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    page.close()


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    page = explorer.explore(mlp(), serve=False, language="en")
    with pytest.raises(NoStart, match="cannot be written"):
        page.save(tmp_path / "no" / "net.html")
    assert not list(tmp_path.iterdir())


def test_the_command_writes_the_module_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "net.html"
    options = ["--model", "tests/nets.py:Net", "--labels", "coat,bag,shoe", "--export", str(file)]
    done = subprocess.run(
        [sys.executable, "app.py", *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "MB" in done.stdout
    [model] = held(file)["start"]["models"]
    assert (model["name"], model["labels"]["en"]) == ("Net", ["coat", "bag", "shoe"])
    assert held(file)["passed"]
