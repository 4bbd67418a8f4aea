"""Calls of the public API, judged before Gradio makes a traceback of them."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any

from explorer.errors import Refused
from explorer.ui.uploads import folder

ROUTES = ("run", "api", "call")
COMPONENT = "component_server"  # where the page asks
MOST = {"view": 1, "predict": 1, "parameters": 2}  # arguments
LEAST = {"view": 1, "predict": 1, "parameters": 0}


def check(path: str, body: Any, components: Container[int] | None = None) -> None:
    """Refuse a call with the wrong arguments, and every file that was not uploaded here.

    `components` are the ids of those on the page, if they are known.

    Raises:
        Refused: in a sentence that says what the endpoint expects.
    """
    parts = path.strip("/").split("/")
    if parts[1:] == [COMPONENT] and components is not None:
        _component(body, components)
    if not isinstance(body, dict) or len(parts) < 2:
        return
    _files(body.get("data"))
    named = parts[1] in ROUTES and parts[2:3] != ["v2"]
    if not named or body.get("fn_index") is not None:  # the page's own, by their number
        return
    name = "/".join(parts[2:])
    if name not in MOST:
        raise Refused("call.name", 404, received=name[:60], known=", ".join(MOST))
    data = body.get("data")
    if not isinstance(data, list) or not LEAST[name] <= len(data) <= MOST[name]:
        received = len(data) if isinstance(data, list) else type(data).__name__
        raise Refused("call.arguments", 400, name=name, received=received, limit=MOST[name])
    if name == "predict":
        _picture(data[0])


def _component(body: Any, components: Container[int]) -> None:
    """Refuse what is asked of no component of the page, or not as the page asks."""
    asked = body if isinstance(body, dict) else {}
    number = asked.get("component_id")
    named = (asked.get(name) for name in ("fn_name", "session_hash"))
    if type(number) is not int or not all(isinstance(name, str) for name in named):
        raise Refused("call.component", 400, received=str(number)[:20])
    if number not in components:
        raise Refused("call.component", 404, received=number)


def _files(data: Any) -> None:
    """Refuse links among a call's files: this server fetches nothing from anywhere."""
    level = [data]
    while level:
        for each in level:
            link = each.get("path") if isinstance(each, dict) else None
            if isinstance(link, str) and "://" in link[:20]:
                raise Refused("call.link", 400, received=link[:60])
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]


def _picture(picture: Any) -> None:
    """Refuse a picture that is not a file uploaded here."""
    if picture is None:
        return
    name = picture.get("path") if isinstance(picture, dict) else None
    if not isinstance(name, str) or "\0" in name or len(name) > 1000:
        raise Refused("call.picture", 400)
    file = Path(name).resolve()
    if folder().resolve() not in file.parents or not file.is_file():
        raise Refused("call.picture", 400)
