"""What takes long leaves the event loop to everybody, and too many at once are sent away."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import torch
from starlette.requests import Request
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

from explorer.errors import Refused
from explorer.network import zoo
from explorer.ui import handlers, routes, wiring, working
from tests.network.modules import Forward

STEP = {"model": "fashion-mlp", "step": "linear_relu_stack.3", "unit": 3}
HEAVY: list[dict[str, Any]] = [
    *({**STEP, "show": [name]} for name in ("deciding", "linear", "robustness", "versus", "mind")),
    {**STEP, "show": ["figure"], "versus": {"checkpoint": "untrained"}},
    {**STEP, "show": ["figure"], "taught": {"label": 3, "steps": 1, "shown": True}},
    {**STEP, "show": ["figure"], "edits": [{"step": "input", "action": "off"}] * 9},
]


@pytest.fixture
def threads() -> Iterator[set[int]]:
    """The threads in which any module has computed."""
    seen: set[int] = set()
    handle = register_module_forward_hook(lambda *_: seen.add(threading.get_ident()))
    yield seen
    handle.remove()


def viewed(query: dict[str, Any]) -> Any:
    return asyncio.run(wiring._viewed(json.dumps(query), "cpu"))


def request(query: dict[str, Any]) -> Request:
    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(query).encode(), "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_a_view_that_asks_for_little_is_answered_on_the_event_loop(threads: set[int]) -> None:
    assert "error" not in viewed({**STEP, "show": ["figure", "unit"]})
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("query", HEAVY, ids=lambda query: str(list(query.items())[3:])[:50])
def test_a_view_that_asks_for_more_leaves_it(threads: set[int], query: dict[str, Any]) -> None:
    assert "error" not in viewed(query)
    assert threads
    assert threading.get_ident() not in threads


@pytest.mark.usefixtures("nothing_stays_offered")
def test_so_does_every_view_of_somebodys_own_module(threads: set[int]) -> None:
    model = Forward(lambda self, x: self.a(x), a=nn.Linear(4, 3)).eval()
    name = zoo.offer(zoo.card_of("mine", examples=torch.ones(1, 4)), model).name
    threads.clear()
    assert "error" not in viewed({"model": name, "step": "a", "show": []})
    assert threads
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("handler", [handlers.archive, handlers.report])
def test_so_do_the_files_of_a_view(threads: set[int], handler: Callable[[object], Any]) -> None:
    query = {"model": "course-sequential", "show": []}
    answer = asyncio.run(routes._asked(request(query), handler))
    assert isinstance(answer, bytes | str)
    assert threads
    assert threading.get_ident() not in threads


async def gathered(*asked: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*asked, return_exceptions=True)


def test_when_too_many_wait_the_next_is_sent_away_with_a_sentence() -> None:
    gate = threading.Event()

    async def crowd() -> tuple[Any, Any, list[Any]]:
        waiting = [asyncio.ensure_future(working.aside(gate.wait, 60)) for _ in range(65)]
        try:
            await asyncio.sleep(0)  # all of them have come
            last = waiting.pop()
            assert last.done(), "whoever comes last does not wait at all"
            with pytest.raises(Refused) as caught:
                await last
            assert (caught.value.status, caught.value.key) == (503, "guard.busy")
            told = await wiring._viewed(json.dumps(HEAVY[0]), "cpu")
            refused = await routes._asked(request(STEP), handlers.report)
        finally:
            gate.set()
        return told, refused, await gathered(*waiting)

    told, refused, done = asyncio.run(crowd())
    assert told["error"]["key"] == "guard.busy"
    assert refused.status_code == 503
    assert done == [True] * 64
    assert "error" not in viewed(HEAVY[0]), "there is room again"
