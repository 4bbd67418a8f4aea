"""Where room is short, or two ways of looking meet: nothing lies on anything else, or off the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Server, start_again, visit
from tests.browser.hands import pin, settled
from tests.browser.test_fitting import go, resize
from tests.browser.test_layouts import SIDEWAYS
from tests.browser.test_phones import COVERED, speak, take

pytestmark = pytest.mark.browser

# Pairs of parts that lie on each other, each with the other's name.
MEETING = """(parts) => {
  const boxes = parts.map((name) => [name, document.querySelector(name).getBoundingClientRect()]);
  return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    .map(([other]) => `${one} on ${other}`));
}"""
# Tabs whose words are wider than they are, so that they lie on their neighbours; and those off the
# page.
WIDER = """() => [...document.querySelectorAll(".tabs button")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 ||
    each.getBoundingClientRect().right > innerWidth).map((each) => each.textContent)"""
# What of the column beside the figure ends beyond it.
BEYOND = """() => {
  const { right } = document.querySelector("#prediction").getBoundingClientRect();
  return [...document.querySelectorAll("#side *")]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > right + 1)
    .map((each) => each.outerHTML.slice(0, 60));
}"""
# What a finger uses in the drawer of pictures and is smaller than one; a box is touched on its label.
SMALL = """() => [...document.querySelectorAll("#picture-panel :is(button, input)")]
  .filter((each) => each.checkVisibility() && each.type !== "file")
  .map((each) => each.closest("label") ?? each)
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 43.5 || height < 43.5)
  .map(([each, { width, height }]) => `${width} × ${height} ${each.outerHTML.slice(0, 80)}`)"""
# Chinese words in the cells of a table that take more than one line.
PARTED = """(table) => [...document.querySelectorAll(`${table} td`)].filter((each) => each.textContent).filter((each) => {
  const words = document.createRange();
  words.selectNodeContents(document.createTreeWalker(each, NodeFilter.SHOW_TEXT).nextNode());
  return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
}).map((each) => each.textContent)"""


def gap(page: Page, upper: str, lower: str) -> float:
    """Return how many pixels are between a part and the one below it."""
    above, below = (page.locator(each).bounding_box() for each in (upper, lower))
    assert above
    assert below
    return below["y"] - above["y"] - above["height"]


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_a_class_on_tour_sees_pad_figure_and_answer(
    browser: Browser, server: Server, width: int, height: int
) -> None:
    size: Any = {"width": width, "height": height}
    for page in visit(browser, server.url, viewport=size):
        page.keyboard.press("f")
        page.click("#bar [data-action=tour]")
        page.wait_for_selector("#tour .output")
        settled(page)
        parts = ["#tour", "#pad", "#draw > .tools", "#stage", "#prediction", "#strip"]
        assert page.evaluate(MEETING, parts) == []
        assert page.evaluate(SIDEWAYS) <= 0
        figure = page.locator("#stage .plot").bounding_box()
        assert figure
        assert figure["width"] >= 560, "else its parts stand below each other, and are small"
        for bar in page.locator("#prediction [data-top]").all():
            box = bar.bounding_box()
            assert box
            assert box["y"] + box["height"] <= height
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_tab_lies_on_its_neighbour_on_the_narrowest_phones(
    handheld: Page, language: str
) -> None:
    speak(handheld, language)
    for width in (390, 375, 360, 345, 320):
        resize(handheld, width, 740)
        settled(handheld)
        assert handheld.evaluate(WIDER) == [], width
        assert handheld.evaluate(SIDEWAYS) <= 0
        answer, bar = "#prediction .says p:not(.changed)", "#prediction [data-predicted]"
        assert gap(handheld, answer, bar) >= -1, width
    resize(handheld, 390, 844)
    speak(handheld, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_age_stays_in_its_column(opened: Page, language: str) -> None:
    start_again(opened)
    speak(opened, language)
    for width in (970, 1024, 1093, 1240):
        resize(opened, width, 720)
        settled(opened)
        assert opened.evaluate(BEYOND) == [], width
    resize(opened, 1366, 768)
    speak(opened, "en")


def test_the_button_that_lets_a_unit_go_lies_on_no_bar(opened: Page) -> None:
    start_again(opened)
    pin(opened, "linear_relu_stack.2", 3)
    for width, height in ((1366, 768), (1500, 800), (1920, 1080)):
        resize(opened, width, height)
        settled(opened)
        assert opened.evaluate(COVERED) == [], width
        assert gap(opened, "[data-action=close-flow]", "#stage .flow .bars") >= -1, width
    resize(opened, 1366, 768)


def test_fingers_find_every_button_of_the_drawer(handheld: Page) -> None:
    handheld.evaluate("document.querySelector('[data-action=upload]').click()")
    handheld.wait_for_selector("#picture button[data-word=webcam]")
    assert handheld.evaluate(SMALL) == []
    handheld.click("[data-action=close-upload]")


def test_no_word_of_a_table_is_parted(browser: Browser, server: Server) -> None:
    size = {"width": 390, "height": 844}
    for page in visit(browser, server.url, viewport=size, locale="zh-CN", has_touch=True):
        take(page, "course-sequential")
        go(page, "2")
        page.evaluate("document.querySelector('#tab-deciding').click()")
        settled(page)
        page.wait_for_selector("#deciding td")
        assert page.evaluate(PARTED, "#deciding") == []
        offers = page.locator("[data-action=try-set]").all_inner_texts()
        named = page.locator("#deciding p:has([data-action=try-set]) .link").count()
        assert offers == ["关闭这个单元" if named == 1 else "关闭这些单元"]
