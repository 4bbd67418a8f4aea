"""What a first visit asks the server for: few files, whatever the way to it costs."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server
from tests.browser.hands import settled, soon

pytestmark = pytest.mark.browser


# When all was painted for the first time, on the page's own clock.
PAINTED = """
window.painted = 0;
new MutationObserver(() => {
  if (document.querySelector("#explorer[data-paint-ms]")) window.painted ||= performance.now();
}).observe(document, { subtree: true, attributeFilter: ["data-paint-ms"] });
"""
WEIGHTS = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.includes("/weights/")).map(({ startTime }) => startTime)"""


def test_the_page_asks_for_one_script_one_sheet_and_plotly(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(PAINTED)
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
    traces = page.evaluate("Object.keys(Plotly.PlotSchema.get().traces).sort()")
    assert traces == ["bar", "heatmap", "image", "scatter"], "and nothing that no figure has"
    page.wait_for_function(f"({WEIGHTS})().length > 0")
    assert 0 < page.evaluate("window.painted") <= page.evaluate(WEIGHTS)[0], "weights come later"
    context.close()


def test_without_its_script_the_page_says_so(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/page.js", lambda route: route.abort())
    page.goto(server.url)
    expect(page.locator("body")).to_contain_text("The page's script could not be loaded")
    context.close()


# How many animation frames are asked for; whatever replaces the function later asks this one.
COUNTED = """
window.frames_asked = 0;
const native = window.requestAnimationFrame;
window.requestAnimationFrame = (then) => { window.frames_asked += 1; return native(then); };
"""


def test_a_page_at_rest_asks_for_no_frames(page: Page, server: Server) -> None:
    page.add_init_script(COUNTED)
    page.goto(server.url)
    page.wait_for_selector(READY)
    settled(page)
    assert page.evaluate("window.frames_asked") > 0, "the page was painted"

    def still() -> None:
        before = page.evaluate("window.frames_asked")
        page.wait_for_timeout(500)
        assert page.evaluate("window.frames_asked") == before

    soon(page, still, 20)
    page.click("#strip .card >> nth=2")
    settled(page)
    soon(page, still, 20)


def woken(pid: int) -> int:
    """Return how often a program has been woken so far, by all its threads."""
    threads = [each.read_text("utf-8") for each in Path(f"/proc/{pid}/task").glob("*/status")]
    return sum(int(re.findall(r"\nvoluntary_ctxt_switches:\s+(\d+)", each)[0]) for each in threads)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this machine")
def test_a_server_at_rest_hardly_wakes(server: Server) -> None:
    """Gradio alone looks a thousand times a second at its queue, and a hundred times at progress."""
    time.sleep(1)  # what was asked before is answered
    before = woken(server.pid)
    time.sleep(2)
    assert woken(server.pid) - before < 2 * 100
