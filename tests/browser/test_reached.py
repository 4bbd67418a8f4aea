"""What is on the page can be reached at every size: scrolled to, it lies under nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.hands import settled
from tests.browser.test_layouts import sized

__all__ = ["sized"]
pytestmark = pytest.mark.browser

# What can be pressed and is covered wherever its place on the screen. An element that stays on the
# screen has one place; any other is looked for in the upper, the middle and the lower part.
COVERED = """() => {
  const met = (each) => {
    const { left, top, width, height } = each.getBoundingClientRect();
    const found = document.elementFromPoint(left + width / 2, top + height / 2);
    return found !== null && (each.contains(found) || found.closest("label")?.contains(each));
  };
  const every = "button, select, summary, input, canvas";
  return [...document.querySelectorAll(`#explorer :is(${every})`)]
    .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((each) => !each.closest(".unseen, .skip, [inert]") && each.getClientRects().length)
    .filter((each) => getComputedStyle(each).pointerEvents !== "none")
    .filter((each) => !["center", "start", "end"].some((block) => {
      each.scrollIntoView({ block, inline: "center", behavior: "instant" });
      return met(each);
    }))
    .map((each) => each.outerHTML.slice(0, 120));
}"""
# The shapes of the pictures of the batch: width over height, and what a finger has of each.
THUMBNAILS = """() => [...document.querySelectorAll("#tray canvas")].map((each) => {
  const { width, height } = each.getBoundingClientRect();
  return width / height;
})"""


@pytest.mark.parametrize("sized", ["laptop", "tablet", "lying", "phone"], indirect=True)
def test_everything_can_be_reached_and_thumbnails_are_square(sized: Page) -> None:
    sized.evaluate("document.querySelector('#more-pictures').open = true")
    sized.evaluate("document.querySelector('[data-action=three]').click()")
    settled(sized)
    assert sized.evaluate(COVERED) == []
    assert sized.evaluate(THUMBNAILS) == pytest.approx([1, 1, 1], rel=0.05)
    for view in ("network", "weights", "course"):
        sized.evaluate("view => document.querySelector(`[data-view=${view}]`).click()", view)
        settled(sized)
        assert sized.evaluate(COVERED) == [], view
