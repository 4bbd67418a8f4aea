"""How much memory a pass of somebody's own module takes is said when the program starts."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer import command, starting
from explorer.network import recent
from explorer.network.own import activations
from explorer.records import Input

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


def test_the_bytes_of_a_pass_are_those_of_its_values() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(4, 6, 1)).eval()
    shapes = [(1, 28, 28), (4, 26, 26), (4, 26, 26), (4, 13, 13), (6, 13, 13)]
    assert activations(model, Input((1, 28, 28))) == 4 * sum(
        torch.Size(shape).numel() for shape in shapes
    )
    assert activations(nn.Linear(5, 2), Input((1, 28, 28))) == 0, "a pass that fails says so itself"


def test_it_is_printed_when_the_module_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    own = dict.fromkeys(command.OWN, "") | {"model": "tests/nets.py:Net"}
    command._announced("en", "cpu", **own)
    (line,) = capsys.readouterr().out.splitlines()
    assert line == "One pass of this module holds 0.1 MB of activations."


def test_what_is_more_than_is_kept_is_said_with_what_to_do() -> None:
    told = starting.held(1_234_500_000, recent.ROOM, "en")
    assert "1234.5 MB" in told
    assert "more than the 512 MB" in told
    assert "--input" in told
    assert "512 MB" in starting.held(recent.ROOM + 1, recent.ROOM, "zh")
    assert "512" not in starting.held(recent.ROOM, recent.ROOM, "zh").replace("512.0", "")
