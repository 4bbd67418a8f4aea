"""The numbers at the ends of bars: none lies on a class's name, none leaves the figure."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Server, visit
from tests.browser.hands import drag, settled

pytestmark = pytest.mark.browser

# Of every number: its text, how far it is from its class's name, and from the figure's right edge.
ROOM = """() => {
  const graph = document.querySelector("#stage .js-plotly-plot");
  const box = (each) => [each.textContent.trim(), each.getBoundingClientRect()];
  const names = [...graph.querySelectorAll(".ytick text")].map(box);
  const edge = graph.getBoundingClientRect().right;
  return [...graph.querySelectorAll(".bartext")].map(box).filter(([text]) => text)
    .map(([text, number]) => {
      const middle = (number.top + number.bottom) / 2;
      const [, name] = names.find(([, { top, bottom }]) => top - 6 <= middle && middle <= bottom + 6);
      return [text, number.left - name.right, edge - number.right];
    });
}"""
LOGITS = "linear_relu_stack.4"


def stripes(page: Page) -> None:
    """Draw what no class has: nearly every logit is far below 0."""
    page.click("[data-action=clear]")
    for row in range(5, 100, 8):
        drag(page, (0.05, row / 100), (0.95, row / 100))
    settled(page)


def go(page: Page, step: str) -> list[Any]:
    page.evaluate("step => document.querySelector(`#strip [data-step='${step}']`).click()", step)
    page.wait_for_selector(f"#stage[data-step='{step}']")
    settled(page)
    page.wait_for_timeout(300)
    return list(page.evaluate(ROOM))


def test_numbers_stand_beside_bars_and_names(browser: Browser, server: Server) -> None:
    size = {"width": 390, "height": 844}
    for page in visit(browser, server.url, viewport=size, has_touch=True):
        stripes(page)
        headline = page.locator("#prediction .answer").bounding_box()
        notice = page.locator("#prediction .notice").bounding_box()
        assert headline
        assert notice
        assert headline["y"] + headline["height"] <= notice["y"] + 1, "it can be read"
        for screen in (size, {"width": 1280, "height": 720}):
            if screen != size:
                page.set_viewport_size({"width": 1280, "height": 720})
                page.keyboard.press("f")
                page.wait_for_selector("html[data-present]")
                settled(page)
            written = go(page, LOGITS)
            assert len(written) == 10
            assert min(float(text.replace("−", "-")) for text, *_ in written) < -2
            assert [each for each in written if min(each[1:]) < 0] == []
            assert [each for each in go(page, "softmax") if min(each[1:]) < 0] == []


# Numbers that end beyond the axes, where they are cut.
BEYOND = """() => {
  const graph = document.querySelector("#stage .js-plotly-plot");
  const { _offset, _length } = graph._fullLayout.xaxis;
  const end = graph.getBoundingClientRect().left + _offset + _length;
  return [...graph.querySelectorAll(".bartext")]
    .filter((each) => each.textContent.trim() && each.getBoundingClientRect().right > end + 0.5)
    .map((each) => each.textContent);
}"""
# Numbers of which the digits lie on those of another.
ON_EACH_OTHER = """() => {
  const boxes = [...document.querySelectorAll("#stage .js-plotly-plot .bartext")]
    .filter((each) => each.textContent.trim())
    .map((each) => {
      const { left, right, top, bottom } = each.getBoundingClientRect();
      const half = 0.36 * parseFloat(getComputedStyle(each).fontSize);
      const middle = (top + bottom) / 2;
      return { text: each.textContent, left, right, top: middle - half, bottom: middle + half };
    });
  return boxes.flatMap((one, place) => boxes.slice(place + 1)
    .filter((two) => Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
      Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 0)
    .map((two) => `${one.text} on ${two.text}`));
}"""


@pytest.mark.parametrize(
    ("width", "height", "count"), [(1366, 768, 10), (390, 844, 10), (1920, 1080, 20)]
)
def test_numbers_of_two_sides_do_not_lie_on_each_other(
    browser: Browser, server: Server, width: int, height: int, count: int
) -> None:
    for page in visit(browser, server.url, viewport={"width": width, "height": height}):
        page.select_option("#versus", index=1)
        settled(page)
        for step in (LOGITS, "softmax"):
            assert len(go(page, step)) == count, "those of the first side at least"
            assert page.evaluate(ON_EACH_OTHER) == [], step


def test_before_a_class_the_numbers_of_the_first_of_two_sides_are_whole(
    browser: Browser, server: Server
) -> None:
    for page in visit(browser, server.url, viewport={"width": 1280, "height": 720}):
        page.select_option("#versus", index=1)
        settled(page)
        page.keyboard.press("f")
        page.wait_for_selector("html[data-present]")
        for step in (LOGITS, "softmax"):
            assert len(go(page, step)) == 10
            assert page.evaluate(BEYOND) == [], step
            rims = page.locator("#stage .bartext").evaluate_all(
                "all => all.map((each) => getComputedStyle(each).textShadow)"
            )
            assert [rim for rim in rims if rim == "none"] == []
