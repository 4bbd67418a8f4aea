"""What a newcomer finds: one gesture, few tools, one row of samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server, visit
from tests.browser.hands import pixels
from tests.browser.test_layouts import SIZES, inside

pytestmark = pytest.mark.browser

# Every stroke that has been above the pad since the page began.
WATCH = """() => {
  window.ghosts = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof Element && node.matches?.(".ghost")) window.ghosts += 1;
  }).observe(document, { subtree: true, childList: true });
}"""
# A stroke that does not go away by itself.
STAYS = """() => {
  const set = window.setTimeout.bind(window);
  window.setTimeout = (act, wait, ...rest) => (wait === 3200 ? 0 : set(act, wait, ...rest));
}"""
SEEN = """() => [...document.querySelectorAll("#draw .tools [data-action]")]
  .filter((each) => each.checkVisibility()).map((each) => each.dataset.action)"""
ROWS = """() => [...document.querySelectorAll(".samples .sample")]
  .filter((each) => each.checkVisibility() && !each.closest("#tray"))
  .map((each) => Math.round(each.getBoundingClientRect().top))"""


def fresh(browser: Browser, server: Server, *scripts: str, **options: Any) -> Iterator[Page]:
    """A visitor who has never been here, and a count of the strokes that were shown."""
    usual = {"viewport": {"width": 1366, "height": 768}, "locale": "en-US", **options}
    context = browser.new_context(**usual)
    page = context.new_page()
    for script in (WATCH, *scripts):
        page.add_init_script(f"({script})()")
    page.goto(server.url)
    page.wait_for_selector(READY)
    yield page
    context.close()


@pytest.fixture
def newcomer(browser: Browser, server: Server) -> Iterator[Page]:
    yield from fresh(browser, server)


@pytest.fixture
def calm(browser: Browser, server: Server) -> Iterator[Page]:
    yield from fresh(browser, server, reduced_motion="reduce")


def test_a_stroke_shows_once_what_to_do_and_is_no_part_of_the_picture(newcomer: Page) -> None:
    page = newcomer
    before = pixels(page)
    page.wait_for_function("window.ghosts === 1")
    page.wait_for_function("!document.querySelector('.ghost')")
    assert (pixels(page) == before).all()
    page.click("[data-action=language]")
    page.click("#strip [data-step=flatten]")
    page.wait_for_selector("#stage[data-step=flatten]")
    page.wait_for_timeout(500)
    assert page.evaluate("window.ghosts") == 1, "once"
    assert page.locator(".ghost").count() == 0


def test_where_motion_is_unwanted_no_stroke_shows(calm: Page) -> None:
    calm.wait_for_timeout(500)
    assert calm.evaluate("window.ghosts") == 0


def test_who_touches_the_page_sees_no_stroke_any_more(browser: Browser, server: Server) -> None:
    for page in fresh(browser, server, STAYS):
        page.wait_for_function("window.ghosts === 1")
        assert page.locator("#draw .paper .ghost").is_visible()
        page.mouse.move(5, 5)
        page.mouse.down()
        assert page.locator(".ghost").count() == 0
        page.mouse.up()


@pytest.mark.parametrize("size", list(SIZES))
def test_tools_are_folded_at_first_and_samples_stand_in_one_row(
    browser: Browser, server: Server, size: str
) -> None:
    width, height = SIZES[size]
    touch = width < 900
    options: dict[str, Any] = {"viewport": {"width": width, "height": height}}
    for page in visit(browser, server.url, has_touch=touch, is_mobile=touch, **options):
        shown = page.evaluate(SEEN)
        assert shown == ["pen", "eraser", "pen-options", "undo", "redo", "clear"]
        page.click("#draw [data-action=pen-options]")
        assert len(page.evaluate(SEEN)) > len(shown) + 4
        page.click("#draw [data-action=pen-options]")
        if size not in ("phone", "lying"):
            assert inside(page, ".samples"), "in the first screen, with the figure"
            assert inside(page, "#stage h2")
        page.evaluate("document.querySelector('#more-pictures').open = true")
        rows = page.evaluate(ROWS)
        assert len(rows) >= 10
        assert len(set(rows)) == 1, "one row"
        expect(page.locator("#draw .options")).to_be_hidden()
