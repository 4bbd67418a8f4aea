"""What the file to take home is made of: the page's start, a record of every step, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from explorer import figures, places, viewing
from explorer.errors import NoStart
from explorer.network import chain
from explorer.outgoing import home, replies
from explorer.records import Language, Query, Versus
from explorer.ui import layout
from explorer.words import LANGUAGES

ROOM = 100_000  # bytes: of larger files of weights only the usual one is taken along


@cache
def page(language: Language | None = None, lock: tuple[str, ...] = ()) -> bytes:
    """Return the page as one HTML file, UTF-8: in a language, or the visitor's; `lock` as served.

    Of networks that are no chain of layers, which the page cannot compute, it holds nothing.
    """
    begin = layout.start(device="", language=language, lock=(*lock, *home.LOCKED))
    models = [_taken(model) for model in begin["models"] if model["chain"] is not None]
    query = {**begin["query"], "model": models[0]["name"]}
    contents = home.Contents(
        start={**begin, "models": models, "query": query},
        recorded={
            spoken: {model["name"]: _recorded(model["name"], spoken) for model in models}
            for spoken in LANGUAGES
        },
        weights={model["name"]: _weights(model) for model in models},
    )
    sheets = [(places.WEB / "style" / f"{name}.css").read_text("utf-8") for name in layout.STYLES]
    text = home.written(
        contents,
        styles=[figures.css(), *sheets],
        plotly=figures.script(),
        language=language or LANGUAGES[0],
    )
    return text.encode("utf-8")


def write(file: str, *, language: Language | None, lock: tuple[str, ...] = ()) -> int:
    """Write the file and return its size in bytes.

    Raises:
        NoStart: when it cannot be written there.
    """
    path = Path(file)
    try:
        return path.write_bytes(page(language, lock))
    except OSError as error:
        raise NoStart("start.export", file=file, reason=error.strerror or error) from error


def _taken(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page knows of a network, with the weights that are taken along."""
    weights = {
        name: file
        for name, file in model["weights"].items()
        if file["bytes"] <= ROOM or name == model["default"]
    }
    checkpoints = [each for each in model["checkpoints"] if each["name"] in weights]
    return {**model, "weights": weights, "checkpoints": checkpoints}


def _weights(model: Mapping[str, Any]) -> dict[str, bytes]:
    found = {}
    for name, file in model["weights"].items():
        data = chain.weights(model["name"], name, file["sha256"])
        if data is not None:
            found[name] = data
    return found


def _recorded(model: str, language: Language) -> dict[str, Any]:
    """Return what of a network's replies does not depend on values, for every step."""
    query = Query(model=model, language=language, show=("stages",))
    plain = replies.write(viewing.view(query))
    versus = replace(query, versus=Versus(edits=()))
    compared = replies.write(viewing.view(versus))
    facts = {
        step["id"]: [fact.key for fact in viewing.view(replace(query, step=step["id"])).facts]
        for step in plain["steps"]
    }
    return {
        "steps": plain["steps"],
        "facts": facts,
        "stages": plain["sections"]["stages"],
        "compared": compared["sections"]["stages"],
    }
