"""What stands where there is most room and least: cards and ages in the tour, templates, names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import without_tour
from tests.browser.hands import pin, settled
from tests.browser.test_fitting import TOLD, go, resize
from tests.browser.test_layouts import SIDEWAYS
from tests.browser.test_phones import MODELS, speak, take
from tests.browser.test_tour import stop

pytestmark = pytest.mark.browser

FIRST = "linear_relu_stack.0"
# Boxes that lie on each other, by what they say.
UPON = """(selector) => {
  const boxes = [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility())
    .map((each) => [each.textContent, each.getBoundingClientRect()]);
  return boxes.flatMap(([text, one], place) => boxes.slice(place + 1)
    .filter(([, two]) => Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
      Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1)
    .map(([other]) => `${text} on ${other}`));
}"""
# The sizes of words below 13 pixels.
TINY = """() => [...document.querySelectorAll("#stage *")]
  .filter((each) => each.checkVisibility() && !each.closest("svg") &&
    [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .map((each) => [parseFloat(getComputedStyle(each).fontSize), each.textContent])
  .filter(([size]) => size < 13)"""


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    yield from without_tour(opened)


@pytest.mark.parametrize(("width", "height"), [(1093, 614), (1280, 720), (1366, 768), (1920, 1080)])
def test_nothing_of_the_page_lies_on_anything_in_the_tour(
    page: Page, width: int, height: int
) -> None:
    resize(page, width, height)
    page.evaluate("document.querySelector('#draw [data-action=tour]').click()")
    page.wait_for_selector("#tour .output")
    settled(page)
    assert page.evaluate(UPON, "#strip .card") == []
    stop(page, "parameters")
    assert page.evaluate(UPON, "#ages, #weights > *") == []
    assert page.locator("#ages").is_visible()
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_templates_of_ten_classes_stand_in_two_rows(
    page: Page, width: int, height: int
) -> None:
    resize(page, width, height)
    go(page, FIRST)
    page.click("#tab-linear")
    settled(page)
    boxes = [each.bounding_box() for each in page.locator("#linear .templates canvas").all()]
    tops = [round(box["y"]) for box in boxes if box]
    assert len(tops) == 20
    assert [tops.count(top) for top in sorted(set(tops))] == [10, 10]
    assert all(box and box["width"] >= (64 if width < 1900 else 100) for box in boxes)


def test_a_desk_tells_the_whole_name_of_every_network(page: Page) -> None:
    resize(page, 1920, 1080)
    for language in ("en", "zh"):
        speak(page, language)
        for model in MODELS:
            take(page, model)
            assert page.evaluate(TOLD) == [], model
    speak(page, "en")


def test_no_word_about_a_unit_is_tiny(page: Page) -> None:
    resize(page, 1366, 768)
    pin(page, FIRST, 3)
    page.click("#tab-unit")
    settled(page)
    assert page.evaluate(TINY) == []
