"""How many pictures are worked on at once, and how many may wait for that."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from explorer.errors import UnreadableImage

AT_ONCE = 2  # decoders: what bounds the memory of many uploads
MOST_WAITING = 8
PATIENCE = 10.0  # seconds; a picture takes a third of one

_places = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_present = 0
_quiet: list[warnings.catch_warnings[None]] = []


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a place among those who decode, and hold it.

    Pillow warns of odd metadata; what matters about a picture is checked here. Silencing is
    process-wide in Python, so the first who comes switches it on and the last who goes off.

    Raises:
        UnreadableImage: when too many wait already, or it takes too long.
    """
    _enter()
    try:
        if not _places.acquire(timeout=PATIENCE):
            raise UnreadableImage("image.busy")
        try:
            yield
        finally:
            _places.release()
    finally:
        _leave()


def _enter() -> None:
    global _present  # noqa: PLW0603  counted under the lock
    with _lock:
        if _present >= AT_ONCE + MOST_WAITING:
            raise UnreadableImage("image.busy")
        if not _present:
            _quiet.append(warnings.catch_warnings())
            _quiet[-1].__enter__()
            warnings.simplefilter("ignore")
        _present += 1


def _leave() -> None:
    global _present  # noqa: PLW0603  counted under the lock
    with _lock:
        _present -= 1
        if not _present:
            _quiet.pop().__exit__(None, None, None)
