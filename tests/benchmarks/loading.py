"""A first visit: what comes over the network, how long that takes far away, and what is called."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.benchmarks import page as pages
from tests.benchmarks.timing import Row
from tests.browser.conftest import READY, ROOT

TWIN = "/weights/"
LIBRARY = "plotly"  # fetched once the first picture stands
OTHERS = "Gradio"  # of whose page ours is a part


def rows(browser: Browser, url: str) -> list[Row]:
    """Return the sizes, the time of a first visit behind a slow network, and calls elsewhere."""
    seen, _ = _visit(browser, url)
    first = sum(size for name, size in seen if TWIN not in name and LIBRARY not in name)
    ours = sum(size for name, size in seen if f"{url}/web/" in name and LIBRARY not in name)
    twin = sum(size for name, size in seen if TWIN in name)
    home = _home()
    elsewhere = [name for name, _ in seen if not name.startswith((url, "data:", "blob:"))]
    _, far = _visit(browser, url, latency=pages.LATENCY)
    sizes = [
        ("bytes up to the first picture, ours", "≤ 0.5 MB", ours, 0.5),
        ("bytes of the twin's weights", "≤ 1.4 MB", twin, 1.4),
        ("bytes of the file to take home", "≤ 5 MB", home, 5.0),
    ]
    files = sum(f"{url}/web/" in name for name, _ in seen)
    return [
        *(
            Row(what, goal, f"{size / 1e6:.2f} MB", size <= 1e6 * most)
            for what, goal, size, most in sizes
        ),
        Row(
            f"a first visit with {pages.LATENCY} ms of latency → ready",
            "–",
            f"{far:.1f} s, {files} files of ours; with {OTHERS}'s {first / 1e6:.2f} MB",
            True,
        ),
        Row("outbound calls of a page", "0", str(len(elsewhere)), not elsewhere),
    ]


def _visit(
    browser: Browser, url: str, *, latency: float = 0
) -> tuple[list[tuple[str, float]], float]:
    """Return the address and the bytes of all that came, and the seconds until the page was ready."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    seen = _watched(page)
    with pages.latency(page, latency):
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(READY, timeout=120_000)
        took = time.perf_counter() - started
        page.wait_for_timeout(4000)  # plotly and the weights of the twin
    page.context.close()
    return seen, took


def _watched(page: Page) -> list[tuple[str, float]]:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    seen: list[tuple[str, float]] = []

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        seen.append((names.get(event["requestId"], ""), event["encodedDataLength"]))

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    return seen


def _home() -> int:
    """Return the bytes of the file that `--export` writes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        command = [sys.executable, "app.py", "--export", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return file.stat().st_size
