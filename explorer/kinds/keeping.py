"""What takes long to work out from a pass, kept beside it for the next figure and the next unit."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from explorer.kinds.base import Subject

Found = TypeVar("Found")


def kept(subject: Subject, name: str, of: Hashable, work: Callable[[], Found]) -> Found:
    """Return what `work` makes of a pass, worked out but once for the same step and the same `of`.

    Of each name only the last is kept: one attention of ViT-B takes 13 MB.
    """
    key = (subject.step.id, of)
    before = subject.made.get(name)
    if before is None or before[0] != key:
        before = subject.made[name] = (key, work())
    found: Found = before[1]
    return found
