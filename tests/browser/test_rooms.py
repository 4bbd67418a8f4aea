"""What stands large: the pictures of a sum on a laptop, and the fractions before a class."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, visit
from tests.browser.hands import pin, settled
from tests.browser.reading import number, texts
from tests.browser.test_fitting import go, resize
from tests.browser.test_layouts import BOXES
from tests.browser.test_phones import speak

pytestmark = pytest.mark.browser

FIRST = "linear_relu_stack.0"
# Boxes of which a part is scrolled to, either way.
SCROLLED = """() => [...document.querySelectorAll("#panels, #fraction, #fraction .scroll")]
  .filter((each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 1)
  .map((each) => `${each.id || each.className} ${each.scrollWidth} × ${each.scrollHeight}`)"""
CUT = """() => [...document.querySelectorAll("#stage .flow :is(canvas, .part, figcaption, .bars, .axis span)")]
  .filter((each) => each.checkVisibility())
  .filter((each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect();
    const flow = document.querySelector("#stage .flow").getBoundingClientRect();
    const close = document.querySelector("[data-action=close-flow]").getBoundingClientRect();
    if (right > close.left && left < close.right && bottom > close.top && top < close.bottom)
      return true;
    return right > flow.right + 1 || bottom > flow.bottom + 1 || top < flow.top ||
      each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline";
  }).map((each) => each.textContent || each.localName)"""


@pytest.fixture(scope="module")
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("width", "height", "least", "lowest"), [(1366, 768, 184, 720), (1093, 614, 104, 594)]
)
def test_the_pictures_of_a_sum_are_as_large_as_a_laptop_has_room_for(
    desk: Page, width: int, height: int, least: int, lowest: int, language: str
) -> None:
    resize(desk, width, height)
    speak(desk, language)
    go(desk, FIRST)
    before = desk.evaluate(BOXES)
    pin(desk, FIRST, 0)
    assert desk.evaluate(BOXES) == before, "the figure keeps its size"
    boxes = [each.bounding_box() for each in desk.locator("#stage .flow canvas").all()]
    assert len(boxes) == 3
    for box in boxes:
        assert box
        assert box["width"] == box["height"] >= least
        assert box["y"] + box["height"] < height
    tabs = desk.locator("#stage .tabs").bounding_box()
    assert tabs
    assert tabs["y"] + tabs["height"] <= lowest, "tabs, and on a laptop a line of what they hold"
    assert desk.evaluate(CUT) == []
    desk.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pictures_of_a_sum_are_whole_and_larger_before_a_class(
    desk: Page, language: str
) -> None:
    resize(desk, 1280, 720)
    speak(desk, language)
    desk.keyboard.press("f")
    go(desk, FIRST)
    for unit in (0, 7, 96):  # 96: numbers of which the words take most lines
        desk.evaluate("document.querySelector('#stage .plot').focus()")
        desk.keyboard.press("Enter")
        for key, times in (("ArrowDown", unit // 32), ("ArrowRight", unit % 32)):
            for _ in range(times):
                desk.keyboard.press(key)
        desk.wait_for_selector(f"#stage .flow[data-unit='{unit}']")
        settled(desk)
        assert desk.evaluate(CUT) == [], unit
        boxes = [each.bounding_box() for each in desk.locator("#stage .flow canvas").all()]
        assert [box and box["width"] >= 118 for box in boxes] == [True] * 3
        for part in ("plus", "minus", "bias", "sum"):
            expect(desk.locator(f"#stage .flow .part.{part}")).to_be_visible()
        desk.keyboard.press("Escape")
    desk.keyboard.press("f")
    desk.wait_for_function("!document.fullscreenElement")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_fraction_is_scrolled_sideways_before_a_class(desk: Page, language: str) -> None:
    resize(desk, 1366, 768)
    speak(desk, language)
    desk.evaluate("document.querySelector('#more-pictures').open = true")
    while (count := desk.locator("#tray li").count()) < 8:
        desk.click("[data-action=add-image]")
        settled(desk)
        desk.click(f".samples .sample >> nth={count}")
        settled(desk)
    go(desk, "softmax")
    desk.click("#tab-fraction")
    settled(desk)
    wide = [number(text) for text in texts(desk.locator("#fraction .batch tbody td"))]
    names = texts(desk.locator("#fraction .batch tbody th"))
    assert len({*np.array(wide).reshape(8, 11)[:, 0]}) == 8, "no image is like another"
    resize(desk, 1280, 720)
    desk.keyboard.press("f")
    desk.click("[data-action=details]")
    expect(desk.locator("#fraction .batch table")).to_have_count(2)
    settled(desk)
    assert desk.evaluate(SCROLLED) == []
    found = []
    for table in desk.locator("#fraction .batch table").all():
        lines = [texts(line.locator("td")) for line in table.locator("tbody tr, tfoot tr").all()]
        found.append(np.array([[number(text) for text in line] for line in lines]))
    shares = np.hstack(found).T  # (images, classes and the sum)
    np.testing.assert_array_equal(shares, np.array(wide).reshape(8, 11))
    heads = [text for text in texts(desk.locator("#fraction .batch thead th")) if text]
    assert heads == names
    marked = desk.locator("#fraction .batch [data-marked]").count()
    assert marked == 11, "the image in focus, and its sum"
    desk.click("[data-action=details]")
    desk.keyboard.press("f")
    expect(desk.locator("#fraction .batch table")).to_have_count(1)
