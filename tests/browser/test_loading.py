"""What a first visit asks the server for: few files, whatever the way to it costs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import READY, Server

pytestmark = pytest.mark.browser


def test_the_page_asks_for_one_script_one_sheet_and_plotly(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    page.wait_for_selector(READY)
    page.wait_for_selector("#stage .js-plotly-plot .xtick, #stage .js-plotly-plot .main-svg")
    ours = [url.rpartition("/")[2] for url in asked if "/web/" in url]
    assert sorted(ours) in (
        ["page.css", "page.js", "plotly.min.js"],
        ["icon.svg", "page.css", "page.js", "plotly.min.js"],
    )
    context.close()


def test_without_its_script_the_page_says_so(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/page.js", lambda route: route.abort())
    page.goto(server.url)
    expect(page.locator("body")).to_contain_text("The page's script could not be loaded")
    context.close()
