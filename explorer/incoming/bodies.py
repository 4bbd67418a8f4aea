"""What a request's body may be before anybody parses it for its meaning: its size and its shape.

Every bound is far above what the page ever sends: a legal query has at most 64 edits of 1,024 units
on each side of a comparison, and 8 images as 28 lists of 28 numbers.
"""

from __future__ import annotations

from typing import Any

import orjson

from explorer.errors import Refused

MOST = 2_000_000  # bytes
CONTAINERS = 4_000  # lists and objects
VALUES = 200_000
NAMES = 20_000  # of fields: whatever checks an object's names takes far longer than reading them
DEPTH = 32
LONGEST_SESSION = 64  # characters; the page's own have 11
SMALL = 4_000  # bytes: not worth counting


def check(body: bytes) -> Any:
    """Return a JSON body as data, unless it would keep the event loop busy.

    Raises:
        Refused: for what is no JSON object, is too complex, or names too long a session.
    """
    if not body:
        return None
    count(body)
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("body.json", 400, reason=error) from error
    if not isinstance(data, dict):
        raise Refused("body.json", 400, reason=type(data).__name__)
    if _depth(data) > DEPTH:
        raise Refused("body.deep", 413, limit=DEPTH)
    session(data.get("session_hash"))
    return data


def session(name: Any) -> None:
    """Refuse a name of a session that is none: Gradio keeps every one it has seen.

    Raises:
        Refused: for anything but a short text or nothing.
    """
    if name is not None and not (isinstance(name, str) and len(name) <= LONGEST_SESSION):
        raise Refused("body.session", 400, limit=LONGEST_SESSION)


def count(body: bytes) -> None:
    """Count what a parser would have to build; brackets within texts count as well.

    Raises:
        Refused: for what is too complex.
    """
    if len(body) <= SMALL:
        return
    containers = body.count(b"[") + body.count(b"{")
    values, names = body.count(b","), body.count(b":")
    if containers > CONTAINERS or values > VALUES or names > NAMES:
        raise Refused("body.complex", 413, containers=CONTAINERS, values=VALUES, names=NAMES)


def _depth(data: Any) -> int:
    """Return how many lists and objects stand in each other, without recursion."""
    depth, level = 0, [data]
    while level and depth <= DEPTH:
        depth += 1
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return depth
