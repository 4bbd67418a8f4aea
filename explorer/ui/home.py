"""What the file to take home is made of: the page's start, a record of every step, and weights."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from explorer import disk, figures, viewing
from explorer.errors import NoStart
from explorer.network import chain, living, zoo
from explorer.outgoing import home, replies
from explorer.records import Language, Query, Versus, View
from explorer.ui import files, layout
from explorer.words import LANGUAGES

ROOM = 3_500_000  # bytes of weights that are taken along: a network beyond them is left out
SMALL = 100_000  # bytes: of networks with larger files only the usual weights are taken along,
EACH = 5  # and of the others every so many ages


def page(language: Language | None = None, lock: tuple[str, ...] = (), model: str = "") -> bytes:
    """Return the page as one HTML file, UTF-8: in a language, or the visitor's; `lock` as served.

    Of somebody's own module, `model` or the last one if there is any, computed in the page or, if
    the page cannot, as the hooks recorded one pass; else of the networks shipped.

    Raises:
        ExplorerError: when there is no pass of the module that could be shown.
    """
    name = model or zoo.usual()
    if not zoo.own(name):
        return _shipped(language, lock)
    found = chain.computed(name)
    return _passed(name, language, lock) if found is None else _own(name, found, language, lock)


@cache
def _shipped(language: Language | None, lock: tuple[str, ...]) -> bytes:
    """Return the file of the networks shipped, of those that are chains and have room."""
    begin = layout.start(device="", language=language, lock=(*lock, *home.LOCKED))
    models = [_taken(model) for model in _fitting(begin["models"])]
    query = {**begin["query"], "model": models[0]["name"]}
    return _text(
        home.Contents(
            start={**begin, "models": models, "query": query},
            recorded={
                spoken: {model["name"]: _recorded(model["name"], spoken) for model in models}
                for spoken in LANGUAGES
            },
            weights={model["name"]: _weights(model) for model in models},
        )
    )


def _own(name: str, found: chain.Chain, language: Language | None, lock: tuple[str, ...]) -> bytes:
    """Return the file of somebody's own module, which the page computes."""
    data = living.packed(zoo.load(name))
    begin = layout.start(device="", language=language, lock=(*lock, *home.LOCKED))
    card, count = zoo.card(name), found[-1]["shape"][0]
    known = {
        **_listed(begin, name),
        "labels": {code: card.labels_in(code, count) for code in LANGUAGES},
        "chain": found,
        "weights": {zoo.GIVEN: living.file(data)},
    }
    return _text(
        home.Contents(
            start={**begin, "models": [known], "query": {**begin["query"], "model": name}},
            recorded={spoken: {name: _recorded(name, spoken)} for spoken in LANGUAGES},
            weights={name: {zoo.GIVEN: data}},
        )
    )


def _passed(name: str, language: Language | None, lock: tuple[str, ...]) -> bytes:
    """Return the file of somebody's own module, of which it holds one pass as hooks saw it."""
    left = (*lock, *home.LOCKED, *home.FIXED)
    begin = layout.start(device="", language=language, lock=left)
    image = base64.b64decode(begin["samples"][zoo.card(name).dataset][0]["pixels"])
    passed = {}
    for spoken in LANGUAGES:
        query = Query(model=name, images=(image,), language=spoken)
        whole, stages = viewing.recorded(query)
        passed[spoken] = {
            "reply": replies.write(whole),
            "stages": {step: _stage(each) for step, each in stages.items()},
        }
    known = {**_listed(begin, name), "drawn": False}
    start = {**begin, "models": [known], "query": {**begin["query"], "model": name}}
    return _text(home.Contents(start=start, recorded={}, weights={}, passed=passed))


def _stage(view: View) -> dict[str, Any]:
    return {"facts": replies.facts(view.facts), "texts": view.texts, "figure": view.figure}


def _listed(begin: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(each for each in begin["models"] if each["name"] == name)
    return found


def _text(contents: home.Contents) -> bytes:
    """Return the file in the language of its start, or the first there is."""
    text = home.written(
        contents,
        styles=[figures.css(), *files.sheets()],
        plotly=figures.script(),
        language=contents.start["language"] or LANGUAGES[0],
    )
    return text.encode("utf-8")


def write(
    file: str,
    *,
    language: Language | None,
    lock: tuple[str, ...] = (),
    model: str = "",
    refusal: str = "start.export",
) -> int:
    """Write the file and return its size in bytes.

    Raises:
        NoStart: when it cannot be written there; `refusal` names the sentence.
    """
    text = page(language, lock, model)
    try:
        return disk.write(Path(file).expanduser(), text)
    except (OSError, RuntimeError, ValueError) as error:  # ValueError: a name that none can have
        reason = getattr(error, "strerror", None) or error
        raise NoStart(refusal, file=file, reason=reason) from error


def _fitting(models: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the networks that the page computes, as many as there is room for."""
    found, left = [], ROOM
    for model in models:
        if model["chain"] is None:
            continue
        size = model["weights"][model["default"]]["bytes"]
        if size <= left:
            found.append(model)
            left -= size
    return found


def _taken(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page knows of a network, with the weights that are taken along."""
    usual, ages = model["default"], list(model["weights"])
    small = model["weights"][usual]["bytes"] <= SMALL
    wanted = {usual, *(ages[::EACH] if small else ())}
    weights = {name: file for name, file in model["weights"].items() if name in wanted}
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
