"""The cells of the whole network: each in the colour of the value that the network gives its unit."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page

from explorer.figures import palette
from explorer.network import zoo
from tests.browser.hands import by_hand, drag, pixels, settled
from tests.browser.reading import colour, hexadecimal, number, numbers, pixels_of
from tests.course import STEPS

pytestmark = pytest.mark.browser

LABELS = zoo.card("fashion-mlp").labels["en"]
NAMES = 186  # pixels right of all cells
ACROSS = 90  # places that are looked at, from left to right
SCALES = {"input": ("grey", 1.0), "flatten": ("grey", 1.0), "softmax": ("unsigned", 1.0)}
HATCHED = tuple(step for step in STEPS if step in {"linear_relu_stack.1", "linear_relu_stack.3"})
# What the page says of a place once it is pointed at: a unit and its value; nothing between cells.
TOLD = """async () => {
  const canvas = document.querySelector("#network canvas");
  if (canvas.style.cursor !== "pointer") return "";
  const card = document.querySelector("#network .reading");
  while (card.hidden) await new Promise((done) => setTimeout(done, 20));
  return card.querySelector("strong").textContent;
}"""


def unit_of(told: str) -> tuple[str, int, float]:
    """Return which step and unit a reading is about, and what it says of its value."""
    if found := re.match(r"(\d+) .*unit (\d+) = (.+)$", told):
        return STEPS[int(found[1])], int(found[2]), number(found[3])
    name, share = re.fullmatch(r"(.+) ([−\d.]+.*)", told).groups()  # type: ignore[union-attr]
    last = "softmax" if "%" in share else STEPS[-2]
    return last, LABELS.index(name), number(share.replace("%", "")) / (100 if "%" in share else 1)


def test_every_step_of_the_whole_network_has_the_colours_of_its_values(page: Page) -> None:
    drag(page, (0.3, 0.25), (0.7, 0.25), (0.5, 0.8))
    settled(page)
    expected = by_hand(pixels(page))
    ends = {
        step: numbers(page.locator(f"#strip [data-step='{step}'] .limit").inner_text())[-1]
        for step in STEPS
        if step not in SCALES
    }
    page.click("[data-view=network]")
    page.wait_for_selector("#network canvas[width]")
    page.mouse.move(2, 2)
    settled(page)
    canvas = page.locator("#network canvas")
    painted = pixels_of(canvas)
    box = canvas.bounding_box()
    assert box
    off = [hexadecimal(palette.COLOURS["light"][name]) for name in ("off", "off-line")]
    right: dict[str, list[bool]] = {step: [] for step in STEPS}
    for place in range(ACROSS):
        x = (place + 0.5) * (box["width"] - NAMES) / ACROSS
        y = (0.42 + 0.03 * (place % 9)) * box["height"]
        page.mouse.move(2, 2)
        page.mouse.move(box["x"] + x, box["y"] + y)
        if not (told := page.evaluate(TOLD)):
            continue
        step, unit, value = unit_of(told)
        true = float(expected[step].reshape(-1)[unit])
        assert value == pytest.approx(true, abs=6e-4), told
        seen = painted[int(y), int(x)][:3]
        scale, end = SCALES.get(step, ("signed", ends.get(step, 1.0)))
        wanted = off if step in HATCHED and true == 0 else [colour(true, scale, end)]
        right[step].append(bool(min(np.abs(seen - each).max() for each in wanted) <= 4))
    for step in STEPS[:-1]:  # in the cells of the answers all lines end
        found = right[step]
        assert found, f"{step} was pointed at"
        # some cells lie under one of the forty lines
        assert np.mean(found) > 0.5, (step, found)
