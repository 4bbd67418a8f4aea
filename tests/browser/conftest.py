from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.browser.hands import rested, settled
from tests.browser.kept import PATIENCE, Kept
from tests.server import ROOT, Server

__all__ = ["ROOT", "Server"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",  # what a page has compiled serves the next one, see kept.py
]
READY = "#explorer[data-state=ready]"
# Nothing moves by itself but where a test is about that: sixty pictures a second of a stroke that
# draws itself, or of a step that goes over into the next, cost a tenth of all tests.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
MOVING: dict[str, Any] = {"reduced_motion": "no-preference"}
USUAL: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "en-US", **STILL}

expect.set_options(timeout=PATIENCE)


def serving(*options: str, data: str | None = None) -> Iterator[Server]:
    """Run the program with options; a traceback in what it prints fails the test."""
    running = Server(*options) if data is None else Server(*options, LAYER_EXPLORER_DATA=data)
    try:
        yield running
    finally:
        running.stop()
    assert "Traceback" not in "".join(running.lines), "".join(running.lines)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    yield from serving()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.path(), args=FLAGS)
        yield opened
        opened.close()


# The link to what a page showed first, for `start_again`: whatever a test loads anew.
FIRST: WeakKeyDictionary[Page, str] = WeakKeyDictionary()


@cache
def kept(browser: Browser) -> Kept:
    return Kept(browser)


def visit(browser: Browser, url: str, *, query: str = "", **options: object) -> Iterator[Page]:
    """Open the page as if for the first time; a call elsewhere or an error fails the test."""
    settings: dict[str, Any] = {**USUAL, **options}
    visited = kept(browser).take(url, settings)
    FIRST.pop(visited.page, None)
    visited.page.goto(url + query)
    visited.page.wait_for_selector(READY)
    yield visited.page
    outside, errors = [*visited.outside], [*visited.errors]
    kept(browser).back(visited, settings)
    assert outside == []
    assert errors == []


def offline(browser: Browser, file: Path, **options: object) -> Iterator[Page]:
    """Open a file with no network at all; a request or an error on its console fails the test."""
    settings: dict[str, Any] = {**USUAL, **options}
    context = browser.new_context(offline=True, **settings)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_selector(READY)
    yield page
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith((file.as_uri(), "blob:"))] == []


@pytest.fixture(scope="module")
def opened(browser: Browser, server: Server) -> Iterator[Page]:
    """One page for a whole file; an error on its console fails the last of its tests."""
    yield from visit(browser, server.url)


@pytest.fixture(scope="module")
def doubtful(browser: Browser, server: Server) -> Iterator[Page]:
    """One page for a file that only reads, with a picture of which the network is not quite sure."""
    for opened in visit(browser, server.url):
        opened.click(".sample >> nth=3")
        settled(opened)
        yield opened


def without_tour(opened: Page) -> Iterator[Page]:
    """An opened page as a visitor first sees it, on which no tour goes on afterwards."""
    opened.evaluate("localStorage.clear()")
    yield start_again(opened)
    if opened.locator("#tour").is_visible():
        opened.click("[data-action=tour-leave]")


def start_again(page: Page) -> Page:
    """Bring an opened page back to what a visitor sees first: loading it anew costs five seconds."""
    page.mouse.move(0, 0)
    if page not in FIRST:
        rested(page)  # the address follows what is shown a moment later
        FIRST[page] = page.evaluate("location.hash")
    page.evaluate(
        """(first) => {
          for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
          for (const close of document.querySelectorAll("[data-action=close-message]")) close.click();
          document.querySelector("[data-view=explore]").click();
          document.querySelector("[data-panel=numbers]")?.click();
          document.activeElement?.blur();
          scrollTo(0, 0);
          location.hash = "";
          location.hash = first;
        }""",
        FIRST[page],
    )
    page.wait_for_function("history.state?.lot")  # the link is proved and taken over
    page.wait_for_selector(READY)
    return page


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url)


@pytest.fixture
def plain(browser: Browser, server: Server) -> Iterator[Page]:
    """The page without its twin: everything waits for the server."""
    yield from visit(browser, server.url, query="?twin=off")


@pytest.fixture
def chinese(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url, locale="zh-CN", color_scheme="dark")


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(
        browser, server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )


@pytest.fixture(scope="module")
def handheld(browser: Browser, server: Server) -> Iterator[Page]:
    """One page on a phone for a whole file."""
    size = {"width": 390, "height": 844}
    yield from visit(browser, server.url, viewport=size, has_touch=True, is_mobile=True)
