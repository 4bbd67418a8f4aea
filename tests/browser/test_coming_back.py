"""Who comes back to a step finds its axes standing, and on them what is so by now."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from explorer.figures import palette
from tests.browser.conftest import start_again
from tests.browser.hands import drag, settled
from tests.browser.reading import hexadecimal

pytestmark = pytest.mark.browser

FIRST = "linear_relu_stack.0"
GRAPH = "#stage .js-plotly-plot"
NUMBERS = f"{GRAPH} .x3tick text"  # below the histogram of a linear layer
# A number at an axis at every complete paint: its colour, and whether it is one that is known.
WATCH = """(numbers) => {
  document.querySelector(numbers).known = true;
  window.axes = [];
  new MutationObserver(() => {
    const text = document.querySelector(numbers);
    if (text) window.axes.push([getComputedStyle(text).fill, Boolean(text.known)]);
  }).observe(document.querySelector("#explorer"), { attributeFilter: ["data-revision"] });
}"""
# Boxes around what is pointed at, in the figure of Flatten, at every complete paint.
MARKS = """(graph) => {
  window.marks = [];
  const root = document.querySelector("#explorer");
  new MutationObserver(() => {
    if (!document.querySelector("#stage[data-step=flatten]")) return;
    window.marks.push(document.querySelectorAll(`${graph} .shapelayer path`).length);
  }).observe(root, { attributeFilter: ["data-revision"] });
}"""


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first, at its first linear layer."""
    page = start_again(opened)
    step(page, "End", "softmax")
    page.click(f"#strip [data-step='{FIRST}']")
    page.wait_for_selector(f"#stage[data-step='{FIRST}']")
    settled(page)
    return page


def step(page: Page, key: str, to: str) -> None:
    page.keyboard.press(key)
    page.wait_for_selector(f"#stage[data-step='{to}']")
    settled(page)


def test_the_axes_are_those_that_were_left(page: Page) -> None:
    page.evaluate(WATCH, NUMBERS)
    step(page, "ArrowRight", "linear_relu_stack.1")
    assert page.locator(GRAPH).count() == 1
    assert page.locator(NUMBERS).count() == 0
    step(page, "ArrowLeft", FIRST)
    assert page.locator(GRAPH).count() == 1
    assert page.evaluate("window.axes[0][1]"), "nothing of them was drawn anew"


def test_what_is_drawn_meanwhile_is_what_stands_there(page: Page) -> None:
    figure = f"document.querySelector('{GRAPH}').calcdata.map(([{{ z, s }}]) => String(z ?? s))"
    step(page, "ArrowRight", "linear_relu_stack.1")
    drag(page, (0.2, 0.3), (0.8, 0.3), (0.7, 0.8))
    settled(page)
    step(page, "ArrowLeft", FIRST)
    came = page.evaluate(figure)
    page.click("#bar [data-action=theme]")  # Plotly draws all of it anew
    settled(page)
    page.click("#bar [data-action=theme]")
    settled(page)
    assert page.evaluate(figure) == came


def test_it_has_the_theme_and_the_size_of_now_at_once(page: Page) -> None:
    page.evaluate(WATCH, NUMBERS)
    step(page, "ArrowRight", "linear_relu_stack.1")
    page.click("#bar [data-action=theme]")
    settled(page)
    step(page, "ArrowLeft", FIRST)
    theme = page.evaluate("document.documentElement.dataset.theme")
    muted = tuple(int(part) for part in hexadecimal(palette.COLOURS[theme]["muted"]))
    assert {colour for colour, _ in page.evaluate("window.axes")} == {f"rgb{muted}"}
    page.click("#bar [data-action=theme]")
    settled(page)
    step(page, "ArrowRight", "linear_relu_stack.1")
    page.set_viewport_size({"width": 1100, "height": 768})
    settled(page)
    step(page, "ArrowLeft", FIRST)
    widths = page.evaluate(
        "['', ' .main-svg'].map((each) => document.querySelector("
        f"'{GRAPH}' + each).getBoundingClientRect().width)"
    )
    page.set_viewport_size({"width": 1366, "height": 768})
    assert widths[0] == pytest.approx(widths[1], abs=1)


def test_nothing_on_it_is_pointed_at(page: Page) -> None:
    step(page, "ArrowLeft", "flatten")
    box = page.locator("#stage .plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + 199, box["y"] + 100)
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    expect(page.locator(f"{GRAPH} .hoverlayer")).to_contain_text("position")
    expect(page.locator(f"{GRAPH} .shapelayer path")).to_have_count(3)
    step(page, "ArrowRight", FIRST)
    page.mouse.move(0, 0)
    page.evaluate(MARKS, GRAPH)
    step(page, "ArrowLeft", "flatten")
    expect(page.locator(f"{GRAPH} .hoverlayer")).to_have_text("")
    assert set(page.evaluate("window.marks")) == {0}


def test_the_numbers_at_the_bars_never_go(page: Page) -> None:
    step(page, "End", "softmax")
    step(page, "ArrowLeft", "linear_relu_stack.4")
    page.evaluate(
        """(graph) => {
          window.bars = [];
          const look = () => {
            const bars = document.querySelectorAll(`${graph} .bartext`).length;
            window.bars.push([bars, document.querySelectorAll("#stage .overlay").length]);
            window.looking = requestAnimationFrame(look);
          };
          look();
        }""",
        GRAPH,
    )
    step(page, "ArrowRight", "softmax")
    step(page, "ArrowLeft", "linear_relu_stack.4")
    page.evaluate("cancelAnimationFrame(window.looking)")
    assert {tuple(each) for each in page.evaluate("window.bars")} == {(10, 0)}
