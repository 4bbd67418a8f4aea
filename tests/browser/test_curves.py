"""The curves of “Distort it”: which is which can be told by colour, by dash, and by either theme."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Server, visit
from tests.browser.hands import settled

pytestmark = pytest.mark.browser

# What the canvas of the curves was drawn with: colour, dash and width of its open lines.
NOTING = """() => {
  window.drawn = [];
  const { stroke } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.stroke = function (...rest) {
    if (this.canvas.matches("#robustness .curves"))
      drawn.push(`${this.strokeStyle} ${this.getLineDash()} ${this.lineWidth}`);
    return stroke.apply(this, rest);
  };
}"""
KEYS = """() => [...document.querySelectorAll("#robustness .legend line")].map((line) => {
  const { stroke, strokeDasharray, strokeWidth } = getComputedStyle(line);
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = stroke;
  const dash = strokeDasharray === "none" ? "" : strokeDasharray.replaceAll(/px| /g, "");
  return `${context.fillStyle} ${dash} ${parseFloat(strokeWidth)}`;
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_curve_is_drawn_before_its_name(browser: Browser, server: Server, theme: str) -> None:
    for page in visit(browser, server.url, color_scheme=theme):
        page.evaluate(NOTING)
        page.click("[data-panel=robustness]")
        expect(page.locator("#robustness .legend svg")).to_have_count(5)
        settled(page)
        keys = page.evaluate(KEYS)
        assert page.evaluate("drawn.slice(-5)") == keys
        for part in (0, 1):  # neither by colour alone, nor by the dash alone
            assert len({each.split(" ")[part] for each in keys}) == 5
        names = page.locator("#robustness .key").all_inner_texts()
        assert len(set(names)) == 5
        caption = page.locator("#robustness").inner_text()
        assert "Rotate, −45 to 45" in caption, "a minus sign, as everywhere"
        assert names[0] == page.locator("#prediction .answer").inner_text()
