"""Whoever works by keyboard goes on where they were when what has focus goes away under it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import start_again
from tests.browser.hands import settled

pytestmark = pytest.mark.browser

UNITS, APPLY = "#panel-edit input[type=text] >> nth=0", "[data-action=apply-edit]"
NONE, FLIP = "[data-action=optimizer-undo]", "[data-action=optimizer-flip]"
# What comes first, then what is pressed, and who has focus then.
LEAVING = (
    ("button .sample >> nth=2", "", ""),
    ("button [data-action=undo]", "[data-action=redo]", "[data-action=undo]"),
    ("key Home", "", ""),
    ("key ArrowRight", "#previous", "[data-action=play]"),
    ("key End", "", ""),
    ("key ArrowLeft", "#next", "[data-action=play]"),
    ("button [data-step='linear_relu_stack.0']", "#tab-edit", "#tab-edit"),
    ("units 3", APPLY, APPLY),
    ("units 9", APPLY, APPLY),
    ("", "#edits .remove >> nth=0", "#edits .remove"),
    ("", "[data-action=clear-edits]", "#versus"),
    ("units 3", APPLY, APPLY),
    ("", "#edits .remove", "#versus"),
    ("units 9000", APPLY, APPLY),
    ("", "[data-action=close-message]", "#checks summary >> nth=-1"),
    ("button #tab-mind", "[data-action=accept]", "#mind-goal"),
    ("button #tab-teach", "", ""),
    ("taught 7", "[data-action=optimizer-step]", "[data-action=optimizer-step]"),
    ("", NONE, FLIP),
    ("pinned", "[data-action=release]", "#tab-unit"),
)


@pytest.fixture
def page(opened: Page) -> Page:
    return start_again(opened)


def prepare(page: Page, first: str) -> None:
    how, _, what = first.partition(" ")
    if how == "button":
        page.focus(what)
        page.keyboard.press("Enter")
    elif how == "key":
        page.keyboard.press(what)
    elif how == "units":
        page.fill(UNITS, what)
    elif how == "taught":
        page.select_option("#taught-class", what)
        page.wait_for_selector("#teach[data-loss]")
    elif how == "pinned":
        page.focus("#stage .plot")
        page.keyboard.press("Enter")
        page.wait_for_selector("#inspector[data-unit]")
    settled(page)


def test_focus_goes_on_beside_what_goes_away(page: Page) -> None:
    page.keyboard.press("Shift")  # this page is in the hands of a keyboard
    for first, pressed, then in LEAVING:
        prepare(page, first)
        if pressed:
            page.focus(pressed)
            page.keyboard.press("Enter")
            settled(page)
            expect(page.locator(then), f"after {pressed}").to_be_focused()


def test_a_key_held_down_presses_nothing_but_what_it_was_meant_for(page: Page) -> None:
    page.keyboard.press("Shift")
    for place in (1, 2, 3):
        prepare(page, f"button .sample >> nth={place}")
    pair = page.locator("[data-action=undo]"), page.locator("[data-action=redo]")
    for leaving, staying in (pair, pair[::-1]):
        leaving.focus()
        while leaving.is_enabled():
            page.keyboard.down("Enter")  # from the second on it repeats
        expect(staying).to_be_focused()
        page.keyboard.down("Enter")
        page.keyboard.up("Enter")
        settled(page)
        expect(leaving).to_be_disabled()


def test_a_pointer_leaves_focus_alone(page: Page) -> None:
    page.click(".sample >> nth=2")
    settled(page)
    page.click("[data-action=undo]")
    page.click("[data-action=redo]")
    settled(page)
    expect(page.locator("[data-action=redo]")).to_be_disabled()
    assert page.evaluate("document.activeElement.dataset.action") != "undo"
