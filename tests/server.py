"""The program as people start it, in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import forked

ROOT = forked.ROOT
# Ports of servers that have ended, for the next ones: a browser has compiled what came from there.
GIVEN_BACK: list[int] = []
COMMAND = ["app.py", "--no-open", "--device", "cpu"]


class Server:
    """`python app.py` in a process of its own, on a free port or a given one, with everything it printed."""

    def __init__(self, *options: str, port: int | None = None, **variables: str) -> None:
        self.port = _free() if port is None else port
        environment = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "LAYER_EXPLORER_DATA": str(ROOT / "tests" / "output" / "none"),
            **variables,
        }
        self._kept = TemporaryDirectory()
        self._printed = Path(self._kept.name) / "printed"
        os.mkfifo(self._printed)
        streams = (os.devnull, str(self._printed), str(self._printed))
        self.process = forked.start(
            [*COMMAND, "--port", str(self.port), *options], environment=environment, streams=streams
        )
        assert self.process.pid is not None
        self.pid: int = self.process.pid
        self.lines: list[str] = []
        self.url = ""
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._listening.wait(90):
            self.process.kill()
            raise RuntimeError("The server did not start:\n" + "".join(self.lines))

    def _read(self) -> None:
        with self._printed.open(encoding="utf-8") as printed:
            for line in printed:
                self.lines.append(line)
                found = re.search(r"http://[\d.]+:\d+", line)
                if found and not self.url:
                    self.url = found.group(0).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
                    self._listening.set()

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(60)  # a busy machine takes its time
        self._reader.join(10)
        self._kept.cleanup()
        if self.port not in GIVEN_BACK:
            GIVEN_BACK.append(self.port)


def _free() -> int:
    """Return a port on which nobody listens, rather one that has been used before."""
    while True:
        wanted = GIVEN_BACK.pop() if GIVEN_BACK else 0
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                free.bind(("127.0.0.1", wanted))
            except OSError:
                continue  # somebody else has taken it meanwhile
            port: int = free.getsockname()[1]
            return port
