"""A module of the owner's: from a file or a package, its output and its weights, or a sentence."""

from __future__ import annotations

import json
import os
import pickle
import struct
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from explorer.errors import ExplorerError, NoStart, UnknownModel, UnusableWeights
from explorer.network.own import module, own
from explorer.network.tracing import trace
from explorer.words import LANGUAGES

SOURCE = """
from dataclasses import dataclass

from torch import nn

from beside_it import WIDTH


@dataclass
class Options:
    width: int = WIDTH


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, Options().width)
        self.norm = nn.BatchNorm1d(WIDTH)

    def forward(self, x):
        return self.norm(self.body(x))


class Sized(nn.Module):
    def __init__(self, width, *, depth, name="n"):
        super().__init__()


def small():
    return nn.Linear(4, 2)


def broken():
    raise RuntimeError("on purpose")


ready = nn.ReLU()
number = 3


def text():
    return "net"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "beside_it.py").write_text("WIDTH = 3\n", "utf-8")
    path = tmp_path / "own_net.py"
    path.write_text(SOURCE, "utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def _nothing_stays_imported() -> Any:
    before, folders = set(sys.modules), list(sys.path)
    yield
    assert sys.path == folders
    for name in set(sys.modules) - before:
        if name in {"own_net", "beside_it"}:
            del sys.modules[name]


def sentence(kind: type[ExplorerError], call: Callable[[], object]) -> ExplorerError:
    with pytest.raises(kind) as caught:
        call()
    for language in LANGUAGES:
        assert "{" not in caught.value.sentence(language)
    return caught.value


# ---------------------------------------------------------------- modules


@pytest.mark.parametrize(("name", "kind"), [("Net", "Net"), ("small", "Linear"), ("ready", "ReLU")])
def test_a_class_a_factory_or_a_module_of_a_file(file: str, name: str, kind: str) -> None:
    assert type(module(f"{file}:{name}")).__name__ == kind


def test_a_factory_of_a_package() -> None:
    assert type(module("explorer.network.nets:course_sequential")).__name__ == "Sequential"


def test_building_is_repeatable_and_disturbs_nobodys_random_numbers(file: str) -> None:
    state = torch.get_rng_state()
    one, two = module(f"{file}:Net"), module(f"{file}:Net")
    assert torch.equal(one.get_parameter("body.weight"), two.get_parameter("body.weight"))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("address", "key", "part"),
    [
        ("{file}", "own.address", "path/to/file.py:Net"),
        ("{file}:", "own.address", "package.module:factory"),
        ("nowhere.py:Net", "own.file", "nowhere.py"),
        ("no_such_package.nets:Net", "own.package", "no_such_package"),
        ("{file}:Nothing", "own.name", "Net, Sized, ready"),
        ("{file}:number", "own.type", "int"),
        ("{file}:text", "own.type", "str"),
        ("{file}:Sized", "own.arguments", "width, depth"),
        ("{file}:broken", "own.failed", "RuntimeError: on purpose"),
        ("torch.nn:Linear", "own.arguments", "in_features, out_features"),
    ],
)
def test_a_mistake_in_the_address_is_a_sentence(
    file: str, address: str, key: str, part: str
) -> None:
    error = sentence(UnknownModel, lambda: module(address.format(file=file)))
    assert error.key == key
    assert part in error.sentence("en")


@pytest.mark.parametrize("text", ["import nothing_like_this", "1 +", "raise ValueError('no')"])
def test_a_file_that_does_not_run_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "own_net.py").write_text(text, "utf-8")
    sentence(UnknownModel, lambda: module(f"{tmp_path / 'own_net.py'}:Net"))
    assert "own_net" not in sys.modules


TWO = """
from torch import nn


class Net(nn.Linear):
    def __init__(self):
        super().__init__(4, 3)

    def forward(self, x):
        scores = super().forward(x.flatten(1))
        return {"hidden": x.flatten(1), "heads": (scores, scores.softmax(1))}
"""


@pytest.mark.parametrize(
    ("output", "kind", "classes"),
    [("", "logits", 4), ("heads.0", "logits", 3), ("heads.1", "softmax", 3)],
)
def test_the_output_that_has_the_scores_is_named(
    tmp_path: Path, output: str, kind: str, classes: int
) -> None:
    (tmp_path / "own_net.py").write_text(TWO, "utf-8")
    made = own(f"{tmp_path / 'own_net.py'}:Net", shape="2x2", output=output)
    traced = trace(made.model, torch.rand(2, 2, 2))
    assert traced.graph.answer.went == kind
    assert traced.scores.shape == (2, classes)


def test_an_output_that_there_is_not_is_a_sentence(file: str, tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(TWO, "utf-8")
    asked = partial(own, f"{tmp_path / 'two.py'}:Net", shape="2x2", output="head")
    error = sentence(NoStart, asked)
    assert "hidden (1, 4), heads.0 (1, 3), heads.1 (1, 3)" in error.sentence("en")
    alone = sentence(NoStart, lambda: own(f"{file}:small", shape="4x4", output="y"))
    assert "— (1, 4, 2)" in alone.sentence("en")
    own(f"{file}:Net", shape="9x9", output="y")  # fails in its pass, which the page shows


# ---------------------------------------------------------------- weights


def state(file: str) -> dict[str, torch.Tensor]:
    return {
        name: torch.full_like(value, 2)
        for name, value in module(f"{file}:Net").state_dict().items()
    }


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_weights_that_fit_are_taken(file: str, tmp_path: Path, suffix: str, prefix: str) -> None:
    weights = {f"{prefix}{name}": value for name, value in state(file).items()}
    path = str(tmp_path / f"w{suffix}")
    if suffix == ".pt":
        torch.save({"state_dict": weights, "epoch": 3}, path)
    else:
        save_file(weights, path)
    made = own(f"{file}:Net", weights=path, labels="a,b,c", shape="2x2")
    assert all((value == 2).all() for value in made.model.state_dict().values())
    assert made.card.labels_in("zh", 3) == ("a", "b", "c")
    assert made.card.input.shape == (2, 2)
    assert trace(made.model, torch.rand(2, 4)).rows


def test_halves_are_widened_exactly(file: str, tmp_path: Path) -> None:
    halves = {
        name: value.half() if value.is_floating_point() else value
        for name, value in state(file).items()
    }
    save_file(halves, tmp_path / "w.safetensors")
    made = own(f"{file}:Net", weights=str(tmp_path / "w.safetensors"))
    assert made.model.get_parameter("body.weight").dtype is torch.float32


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_every_mismatch_is_named_with_found_and_expected(
    file: str, tmp_path: Path, suffix: str
) -> None:
    weights = state(file)
    weights["body.weight"] = torch.zeros(5, 4)
    weights["norm.weight"] = torch.zeros(3, dtype=torch.float64)
    weights["more"] = torch.zeros(1)
    del weights["body.bias"]
    path = str(tmp_path / f"w{suffix}")
    torch.save(weights, path) if suffix == ".pt" else save_file(weights, path)
    error = sentence(UnusableWeights, lambda: own(f"{file}:Net", weights=path))
    assert error.values["count"] == 4
    for part in (
        "body.weight: float32[5, 4] → float32[3, 4]",
        "body.bias: — → float32[3]",
        "norm.weight: float64[3] → float32[3]",
        "more: float32[1] → —",
    ):
        assert part in error.sentence("en")
        assert part in error.sentence("zh")


class Code:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch code-was-run",)


def test_a_pickle_with_code_is_refused_before_it_is_read(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"body.weight": Code()}, tmp_path / "w.pt")
    error = sentence(UnusableWeights, lambda: own(f"{file}:Net", weights=str(tmp_path / "w.pt")))
    assert error.key == "own.weights.code"
    assert "system" in error.sentence("en")
    (tmp_path / "raw.pt").write_bytes(pickle.dumps(Code()))
    sentence(UnusableWeights, lambda: own(f"{file}:Net", weights=str(tmp_path / "raw.pt")))
    assert not (tmp_path / "code-was-run").exists()


def huge() -> bytes:
    head = json.dumps(
        {"a": {"dtype": "F32", "shape": [1 << 20, 1 << 20], "data_offsets": [0, 4 << 40]}}
    ).encode()
    return struct.pack("<Q", len(head)) + head


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("w.safetensors", b"", "own.weights.damaged"),
        ("w.safetensors", b"\xff" * 64, "own.weights.damaged"),
        ("w.safetensors", huge(), "own.weights.large"),
        ("w.safetensors", struct.pack("<Q", 2) + b"[]", "own.weights.damaged"),
        ("w.pt", b"no weights", "own.weights.damaged"),
    ],
)
def test_a_damaged_or_huge_file_is_a_sentence(
    file: str, tmp_path: Path, name: str, data: bytes, key: str
) -> None:
    (tmp_path / name).write_bytes(data)
    error = sentence(UnusableWeights, lambda: own(f"{file}:Net", weights=str(tmp_path / name)))
    assert error.key == key


def test_what_holds_no_weights_is_a_sentence(file: str, tmp_path: Path) -> None:
    torch.save([1, 2], tmp_path / "w.pt")
    error = sentence(UnusableWeights, lambda: own(f"{file}:Net", weights=str(tmp_path / "w.pt")))
    assert error.key == "own.weights.none"
    missing = sentence(UnusableWeights, lambda: own(f"{file}:Net", weights="nowhere.pt"))
    assert missing.key == "own.weights.file"


# ---------------------------------------------------------------- packages


def test_a_torchvision_model_comes_by_its_address() -> None:
    made = own("torchvision.models:squeezenet1_1", shape="3x32x32")
    assert isinstance(made.model, nn.Module)
    assert made.card.input.shape == (3, 32, 32)
    assert trace(made.model, torch.rand(1, 3, 32, 32)).output.shape == (1, 1000)
