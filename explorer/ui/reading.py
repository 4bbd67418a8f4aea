"""A request's body, read within bounds of size, time and room, and handed on as if unread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Message, Receive

from explorer.errors import Refused

PATIENCE = 60.0  # seconds for a body to arrive
DRAINED = 64_000_000  # bytes of a refused body that are dropped, so that the answer is still heard
LINGER = 10.0  # seconds


@dataclass(slots=True)
class Room:
    """How many bytes of unfinished bodies are held at the moment, and how many may be."""

    most: int
    held: int = 0


class Incoming:
    """A request's messages; `over` once the whole body has come, or its sender has gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.over = False

    async def __call__(self) -> Message:
        """Return the next message."""
        message = await self._receive()
        self.over = message["type"] != "http.request" or not message.get("more_body", False)
        return message


async def read(receive: Receive, headers: Mapping[str, str], most: int, room: Room) -> bytes:
    """Return a request's whole body, refused before it is read, or where it passes the limit.

    Raises:
        Refused: for a body above `most` bytes, one that takes too long to arrive, or no room.
    """
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise Refused("guard.large", 413, received=f"{int(length):,}", limit=f"{most:,}")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await receive()
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                room.held += len(parts[-1])
                if size > most:
                    raise Refused("guard.large", 413, received=f"{most:,}+", limit=f"{most:,}")
                if room.held > room.most:
                    raise Refused("guard.busy", 503)
                if message["type"] == "http.disconnect":
                    raise Refused("guard.broken", 400)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError as error:
        raise Refused("guard.slow", 408, seconds=int(PATIENCE)) from error
    finally:
        room.held -= size


def again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body in one piece, and then whatever else happens."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed


async def dropped(incoming: Incoming) -> None:
    """Read the rest of a refused body and forget it, within bounds.

    Who is still sending hears nothing before he has finished.
    """
    left = DRAINED
    try:
        async with asyncio.timeout(LINGER):
            while left > 0 and not incoming.over:
                left -= len((await incoming()).get("body", b""))
    except TimeoutError:
        return
