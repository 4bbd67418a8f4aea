"""A choice that has no answer: what stands of before says so, and nothing moves."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.hands import follow, settled
from tests.browser.links import packed
from tests.browser.test_fitting import go, resize
from tests.browser.test_layouts import BOXES
from tests.browser.test_phones import speak

pytestmark = pytest.mark.browser

FIRST = "linear_relu_stack.0"
SCALE = {"step": FIRST, "units": [], "action": "scale", "value": 1e6, "source": None}
NEAR = {"edits": [SCALE] * 2, "step": FIRST}  # one more, and it is no number
SAID = {
    "en": ("values of before", "strip and figure show values of before"),
    "zh": ("之前的数值", "步骤条和图中仍是之前的数值"),
}


def colourful(page: Page, selector: str) -> int:
    """Return how far apart the channels of an element's upper left part are, at most."""
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(selector).bounding_box()
    assert box
    # the other parts may lie under the word or a message
    wide, high = 0.6 * box["width"], 0.5 * box["height"]
    clip = FloatRect(x=box["x"], y=box["y"], width=wide, height=high)
    seen = np.array(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")).astype(int)
    return int((seen.max(axis=-1) - seen.min(axis=-1))[2:-2, 2:-2].max())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_strip_and_figure_of_before_say_so(
    page: Page, language: str, size: tuple[int, int]
) -> None:
    resize(page, *size)
    speak(page, language)
    follow(page, packed({**NEAR, "language": language}))
    expect(page.locator("#edits .chip")).to_have_count(2)
    go(page, FIRST)
    page.evaluate("document.querySelector('#tab-edit').click()")
    page.evaluate("document.querySelector('[data-action=whole-layer]').click()")
    page.select_option("#edit-action", "scale")
    page.fill("#edit-value", "1e6")
    settled(page)
    sign, card = (
        page.locator("#stage .stale"),
        f"#strip [data-step='{FIRST}'] .picture canvas:not([hidden])",
    )
    expect(sign).to_be_hidden()
    assert colourful(page, "#stage .plot") > 60
    assert colourful(page, card) > 15
    before = page.evaluate(BOXES)
    page.evaluate("document.querySelector('[data-action=apply-edit]').click()")
    expect(page.locator("#prediction .answer")).to_have_text("—")
    page.wait_for_selector("#explorer[data-state=error]")
    for _ in range(2):  # what the link could not use, and why there is no answer
        page.locator("[data-action=close-message]").first.click()
    expect(page.locator("#message")).to_be_hidden()
    expect(sign).to_be_visible()
    expect(sign).to_have_text(SAID[language][0])
    expect(page.locator("#source")).to_contain_text(SAID[language][1])
    assert max(colourful(page, "#stage .plot"), colourful(page, card)) < 4
    expect(page.locator("#edits .chip")).to_have_count(3)
    expect(page.locator("#prediction .notice[data-said]")).to_have_count(0)
    why, bench = (
        page.locator(each).bounding_box() for each in ("#prediction .none", "#prediction")
    )
    assert why
    assert bench
    assert why["y"] + why["height"] <= bench["y"] + bench["height"] + 1, "it lies on nothing else"
    assert moved(before, page.evaluate(BOXES)) == []
    page.evaluate("document.querySelector('[data-action=undo]').click()")
    settled(page)
    expect(sign).to_be_hidden()
    expect(page.locator("#source")).not_to_contain_text(SAID[language][1])
    assert colourful(page, "#stage .plot") > 60
    assert moved(before, page.evaluate(BOXES)) == []


def moved(before: dict[str, list[int]], after: dict[str, list[int]]) -> list[str]:
    return [name for name, box in before.items() if after[name] != box]
