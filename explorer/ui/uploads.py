"""Uploads: one picture at a time, within the room there is, and nothing left behind.

A whole request is read and judged before Gradio's parser writes to the disk: what is refused or
broken off never becomes a file.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections import Counter, deque
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.errors import Refused
from explorer.ui.reading import Room, again, read

MOST = 12_000_000  # bytes of one request
READING = 8  # requests read at the same time, the rest is asked to come again
HALF = READING // 2  # of them of one address: whoever sends slowly leaves room to others
MINUTE = 60.0  # seconds
RATE = 240  # files of one address in a minute
EVERYBODY = 600  # and of all together
KEPT = 300_000_000  # bytes that lie on the disk until Gradio deletes them
FREE = 50_000_000  # bytes of the disk that are left to others
BOUNDARY = re.compile(r'boundary="?([^";,]+)', re.IGNORECASE)


class Uploads:
    """The one way for files: who has sent how many in the last minute, and what lies on disk."""

    def __init__(self) -> None:
        self._reading: Counter[str] = Counter()  # by address
        self._times: deque[tuple[float, str]] = deque()
        self._writing = asyncio.Lock()
        self._room = Room(KEPT)

    async def take(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Read one upload and hand it on to Gradio.

        Raises:
            Refused: for one that is too large, too many, or has no room.
        """
        client = (scope.get("client") or ("",))[0]
        self._counted(client)
        if self._reading.total() >= READING or self._reading[client] >= HALF:
            raise Refused("guard.busy", 503)
        self._reading[client] += 1
        try:
            headers = Headers(scope=scope)
            body = await read(receive, headers, MOST, self._room)
            _one(body, headers.get("content-type", ""))
        finally:
            self._reading -= Counter({client: 1})  # which forgets whoever has none left
        async with self._writing:
            await asyncio.to_thread(_space, len(body))
            await self._handed(app, scope, again(body, receive), send)

    def _counted(self, client: str) -> None:
        now = time.monotonic()
        while self._times and now - self._times[0][0] > MINUTE:
            self._times.popleft()
        own = sum(who == client for _, who in self._times)
        if own >= RATE or len(self._times) >= EVERYBODY:
            raise Refused("upload.rate", 429, limit=RATE)
        self._times.append((now, client))

    async def _handed(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let Gradio write the file; what it leaves half written is removed, and said."""
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            if status < 500:
                await send(message)

        try:
            await app(scope, receive, watched)
        except OSError as error:
            await asyncio.to_thread(_swept)
            raise Refused("upload.disk", 507) from error
        if status >= 500:
            await asyncio.to_thread(_swept)
            raise Refused("upload.disk", 507)


def folder() -> Path:
    """Return where Gradio keeps uploads."""
    named = os.environ.get("GRADIO_TEMP_DIR")
    return Path(named) if named else (Path(tempfile.gettempdir()) / "gradio").resolve()


def _one(body: bytes, kind: str) -> None:
    """Refuse more than one file: one part has its boundary before and behind it."""
    found = BOUNDARY.search(kind)
    if found is None:
        raise Refused("upload.form", 400)
    if body.count(b"--" + found.group(1).encode("latin-1")) > 2:
        raise Refused("upload.many", 400)


def _space(size: int) -> None:
    """Refuse a file for which there is no room, on the disk or among what is kept already."""
    where = folder()
    try:
        where.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(where).free
        kept = sum(file.stat().st_size for file in where.rglob("*") if file.is_file())
    except OSError as error:
        raise Refused("upload.disk", 507) from error
    if free < size + FREE or kept + size > KEPT:
        raise Refused("upload.disk", 507)


def _swept() -> None:
    """Remove what a failed upload has left; finished ones lie in folders of their own."""
    for file in folder().glob("*"):
        if file.is_file():
            file.unlink(missing_ok=True)
