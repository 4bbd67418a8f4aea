"""Measure everything and print the table: `python -m tests.benchmarks [core|sections|train|start|load|page|deep|class]`."""

from __future__ import annotations

import subprocess
import sys

from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.benchmarks import (
    clients,
    core,
    deep,
    loading,
    page,
    pens,
    plain,
    sections,
    starting,
    training,
)
from tests.benchmarks.timing import Row, table
from tests.browser.conftest import FLAGS, ROOT, Server


def browsing(parts: list[str]) -> list[Row]:
    """Return the rows that need a server, one of our own for each."""
    rows: list[Row] = []
    asked: pens.Asked = []
    server = Server()
    try:
        if "class" in parts:
            rows += clients.rows(server.url)
        if {"load", "page"} & set(parts):
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium.path(), args=FLAGS)
                if "load" in parts:
                    rows += loading.rows(browser, server.url)
                if "page" in parts:
                    measured, up = page.rows(browser, server.url)
                    rows += measured + compared(browser, up)
                    asked = pens.recorded(browser, server.url)
            if "page" in parts:
                rows += pens.rows(server, asked)  # outside: playwright has an event loop of its own
    finally:
        server.stop()
    return rows


def compared(browser: Browser, up: float) -> list[Row]:
    """Return how much sooner all is painted than in a plain Gradio app, in the same browser."""
    port = starting.free_port()
    command = [sys.executable, "-m", "tests.benchmarks.plain", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            starting.wait(port)
            other = plain.pointer_up_to_painted(browser, f"http://127.0.0.1:{port}/")
        finally:
            process.terminate()
    ratio = other / up
    return [
        Row(
            "pointer-up → all painted, against a plain Gradio app",
            "≥ 100 × faster",
            f"{ratio:.0f}× ({other:.0f} ms ÷ {up:.0f} ms)",
            ratio >= 100,
        )
    ]


def main() -> None:
    parts = sys.argv[1:] or ["core", "sections", "train", "start", "load", "page", "deep", "class"]
    rows: list[Row] = []
    if "core" in parts:
        rows += core.rows()
    if "sections" in parts:
        rows += sections.rows()
    if "train" in parts:
        rows += training.rows()
    if "start" in parts:
        rows += starting.rows()
    if {"load", "page", "class"} & set(parts):
        rows += browsing(parts)
    if "deep" in parts:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=chromium.path(), args=FLAGS)
            rows += deep.rows(started)
    print(table(rows))


if __name__ == "__main__":
    main()
