"""The cards of the strip: what stands on them is painted anew where it differs, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.hands import by_hand, pixels, settled
from tests.browser.reading import Picture, colour, numbers, pixels_of
from tests.browser.test_unmoved import CHOOSE

pytestmark = pytest.mark.browser

FIRST = "linear_relu_stack.0"
# The steps on whose cards something is painted, from now on.
WATCH = """() => {
  window.painted = [];
  for (const name of ["putImageData", "fillRect"]) {
    const paint = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      const card = this.canvas.closest?.("#strip [data-step]");
      if (card) window.painted.push(card.dataset.step);
      return paint.apply(this, given);
    };
  }
}"""


def card(page: Page) -> Picture:
    return pixels_of(page.locator(f"#strip [data-step='{FIRST}'] canvas >> nth=0"))


def end(page: Page) -> float:
    return numbers(page.locator(f"#strip [data-step='{FIRST}'] .limit").inner_text())[-1]


def near(shown: Picture, wanted: NDArray[np.float64]) -> bool:
    return bool(np.abs(shown[..., :3].reshape(-1, 3) - wanted).max() <= 4)


def test_from_step_to_step_nothing_is_painted(plain: Page) -> None:
    plain.evaluate(WATCH)
    for _ in range(4):
        plain.keyboard.press("ArrowRight")
        settled(plain)
    assert plain.evaluate("window.painted") == []


def test_every_card_takes_the_theme(page: Page) -> None:
    light = card(page)
    page.evaluate(WATCH)
    page.click("#bar [data-action=theme]")
    settled(page)
    cards = page.eval_on_selector_all("#strip .card", "cards => cards.map((it) => it.dataset.step)")
    assert set(page.evaluate("window.painted")) == set(cards)
    wanted = colour(by_hand(pixels(page))[FIRST], "signed dark", end(page))
    assert near(card(page), wanted)
    page.click("#bar [data-action=theme]")
    settled(page)
    assert np.array_equal(card(page), light)


def test_the_same_values_take_the_scale_of_now(plain: Page) -> None:
    plain.click(f"#strip [data-step='{FIRST}']")
    plain.click("[data-panel=edit]")
    plain.click("[data-action=whole-layer]")
    plain.select_option("#edit-action", "scale")
    plain.fill("#edit-value", "0.1")
    plain.click("[data-action=apply-edit]")
    settled(plain)
    values = by_hand(pixels(plain))[FIRST] / 10
    beside = end(plain)  # of the layer as it is, which is shown as well
    assert near(card(plain), colour(values, "signed", beside))
    plain.evaluate(CHOOSE, ["#versus", 0])
    settled(plain)
    assert end(plain) < beside / 5
    assert near(card(plain), colour(values, "signed", end(plain)))
