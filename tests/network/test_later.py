"""What is worked out later: by one thread, the newest first, kept while there is room."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from dataclasses import dataclass

import pytest

from explorer.network import later
from explorer.network.later import Later

PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    size: int = 10


class Bench:
    """A `Later` whose work goes on only as long as the gate is open."""

    def __init__(self, room: int = 25) -> None:
        self.later: Later[Thing] = Later(room)
        self.gate, self.begun = threading.Event(), threading.Event()
        self.order: list[str] = []

    def ask(self, name: str) -> Thing | None:
        return self.later.get(name, lambda: self.made(name))

    def made(self, name: str) -> Thing:
        self.begun.set()
        assert self.gate.wait(PATIENCE)
        self.order.append(name)
        return Thing(name)

    def done(self, name: str) -> None:
        job = self.later.pending(name)
        if job is not None:
            wait([job], PATIENCE)


def test_whoever_asks_is_not_kept_waiting_and_gets_it_later() -> None:
    bench = Bench()
    assert bench.ask("a") is None
    assert bench.begun.wait(PATIENCE)
    assert bench.ask("a") is None, "it is begun once"
    bench.gate.set()
    bench.done("a")
    assert bench.ask("a") == Thing("a")
    assert bench.later.pending("a") is None
    assert bench.order == ["a"]


def test_the_newest_is_next_and_the_oldest_beyond_the_limit_is_let_go() -> None:
    bench = Bench(room=1000)
    bench.ask("now")
    assert bench.begun.wait(PATIENCE)
    names = [str(number) for number in range(later.WAITING + 2)]
    for name in names:
        bench.ask(name)
    bench.ask(names[5])  # somebody comes back to it
    jobs = [bench.later.pending(name) for name in ("now", *names)]
    assert [job is None for job in jobs] == [False, True, True, *[False] * later.WAITING]
    bench.gate.set()
    wait([job for job in jobs if job], PATIENCE)
    assert bench.order == ["now", names[5], *(n for n in reversed(names[2:]) if n != names[5])]


def test_whoever_waits_for_what_is_let_go_hears_of_it_when_something_is_done() -> None:
    bench = Bench()
    bench.ask("now")
    assert bench.begun.wait(PATIENCE)
    bench.ask("old")
    old = bench.later.pending("old")
    for number in range(later.WAITING):
        bench.ask(str(number))
    assert old is not None
    assert not old.done(), "else it would be asked for again at once, and so on"
    bench.gate.set()
    wait([old], PATIENCE)
    assert old.done()
    assert "old" not in bench.order


def test_what_was_not_asked_for_longest_gives_way() -> None:
    bench = Bench(room=25)
    bench.gate.set()
    for name in ("a", "b", "c"):
        bench.ask(name)
        bench.done(name)
        assert bench.ask("a") == Thing("a"), "asked for again and again, it stays"
    assert bench.ask("c") == Thing("c")
    assert bench.ask("b") is None
    bench.done("b")
    small = Bench(room=5)
    small.gate.set()
    small.ask("a")
    small.done("a")
    assert small.ask("a") == Thing("a"), "the newest is kept, whatever it takes"


def test_a_failure_is_told_once_and_the_next_question_begins_anew() -> None:
    of: Later[Thing] = Later(25)
    failures = [ValueError("no")]

    def work() -> Thing:
        if failures:
            raise failures.pop()
        return Thing("a")

    def ask() -> Thing | None:
        found = of.get("a", work)
        job = of.pending("a")
        if job is not None:
            wait([job], PATIENCE)
        return found

    assert ask() is None
    with pytest.raises(ValueError, match="no"):
        ask()
    assert ask() is None
    assert ask() == Thing("a")
