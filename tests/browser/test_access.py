"""For everybody: axe on every view, everything by keyboard, terms explained, few colours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, start_again, visit
from tests.browser.hands import drag, pin, settled
from tests.course import STEPS

pytestmark = pytest.mark.browser

STAGE = "linear_relu_stack.0"
PANELS = (
    *("numbers", "code", "unit", "fraction", "linear", "edit", "deciding", "mind"),
    *("robustness", "teach", "train"),
)


@pytest.fixture
def page(opened: Page) -> Page:
    return start_again(opened)


def violations(page: Page, part: str = "html", *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds on a part of the page as it is, a line a place; by all rules or some."""
    settled(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: dict[str, Any] = page.evaluate(
        """([part, rules]) => axe.run(part, {
          resultTypes: ["violations"], ...(rules.length ? { runOnly: rules } : {}) })""",
        [part, rules],
    )
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def views(page: Page) -> Iterator[str]:
    """Open every view, and the tour."""
    for view in ("network", "weights", "course", "explore"):
        page.click(f"[data-view={view}]")
        if view == "weights":
            page.wait_for_selector("#weights tbody tr")
        yield view
    page.evaluate("document.querySelector('#draw [data-action=tour]').click()")
    page.wait_for_selector("#tour .output")
    yield "tour"
    page.click("[data-action=tour-leave]")
    settled(page)


@pytest.mark.parametrize(("locale", "theme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_axe_finds_nothing_in_any_view(
    browser: Browser, server: Server, locale: str, theme: str
) -> None:
    for page in visit(browser, server.url, locale=locale, color_scheme=theme):
        for rules in ((), ("color-contrast",)):  # the other theme has other colours, no more
            found = {view: violations(page, rules=rules) for view in views(page)}
            assert {view: lines for view, lines in found.items() if lines} == {}
            page.click("#bar [data-action=theme]")
        if locale != "en-US":  # the panels in the dark, and in Chinese
            expect(page.locator("html[lang=zh-CN][data-theme=dark]")).to_have_count(1)
            for width, height in ((1366, 768), (390, 844)):
                page.set_viewport_size({"width": width, "height": height})
                found = panels(page)
                assert {name: lines for name, lines in found.items() if lines} == {}, width


def press(page: Page, selector: str) -> None:
    """Press a button wherever it stands, folded away on a phone too."""
    page.evaluate("selector => document.querySelector(selector).click()", selector)


def panels(page: Page) -> dict[str, list[str]]:
    """Return what axe finds in every panel, with three images and a comparison."""
    press(page, "[data-action=three]")
    page.select_option("#versus", index=1, force=True)
    found = {}
    for panel in PANELS:
        step = "softmax" if panel == "fraction" else STAGE
        press(page, f"#strip [data-step='{step}']")
        settled(page)
        if panel == "unit":
            page.focus("#stage .plot")
            page.keyboard.press("Enter")
        press(page, f"#tab-{panel}")
        if panel == "teach":
            page.select_option("#taught-class", "3")
            press(page, "[data-action=optimizer-step]")
        found[panel] = violations(page, f"#panel-{panel}")
    return found


def test_axe_finds_nothing_in_any_panel(page: Page) -> None:
    found = panels(page)
    found["comparison"] = violations(page)
    for action in ("share", "help"):
        page.click(f"#bar [data-action={action}]")
        found[action] = violations(page, f"#{action}")
        page.keyboard.press("Escape")
    page.evaluate("document.querySelector('[data-action=upload]').click()")
    found["upload"] = violations(page, "#picture-panel")
    page.keyboard.press("Escape")
    assert {name: lines for name, lines in found.items() if lines} == {}


# Stops that begin a line of the sentence.
ASTRAY = """() => {
  const sentence = document.querySelector("#stage .sentence");
  const { left } = sentence.getBoundingClientRect();
  const found = [];
  const walk = document.createTreeWalker(sentence, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (const { index } of node.data.matchAll(/[，。；：、！？,.;:)]/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      if (range.getBoundingClientRect().left < left + 4) found.push(node.data.slice(index));
    }
  return found;
}"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_line_begins_with_a_stop(browser: Browser, server: Server, locale: str) -> None:
    size = {"width": 390, "height": 844}
    for page in visit(
        browser, server.url, locale=locale, viewport=size, has_touch=True, is_mobile=True
    ):
        for step in STEPS:
            page.evaluate(
                "step => document.querySelector(`#strip [data-step='${step}']`).click()", step
            )
            page.wait_for_selector(f"#stage[data-step='{step}']")
            for width in range(360, 440, 8):
                page.set_viewport_size({"width": width, "height": 844})
                assert page.evaluate(ASTRAY) == [], (step, width)


def test_a_term_is_explained_by_tap_and_by_enter(page: Page) -> None:
    page.click(f"#strip [data-step='{STAGE}']")
    settled(page)
    term = page.locator("#stage .sentence [data-term=preactivation]")
    expect(term).to_have_text("pre-activation")
    term.click()
    expect(page.locator("#gloss p")).to_contain_text("before the activation function")
    page.keyboard.press("Escape")
    expect(page.locator("#gloss")).to_be_hidden()
    expect(term).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#gloss")).to_be_visible()
    page.click("#prediction h2")
    expect(page.locator("#gloss")).to_be_hidden()
    said = {
        each: page.evaluate("(t) => document.querySelectorAll(`[data-term=${t}]`).length", each)
        for each in ("unit", "bias", "weight", "batch")
    }
    assert all(said.values()), said


def test_the_first_tab_leads_to_the_pad(page: Page) -> None:
    page.locator("#explorer .skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pad")).to_be_focused()


def test_rows_of_weights_are_walked_by_keys(page: Page) -> None:
    page.click("[data-view=weights]")
    page.wait_for_selector("#weights tbody tr")
    settled(page)
    page.focus("#weights .rows canvas")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#weights .rows .reading")).to_contain_text(f"{STAGE}.weight[34, 0]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector[data-unit='34']")
    page.keyboard.press("Escape")
    settled(page)


def test_escape_puts_the_lasso_away_and_keeps_the_unit(page: Page) -> None:
    page.click(f"#strip [data-step='{STAGE}']")
    settled(page)
    page.click("#tab-edit")
    page.click("[data-action=lasso]")
    assert page.locator(".lasso").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".lasso").count() == 0
    expect(page.locator("#tab-edit")).to_have_attribute("aria-selected", "true")


def test_bars_and_choices_are_seen_in_the_systems_few_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    seen = page.evaluate(
        """() => {
          const style = (selector) => getComputedStyle(document.querySelector(selector));
          return {
            bar: style("#prediction [data-predicted] .fill").backgroundColor,
            ground: style("#prediction .track").backgroundColor,
            tab: style("#views [aria-selected=true]").outlineStyle,
            image: style("#tray .sample[aria-pressed=true]").outlineStyle,
          };
        }"""
    )
    page.emulate_media(forced_colors="none")
    assert seen["bar"] != seen["ground"]
    assert seen["tab"] == seen["image"] == "solid"


def seen_as_long_as_they_are(page: Page, part: str) -> None:
    """Compare how much of each track is painted dark with its bar; the line on it is 3 pixels.

    In the system's few colours.
    """
    page.emulate_media(forced_colors="active")
    shares = []
    for index in range(10):
        track = page.locator(f"{part} [data-class='{index}'] .track")
        picture = np.asarray(Image.open(io.BytesIO(track.screenshot())).convert("L"))
        share = track.evaluate("each => each.querySelector('.fill').offsetWidth / each.clientWidth")
        dark = (picture[len(picture) // 2, 1:-1] < 128).mean()
        assert dark == pytest.approx(share, abs=0.06), (part, index)
        shares.append(share)
    page.emulate_media(forced_colors="none")
    assert max(shares) > 0.2, "there is something to be seen"


def test_bars_of_lessons_and_likes_are_seen_in_the_systems_few_colours(page: Page) -> None:
    page.click(".samples .sample >> nth=2")
    page.click(f"#strip [data-step='{STAGE}']")
    page.click("#tab-teach")
    page.select_option("#taught-class", "7")
    page.click("[data-action=optimizer-step]")
    page.wait_for_selector("#teach .share")
    settled(page)
    seen_as_long_as_they_are(page, "#teach")
    page.click("#tab-unit")
    pin(page, "linear_relu_stack.1", 3)
    page.click(".likes > summary")
    page.wait_for_selector("#likes .mean")
    settled(page)
    seen_as_long_as_they_are(page, "#likes")
    page.click(".likes > summary")


def test_what_is_read_aloud_is_what_the_headline_says(page: Page) -> None:
    spoken = page.locator("#prediction [aria-live]")
    expect(spoken).to_contain_text("Predicted: Ankle boot, ")
    page.click("[data-action=clear]")
    expect(page.locator("#prediction .answer")).to_have_text("—")
    expect(spoken).to_have_text("Nothing is drawn yet. Draw something, or take a sample.")
    for row in range(5, 100, 12):
        drag(page, (0.05, row / 100), (0.95, row / 100))
    settled(page)
    expect(page.locator("#prediction .answer")).to_have_text("Not sure")
    would = page.locator("#prediction .changed").inner_text()
    assert would.startswith("Would say: Bag, ")
    expect(spoken).to_have_text(f"Not sure. {would}")
    page.click(".samples .sample >> nth=0")
    expect(spoken).to_contain_text("Predicted: Ankle boot, ")


def test_the_upload_speaks_the_pages_language(page: Page) -> None:
    named = """[...document.querySelectorAll("#picture [data-word]")]
      .map((each) => each.getAttribute("aria-label"))"""
    assert "Upload a file" in page.evaluate(named)
    page.click("[data-action=language]")
    settled(page)
    page.wait_for_function(f"{named}.includes('上传文件')")
    labels = page.evaluate(named)
    assert all(any("一" <= letter <= "鿿" for letter in label) for label in labels), labels
    page.click("[data-action=language]")
    settled(page)
