"""What people do and what the page says to it moves nothing: at every size, on a projector too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import start_again
from tests.browser.hands import drag, settled
from tests.browser.test_layouts import BOXES, SIZES

pytestmark = pytest.mark.browser

PANELS = ("code", "linear", "edit", "deciding", "robustness", "numbers")
# At which height the answer and the parts around it stand.
PLACES = """(names) => names.map((name) => {
  const { y } = document.querySelector(name).getBoundingClientRect();
  return `${name} ${Math.round(y + scrollY)}`;
})"""
BESIDE = ("#prediction .answer", "#prediction .bars", "#strip")
AROUND = {
    **dict.fromkeys(SIZES, (*BESIDE, "#ages")),
    **dict.fromkeys(("tablet", "lying"), BESIDE),  # the ages stand below the panels there
    # On a phone upright a sentence about the answer takes two lines of the answer's own box.
    "phone": ("#strip",),
}
# What of a comparison lies on something else: on its sentence, names of classes cut by it, and
# texts of the figure on others, on its pictures or on the bars of its scales.
ASTRAY = """() => {
  const sentence = document.querySelector("#prediction .changed");
  const box = (each) => each.getBoundingClientRect();
  const said = box(sentence);
  const wrong = [0.02, 0.3, 0.6]
    .map((x) => document.elementFromPoint(said.x + x * said.width, said.y + said.height / 2))
    .filter((hit) => hit !== sentence)
    .map((hit) => `${hit?.className} lies on the sentence`);
  const down = (one, two) => Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
  const across = (one, two) => Math.min(one.right, two.right) - Math.max(one.left, two.left);
  const end = box(document.querySelector("#prediction .bars")).bottom;
  for (const name of document.querySelectorAll("#prediction .bar .label")) {
    const shared = down(box(name), said);
    if (box(name).bottom > end + 1 || !name.checkVisibility()) continue;
    if (shared > 3 && shared < box(name).height - 3) wrong.push(`${name.textContent} is cut`);
  }
  const graph = document.querySelector("#stage .js-plotly-plot");
  const texts = [...graph.querySelectorAll("text")].filter((each) => each.textContent.trim());
  const pictures = [...graph.querySelectorAll(".heatmaplayer image, .cbfill")];
  for (const [place, text] of texts.entries())
    for (const other of [...texts.slice(place + 1), ...pictures]) {
      const [one, two] = [box(text), box(other)];
      const shared = Math.max(0, across(one, two)) * Math.max(0, down(one, two));
      if (shared > 0.2 * one.width * one.height) // a box is higher than its letters
        wrong.push(`${text.textContent} on ${other.textContent || other.tagName}`);
    }
  return wrong;
}"""
CHOOSE = """([id, index]) => {
  const select = document.querySelector(id);
  select.selectedIndex = index;
  select.dispatchEvent(new Event("change"));
}"""


def press(page: Page, selector: str) -> None:
    """Click where a page may show the button in a menu, or not at this size."""
    page.evaluate("(selector) => document.querySelector(selector).click()", selector)


def where(page: Page, name: str) -> list[object]:
    settled(page)
    return [page.evaluate(BOXES), page.evaluate(PLACES, list(AROUND[name]))]


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    yield start_again(opened)
    if opened.locator("html[data-present]").count():
        opened.keyboard.press("f")
        opened.wait_for_function("!document.fullscreenElement")
    if opened.locator("html[lang^=zh]").count():
        press(opened, "[data-action=language]")
        opened.wait_for_selector("html[lang^=en]")


@pytest.mark.parametrize("name", SIZES)
def test_nothing_moves_whatever_people_do(page: Page, name: str) -> None:
    width, height = SIZES[name]
    page.set_viewport_size({"width": width, "height": height})
    if name == "projector":
        page.keyboard.press("f")
        page.wait_for_function("document.fullscreenElement")
    press(page, "#strip [data-step='linear_relu_stack.0']")
    page.wait_for_selector("#stage[data-step='linear_relu_stack.0']")
    before = where(page, name)
    for panel in PANELS:
        press(page, f"#tab-{panel}")
        assert where(page, name) == before, panel
    page.evaluate(CHOOSE, ["#versus", 2])
    expect(page.locator("#prediction .changed")).to_be_visible()
    assert where(page, name) == before, "a comparison and what it says of the answer"
    assert page.evaluate(ASTRAY) == []
    page.evaluate(CHOOSE, ["#versus", 0])
    press(page, "[data-action=apply-edit]")
    expect(page.locator("#message")).to_contain_text("Which units?")
    assert where(page, name) == before, "a message"
    press(page, "[data-action=close-message]")
    press(page, "[data-action=whole-layer]")
    press(page, "[data-action=apply-edit]")
    expect(page.locator("#edits .chip")).to_have_count(1)
    expect(page.locator("#prediction .changed")).to_be_visible()
    assert where(page, name) == before, "an edit"
    press(page, "[data-action=clear-edits]")
    drag(page, (0.2, 0.2), (0.8, 0.8))
    assert where(page, name) == before, "drawing"
    press(page, "[data-action=clear]")
    assert where(page, name) == before, "an empty pad and its notice"
    press(page, "[data-action=language]")
    page.wait_for_selector("html[lang^=zh]")
    assert where(page, name) == before, "another language"
