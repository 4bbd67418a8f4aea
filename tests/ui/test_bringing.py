"""The address for somebody's own weights: what it takes, and where it is off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from safetensors.torch import save
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from explorer import starting
from explorer.incoming import bodies
from explorer.learning.bringing import MOST
from explorer.network import nets, zoo
from explorer.ui import layout, serving

MODEL = "fashion-mlp"


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    yield
    zoo.empty()


def client(*, on: bool) -> TestClient:
    """The server's own routes behind its own guard."""
    given = serving.options(host="127.0.0.1", port=None, browser=False, bring=on)["app_kwargs"]
    middleware: list[Middleware] = given["middleware"]
    asking = TestClient(Starlette(routes=given["routes"], middleware=middleware))
    asking.headers["host"] = "127.0.0.1"
    return asking


def weights() -> bytes:
    """What the course's network has in float32: more than any other body may be."""
    torch.manual_seed(3)
    data: bytes = save(nets.NeuralNetwork().state_dict())
    assert bodies.MOST < len(data) < MOST
    return data


def sent(data: bytes, *, on: bool = True, **asked: str) -> Any:
    return client(on=on).post("/weights", params={"model": MODEL, **asked}, content=data)


def test_a_file_is_an_age_and_can_be_fetched() -> None:
    asking = client(on=True)
    data = weights()
    answer = asking.post("/weights", params={"model": MODEL, "file": "a.safetensors"}, content=data)
    assert answer.status_code == 200, answer.text
    [age] = answer.json()["ages"]
    assert age["name"] == answer.json()["name"]
    assert (age["model"], age["given"]) == (MODEL, "a.safetensors")
    address = f"/weights/{MODEL}/{age['name']}/{age['sha256']}.safetensors"
    assert len(asking.get(address).content) == age["bytes"]
    assert asking.get("/train/ages").json()["ages"] == [age]  # for whoever opens the page now


def test_what_is_too_large_is_refused_unread() -> None:
    answer = sent(bytes(MOST + 1), file="a.pt")
    assert answer.status_code == 413
    assert "8,000,001 bytes" in answer.text
    assert client(on=True).post("/report", content=weights()).status_code == 413


@pytest.mark.parametrize(
    ("language", "words"), [("en", "cannot be read"), ("zh", "无法读取权重 a.pt")]
)
def test_what_is_no_file_of_weights_is_a_sentence(language: str, words: str) -> None:
    answer = sent(b"no weights", file="a.pt", language=language)
    assert answer.status_code == 400
    assert words in answer.text
    assert sent(b"", model="nothing").status_code == 400
    assert sent(b"").status_code == 400


def test_where_it_is_off_it_says_so() -> None:
    answer = sent(b"weights", on=False, file="a.pt", language="zh")
    assert answer.status_code == 403
    assert "--bring" in answer.text
    assert answer.text.endswith("。")
    assert sent(weights(), on=False, file="a.pt").status_code == 413  # nor is it read


def test_foreign_pages_bring_nothing() -> None:
    answer = client(on=True).post("/weights", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_the_page_knows_whether_it_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in starting.PUBLIC:
        monkeypatch.delenv(name, raising=False)
    assert layout.start(device="cpu", language=None)["bring"] is None
    assert layout.start(device="cpu", language=None, bring=True)["bring"] == {"most": MOST}
    at: dict[str, Any] = {"host": "127.0.0.1", "allow_host": (), "lock": ()}
    assert starting.bringing(None, **at)
    assert not starting.bringing(None, **{**at, "host": "0.0.0.0"})  # noqa: S104
    assert starting.bringing(True, **{**at, "host": "0.0.0.0"})  # noqa: S104
    assert not starting.bringing(False, **at)
    for lock in ("checkpoint", "upload"):
        assert not starting.bringing(True, **{**at, "lock": (lock,)})
