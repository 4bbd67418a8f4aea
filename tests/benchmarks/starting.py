"""Start-up: from the command to the page served.

Against importing torch and gradio and launching an empty page.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.benchmarks.timing import Row

ROOT = Path(__file__).parents[2]
EMPTY = """
import os, sys
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import torch, gradio
with gradio.Blocks() as page:
    pass
page.launch(server_port=int(sys.argv[1]), quiet=True, ssr_mode=False)
"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def rows() -> list[Row]:
    """Return one row, the median of three starts each, taken in turn."""
    ours, empty = [], []
    for _ in range(3):
        empty.append(_started([sys.executable, "-c", EMPTY]))
        ours.append(_started([sys.executable, "app.py", "--no-open", "--device", "cpu", "--port"]))
    ratio = statistics.median(ours) / statistics.median(empty)
    measured = f"{ratio:.2f}× ({statistics.median(ours):.1f} s ÷ {statistics.median(empty):.1f} s)"
    return [Row("`python app.py` → page served ÷ empty page", "≤ 1.10×", measured, ratio <= 1.10)]


def wait(port: int) -> None:
    """Wait until a page is served on a port of this machine.

    Raises:
        TimeoutError: after two minutes.
    """
    end = time.perf_counter() + 120
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError("The page was not served within two minutes.")


def _started(command: list[str]) -> float:
    port = free_port()
    started = time.perf_counter()
    with subprocess.Popen(
        [*command, str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait(port)
            return time.perf_counter() - started
        finally:
            process.terminate()
