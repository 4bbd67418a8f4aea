"""Bars, names, numbers and tables at the sizes where they have least room."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.browser.conftest import Server, visit
from tests.browser.hands import settled
from tests.browser.test_layouts import SIDEWAYS
from tests.browser.test_phones import speak, take

pytestmark = pytest.mark.browser

LINEAR = "linear_relu_stack.0"
# The choices whose chosen words are wider than what is seen of them.
TOLD = """() => [...document.querySelectorAll("#bar select")].filter((select) => {
  const style = getComputedStyle(select);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const text = select.selectedOptions[0].textContent;
  const room = parseFloat(style.width) - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(text).width > room + 1;
}).map((select) => `${select.selectedOptions[0].textContent} ${select.clientWidth}`)"""
# What of the bar is cut, lies on something else or takes more than one line.
CROWDED = """() => {
  const bar = document.querySelector("#bar");
  const parts = [...bar.querySelectorAll("h1, #views button, select, .device, .tools button")]
    .filter((each) => each.checkVisibility() && each.getClientRects().length)
    .filter((each) => getComputedStyle(each).clipPath === "none"); // else only for whoever listens
  const boxes = parts.map((each) => [each, each.getBoundingClientRect()]);
  const apart = ([, one], [, two]) => one.right <= two.left + 0.5 || two.right <= one.left + 0.5;
  const wrong = boxes.filter(([each, box], place) =>
    box.right > innerWidth || each.scrollHeight > 40 || each.scrollWidth > each.clientWidth + 1 ||
    boxes.slice(place + 1).some((other) => !apart([each, box], other)));
  return wrong.filter(([each]) => !each.matches("select"))
    .map(([each]) => each.id || each.dataset.action || each.textContent)
    .concat(bar.offsetHeight > 56 ? [`${bar.offsetHeight} high`] : []);
}"""
# Cards of the strip that are not whole in its window, and names and shapes that are cut in theirs.
OUTSIDE = """() => {
  const around = document.querySelector("#strip").getBoundingClientRect();
  return [...document.querySelectorAll("#strip .card")].filter((card) => {
    const { left, right } = card.getBoundingClientRect();
    return left < around.left - 1 || right > around.right + 1;
  }).map((card) => card.textContent);
}"""
CUT_WORDS = """() => [...document.querySelectorAll("#strip .card :is(.kind, .shape)")]
  .filter((each) => each.checkVisibility())
  .filter((each) => {
    const words = document.createRange();
    words.selectNodeContents(each);
    const card = each.closest(".card").getBoundingClientRect();
    return [...words.getClientRects(), each.getBoundingClientRect()]
      .some(({ right, bottom }) => right > card.right || bottom > card.bottom) ||
      words.getBoundingClientRect().right > each.getBoundingClientRect().right + 1;
  })
  .map((each) => each.textContent)"""
# Tabs below the figure that end beyond its column.
CUT_TABS = """() => {
  const { right } = document.querySelector("#stage .figure").getBoundingClientRect();
  return [...document.querySelectorAll(".tabs button")]
    .filter((each) => each.getBoundingClientRect().right > right + 1).map((each) => each.textContent);
}"""
# Names of which not even the end is seen: the number in it tells the layers apart.
ENDLESS = """(selector) => [...document.querySelectorAll(selector)]
  .filter((each) => each.checkVisibility() && each.textContent.trim())
  .filter((each) => {
    const text = document.createTreeWalker(each, NodeFilter.SHOW_TEXT).nextNode();
    const range = document.createRange();
    range.setStart(text, text.length - 1);
    range.setEnd(text, text.length);
    const [end, box] = [range.getBoundingClientRect(), each.getBoundingClientRect()];
    return end.right > box.right + 1 || end.left < box.left - 1 ||
      getComputedStyle(each).direction === "ltr" && each.scrollWidth > each.clientWidth + 1;
  })
  .map((each) => each.textContent)"""
# Numbers beside an axis of the figure that Plotly leaves out at its upper edge.
LEFT_OUT = """() => [...document.querySelectorAll("#stage .ytick text, #stage .y2tick text")]
  .filter((each) => getComputedStyle(each).display === "none").map((each) => each.textContent)"""
# Numbers beside an axis of the figure that lie on their neighbours.
TOUCHING = """() => {
  const found = [];
  for (const name of ["xtick", "ytick", "x2tick", "y2tick", "x3tick", "y3tick"]) {
    const boxes = [...document.querySelectorAll(`#stage .js-plotly-plot .${name} text`)]
      .map((each) => [each.textContent, each.getBoundingClientRect()]);
    for (const [place, [text, one]] of boxes.entries())
      for (const [other, two] of boxes.slice(place + 1)) {
        const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
        const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
        if (across > 0 && down > 0.3 * one.height) found.push(`${name}: ${text} on ${other}`);
      }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url)


@pytest.fixture(scope="module")
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    size = {"width": 390, "height": 844}
    yield from visit(browser, server.url, viewport=size, has_touch=True, is_mobile=True)


def resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(f"innerWidth === {width}")


def go(page: Page, step: str) -> None:
    page.evaluate("document.querySelector('#views [data-view=explore]').click()")
    page.evaluate("step => document.querySelector(`#strip [data-step='${step}']`).click()", step)
    page.wait_for_selector(f"#stage[data-step='{step}']")
    settled(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_bar_holds_what_it_offers_at_every_width(desk: Page, language: str) -> None:
    speak(desk, language)
    for width in (*range(970, 1500, 30), 1280, 1366, 1500, 1520, 1600, 1920):
        resize(desk, width, 720)
        assert desk.evaluate(CROWDED) == [], width
        assert desk.evaluate(CUT_TABS) == [], width
        assert desk.evaluate(SIDEWAYS) <= 0
        if width >= 1310:
            assert desk.evaluate(TOLD) == [], width
            words = desk.locator("#bar .word:visible").count()
            assert words == (2 if width < 1400 else 4), width
    speak(desk, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_eight_cards_stand_beside_each_other_and_are_read(desk: Page, language: str) -> None:
    speak(desk, language)
    for width, height, least in (
        (1093, 614, 13),
        (1093, 800, 13),
        (1366, 768, 13),
        (1920, 1080, 15),
    ):
        resize(desk, width, height)
        go(desk, LINEAR)
        assert desk.locator("#strip .card").count() == 8
        assert desk.evaluate(OUTSIDE) == [], width
        assert desk.evaluate(CUT_WORDS) == [], width
        written = desk.eval_on_selector_all(
            "#strip .shape", "all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))"
        )
        assert min(written) >= least, width
    speak(desk, "en")
    resize(desk, 1366, 768)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 768), (1920, 1080)])
def test_a_class_sees_the_whole_network_and_what_a_unit_sums(
    desk: Page, width: int, height: int
) -> None:
    resize(desk, width, height)
    desk.keyboard.press("f")
    for language in ("en", "zh"):
        speak(desk, language)
        desk.evaluate("document.querySelector('[data-view=network]').click()")
        settled(desk)
        desk.wait_for_timeout(200)
        assert desk.evaluate(TOLD) == []
        for part in ("#network canvas", "#network .legend"):
            box = desk.locator(part).bounding_box()
            assert box and box["y"] + box["height"] <= height, part
        assert desk.evaluate(SIDEWAYS) <= 0
        desk.evaluate("document.querySelector('[data-view=explore]').click()")
        go(desk, LINEAR)
        desk.focus("#stage .plot")
        desk.keyboard.press("Enter")
        expect(desk.locator("#stage .flow .part").first).to_be_visible()
        covered = desk.evaluate(
            """() => {
              const close = document.querySelector("[data-action=close-flow]").getBoundingClientRect();
              return [...document.querySelectorAll("#stage .flow .part")].filter((each) => {
                const box = each.getBoundingClientRect();
                return box.right > close.left && box.left < close.right &&
                  box.bottom > close.top && box.top < close.bottom;
              }).map((each) => each.textContent);
            }"""
        )
        assert covered == []
        desk.keyboard.press("Escape")
        settled(desk)
    speak(desk, "en")
    desk.keyboard.press("f")
    resize(desk, 1366, 768)


def test_a_long_name_ends_with_the_number_that_tells_layers_apart(desk: Page) -> None:
    resize(desk, 1280, 720)
    desk.keyboard.press("f")
    go(desk, "linear_relu_stack.4")
    where = desk.locator("#stage .where")
    assert where.inner_text() == "linear_relu_stack.4"
    assert desk.evaluate(ENDLESS, "#stage .where") == []
    desk.keyboard.press("f")
    resize(desk, 1366, 768)
    desk.evaluate("document.querySelector('#draw [data-action=tour]').click()")
    desk.wait_for_selector("#tour .output")
    settled(desk)
    assert desk.evaluate(ENDLESS, "#strip .path") == []
    desk.keyboard.press("Escape")
    settled(desk)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_view_that_is_shown_is_named_on_a_phone(phone: Page, language: str) -> None:
    for width in (390, 360):
        resize(phone, width, 740)
        speak(phone, language)
        for view in ("network", "weights", "course", "explore"):
            phone.evaluate(f"document.querySelector('[data-view={view}]').click()")
            settled(phone)
            name, bar = (
                phone.locator(each).bounding_box()
                for each in (f"#views [data-view={view}]", "#views")
            )
            assert name
            assert bar
            assert name["x"] >= bar["x"] - 1, (view, width)
            assert name["x"] + name["width"] <= bar["x"] + bar["width"] + 1, (view, width)
    speak(phone, "en")


def test_numbers_of_an_axis_do_not_lie_on_each_other(phone: Page) -> None:
    for model in ("fashion-mlp", "course-sequential", "fashion-cnn", "digits-mlp"):
        take(phone, model)
        # an empty pad: ends of scales that have most numbers between them
        phone.evaluate("document.querySelector('[data-action=clear]').click()")
        settled(phone)
        steps = phone.locator("#strip [data-step]").evaluate_all(
            "all => all.map(each => each.dataset.step)"
        )
        for width, height in ((390, 844), (360, 740), (844, 390)):
            resize(phone, width, height)
            for step in steps:
                go(phone, step)
                assert phone.evaluate(TOUCHING) == [], (model, step, width)
                assert phone.evaluate(LEFT_OUT) == [], (model, step, width)
    take(phone, "fashion-mlp")


def edge(page: Page, selector: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the colours along the right edge of a box, (height, 6, 3)."""
    box = page.locator(selector).bounding_box()
    assert box
    left = box["x"] + box["width"] - 6
    clip = FloatRect(x=left, y=box["y"], width=6, height=box["height"])
    return np.array(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB"))


def test_a_table_that_goes_on_beyond_its_edge_shows_that_it_does(phone: Page) -> None:
    resize(phone, 390, 844)
    go(phone, "softmax")
    phone.evaluate("document.querySelector('#tab-fraction').click()")
    settled(phone)
    phone.locator("#fraction .scroll").last.scroll_into_view_if_needed()
    box = "#fraction .scroll:last-of-type"
    assert phone.evaluate(f"(e => e.scrollWidth > e.clientWidth)(document.querySelector('{box}'))")
    goes_on = edge(phone, box)
    phone.evaluate(f"document.querySelector('{box}').scrollLeft = 9999")
    ends = edge(phone, box)
    assert np.abs(goes_on[1, -1].astype(int) - ends[1, -1]).sum() > 20


def test_a_swipe_over_the_figure_scrolls_the_page(phone: Page) -> None:
    resize(phone, 390, 844)
    hand = phone.context.new_cdp_session(phone)
    for step in ("input", LINEAR, "softmax"):
        go(phone, step)
        phone.evaluate("scrollTo(0, 0)")
        box = phone.locator("#stage .plot").bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + 0.7 * box["height"]
        touch = "Input.dispatchTouchEvent"
        hand.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for moved in range(20, 201, 20):
            finger = {"x": x, "y": y - moved}
            hand.send(touch, {"type": "touchMove", "touchPoints": [finger]})
        hand.send(touch, {"type": "touchEnd", "touchPoints": []})
        phone.wait_for_function("scrollY > 100")
