"""A page for others: presented to a class, given away in a link, with something left out of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server, start_again, visit
from tests.browser.hands import rested, settled
from tests.browser.test_twin import bars

pytestmark = pytest.mark.browser

PRESENTED = "document.documentElement.hasAttribute('data-present')"


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url, viewport={"width": 1280, "height": 720})


def shared(page: Page, *ways: str) -> str:
    """Return the link that the dialog offers, with some of its boxes ticked."""
    page.click("[data-action=share]")
    page.wait_for_selector("#share[open]")
    page.evaluate("document.querySelector('#share details').open = true")
    for way in ways:
        before = page.input_value("#share-link")
        page.check(f"#share [data-way={way}]")
        page.wait_for_function(
            "(before) => document.querySelector('#share-link').value !== before", arg=before
        )
    link = page.input_value("#share-link")
    page.click("#share .head button")
    return link


def test_a_link_says_what_it_holds_and_where_it_opens(opened: Page) -> None:
    start_again(opened)
    opened.click("#strip [data-step='linear_relu_stack.0']")
    settled(opened)
    shared(opened)
    said = opened.locator("#share").inner_text()
    assert "step linear_relu_stack.0" in said
    assert "pictures: 1" in said
    warning = opened.locator("#share .reach[data-warning]")
    assert "python app.py --host 0.0.0.0" in (warning.text_content() or "")


def test_the_code_is_as_high_as_the_screen(stage: Page) -> None:
    stage.keyboard.press("f")
    stage.click("[data-action=share]")
    stage.wait_for_function("document.querySelector('#qr').width > 300")
    box = stage.locator("#qr").bounding_box()
    assert box
    assert box["height"] >= 0.95 * 720
    assert box["width"] == pytest.approx(box["height"])
    assert box["y"] + box["height"] <= 720
    stage.click("#share .head button")
    stage.click("[data-action=present]")
    assert not stage.evaluate(PRESENTED)


def test_a_link_presents_and_a_reload_too(stage: Page, browser: Browser, server: Server) -> None:
    link = shared(stage, "present")
    stage.reload()
    stage.wait_for_selector(READY)
    assert not stage.evaluate(PRESENTED), "the link is for others"
    for other in visit(browser, server.url):
        other.goto(link)
        other.reload()
        other.wait_for_selector(f"html[data-present] {READY}")
        assert not other.evaluate("Boolean(document.fullscreenElement)")
        rested(other)
        other.reload()
        other.wait_for_selector(f"html[data-present] {READY}")
        other.keyboard.press("Escape")
        assert not other.evaluate(PRESENTED)


def test_the_unit_spoken_about_stands_in_the_light(stage: Page) -> None:
    stage.click("#strip [data-step='linear_relu_stack.0']")
    settled(stage)
    stage.keyboard.press("f")
    settled(stage)
    assert stage.locator(".lit").count() == 0
    before = bars(stage)
    stage.focus("#stage .plot")
    stage.keyboard.press("Enter")
    for key in ["ArrowRight"] * 4 + ["ArrowDown"]:
        stage.keyboard.press(key)
    settled(stage)
    light = stage.locator(".lit")
    expect(light).to_be_attached()
    ring = stage.locator(".lit .ring").bounding_box()
    cell = stage.evaluate(
        """() => {
          const graph = document.querySelector("#stage .js-plotly-plot");
          const { xaxis: x, yaxis: y } = graph._fullLayout;
          const { left, top } = graph.getBoundingClientRect();
          return [left + x._offset + x.d2p(4), top + y._offset + y.d2p(1), x.d2p(1) - x.d2p(0)];
        }"""
    )
    assert ring
    middle = [ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2]
    np.testing.assert_allclose(middle, cell[:2], atol=1.5)
    assert cell[2] < ring["width"] < cell[2] + 24  # its stroke with the points of its corners
    np.testing.assert_array_equal(bars(stage), before)
    stage.keyboard.press("Escape")
    settled(stage)
    assert light.count() == 0
    stage.keyboard.press("Escape")


def test_what_a_link_locks_is_not_offered(stage: Page, browser: Browser, server: Server) -> None:
    link = shared(stage, "model", "language", "upload", "experiment", "present")
    for other in visit(browser, server.url):
        other.goto(link)
        other.reload()
        other.wait_for_selector(READY)
        for gone in ("#model", "[data-action=language]", "[data-action=upload]", "#tab-edit"):
            assert other.locator(gone).count() == 0, gone
        assert other.locator("#checkpoint").is_visible()
        other.keyboard.press("f")
        assert not other.evaluate(PRESENTED)
        other.keyboard.press("Home")
        other.keyboard.press("ArrowRight")
        other.wait_for_selector("#stage[data-step=flatten]")
        settled(other)
        rested(other)
        other.reload()
        other.wait_for_selector(READY)
        assert other.locator("#model").count() == 0, "the address keeps it"


def test_what_the_command_locks_is_not_offered(browser: Browser) -> None:
    running = Server("--lock", "model,checkpoint,theme,samples,batch,compare,views,share")
    try:
        for page in visit(browser, running.url):
            for gone in ("#model", "#checkpoint", "[data-action=theme]", ".samples", "#tray"):
                assert page.locator(gone).count() == 0, gone
            for gone in ("#compare", "#views", "[data-action=share]"):
                assert page.locator(gone).count() == 0, gone
            page.keyboard.press("ArrowRight")
            page.wait_for_selector("#stage[data-step=flatten]")
            settled(page)
    finally:
        running.stop()
