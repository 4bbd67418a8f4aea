"""Calls of the public API, judged before Gradio makes a traceback of them."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from explorer.errors import Refused
from explorer.ui.uploads import folder

ROUTES = ("run", "api", "call")
COMPONENT = "component_server"  # where the page asks
ARGUMENTS = {"view": ("query",), "predict": ("image",), "parameters": ("model", "checkpoint")}
LEAST = {"view": 1, "predict": 1, "parameters": 0}
EVENTS = {"cut": ("turn", "box"), "relabel": ("language",)}  # what functions read of their event


def check(
    path: str,
    body: Any,
    components: Container[int] | None = None,
    functions: Mapping[int, Any] | None = None,
) -> None:
    """Refuse a call with the wrong arguments, and every file that was not uploaded here.

    `components` are the ids of those on the page, and `functions` what it calls by their numbers,
    if they are known.

    Raises:
        Refused: in a sentence that says what the endpoint expects.
    """
    parts = path.strip("/").split("/")
    if parts[1:] == [COMPONENT] and components is not None:
        _component(body, components)
    if not isinstance(body, dict) or len(parts) < 2:
        return
    _files(body)
    number = body.get("fn_index")
    if parts[1:] == ["queue", "join"] or (parts[1] in ROUTES[:2] and number is not None):
        if functions is not None:  # the page's own, by their number
            _numbered(number, body, functions)
    elif parts[1:3] == ["call", "v2"] and len(parts) > 3:
        _named("/".join(parts[3:]), body)
    elif parts[1] in ROUTES:
        _listed("/".join(parts[2:]), body.get("data"))


def _listed(name: str, data: Any) -> None:
    """Refuse a call by name whose arguments are no list of as many as it takes."""
    most = len(_known(name))
    if not isinstance(data, list) or len(data) != most:  # Gradio knows no defaults here
        raise Refused("call.arguments", 400, name=name, received=_shown(data), limit=most)
    if name == "predict":
        _picture(data[0])


def _named(name: str, arguments: dict[str, Any]) -> None:
    """Refuse a call by name whose arguments, by their names too, are others than it takes."""
    known = _known(name)
    if not {*known[: LEAST[name]]} <= {*arguments} <= {*known}:
        received = ", ".join(arguments)[:60] or "{}"
        raise Refused("call.named", 400, name=name, received=received, known=", ".join(known))
    if name == "predict":
        _picture(arguments["image"])


def _known(name: str) -> tuple[str, ...]:
    if name not in ARGUMENTS:
        raise Refused("call.name", 404, received=name[:60], known=", ".join(ARGUMENTS))
    return ARGUMENTS[name]


def _shown(data: Any) -> int | str:
    return len(data) if isinstance(data, list) else type(data).__name__


def _numbered(number: Any, body: dict[str, Any], functions: Mapping[int, Any]) -> None:
    """Refuse a call of none of the page's functions, or with what its components do not take."""
    if type(number) is not int or number not in functions:
        status = 404 if type(number) is int else 400
        raise Refused("call.function", status, received=str(number)[:20])
    function, data = functions[number], body.get("data")
    wrong = Refused(
        "call.inputs", 400, name=number, received=_shown(data), count=len(function.inputs)
    )
    if not isinstance(data, list) or len(data) != len(function.inputs):
        raise wrong
    event, read = body.get("event_data"), EVENTS.get(function.name, ())
    if read and not (isinstance(event, dict) and all(name in event for name in read)):
        raise wrong
    for component, value in zip(function.inputs, data, strict=True):
        if isinstance(component, gr.Image):
            _picture(value, gone=True)
        elif function.preprocess:
            try:
                component.preprocess(value)
            except (gr.Error, TypeError, ValueError) as error:
                raise wrong from error


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


def _picture(picture: Any, *, gone: bool = False) -> None:
    """Refuse a picture that is no file uploaded here; of one that is `gone` the page is told."""
    if picture is None:
        return
    name = picture.get("path") if isinstance(picture, dict) else None
    if not isinstance(name, str) or "\0" in name or len(name) > 1000:
        raise Refused("call.picture", 400)
    file = Path(name).resolve()
    if folder().resolve() not in file.parents or not (gone or file.is_file()):
        raise Refused("call.picture", 400)
