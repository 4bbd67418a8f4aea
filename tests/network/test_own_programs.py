"""Files with a module in them that are programs as well, or whose errors say nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer.errors import UnknownModel, UntraceableModel
from explorer.network.own import module, own
from explorer.network.tracing import trace
from tests.network.test_own import sentence

NET = """
from torch import nn

class Net(nn.Linear):
    def __init__(self):
        super().__init__(784, 3)
"""
QUIET = """
class Quiet(Exception):
    def __str__(self):
        raise RuntimeError("no words")
"""


def written(folder: Path, text: str, name: str = "own_program.py") -> str:
    (folder / name).write_text(text, "utf-8")
    return f"{folder / name}:Net"


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nsys.exit(5)",
        "raise SystemExit('bye')",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('data')\np.parse_args()",
        "import sys\ndef Net():\n    sys.exit()",
    ],
)
def test_a_file_that_ends_the_program_is_a_sentence(tmp_path: Path, text: str) -> None:
    error = sentence(UnknownModel, lambda: module(written(tmp_path, text)))
    assert error.key == "own.ended"
    assert '__name__ == "__main__"' in error.sentence("zh")


def test_a_file_that_reads_its_command_line_finds_none_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", "--model", "own_program.py:Net"])
    parsing = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr')\n"
    made = module(written(tmp_path, f"{parsing}p.parse_args()\n{NET}"))
    assert isinstance(made, nn.Linear)
    assert sys.argv[0] == "app.py"


def test_a_file_with_the_name_of_another_module_does_not_take_its_place(tmp_path: Path) -> None:
    assert isinstance(module(written(tmp_path, NET, "json.py")), nn.Linear)
    assert sys.modules["json"] is json


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("ValueError", "ValueError."),
        ("ValueError('')", "ValueError."),
        ("ValueError('\\n  the line \\n more')", "ValueError: the line."),
        ("Quiet()", "Quiet."),
    ],
)
def test_an_error_says_what_it_has_to_say(tmp_path: Path, raised: str, said: str) -> None:
    address = written(tmp_path, f"{QUIET}\ndef Net():\n    raise {raised}")
    assert said in sentence(UnknownModel, lambda: module(address)).sentence("en")


def test_a_module_without_values_does_not_start(tmp_path: Path) -> None:
    text = f"{NET}\n        self.to('meta')"
    error = sentence(UntraceableModel, lambda: own(written(tmp_path, text)))
    assert error.key == "trace.meta"


class Ends(nn.Linear):
    def forward(self, _: torch.Tensor) -> torch.Tensor:
        sys.exit(3)


def test_an_exit_that_was_left_in_forward_ends_the_pass_alone() -> None:
    error = sentence(UntraceableModel, lambda: trace(Ends(4, 2), torch.zeros(1, 4)))
    assert "SystemExit: 3" in error.sentence("en")
