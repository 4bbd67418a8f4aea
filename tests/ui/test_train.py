"""The addresses of training: who may order, who looks on, and that a slow reader costs nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from explorer import starting
from explorer.incoming import datasets
from explorer.learning.bench import Bench
from explorer.ui import layout
from explorer.ui.guarding import Guard
from explorer.ui.strangers import names
from explorer.ui.training import LISTENERS, Desk, routes

REQUEST = Request({"type": "http", "method": "GET", "headers": [], "path": "/train/events"})
SPACE = ("SPACE_ID", "SPACE_HOST", "GRADIO_ROOT_PATH")


def client(*, on: bool) -> TestClient:
    guard = Middleware(Guard, names=names())
    app = Starlette(routes=routes(Bench(on=on)), middleware=[guard])
    return TestClient(app, base_url="http://localhost")


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SPACE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path / "none"))


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("host", "wish", "allow", "space", "allowed"),
    [
        ("127.0.0.1", None, [], "", True),
        ("localhost", None, [], "", True),
        ("::1", None, [], "", True),
        ("0.0.0.0", None, [], "", False),  # noqa: S104
        ("", None, [], "", False),
        ("192.168.7.9", None, [], "", False),
        ("school.example", None, [], "", False),
        ("127.0.0.1", None, ["school.example"], "", False),
        ("127.0.0.1", None, [], "SPACE_ID", False),
        ("127.0.0.1", None, [], "SPACE_HOST", False),
        ("127.0.0.1", None, [], "GRADIO_ROOT_PATH", False),
        ("0.0.0.0", True, [], "", True),  # noqa: S104
        ("0.0.0.0", True, [], "SPACE_ID", True),  # noqa: S104
        ("127.0.0.1", False, [], "", False),
    ],
)
def test_it_is_off_where_others_come_to(
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    wish: bool | None,
    allow: list[str],
    space: str,
    allowed: bool,
) -> None:
    if space:
        monkeypatch.setenv(space, "somebody/explorer")
    assert starting.training(wish, host=host, allow_host=allow, lock=()) is allowed
    for lock in ("train", "experiment"):
        assert not starting.training(wish, host=host, allow_host=allow, lock=(lock,))


def test_the_page_knows_whether_it_is_on() -> None:
    assert layout.start(device="cpu", language=None)["train"] is None
    offered = layout.start(device="cpu", language=None, train=True)["train"]
    assert "fashion-mlp" in offered["models"]
    assert offered["bounds"]["epochs"] == (1, 20)


@pytest.mark.parametrize(
    "name", ["start", "pause", "continue", "batch", "stop", "answer", "images"]
)
def test_foreign_pages_give_no_orders(name: str) -> None:
    answer = client(on=True).post(f"/train/{name}", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "evil.example" in answer.text


@pytest.mark.parametrize("name", ["ages", "events", "weights", "checkpoints.zip"])
def test_foreign_pages_see_nothing(name: str) -> None:
    answer = client(on=True).get(f"/train/{name}", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


ORDERS = ["start", "pause", "continue", "batch", "stop", "answer", "images"]


@pytest.mark.parametrize("name", ORDERS)
def test_where_it_is_off_every_order_is_refused_unread(name: str) -> None:
    for body in (b'{"language": "zh"}', b"{"):
        answer = client(on=False).post(
            f"/train/{name}", content=body, headers={"accept-language": "zh-CN,zh;q=0.9"}
        )
        assert answer.status_code == 403
        assert "--train" in answer.text
        assert answer.text.endswith("。")


@pytest.mark.parametrize("name", ["events", "weights", "checkpoints.zip"])
def test_where_it_is_off_nothing_is_to_be_had(name: str) -> None:
    answer = client(on=False).get(f"/train/{name}")
    assert answer.status_code == 403
    assert "--train" in answer.text


@pytest.mark.parametrize(
    ("name", "body", "status", "words"),
    [
        ("start", b"{}", 400, "FashionMNIST was not found"),
        ("batch", b"{}", 400, "FashionMNIST was not found"),
        ("start", b'{"settings": {"model": "digits-mlp"}}', 400, "MNIST was not found"),
        ("start", b'{"settings": {"batch": 4096}}', 400, "from 1 to 1024"),
        ("start", b'{"settings": 3}', 400, "settings is 3"),
        ("start", b"[1]", 400, "JSON"),
        ("start", b"{", 400, "JSON"),
        ("pause", b"{}", 409, "nothing to pause"),
        ("jump", b"{}", 404, "Expected one of: start, pause"),
        ("images", b'{"batch": 1, "label": 0, "answer": 3}', 409, "Start a training first"),
    ],
)
def test_what_cannot_be_is_a_sentence(name: str, body: bytes, status: int, words: str) -> None:
    answer = client(on=True).post(f"/train/{name}", content=body)
    assert answer.status_code == status, answer.text
    assert words in answer.text


def test_before_anything_is_learnt_there_is_nothing_to_take() -> None:
    answer = client(on=True).get("/train/checkpoints.zip")
    assert answer.status_code == 409
    assert "no weights" in answer.text
    answer = client(on=True).get("/train/weights")  # a page asks as the next run begins
    assert (answer.status_code, answer.content) == (204, b"")
    answer = client(on=True).post("/train/answer", json={"image": 5})  # nobody reads it
    assert (answer.status_code, answer.content) == (204, b"")


# ---------------------------------------------------------------- who looks on


async def _listening(desk: Desk) -> AsyncIterator[bytes]:
    response = await desk.events(REQUEST)
    assert isinstance(response, StreamingResponse), response
    return cast(AsyncIterator[bytes], response.body_iterator)


def _event(text: bytes) -> dict[str, Any]:
    assert text.startswith(b"data: ")
    assert text.endswith(b"\n\n")
    found: dict[str, Any] = json.loads(text[6:])
    return found


def test_a_slow_listener_gets_the_latest_and_no_queue() -> None:
    async def slow() -> None:
        bench = Bench(on=True)
        desk = Desk(bench)
        events = await _listening(desk)
        assert _event(await anext(events))["version"] == 0
        for _ in range(1000):  # while it reads nothing
            bench._changed()
        assert _event(await anext(events))["version"] == 1000
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.05)
        assert not waiting.done(), "one event, however many changes"
        bench._changed()
        assert _event(await asyncio.wait_for(waiting, 10))["version"] == 1001

    asyncio.run(slow())


def test_listeners_are_few_and_leave_their_place() -> None:
    async def crowd() -> None:
        desk = Desk(Bench(on=True))
        held = [await _listening(desk) for _ in range(LISTENERS)]
        for each in held:
            await anext(each)
        refused = await desk.events(REQUEST)
        assert refused.status_code == 503
        assert b"64 pages" in bytes(refused.body)
        assert desk.listening == LISTENERS
        await held.pop().aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        assert desk.listening == LISTENERS - 1
        assert isinstance(await desk.events(REQUEST), StreamingResponse)

    asyncio.run(crowd())
