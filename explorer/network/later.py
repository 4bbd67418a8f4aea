"""What takes a second to work out: in one thread, one after the other, kept while there is room.

Whoever asks gets it, or learns that it is on its way. The newest question is answered first: who
sweeps over the ages of a network looks at the last one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from explorer.network.turn import agree

WAITING = 8  # questions; an older one is let go


class Sized(Protocol):
    """What knows how many bytes it takes."""

    @property
    def size(self) -> int:
        """How many bytes it takes."""


Value = TypeVar("Value", bound=Sized)


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[Value]):
    """What is to be worked out; `done` says no more than that it is, or that it was let go."""

    work: Callable[[], Value]
    done: Future[None]


class Later(Generic[Value]):
    """Values by their keys, of together at most `room` bytes, but always the newest one."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._failed: dict[Hashable, Exception] = {}
        self._jobs: OrderedDict[Hashable, Job[Value]] = OrderedDict()  # the newest last
        self._gone: list[Future[None]] = []
        self._now: Hashable | None = None  # the key of what is worked out at the moment

    def get(self, key: Hashable, work: Callable[[], Value]) -> Value | None:
        """Return a value; None while `work` is on its way, which is begun where it is not.

        Raises:
            Exception: what `work` has raised since it was last asked for; the next question begins
                it anew.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            if key in self._failed:
                raise self._failed.pop(key)
            if key in self._jobs:
                self._jobs.move_to_end(key)
                return None
            idle = not self._jobs
            self._jobs[key] = Job(work, Future())
            self._let_go()
        if idle:
            threading.Thread(target=self._run, daemon=True).start()
        return None

    def pending(self, key: Hashable) -> Future[None] | None:
        """Return what is done when a value is there, has failed or was let go; None if it is."""
        with self._lock:
            job = self._jobs.get(key)
            return None if job is None else job.done

    def forget(self) -> None:
        """Let go of all values."""
        with self._lock:
            self._kept.clear()
            self._failed.clear()

    def _let_go(self) -> None:
        """Let go of the oldest questions beyond `WAITING`, but not of what is being worked out.

        Whoever waits for them is told when that is done, and so asks again no sooner.
        """
        waiting = [key for key in self._jobs if key != self._now]
        self._gone.extend(self._jobs.pop(key).done for key in waiting[:-WAITING])

    def _run(self) -> None:
        """Work until nothing waits; whoever asks next starts another thread."""
        agree()
        while True:
            with self._lock:
                if not self._jobs:
                    return
                key = self._now = next(reversed(self._jobs))
                job = self._jobs[key]
            found, failure = self._worked_out(job)
            with self._lock:
                self._now = None
                del self._jobs[key]
                if found is not None:
                    self._keep(key, found)
                elif failure is not None:
                    if len(self._failed) >= WAITING:  # nobody has come back for them
                        self._failed.clear()
                    self._failed[key] = failure
                ended, self._gone = [job.done, *self._gone], []
            for each in ended:
                each.set_result(None)

    @staticmethod
    def _worked_out(job: Job[Value]) -> tuple[Value | None, Exception | None]:
        try:
            return job.work(), None
        except Exception as error:  # whoever asked hears of it: `get` raises it
            return None, error

    def _keep(self, key: Hashable, value: Value) -> None:
        self._kept[key] = value
        while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > self._room:
            self._kept.popitem(last=False)
