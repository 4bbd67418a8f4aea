"""The batch by finger and by keys: an image is chosen, moved and taken out, and nothing else is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import settled

pytestmark = pytest.mark.browser

IMAGES = "[...document.querySelectorAll('#tray canvas')].map((each) => each.toDataURL())"
# The middles of the chosen image and of the button below it, and what a finger meets there.
REACHED = """() => {
  const chosen = document.querySelector("#tray .sample[aria-pressed=true]");
  const met = (each) => {
    const { left, top, width, height } = each.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2)?.closest("button");
  };
  return [chosen, chosen.nextElementSibling].map((each) => met(each) === each);
}"""


def three(page: Page) -> list[str]:
    """A batch of three images, the first on the pad."""
    page.evaluate("document.querySelector('#more-pictures').open = true")
    page.click("[data-action=three]")
    settled(page)
    images: list[str] = page.evaluate(IMAGES)
    assert len(set(images)) == 3
    return images


def test_a_finger_chooses_an_image_wherever_it_meets_it(phone: Page) -> None:
    images = three(phone)
    sample = phone.locator("#tray li:nth-child(2) .sample")
    sample.scroll_into_view_if_needed()
    box = sample.bounding_box()
    assert box
    for x, y in ((0.9, 0.1), (0.85, 0.5), (0.9, 0.9)):
        phone.tap("#tray li:nth-child(1) .sample")
        expect(sample).to_have_attribute("aria-pressed", "false")
        phone.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
        expect(sample).to_have_attribute("aria-pressed", "true")
    assert phone.evaluate(IMAGES) == images


def test_a_finger_takes_out_the_image_on_the_pad_with_a_button_that_is_seen(phone: Page) -> None:
    images = three(phone)
    untouched = phone.locator("#tray li:nth-child(1) .remove")
    expect(untouched).to_have_css("opacity", "1")  # before any finger or focus is on it
    phone.tap("#tray li:nth-child(3) .sample")
    expect(phone.locator("#tray .remove:visible")).to_have_count(1)
    remove = phone.locator("#tray li:nth-child(3) .remove")
    expect(remove).to_have_css("opacity", "1")
    remove.scroll_into_view_if_needed()
    box = remove.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    assert box["x"] >= 0
    assert phone.evaluate(REACHED) == [True, True]
    remove.tap()
    settled(phone)
    assert phone.evaluate(IMAGES) == images[:2]


def test_keys_move_an_image_on_and_take_out_one_after_the_other(page: Page) -> None:
    first, second, third = three(page)
    at = "#tray li:nth-child({}) .sample".format
    page.focus(at(3))
    for place, order in ((2, [first, third, second]), (1, [third, first, second])):
        page.keyboard.press("Alt+ArrowLeft")  # anywhere else this is the way to the page before
        expect(page.locator(at(place))).to_be_focused()
        assert page.evaluate(IMAGES) == order
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator(at(1))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(at(1))).to_have_attribute("aria-pressed", "true")
    expect(page.locator(at(1))).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(at(2))).to_be_focused()
    assert page.evaluate(IMAGES) == [first, third, second]
    page.keyboard.press("Delete")
    expect(page.locator(at(2))).to_be_focused()
    assert page.evaluate(IMAGES) == [first, second]
    page.keyboard.press("Delete")
    expect(page.locator(at(1))).to_be_focused()
    assert page.evaluate(IMAGES) == [first]
    settled(page)


def test_an_image_is_dragged_to_another_place_and_stays_on_the_pad(page: Page) -> None:
    first, second, third = three(page)
    at = "#tray li:nth-child({}) .sample".format
    page.locator(at(1)).drag_to(page.locator(at(3)))
    expect(page.locator(at(3))).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(IMAGES) == [second, third, first]
    page.locator(at(2)).drag_to(page.locator(at(1)))
    expect(page.locator(at(3))).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(IMAGES) == [third, second, first]
    settled(page)


def test_a_batch_that_changes_elsewhere_takes_no_focus(page: Page) -> None:
    page.focus("[data-action=three]")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("[data-action=three]")).to_be_focused()
