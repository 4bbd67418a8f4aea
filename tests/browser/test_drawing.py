"""Draw with the real pointer at every step, in both themes and languages.

Nothing breaks, nothing jumps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import MOVING, Server, visit
from tests.browser.hands import settled

pytestmark = pytest.mark.browser

BOX = """(() => {
  const box = document.querySelector("#pad").getBoundingClientRect();
  return [box.x, box.y];
})()"""
# The colours that the painter over Plotly's axes put down, most frequent first, as [r, g, b].
PAINTED = """() => {
  const layer = document.querySelector("#stage .overlay");
  if (!layer) return null;
  const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  const seen = new Map();
  for (const colour of new Uint32Array(data.buffer)) // alpha, blue, green, red
    if (colour >>> 24 === 255) seen.set(colour, (seen.get(colour) ?? 0) + 1);
  return [...seen].sort((one, other) => other[1] - one[1])
    .map(([colour]) => [colour & 255, (colour >>> 8) & 255, (colour >>> 16) & 255]);
}"""
OFF = """() => {
  const hex = getComputedStyle(document.documentElement).getPropertyValue("--le-off").trim();
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}"""


def stroke(page: Page, row: float) -> list[list[int]] | None:
    """Draw a line from left to right, look at what is painted while the pen is still down, and lift it."""
    box = page.locator("#pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.15 * box["width"], box["y"] + row * box["height"])
    page.mouse.down()
    painted: list[list[int]] | None = None
    for place in range(24):
        page.mouse.move(
            box["x"] + (0.15 + 0.03 * place) * box["width"], box["y"] + row * box["height"]
        )
        page.wait_for_timeout(16)
        if place > 12 and place % 3 == 0:
            # Where a scale has just changed, Plotly has drawn it and nothing lies above.
            painted = page.evaluate(PAINTED) or painted
    page.mouse.up()
    return painted


# between them they have every kind of layer that the networks shipped are made of
@pytest.mark.parametrize(
    ("model", "theme", "locale"),
    [("fashion-mlp", "light", "en-US"), ("fashion-cnn", "dark", "zh-CN")],
)
def test_drawing_at_every_step_breaks_nothing(
    browser: Browser, server: Server, model: str, theme: str, locale: str
) -> None:
    look = {"color_scheme": theme, "locale": locale, **MOVING}
    for page in visit(browser, server.url, **look):  # fails on any error on the console
        page.select_option("#model", model)
        settled(page)
        steps = page.locator("#strip [data-step]").evaluate_all(
            "all => all.map((each) => each.dataset.step)"
        )
        place = page.evaluate(BOX)
        for number, step in enumerate(steps):
            page.click(f"#strip [data-step='{step}']")
            page.wait_for_selector(f"#stage[data-step='{step}']")
            settled(page)
            before: Any = page.evaluate(PAINTED)
            painted = stroke(page, 0.15 + 0.06 * number)
            assert painted, f"nothing was painted live at {step}, before: {before}"
            if page.locator("#stage").get_attribute("data-kind") == "relu":
                assert page.evaluate(OFF) in painted[:8], (
                    "switched-off units keep their colour under the pen"
                )
            assert page.locator("#message").is_hidden(), page.locator("#message").inner_text()
            assert np.allclose(page.evaluate(BOX), place, atol=0.5), "the pad stays where it is"
