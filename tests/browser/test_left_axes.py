"""A figure that differs in its values alone from one that was left is painted on its axes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, serving, visit
from tests.browser.hands import settled
from tests.browser.reading import numbers, opened, picture_of
from tests.browser.test_pixels import BOXES, GRAPH, cut

pytestmark = pytest.mark.browser

PAIRS = [("0", "1"), ("3", "4")]  # means of 64 maps, and four maps in full
TICKS = f"{GRAPH} .ycbcoloraxistick text"
SHAPE = f"(({{ z }}) => [z.length, z[0].length])(document.querySelector('{GRAPH}')._fullData[0])"
MARK = "(ticks) => { document.querySelector(ticks).known = true; }"
MARKED = "(ticks) => document.querySelector(ticks).known"
# Plotly does not follow what is painted until `window.follow` is called.
HOLD = """() => {
  const start = window.setTimeout;
  window.follow = () => {};
  window.setTimeout = (act, wait, ...given) => {
    if (wait !== 150) return start(act, wait, ...given);
    window.follow = act;
    return 0;
  };
}"""


@pytest.fixture(scope="module")
def pairs() -> Iterator[Server]:
    yield from serving("--model", "tests/nets.py:pairs", "--labels", "coat,bag,shoe")


@pytest.fixture
def page(browser: Browser, pairs: Server) -> Iterator[Page]:
    for page in visit(browser, pairs.url):
        page.evaluate(HOLD)
        yield page


def to(page: Page, step: str) -> None:
    page.click(f"#strip [data-step='{step}']")
    page.wait_for_selector(f"#stage[data-step='{step}']")
    settled(page)


def follow(page: Page) -> None:
    page.evaluate("window.follow()")
    page.wait_for_selector("#stage .overlay", state="detached")


def ends(page: Page, step: str) -> tuple[float, list[float]]:
    """Return the end of a step's scale as the strip names it, and the numbers beside the figure."""
    end = numbers(page.locator(f"#strip [data-step='{step}'] .limit").inner_text())[-1]
    written = page.locator(TICKS).all_text_contents()
    return end, [number for text in written for number in numbers(text)]


@pytest.mark.parametrize(("left", "step"), PAIRS)
def test_it_is_painted_as_plotly_draws_it(page: Page, left: str, step: str) -> None:
    to(page, left)
    before = picture_of(page, GRAPH)
    page.evaluate(MARK, TICKS)
    to(page, step)
    assert page.evaluate(MARKED, TICKS)
    end, written = ends(page, step)
    assert written == pytest.approx(end * np.array([-1, -0.5, 0, 0.5, 1]), rel=1e-2)
    address = page.evaluate("document.querySelector('#stage .overlay').toDataURL()")
    follow(page)
    painted, plotly, (box,) = opened(address), picture_of(page, GRAPH), page.evaluate(BOXES)
    apart = np.abs(cut(painted, box) - cut(plotly, box)).max(axis=2)
    assert (apart > 40).mean() < 0.06
    assert (np.abs(cut(painted, box) - cut(before, box)).max(axis=2) > 40).mean() > 0.2


@pytest.mark.parametrize(("left", "step"), PAIRS)
def test_who_goes_back_finds_the_axes_as_well(page: Page, left: str, step: str) -> None:
    to(page, left)
    end, written = ends(page, left)
    to(page, step)
    follow(page)
    to(page, left)
    follow(page)
    assert ends(page, left) == (end, written)


def test_what_stands_for_several_is_left_to_the_others(page: Page) -> None:
    to(page, "3")
    to(page, "4")
    follow(page)
    page.evaluate(MARK, TICKS)
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector[data-unit='0']")
    settled(page)  # with a frame around the unit
    assert not page.evaluate(MARKED, TICKS)
    to(page, "3")
    assert page.evaluate(MARKED, TICKS)


def test_where_units_stand_elsewhere_plotly_draws(browser: Browser, server: Server) -> None:
    for page in visit(browser, server.url):
        page.evaluate(HOLD)
        to(page, "linear_relu_stack.0")
        page.evaluate(MARK, TICKS)
        to(page, "linear_relu_stack.2")  # as many, but in another order by their values
        assert not page.evaluate(MARKED, TICKS)


def test_what_is_pressed_is_what_is_painted(page: Page) -> None:
    to(page, "3")
    to(page, "4")
    box = page.locator("#stage .plot").bounding_box()
    assert box
    left, top, width, height = page.evaluate(BOXES)[0]
    rows, columns = page.evaluate(SHAPE)
    x, y = box["x"] + left + 3.5 * width / columns, box["y"] + top + 5.5 * height / rows
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y)
    said = page.locator(f"{GRAPH} .hoverlayer .hovertext")
    expect(said).to_have_count(1)
    expect(said).to_be_hidden()  # it is what Plotly has drawn before
    page.mouse.click(x, y)
    page.wait_for_selector(f"#inspector[data-unit='{5 * 28 + 3}']")
    follow(page)
    page.mouse.move(x - 1, y)
    expect(said).to_be_visible()
