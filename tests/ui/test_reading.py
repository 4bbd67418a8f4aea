"""A body read piece by piece: within its limit, its room and its time, and given back whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message

from explorer.errors import Refused
from explorer.ui import reading
from explorer.ui.reading import Incoming, Room

LIMIT = 100


class Sender:
    """A connection that sends pieces; what follows them is `end`, or nothing at all."""

    def __init__(
        self, pieces: Sequence[bytes], *, broken: bool = False, hangs: bool = False
    ) -> None:
        self.left = list(pieces)
        self.broken, self.hangs, self.taken = broken, hangs, 0

    async def __call__(self) -> Message:
        if not self.left:
            if self.hangs:
                await asyncio.sleep(2)
            return {"type": "http.disconnect"}
        self.taken += 1
        body = self.left.pop(0)
        more = bool(self.left) or self.broken or self.hangs
        return {"type": "http.request", "body": body, "more_body": more}


def read(sender: Sender, room: Room, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(reading.read(sender, named, LIMIT, room))


def refused(sender: Sender, room: Room, **headers: str) -> Refused:
    with pytest.raises(Refused) as caught:
        read(sender, room, **headers)
    assert room.held == 0, "a refused body holds no room"
    return caught.value


def test_a_body_in_pieces_is_whole_and_its_room_is_given_back() -> None:
    room = Room(LIMIT)
    for _ in range(3):
        assert read(Sender([b"a" * 40, b"b" * 60]), room) == b"a" * 40 + b"b" * 60
        assert room.held == 0


def test_what_says_that_it_is_too_large_is_not_read() -> None:
    sender = Sender([b"a" * 10])
    error = refused(sender, Room(1000), content_length=str(LIMIT + 1))
    assert (error.status, sender.taken) == (413, 0)


def test_what_does_not_say_so_is_cut_where_it_passes_the_limit() -> None:
    sender = Sender([b"a" * 60] * 9)
    assert refused(sender, Room(1000)).status == 413
    assert sender.taken == 2


def test_there_is_room_for_a_few_at_a_time() -> None:
    room = Room(LIMIT, held=50)
    with pytest.raises(Refused) as caught:
        read(Sender([b"a" * 51]), room)
    assert caught.value.status == 503
    assert room.held == 50, "what others hold stays"
    assert read(Sender([b"a" * 50]), room) == b"a" * 50


def test_a_sender_that_goes_or_waits_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(Sender([b"a"], broken=True), Room(LIMIT)).key == "guard.broken"
    monkeypatch.setattr(reading, "PATIENCE", 0.01)
    assert refused(Sender([b"a"], hangs=True), Room(LIMIT)).key == "guard.slow"


def test_a_body_is_handed_on_once() -> None:
    receive = reading.again(b"whole", Sender([]))

    async def messages() -> list[Message]:
        return [await receive(), await receive()]

    first, second = asyncio.run(messages())
    assert (first["body"], first["more_body"]) == (b"whole", False)
    assert second["type"] == "http.disconnect"


def test_a_refused_body_is_dropped_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "DRAINED", 100)
    sender = Sender([b"a" * 40] * 9)
    asyncio.run(reading.dropped(Incoming(sender)))
    assert sender.taken == 3
    short = Sender([b"a" * 40])
    asyncio.run(reading.dropped(Incoming(short)))
    assert short.taken == 1
