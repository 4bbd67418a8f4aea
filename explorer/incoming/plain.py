"""Plain values of JSON: each is checked, or refused with the field, what was received and expected.

All raise `InvalidQuery`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from explorer.errors import InvalidQuery

MAX_TEXT = 120
MAX_VALUE = 1e6
HUGE = 10**18
LONGEST = 60
NUMBERS = (int, float, np.integer, np.floating)
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: JSON allows it, UTF-8 does not

Item = TypeVar("Item")


def names(record: type[Any]) -> tuple[str, ...]:
    """Return the names of a record's fields."""
    return tuple(each.name for each in fields(record))


def shown(value: object) -> str:
    """Return what was received, short enough for a sentence, and as text that can be sent."""
    if isinstance(value, list | tuple | Mapping):
        return f"{type(value).__name__} ({len(value)})"  # what is in it may be nested without end
    if isinstance(value, int) and abs(value) > HUGE:
        return "int (> 10¹⁸)"  # Python refuses to print the longest ones
    text = repr(value).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def wrong(field: str, received: object, expected: str, **values: object) -> InvalidQuery:
    """Return the error that names a field, what was received and what was expected."""
    return InvalidQuery(f"query.{expected}", field=field, received=shown(received), **values)


def mapping(field: str, value: object, known: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    """Return a mapping, of no other names than those known."""
    if not isinstance(value, Mapping):
        raise wrong(field, value, "mapping")
    for name in value:
        if known is not None and name not in known:
            raise InvalidQuery("query.field", field=shown(name), known=", ".join(sorted(known)))
    return value


def sound(value: str) -> bool:
    """Whether a text has letters, all of them whole."""
    return bool(value) and not SURROGATE.search(value)


def text(field: str, value: object) -> str:
    """Return a text of at most MAX_TEXT characters."""
    if not isinstance(value, str) or len(value) > MAX_TEXT or SURROGATE.search(value):
        raise wrong(field, value, "text", limit=MAX_TEXT)
    return value


def choice(field: str, value: object, choices: tuple[str, ...]) -> str:
    """Return one of some texts."""
    if not isinstance(value, str) or value not in choices:
        raise wrong(field, value, "choice", choices=", ".join(choices))
    return value


def whole(field: str, value: object, low: int, high: int) -> int:
    """Return a whole number within bounds; true and false are none."""
    if (
        isinstance(value, bool)
        or not isinstance(value, NUMBERS)
        or not low <= value <= high
        or value != int(value)
    ):
        raise wrong(field, value, "whole", low=low, high=high)
    return int(value)


def truth(field: str, value: object) -> bool:
    """Return true or false; nothing else stands for them."""
    if not isinstance(value, bool):
        raise wrong(field, value, "truth")
    return value


def number(field: str, value: object) -> float:
    """Return a finite number within ±MAX_VALUE."""
    if (
        isinstance(value, bool)
        or not isinstance(value, NUMBERS)
        or not -MAX_VALUE <= value <= MAX_VALUE
    ):
        raise wrong(field, value, "number", limit=f"{MAX_VALUE:,.0f}")
    return float(value)


def items(
    field: str, value: object, limit: int, read_one: Callable[[str, Any], Item]
) -> tuple[Item, ...]:
    """Return a list of at most `limit` items, each read on its own."""
    if not isinstance(value, list | tuple):
        raise wrong(field, value, "list", limit=limit)
    if len(value) > limit:
        raise InvalidQuery("query.many", field=field, received=len(value), limit=limit)
    return tuple(read_one(f"{field}[{index}]", item) for index, item in enumerate(value))


def optional(field: str, value: object, read_one: Callable[[str, Any], Item]) -> Item | None:
    """Return None as it is, anything else as it is read."""
    return None if value is None else read_one(field, value)
