"""Two pictures at once, a few that wait, the rest told to come again; every place is given back."""

from __future__ import annotations

import time

import pytest

from explorer.errors import UnreadableImage
from explorer.incoming import waiting
from explorer.incoming.waiting import turn


def busy() -> float:
    """Return how many seconds it took to be told to come again."""
    since = time.monotonic()
    with pytest.raises(UnreadableImage) as caught, turn():
        pass
    assert caught.value.key == "image.busy"
    return time.monotonic() - since


def test_places_are_given_back() -> None:
    for _ in range(2 * (waiting.AT_ONCE + waiting.MOST_WAITING)):
        with turn():
            pass


def test_a_third_picture_waits_and_then_hears_that_it_is_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.05)
    for _ in range(waiting.MOST_WAITING):
        with turn(), turn():
            assert 0.04 < busy() < 2
    with turn():
        pass


def test_more_than_may_wait_hear_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 0)
    with turn(), turn():
        assert busy() < 2
    with turn():
        pass
