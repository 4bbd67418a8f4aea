"""A module that answers with a dict says what the same module says without one, at every step."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.chain import computed
from explorer.outgoing.replies import write
from explorer.sections import SECTIONS
from explorer.viewing import view
from tests.outgoing.running import pictures

ASKED = {
    "options": {"perturbation": "noise"},
    "taught": {"label": 2, "steps": 2, "rate": 0.01},
    "unit": 1,
}
TOUR = ("course", "autograd", "optimizing")  # of the course's own networks
ALL = [name for name in SECTIONS if name not in TOUR]


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.flat, self.first, self.bend = nn.Flatten(), nn.Linear(784, 12), nn.ReLU()
        self.last = nn.Linear(12, 5)

    def forward(self, x: torch.Tensor) -> Any:
        return self.last(self.bend(self.first(self.flat(x))))


class Nested(Plain):
    def forward(self, x: torch.Tensor) -> Any:
        hidden = self.bend(self.first(self.flat(x)))
        return {"hidden": hidden, "heads": [{"logits": self.last(hidden)}]}


@pytest.fixture(scope="module")
def names() -> Iterator[tuple[str, str]]:
    torch.manual_seed(3)
    plain = Plain().eval()
    nested = Nested().eval()
    nested.load_state_dict(plain.state_dict())
    made = [(type(each).__name__, each) for each in (plain, nested)]
    offered = [zoo.offer(zoo.card_of(name), model).name for name, model in made]
    yield offered[0], offered[1]
    for name in offered:
        zoo.withdraw(name)


def reply(model: str, step: str, show: list[str], **more: Any) -> dict[str, Any]:
    images = [base64.b64encode(each).decode("ascii") for each in pictures(2)]
    asked = {"model": model, "images": images, "focus": 1, "step": step, "show": show}
    return write(view(read({**asked, **more})))


def test_every_section_says_the_same(names: tuple[str, str]) -> None:
    for step in ("input", "flat", "first", "bend", "last", "softmax"):
        for show in (ALL[:9], ["figure", *ALL[9:]]):
            one, other = (reply(name, step, show, **ASKED) for name in names)
            for each in (one, other):
                assert all(check["passed"] for check in each["checks"])
                for told in ("code", "stages"):  # they name the module, and say the note
                    each["sections"].pop(told, None)
            note = other["texts"]["sentence"].removeprefix(one["texts"]["sentence"])
            assert ("heads.0.logits (2, 5)" in note) == (step == "softmax"), note
            other["texts"]["sentence"] = one["texts"]["sentence"]
            assert one == other
            assert {check["key"] for check in one["checks"]} >= {"forward", "sum"}


def test_edits_reach_the_answer(names: tuple[str, str]) -> None:
    edits = [{"step": "bend", "action": "off", "units": [0, 1, 2, 3]}]
    one, other = (reply(name, "softmax", [], edits=edits) for name in names)
    assert one["prediction"] == other["prediction"]
    assert one["prediction"] != reply(names[0], "softmax", [])["prediction"]


def test_the_page_computes_it_too(names: tuple[str, str]) -> None:
    found = [computed(name) for name in names]
    assert found[0] is not None
    assert found[0] == found[1]
