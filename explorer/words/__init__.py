"""Every word on the page, one catalogue per language with the same keys (a test compares them).

A language is a file beside this one, `<code>.json`, which names itself (`name`) and its tag for
HTML (`tag`). Keys are dotted and grouped by place: `stage.linear.sentence`. Blanks are `{name}`,
filled by `str.format`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from explorer.records import Language, Query

FOLDER = Path(__file__).parent
# The language of a query that names none stands first.
LANGUAGES: tuple[Language, ...] = tuple(
    sorted(
        (path.stem for path in FOLDER.glob("*.json")),
        key=lambda code: (code != Query().language, code),
    )
)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return all words of one language, key to text."""
    words: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return words


def say(language: Language, key: str, **values: object) -> str:
    """Return one text with its blanks filled; where `count` is 1, the text for one if there is one.

    That has the key `….one`. An unknown key raises KeyError, because it is a bug.
    """
    words = catalogue(language)
    text = words.get(f"{key}.one", words[key]) if values.get("count") == 1 else words[key]
    return text.format(**values) if values else text


def known(wish: object) -> Language:
    """Return the language that a wish begins with, as `zh`, `zh-CN,en;q=0.8` or `zh_CN.UTF-8`.

    The first one for any other, and for what is no text.
    """
    text = wish.lower() if isinstance(wish, str) else ""
    first = re.split(r"[^a-z]", text)[0]
    return first if first in LANGUAGES else LANGUAGES[0]


def tag(language: Language) -> str:
    """Return the language as the attribute `lang` of HTML has it."""
    return catalogue(language)["tag"]


def listing() -> list[dict[str, str]]:
    """Return every language with its code, its own name and its tag, for the page."""
    return [{"code": code, "name": catalogue(code)["name"], "tag": tag(code)} for code in LANGUAGES]
