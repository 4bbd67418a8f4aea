"""The server's side of training: one run at a time, in a process of its own.

What the process reports is kept here, so that any page finds it; listeners hear of every change.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Literal, NamedTuple

from explorer import places
from explorer.errors import Refused
from explorer.learning import snapshots, subjects
from explorer.learning.frames import frames
from explorer.learning.progress import Progress, Snapshot
from explorer.learning.settings import Settings
from explorer.network import ages, zoo

State = Literal["idle", "running", "paused", "ended", "failed", "off"]
Order = Literal["pause", "continue", "batch", "stop"]
GRACE = 0.5  # seconds between the wish to stop and the end of the process
ALIVE = ("running", "paused")
LOG = logging.getLogger("explorer")
COMMAND = (sys.executable, "-P", "-m", "explorer.learning.worker")


def _environment() -> dict[str, str]:
    """Return the variables of a worker: it finds this package, from wherever the server runs."""
    path = os.pathsep.join(filter(None, (str(places.PROJECT), os.environ.get("PYTHONPATH"))))
    own = {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    return {**os.environ, **own}


class Status(NamedTuple):
    """Where a run stands, in one piece: nobody reads a failure whose sentence is still to come.

    `how` says why it ended (`over`, `stopped`, `time`), `reason` is the sentence of a failure.
    """

    state: State
    how: str = ""
    reason: dict[str, Any] | None = None


class Run:
    """One process and what it has reported; any thread calls `changed` after each change."""

    def __init__(self, settings: Settings, changed: Callable[[], None], *orders: Order) -> None:
        self.progress = Progress(settings)
        self.shown = self.progress.listing()  # whole, whatever comes in meanwhile
        self.status = Status("paused" if "batch" in orders else "running")
        self._changed = changed
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603  our own module
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl+C is for the server, whose end it follows
        )
        self.id = self._process.pid
        self._write(asdict(settings))
        for name in orders:
            self._write(name)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def order(self, name: Order) -> None:
        """Have the process do something, and say so at once."""
        self._write(name)
        if name == "stop":
            self._over(Status("ended", how="stopped"))
            return
        with self._lock:
            if self.status.state in ALIVE:
                self.status = Status("running" if name == "continue" else "paused")

    def kill(self) -> None:
        """End the process, whatever it does: that is no failure of its own."""
        self._over(Status("ended", how="stopped"))
        self._process.kill()
        self._reader.join(10)

    def _over(self, status: Status) -> None:
        """Say that it is over, once, and have the process end soon."""
        with self._lock:
            if self.status.state not in ALIVE:
                return
            self.status = status
            timer = threading.Timer(GRACE, self._process.kill)
            timer.daemon = True
            timer.start()

    def _write(self, message: object) -> None:
        """Write a line; a process that is gone is noticed by who reads from it."""
        pipe = self._process.stdin
        with self._lock, suppress(BrokenPipeError):
            if pipe is not None and not pipe.closed:
                pipe.write(json.dumps(message).encode() + b"\n")
                pipe.flush()

    def _read(self) -> None:
        """Take in every report; whatever goes wrong with one, the run is over then."""
        try:
            self._take()
        except Exception:
            LOG.exception("What a training run reported could not be taken in")
            self._process.kill()  # nobody reads on
        code = self._process.wait()
        with self._lock:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):  # of what it was not there to read
                        pipe.close()
        self._over(Status("failed", reason={"key": "train.lost", "values": {"code": code}}))
        self._changed()

    def _take(self) -> None:
        """Take in every report, and what the end was, until there is nothing more to read."""
        if self._process.stdout is not None:
            for message, weights in frames(self._process.stdout):
                if message["kind"] == "report":
                    self.progress.take(message, weights)
                    self.shown = self.progress.listing()
                    if message["complete"]:
                        zoo.keep(self.progress.settings.model, snapshots.ages(self.progress))
                elif message["kind"] == "ended":
                    self._over(Status("ended", how=message["how"]))
                else:
                    reason = {each: message[each] for each in ("key", "values")}
                    self._over(Status("failed", reason=reason))
                self._changed()


class Bench:
    """The place where one network at a time is trained; `on` is whether its owner allows it."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._version = 0
        self._counting = threading.Lock()
        self._written: tuple[int, bytes] = (-1, b"")
        self._listeners: set[Callable[[], None]] = set()

    @property
    def state(self) -> State:
        """What the page shows as `data-state`."""
        return "off" if not self.on else "idle" if self._run is None else self._run.status.state

    def start(self, settings: Settings, *, single: bool = False) -> None:
        """Begin a run; with `single` it pauses after one batch.

        Raises:
            Refused: while another one is under way, or where it is off.
            MissingData: when the data set is not on this machine.
        """
        self._allowed()
        subjects.find(settings.model)
        with self._lock:
            if self._run is not None and self._run.status.state in ALIVE:
                raise Refused("train.busy", 409)
            if self._run is not None:
                self._run.kill()
            zoo.keep(settings.model, ())
            self._run = Run(settings, self._changed, *(("batch",) if single else ()))
        self._changed()

    def order(self, name: Order) -> None:
        """Pause, go on, learn one batch or stop.

        Raises:
            Refused: when nothing is under way, or where it is off.
        """
        self._allowed()
        with self._lock:
            if self._run is None or self._run.status.state not in ALIVE:
                raise Refused("train.none", 409)
            self._run.order(name)
        self._changed()

    def close(self) -> None:
        """End whatever is under way, and let go of what is in memory alone."""
        with self._lock:
            if self._run is not None:
                self._run.kill()
                self._run = None
        zoo.empty()

    def progress(self) -> Progress:
        """Return what is known of the present run, or of the last one.

        Raises:
            Refused: before the first report of the first run.
        """
        run = self._run
        if run is None or run.progress.newest is None:
            raise Refused("train.nothing", 409)
        return run.progress

    def newest(self) -> tuple[Settings, Snapshot]:
        """Return the newest weights, and how they were learnt; raises as `progress`."""
        found = self.progress()
        if found.newest is None:
            raise Refused("train.nothing", 409)
        return found.settings, found.newest

    def ages(self) -> list[dict[str, Any]]:
        """Return the ages in memory: the ends of the last run's last epochs, and those brought."""
        return ages.HERE.listing()

    @property
    def worker(self) -> int | None:
        """The id of the process that trains; None before the first."""
        return None if self._run is None else self._run.id

    def listing(self) -> tuple[int, bytes]:
        """Return the version of the state and the state as JSON, written once for all listeners."""
        version, (written, text) = self._version, self._written
        if written != version:
            run = self._run
            data: dict[str, Any] = {"version": version, "state": self.state, "ages": self.ages()}
            if run is not None:
                data |= {**run.status._asdict(), **run.shown}
            text = json.dumps(data, separators=(",", ":")).encode()
            self._written = (version, text)
        return version, text

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Have `heard` called after every change, by any thread; return how to end that.

        One that fails is called no more: it is nothing to the run, nor to the others.
        """
        self._listeners.add(heard)
        return lambda: self._listeners.discard(heard)

    def _changed(self) -> None:
        with self._counting:
            self._version += 1
        for heard in tuple(self._listeners):
            try:
                heard()
            except Exception:
                LOG.exception("Who listened to a training run failed")
                self._listeners.discard(heard)

    def _allowed(self) -> None:
        if not self.on:
            raise Refused("train.off", 403)
