"""What is asked in passing is answered at once; what takes longer, in a thread and one by one.

The event loop is shared by everybody: a view of a few milliseconds costs less there than the way to
a thread and back, anything else would make the others wait.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar

import anyio
import orjson

from explorer.errors import Refused
from explorer.network import zoo

LIGHT = frozenset({"figure", "unit", "softmax", "code"})  # sections of less than a millisecond
TEXT = 24_000  # characters: eight images as base64 have 8,400
EDITS = 8
WAITING = 64  # questions that wait for their turn; more are sent away

Answer = TypeVar("Answer")
_waiting = 0


async def aside(work: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
    """Return what `work` answers, in a thread of which there are few.

    Raises:
        Refused: when too many wait already.
    """
    global _waiting  # noqa: PLW0603  one number for the process, changed on its one event loop
    if _waiting >= WAITING:
        raise Refused("guard.busy", 503)
    _waiting += 1
    try:
        job = partial(work, *arguments, **named)
        return await anyio.to_thread.run_sync(job, limiter=_limiter())
    finally:
        _waiting -= 1


def light(query: object, device: str) -> bool:
    """Whether a query can be answered on the event loop: a short text that asks for little.

    Somebody's own module never is: nobody knows how long it takes.
    """
    if device != "cpu" or not isinstance(query, str) or len(query) > TEXT:
        return False
    try:
        data = orjson.loads(query)
    except orjson.JSONDecodeError:
        return True  # refused at once
    if not isinstance(data, dict):
        return True
    return (
        not zoo.own(str(data.get("model")))
        and _few(data.get("edits"), EDITS)
        and data.get("versus") is None
        and not _learns(data.get("taught"))
        and _few(data.get("show"), len(LIGHT))
        and all(isinstance(name, str) and name in LIGHT for name in data.get("show") or ())
    )


def _learns(taught: object) -> bool:
    """Whether what has learnt is shown, which may take a hundred steps first."""
    return isinstance(taught, dict) and bool(taught.get("shown"))


def _few(items: object, most: int) -> bool:
    return items is None or (isinstance(items, list) and len(items) <= most)


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(max(1, (os.cpu_count() or 2) // 2))
