"""A page that waits for test images: told when they have come, without holding anybody up."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest

from explorer.incoming import queries
from explorer.network.later import Later
from explorer.sections import crowd
from explorer.ui import wiring

QUERY = {"model": "fashion-mlp", "checkpoint": "", "step": "flatten"}


@dataclass(frozen=True, slots=True)
class Thing:
    size: int = 1


class Asked(Later[Any]):
    """What is asked for what is on its way, and by which threads."""

    def __init__(self) -> None:
        super().__init__(10)
        self.threads: list[int] = []

    def pending(self, key: Hashable) -> Future[None] | None:
        self.threads.append(threading.get_ident())
        return super().pending(key)


def test_the_answer_comes_with_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    spaces = Asked()
    monkeypatch.setattr(crowd, "SPACES", spaces)

    def work() -> Thing:
        assert gate.wait(60)
        return Thing()

    async def both() -> list[dict[str, Any]]:
        asked = [asyncio.ensure_future(wiring._awaited(json.dumps(QUERY))) for _ in range(40)]
        spaces.threads.clear()
        while len(spaces.threads) < len(asked):
            await asyncio.sleep(0.01)  # the loop is free
        await asyncio.sleep(0.01)  # they wait now
        assert not any(each.done() for each in asked)
        gate.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(wiring._awaited(json.dumps(QUERY))) == {"pending": False}, "nothing is due"
    key = crowd._key(queries.read(QUERY))
    spaces.get(key, work)
    assert asyncio.run(both()) == [{"pending": False}] * 40
    assert spaces.get(key, work) == Thing()
    loop = threading.get_ident()
    assert loop not in spaces.threads, "a query with large pictures takes a while to be read"


def test_one_that_takes_longer_is_said_to_be_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    spaces: Later[Any] = Later(10)
    monkeypatch.setattr(crowd, "SPACES", spaces)
    monkeypatch.setattr(wiring, "LONGEST", 0.01)
    spaces.get(crowd._key(queries.read(QUERY)), lambda: gate.wait(60) and Thing())
    assert asyncio.run(wiring._awaited(json.dumps(QUERY))) == {"pending": True}
    gate.set()


def test_bad_questions_get_a_sentence() -> None:
    for bad in ("{", json.dumps({"model": 7}), json.dumps({"model": "none"})):
        assert asyncio.run(wiring._awaited(bad))["error"]["message"].endswith(".")
