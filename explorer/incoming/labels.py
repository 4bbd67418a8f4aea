"""The names that somebody gives the classes of a module: different, and short enough to be read."""

from __future__ import annotations

from collections.abc import Iterable

from explorer.errors import NoStart
from explorer.incoming import plain

LONGEST = 80  # letters of a label


def listed_names(labels: Iterable[object] | None) -> tuple[str, ...]:
    """Return the names of the classes that a program gave, one after the other; none for none.

    Raises:
        NoStart: for one text instead of several names, and for what no text may have either.
    """
    if labels is None:
        return ()
    if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
        raise NoStart("own.labels.text", received=str(labels)[:LONGEST])
    names = tuple(str(each).strip() for each in labels)
    return different(names, ", ".join(names)) if names else ()


def different(names: tuple[str, ...], received: str) -> tuple[str, ...]:
    """Return names of classes that can be told apart and read; NoStart for others."""
    whole = bool(names) and all(map(plain.sound, names)) and len(set(names)) == len(names)
    if not whole or max(map(len, names)) > LONGEST:
        raise NoStart("own.labels.names", received=received[:LONGEST], longest=LONGEST)
    return names
