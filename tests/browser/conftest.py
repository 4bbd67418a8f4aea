from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
READY = "#explorer[data-state=ready]"


class Server:
    """`python app.py` in a process of its own, on a free port or a given one, with everything it printed."""

    def __init__(self, port: int | None = None) -> None:
        if port is None:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        self.port: int = port
        environment = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "LAYER_EXPLORER_DATA": str(ROOT / "tests" / "output" / "none"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--no-open", "--device", "cpu"],
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
            raise RuntimeError("The server did not start:\n" + "".join(self.lines))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found and not self.url:
                self.url = found.group(0)
                self._listening.set()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()
    assert "Traceback" not in "".join(running.lines), "".join(running.lines)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def visit(browser: Browser, url: str, **options: object) -> Iterator[Page]:
    """Open the page in a context of its own; a call elsewhere or an error fails the test."""
    usual = {"viewport": {"width": 1366, "height": 768}, "locale": "en-US"}
    settings: dict[str, Any] = {**usual, **options}
    context = browser.new_context(**settings)
    outside: list[str] = []
    errors: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((url, "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)
    yield page
    context.close()
    assert outside == []
    assert errors == []


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url)


@pytest.fixture
def chinese(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url, locale="zh-CN", color_scheme="dark")


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(
        browser, server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
