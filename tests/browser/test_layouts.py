"""The page at every size that people have: what is in the first screen, and what never moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, visit
from tests.browser.hands import drag, pin, settled

pytestmark = pytest.mark.browser

SIZES = {
    "laptop": (1366, 768),
    "desktop": (1920, 1080),
    "projector": (1280, 720),
    "scaled": (1093, 614),
    "tablet": (768, 1024),
    "lying": (844, 390),
    "phone": (390, 844),
}
BOXES = """() => Object.fromEntries(["#pad", "#strip", "#stage .plot", ".tabs", "#prediction"].map((name) => {
  const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
  return [name, [x, y + scrollY, width, height].map(Math.round)];
}))"""
SIDEWAYS = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
# What can be touched and is smaller than a finger, in CSS pixels; terms and links within sentences
# apart. What a label names is touched on the label, too.
SMALL = """() => [...document.querySelectorAll("#explorer :is(button, select, summary, input)")]
  .filter((each) => each.checkVisibility() && !each.matches(".term, .link"))
  .map((each) => [each, (each.matches("label input") ? each.closest("label") : each)])
  .map(([each, target]) => [each, target.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && (width < 43.5 || height < 43.5))
  .map(([each, { width, height }]) => `${width} × ${height} ${each.outerHTML.slice(0, 100)}`)"""
# The sizes of all words in sight, those of the figure too.
TYPE = """() => {
  const walker = document.createTreeWalker(document.querySelector("#explorer"), NodeFilter.SHOW_TEXT);
  const small = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || !parent.checkVisibility() || parent.closest("select, .unseen")) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (size < 22) small.push(`${size} ${node.textContent.slice(0, 30)}`);
  }
  return small;
}"""


@pytest.fixture(params=list(SIZES))
def sized(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    width, height = SIZES[request.param]
    touch = width < 900
    options: dict[str, Any] = {"viewport": {"width": width, "height": height}}
    yield from visit(browser, server.url, has_touch=touch, is_mobile=touch, **options)


def inside(page: Page, selector: str) -> bool:
    """Whether an element lies whole in the first screen, upright."""
    box = page.locator(selector).bounding_box()
    size = page.viewport_size
    assert box
    assert size
    return box["x"] >= 0 and box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 1


def test_pad_answer_and_strip_are_in_the_first_screen(sized: Page) -> None:
    assert sized.evaluate(SIDEWAYS) <= 0
    for selector in ("#pad", "#prediction .answer", "#prediction [data-predicted]"):
        assert inside(sized, selector), selector
    assert inside(sized, "#strip [aria-current=step]")
    sized.evaluate("document.querySelector('[data-action=language]').click()")
    settled(sized)
    assert sized.evaluate(SIDEWAYS) <= 0


def test_an_empty_pad_is_not_answered(page: Page) -> None:
    before = page.locator("#prediction .certainty").inner_text()
    assert before.endswith("\u00a0%")
    page.click("[data-action=clear]")
    settled(page)
    expect(page.locator("#prediction .answer")).to_have_text("—")
    expect(page.locator("#prediction .notice summary")).to_contain_text("Nothing is drawn")
    page.click("[data-action=undo]")
    settled(page)
    expect(page.locator("#prediction .answer")).to_have_text("Ankle boot")
    expect(page.locator("#prediction .certainty")).to_have_text(before)


def test_three_images_keep_the_drawing(page: Page) -> None:
    drag(page, (0.1, 0.1), (0.9, 0.1))
    settled(page)
    before = page.evaluate("document.querySelector('#pad').toDataURL()")
    page.click("[data-action=three]")
    settled(page)
    assert page.locator("#tray li").count() == 3
    assert page.evaluate("document.querySelector('#pad').toDataURL()") == before


def test_fingers_find_every_button(phone: Page) -> None:
    phone.click("[data-action=menu]")
    assert phone.evaluate(SMALL) == []
    phone.evaluate("document.querySelector('#more-pictures').open = true")
    assert phone.evaluate(SMALL) == []
    pin(phone, "linear_relu_stack.1", 0)
    for panel in phone.locator("#stage [role=tab]").all():
        panel.evaluate("tab => tab.click()")
        settled(phone)
        assert phone.evaluate(SMALL) == [], panel.get_attribute("id")
    for action in ("whole-layer", "apply-edit"):
        phone.evaluate("(name) => document.querySelector(`[data-action=${name}]`).click()", action)
    expect(phone.locator("#edits .chip")).to_have_count(1)
    assert phone.evaluate(SMALL) == [], "an edit"
    for action in ("share", "help", "tour"):
        phone.evaluate("(name) => document.querySelector(`[data-action=${name}]`).click()", action)
        opened = "#tour .text .head button" if action == "tour" else "dialog[open]"
        expect(phone.locator(opened).first).to_be_visible()
        assert phone.evaluate(SMALL) == [], action
        phone.keyboard.press("Escape")


def test_a_phone_shows_the_three_longest_bars_the_longest_first(phone: Page) -> None:
    drag(phone, (0.3, 0.3), (0.7, 0.3), (0.7, 0.7))
    settled(phone)
    bars = [
        (box["y"], float(bar.get_attribute("data-probability") or "nan"))
        for bar in phone.locator("#prediction [data-class]").all()
        if (box := bar.bounding_box())
    ]
    shares = [share for _, share in sorted(bars)]
    every = phone.locator("#prediction [data-class]").evaluate_all(
        "all => all.map(bar => Number(bar.dataset.probability))"
    )
    assert shares == sorted(every, reverse=True)[:3]


def test_pad_and_strip_stay_while_a_phone_scrolls(phone: Page) -> None:
    phone.evaluate("scrollTo(0, 900)")
    phone.wait_for_timeout(200)
    assert inside(phone, "#pad")
    assert inside(phone, "#strip [data-step=input]")
    phone.click("#strip [data-step='flatten']")
    phone.wait_for_selector("#stage[data-step=flatten]")
    settled(phone)
    top = phone.locator("#stage h2").bounding_box()
    hand = phone.locator("#bench").bounding_box()
    assert top
    assert hand
    assert hand["y"] + hand["height"] - 4 <= top["y"] < 400, (
        "its figure comes into view below the pad"
    )


def test_a_step_leaves_a_tablets_pad_and_strip_in_sight(browser: Browser, server: Server) -> None:
    size = {"width": 768, "height": 1024}
    for page in visit(browser, server.url, viewport=size, has_touch=True, is_mobile=True):
        before = page.locator("#pad").bounding_box()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#stage[data-step=flatten]")
        page.tap("#strip [data-step='linear_relu_stack.0']")
        page.wait_for_selector("#stage[data-step='linear_relu_stack.0']")
        settled(page)
        assert page.locator("#pad").bounding_box() == before
        assert inside(page, "#strip [aria-current=step]")


def test_arrows_walk_along_tabs_and_do_not_step(page: Page) -> None:
    page.focus("#tab-numbers")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-code")).to_be_focused()
    expect(page.locator("#tab-code")).to_have_attribute("aria-selected", "true")
    assert page.locator("#strip [aria-current=step]").get_attribute("data-step") == "input"


@pytest.mark.parametrize("layout", ["laptop", "scaled", "tablet"])
def test_no_step_moves_the_figure(browser: Browser, server: Server, layout: str) -> None:
    width, height = SIZES[layout]
    for page in visit(browser, server.url, viewport={"width": width, "height": height}):
        places = {}
        for step in ("input", "linear_relu_stack.0", "linear_relu_stack.1", "softmax"):
            page.click(f"#strip [data-step='{step}']")
            page.wait_for_selector(f"#stage[data-step='{step}']")
            settled(page)
            places[step] = page.evaluate(BOXES)
        assert all(each == places["input"] for each in places.values()), places


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_class_reads_every_word_of_the_stage(
    browser: Browser, server: Server, locale: str
) -> None:
    size = {"width": 1280, "height": 720}
    for page in visit(browser, server.url, viewport=size, locale=locale):
        page.keyboard.press("f")
        steps = page.locator("#strip [data-step]").evaluate_all(
            "all => all.map((each) => each.dataset.step)"
        )
        places = set()
        for step in steps:
            page.click(f"#strip [data-step='{step}']")
            page.wait_for_selector(f"#stage[data-step='{step}']")
            settled(page)
            assert page.evaluate(TYPE) == []
            assert page.evaluate("document.scrollingElement.scrollHeight") <= 720
            places.add(str(page.locator("#stage .plot").bounding_box()))
            assert page.evaluate(SIDEWAYS) <= 0
            assert inside(page, "#pad")
            assert inside(page, "#prediction .answer")
            assert inside(page, "#stage .plot")
        assert len(places) == 1, "the figure stands at the same place at every step"
        page.keyboard.press("Escape")
        assert not presented(page)
        page.keyboard.press("f")
        page.reload()
        page.wait_for_selector("html[data-present] #explorer[data-state=ready]")


PRESS = """(keys) => {
  for (const key of keys)
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}"""
# before the page itself hears that it has the screen
AT_ONCE = f"""() => addEventListener(
  "fullscreenchange", () => ({PRESS})(["Escape", "f"]), {{ capture: true, once: true }})"""


def presented(page: Page) -> bool:
    shown: bool = page.evaluate("document.documentElement.hasAttribute('data-present')")
    return shown


@pytest.mark.parametrize("early", [False, True])
def test_a_screen_given_back_late_does_not_end_what_was_begun_since(
    page: Page, early: bool
) -> None:
    page.evaluate(AT_ONCE if early else "null")
    page.keyboard.press("f")
    if not early:
        page.wait_for_function("document.fullscreenElement")
        page.evaluate(PRESS, ["Escape", "f"])
    page.wait_for_timeout(100)
    page.wait_for_function("!document.fullscreenElement")
    page.wait_for_timeout(300)
    assert presented(page)


def test_a_screen_given_late_is_given_back_where_nothing_is_presented(page: Page) -> None:
    page.evaluate("addEventListener('fullscreenchange', () => (window.changes ??= []).push(1))")
    page.keyboard.press("f")
    page.evaluate(PRESS, ["f"])  # before the browser has given it
    page.wait_for_function("window.changes?.length >= 2")
    assert not page.evaluate("document.fullscreenElement")
    assert not presented(page)


def test_the_title_of_the_counts_lies_on_no_other_part(browser: Browser, server: Server) -> None:
    width, height = SIZES["scaled"]
    step = "linear_relu_stack.2"
    size: Any = {"width": width, "height": height}
    for page in visit(browser, server.url, viewport=size, locale="zh-CN"):
        page.click(f"#strip [data-step='{step}']")
        page.wait_for_selector(f"#stage[data-step='{step}']")
        settled(page)
        gap = page.evaluate("""() => {
          const plot = document.querySelector("#stage .js-plotly-plot");
          const titles = [...plot.querySelectorAll("[class*=title] text")];
          const title = titles.find(({ textContent }) => textContent.includes("对数"));
          const { _offset, _length } = plot._fullLayout.xaxis2;
          const end = plot.getBoundingClientRect().left + _offset + _length;
          return title.getBoundingClientRect().left - end;
        }""")
        assert gap >= 2
