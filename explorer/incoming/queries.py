"""Read and write queries as JSON, the one place where bounds on what comes from outside are stated.

`read` checks everything that can be checked without a model: types, lengths, ranges, finiteness.
Whether a step, a unit or a checkpoint exists is for `explorer.viewing` to say.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from itertools import chain, islice
from typing import Any, cast, get_args

import numpy as np

from explorer.errors import InvalidQuery
from explorer.incoming import plain
from explorer.lessons import Optimizer, Taught
from explorer.records import Action, Edit, Folding, Language, Query, Source, Versus
from explorer.words import LANGUAGES

MAX_IMAGES = 8
MAX_INPUTS = 65_536  # of a module that is fed with examples; a pass knows how many there are
MAX_PIXELS = 3 * 256 * 256  # of one image, of the largest network there may be
MAX_EDITS = 64
MAX_UNITS = 1024
MAX_SHOW = 12
MAX_OPTIONS = 24
MAX_BOXES = 256
MAX_HELD = 16
MAX_LAYERS = 256  # that are frozen
MAX_BYTES = 2_000_000
MAX_UNIT = 10_000_000
MAX_STEPS = 100  # of an optimizer
RATES = (1e-6, 10.0)  # of learning
LONGEST_IMAGE = 3 * MAX_PIXELS  # characters of base64, with room for line breaks
DIMENSIONS = 3
URL_SAFE = str.maketrans("-_", "+/")


def read(data: object) -> Query:
    """Return the query that `data` (parsed JSON) describes; missing fields have their defaults.

    Images are base64 strings of one byte per pixel, or numbers 0 to 255: flat, in rows, or these
    with a dimension of one channel.

    Raises:
        InvalidQuery: naming the field, what was received and what was expected.
    """
    fields = plain.mapping("query", data, plain.names(Query))
    blank = Query()
    return Query(
        model=plain.text("model", fields.get("model", blank.model)),
        checkpoint=plain.text("checkpoint", fields.get("checkpoint", blank.checkpoint)),
        images=_images(fields.get("images", blank.images)),
        focus=plain.whole("focus", fields.get("focus", blank.focus), 0, MAX_INPUTS - 1),
        step=plain.text("step", fields.get("step", blank.step)),
        unit=plain.optional("unit", fields.get("unit", blank.unit), _unit),
        edits=_edits("edits", fields.get("edits", blank.edits)),
        versus=plain.optional("versus", fields.get("versus", blank.versus), _versus),
        folding=plain.optional("folding", fields.get("folding", blank.folding), _folding),
        taught=plain.optional("taught", fields.get("taught", blank.taught), _taught),
        language=_language(fields.get("language", blank.language)),
        show=plain.items("show", fields.get("show", blank.show), MAX_SHOW, plain.text),
        options=_options(fields.get("options", blank.options)),
    )


def apart(data: object) -> tuple[object, frozenset[str], bool]:
    """Return a query, and what whoever asks has of its answer already.

    That is digests of values, `held`, and whether all values are there but for being compared,
    `sums`. Both say nothing of what is on screen and are no part of a query.

    Raises:
        InvalidQuery: for digests that are no list of a few texts, and `sums` neither true nor
            false.
    """
    if not isinstance(data, Mapping):
        return data, frozenset(), False
    held = plain.items("held", data.get("held", ()), MAX_HELD, plain.text)
    sums = plain.truth("sums", data.get("sums", False))
    query = {name: value for name, value in data.items() if name not in {"held", "sums"}}
    return query, frozenset(held), sums


def option(
    options: Mapping[str, str | float], name: str, usual: float, low: float, high: float
) -> float:
    """Return one of a query's options as a number within bounds, `usual` where it is not there.

    Raises:
        InvalidQuery: for text, or a number out of bounds.
    """
    value = options.get(name, usual)
    if isinstance(value, str) or not low <= value <= high:
        raise InvalidQuery(
            "query.option", field=f"options.{name}", received=repr(value), low=low, high=high
        )
    return value


def write(query: Query) -> dict[str, Any]:
    """Return the query as JSON-ready data that `read` turns back into the same query."""
    data = asdict(query)
    data["images"] = [base64.b64encode(image).decode("ascii") for image in query.images]
    return data


def _unit(field: str, value: object) -> int:
    return plain.whole(field, value, 0, MAX_UNIT)


def _images(value: object) -> tuple[bytes, ...]:
    images = plain.items("images", value, MAX_IMAGES, _image)
    if not images:
        raise InvalidQuery("query.empty", field="images")
    return images


def _image(field: str, value: object) -> bytes:
    """Return the grey values of one image; whether they are enough is seen with the network."""
    if isinstance(value, bytes):
        pixels = value
    elif isinstance(value, str):
        if len(value) > LONGEST_IMAGE:
            raise InvalidQuery("query.many", field=field, received=len(value), limit=MAX_PIXELS)
        try:
            text = "".join(value.split()).translate(URL_SAFE)
            pixels = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError) as error:
            raise plain.wrong(field, value, "base64") from error
    else:
        pixels = _grey_values(field, value)
    if len(pixels) > MAX_PIXELS:
        raise InvalidQuery("query.many", field=field, received=len(pixels), limit=MAX_PIXELS)
    return pixels


def _grey_values(field: str, value: object) -> bytes:
    """Return numbers as bytes: flat, in rows, or with a dimension of one channel."""
    flat = _flat(field, value)
    if len(flat) > MAX_PIXELS:
        raise InvalidQuery("query.many", field=field, received=f"{MAX_PIXELS}+", limit=MAX_PIXELS)
    numbers = [_grey(f"{field}[{index}]", item) for index, item in enumerate(flat)]
    if any(isinstance(item, float) for item in flat) and 0 < max(numbers, default=0) <= 1:
        raise InvalidQuery("query.fractions", field=field)
    return bytes(round(number) for number in numbers)


def _flat(field: str, value: object) -> list[object]:
    """Return the entries of lists within lists, at most one more than an image has."""
    if isinstance(value, np.ndarray):
        value = value[: MAX_PIXELS + 1].tolist()
    if not isinstance(value, list | tuple):
        raise plain.wrong(field, value, "image")
    flat = list(value[: MAX_PIXELS + 1])
    for _ in range(DIMENSIONS - 1):
        if not any(isinstance(each, list | tuple) for each in flat):
            break
        rows = [
            each[: MAX_PIXELS + 1] if isinstance(each, list | tuple) else [each] for each in flat
        ]
        flat = list(islice(chain.from_iterable(rows), MAX_PIXELS + 1))
    return flat


def _grey(field: str, value: object) -> float:
    if isinstance(value, plain.NUMBERS) and not isinstance(value, bool) and 0 <= value <= 255:
        return float(value)
    raise plain.wrong(field, value, "whole", low=0, high=255)


def _language(value: object) -> Language:
    """Return the language of a tag such as `zh-CN`, by its first part."""
    first = re.split("[-_]", value)[0].lower() if isinstance(value, str) else value
    return first if first in LANGUAGES else plain.choice("language", value, LANGUAGES)


def _edits(field: str, value: object) -> tuple[Edit, ...]:
    return plain.items(field, value, MAX_EDITS, _edit)


def _edit(field: str, value: object) -> Edit:
    data = plain.mapping(field, value, plain.names(Edit))
    return Edit(
        step=plain.text(f"{field}.step", data.get("step")),
        units=plain.items(f"{field}.units", data.get("units", []), MAX_UNITS, _unit),
        action=cast(Action, plain.choice(f"{field}.action", data.get("action"), get_args(Action))),
        value=plain.number(f"{field}.value", data.get("value", 0.0)),
        source=plain.optional(f"{field}.source", data.get("source"), _source),
    )


def _source(field: str, value: object) -> Source:
    data = plain.mapping(field, value, plain.names(Source))
    return Source(
        image=plain.whole(f"{field}.image", data.get("image"), 0, MAX_INPUTS - 1),
        checkpoint=plain.text(f"{field}.checkpoint", data.get("checkpoint", "")),
        learnt=plain.truth(f"{field}.learnt", data.get("learnt", False)),
    )


def _versus(field: str, value: object) -> Versus:
    data = plain.mapping(field, value, plain.names(Versus))
    return Versus(
        checkpoint=plain.optional(f"{field}.checkpoint", data.get("checkpoint"), plain.text),
        image=plain.optional(
            f"{field}.image",
            data.get("image"),
            lambda name, index: plain.whole(name, index, 0, MAX_INPUTS - 1),
        ),
        edits=plain.optional(f"{field}.edits", data.get("edits"), _edits),
    )


def _folding(field: str, value: object) -> Folding:
    data = plain.mapping(field, value, plain.names(Folding))
    return Folding(
        detail=plain.optional(
            f"{field}.detail", data.get("detail"), partial(plain.whole, low=0, high=MAX_BOXES)
        ),
        opened=plain.items(f"{field}.opened", data.get("opened", []), MAX_BOXES, plain.text),
        closed=plain.items(f"{field}.closed", data.get("closed", []), MAX_BOXES, plain.text),
    )


def _taught(field: str, value: object) -> Taught:
    data = {**asdict(Taught(0)), "label": None, **plain.mapping(field, value, plain.names(Taught))}
    rate = plain.number(f"{field}.rate", data["rate"])
    if not RATES[0] <= rate <= RATES[1]:
        raise plain.wrong(f"{field}.rate", rate, "option", low=RATES[0], high=RATES[1])
    way = plain.choice(f"{field}.optimizer", data["optimizer"], get_args(Optimizer))
    return Taught(
        label=_unit(f"{field}.label", data["label"]),
        steps=plain.whole(f"{field}.steps", data["steps"], 0, MAX_STEPS),
        rate=rate,
        optimizer=cast(Optimizer, way),
        frozen=plain.items(f"{field}.frozen", data["frozen"], MAX_LAYERS, plain.text),
        summed=plain.truth(f"{field}.summed", data["summed"]),
        shown=plain.truth(f"{field}.shown", data["shown"]),
    )


def _options(value: object) -> dict[str, str | float]:
    data = plain.mapping("options", value)
    if len(data) > MAX_OPTIONS:
        raise InvalidQuery("query.many", field="options", received=len(data), limit=MAX_OPTIONS)
    return {
        plain.text("options", name): plain.text(f"options.{name}", item)
        if isinstance(item, str)
        else plain.number(f"options.{name}", item)
        for name, item in data.items()
    }
