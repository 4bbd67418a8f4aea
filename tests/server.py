"""The program as people start it, in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "app.py", "--no-open", "--device", "cpu"]


class Server:
    """`python app.py` in a process of its own, on a free port or a given one, with everything it printed."""

    def __init__(self, *options: str, port: int | None = None, **variables: str) -> None:
        if port is None:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        self.port: int = port
        environment = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "LAYER_EXPLORER_DATA": str(ROOT / "tests" / "output" / "none"),
            **variables,
        }
        self.process = subprocess.Popen(
            [*COMMAND, "--port", str(port), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.lines: list[str] = []
        self.url = ""
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._listening.wait(90):
            self.process.kill()
            raise RuntimeError("The server did not start:\n" + "".join(self.lines))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"http://[\d.]+:\d+", line)
            if found and not self.url:
                self.url = found.group(0).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
                self._listening.set()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)  # a busy machine takes its time
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
