"""Every word on the page, one catalogue per language with the same keys (a test compares them).

Keys are dotted and grouped by place: `stage.linear.sentence`. Blanks are `{name}`, filled by
`str.format`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from explorer.records import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return all words of one language, key to text."""
    words: dict[str, str] = json.loads(
        (Path(__file__).parent / f"{language}.json").read_text("utf-8")
    )
    return words


def say(language: Language, key: str, **values: object) -> str:
    """Return one text with its blanks filled.

    An unknown key raises KeyError, because it is a bug.
    """
    text = catalogue(language)[key]
    return text.format(**values) if values else text
