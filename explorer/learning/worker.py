"""The process that trains for the page: `python -m explorer.learning.worker`, started by `bench`.

Settings and orders come as lines of JSON, reports go out as frames. It is polite (low priority,
one thread), bounded, and ends with whoever started it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import Any, BinaryIO

NICE = 10  # others first
LONGEST = 3600.0  # seconds of a run, pauses included
MEMORY = 6 << 30  # bytes that it may fill
REPORT = 0.25  # seconds between two reports
LOOKS = 10  # of each epoch at the test images


class Orders:
    """What the server wants, heard by a thread of its own, also in the middle of a batch."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._changed = threading.Condition()
        self._until = time.monotonic() + LONGEST
        self._paused = self._stopped = False
        self._single = 0
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        for line in self._file:
            name = json.loads(line)
            with self._changed:
                self._stopped |= name == "stop"
                self._single += name == "batch"
                self._paused = self._paused if name == "stop" else name != "continue"
                self._changed.notify()
        os._exit(0)  # whoever started this is gone

    def go(self) -> bool:
        """Wait while paused; return whether there shall be one more batch."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopped or not self._paused or self._single > 0,
                timeout=max(0.0, self._until - time.monotonic()),
            )
            if self._stopped or self.late:
                return False
            self._single = max(0, self._single - 1)
            return True

    @property
    def resting(self) -> bool:
        """Whether it would wait now."""
        with self._changed:
            return self._stopped or (self._paused and not self._single)

    @property
    def late(self) -> bool:
        """Whether the run has taken as long as any may."""
        return time.monotonic() >= self._until


def bounded() -> None:
    """Give way to everybody else, and bound what this process may use."""
    os.environ["OMP_NUM_THREADS"] = "1"
    if os.name != "posix":
        return
    os.nice(NICE)
    import resource  # noqa: PLC0415  only where there is one

    limits = {"RLIMIT_CPU": int(LONGEST) + 60, "RLIMIT_CORE": 0}
    if sys.platform == "linux":  # elsewhere it counts what is not used, too
        limits["RLIMIT_DATA"] = MEMORY
    for name, most in limits.items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError, OSError):  # a machine that bounds less than we do may refuse
            resource.setrlimit(kind, (most, hard))


def run(orders: Orders, data: dict[str, Any], out: BinaryIO) -> None:
    """Train as the settings in `data` say, and report.

    Raises:
        ExplorerError: for a data set that is not there, or values that grow beyond numbers.
    """
    import torch  # noqa: PLC0415  after `bounded`

    from explorer.learning import batches, settings, subjects  # noqa: PLC0415
    from explorer.learning.measures import TEST  # noqa: PLC0415
    from explorer.learning.reports import Reporter  # noqa: PLC0415

    torch.set_num_threads(1)
    chosen = settings.read(data)
    images, labels = subjects.load(chosen.model, train=True)
    test, classes = subjects.load(chosen.model, train=False)
    model = batches.network(chosen)
    total = batches.total(chosen, len(images))
    every = -(-total // (LOOKS * chosen.epochs))
    fixed = {"total": total, "count": len(images), "every": every}
    looked = subjects.pictures(chosen.model, test[:TEST]), classes
    report = Reporter(chosen, model, looked, out, fixed)
    last = 0.0
    learning = batches.learn(chosen, model, images, labels)
    while orders.go() and (batch := next(learning, None)) is not None:
        report.add(batch)
        now = time.monotonic()
        complete = batch.images % len(images) == 0
        if complete or orders.resting or batch.number % every == 0:
            report.measure()
        if complete or orders.resting or now - last >= REPORT:
            report.send(complete=complete)
            last = now
    report.end("over" if report.over else "time" if orders.late else "stopped")


def main() -> None:
    """Read the settings, train, and say how it ended."""
    bounded()
    from explorer.errors import ExplorerError  # noqa: PLC0415
    from explorer.learning.frames import send  # noqa: PLC0415

    data = json.loads(sys.stdin.buffer.readline())
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # whatever is printed is no frame
    orders = Orders(sys.stdin.buffer)
    try:
        run(orders, data, out)
    except ExplorerError as error:
        send(out, {"kind": "failed", "key": error.key, "values": error.values})
    except Exception:
        traceback.print_exc()
        os._exit(1)  # the usual end waits for the thread that hears, in vain, and aborts
    os._exit(0)  # at once: the thread that hears would be in the way of a slow end


if __name__ == "__main__":
    main()
