"""Somebody's own module never runs on the event loop, whatever is asked of it."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.ui import wiring, working
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


def test_a_foreign_forward_runs_in_a_thread_and_ours_on_the_loop() -> None:
    ran: list[int] = []

    def forward(self: Any, x: torch.Tensor) -> Any:
        ran.append(threading.get_ident())
        return self.a(x.flatten(1))

    module = Forward(forward, a=nn.Linear(784, 3)).eval()
    mine = zoo.offer(zoo.card_of("Mine"), module).name
    asked = [{"model": mine}, {"model": mine, "step": "a", "unit": 1, "show": ["figure", "unit"]}]
    for query in asked:
        answer = asyncio.run(wiring._viewed(json.dumps(query), "cpu"))
        assert "error" not in answer
    assert ran
    assert threading.get_ident() not in ran
    assert not any(working.light(json.dumps(query), "cpu") for query in asked)
    ours = json.dumps({"model": zoo.COURSE, "show": ["figure", "unit"]})
    assert working.light(ours, "cpu"), "what takes a millisecond is answered at once"
