"""What is drawn around and cut out: one pointer's drag, from its press to its release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server, start_again, visit
from tests.browser.hands import pixels, settled
from tests.browser.test_upload import picture, upload

pytestmark = pytest.mark.browser

FIRST, RELU = "linear_relu_stack.0", "linear_relu_stack.1"
AROUND = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.5), (0.2, 0.5), (0.2, 0.22))
RELEASED = """document.querySelector(".cutting-stage").dispatchEvent(
  new PointerEvent("pointerup", { pointerId: 99, pointerType: "touch", bubbles: true }))"""
CUT = ((0.1, 0.1), (0.4, 0.4), (0.9, 0.6))

Finger = tuple[int, float, float]


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    return start_again(opened)


@pytest.fixture
def touched(browser: Browser, server: Server) -> Iterator[Page]:
    """A wide page with fingers on it."""
    yield from visit(browser, server.url, has_touch=True)


class Fingers:
    """Fingers on an element, by number, at shares of its width and height."""

    def __init__(self, page: Page, element: Locator) -> None:
        element.scroll_into_view_if_needed()
        self.box = element.bounding_box()
        self.session = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *fingers: Finger) -> None:
        assert self.box
        points: list[dict[str, Any]] = [
            {
                "x": self.box["x"] + x * self.box["width"],
                "y": self.box["y"] + y * self.box["height"],
                "id": number,
            }
            for number, x, y in fingers
        ]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def editing(page: Page) -> None:
    page.click(f"#strip [data-step='{FIRST}']")
    page.click("[data-panel=edit]")
    settled(page)


def lasso(page: Page) -> Fingers:
    page.click("[data-action=lasso]")
    return Fingers(page, page.locator("#stage .lasso"))


def test_a_second_finger_draws_no_zigzag_around_units(touched: Page) -> None:
    editing(touched)
    found = []
    for other in ((), ((1, 0.9, 0.9),)):
        touch = lasso(touched)
        touch("touchStart", (0, *AROUND[0]))
        for number, place in enumerate(AROUND[1:]):
            touch("touchMove", (0, *place), *other)
            touch("touchMove", (0, *place), *[(1, 0.9 - 0.1 * number, 0.9) for _ in other])
        touch("touchEnd")
        found.append(touched.input_value("#edit-units"))
    assert found[0]
    assert found[0] == found[1]


def test_what_the_browser_takes_away_chooses_nothing(touched: Page) -> None:
    editing(touched)
    touch = lasso(touched)
    touch("touchStart", (0, *AROUND[0]))
    for place in AROUND[1:]:
        touch("touchMove", (0, *place))
    touch("touchCancel")
    expect(touched.locator("#stage .lasso")).to_have_count(0)
    assert touched.input_value("#edit-units") == ""


def test_the_right_button_draws_around_nothing(page: Page) -> None:
    editing(page)
    page.fill("#edit-units", "")
    page.click("[data-action=lasso]")
    box = page.locator("#stage .lasso").bounding_box()
    assert box
    for number, (x, y) in enumerate(AROUND):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if number == 0:
            page.mouse.down(button="right")
    page.mouse.up(button="right")
    expect(page.locator("#stage .lasso")).to_have_count(1)
    assert page.input_value("#edit-units") == ""
    page.keyboard.press("Escape")
    expect(page.locator("#stage .lasso")).to_have_count(0)


def test_another_step_puts_the_lasso_away(page: Page) -> None:
    editing(page)
    page.click("[data-action=lasso]")
    page.click("[data-action=lasso]")
    expect(page.locator("#stage .lasso")).to_have_count(1)
    page.click(f"#strip [data-step='{RELU}']")
    expect(page.locator("#stage .lasso")).to_have_count(0)


def cutting(page: Page) -> Fingers:
    upload(page, "thing.png", picture())
    page.wait_for_selector("#pipeline [data-stage=pixels]")
    settled(page)
    return Fingers(page, page.locator(".cutting-stage"))


def shown(page: Page) -> str:
    inset: str = page.locator(".cutting-stage .frame").evaluate("(frame) => frame.style.inset")
    return inset


def test_a_cut_that_the_browser_takes_away_is_none(touched: Page) -> None:
    touch = cutting(touched)
    before, drawn = shown(touched), pixels(touched)
    touch("touchStart", (0, *CUT[0]))
    for place in CUT[1:]:
        touch("touchMove", (0, *place))
    assert shown(touched) != before
    touch("touchCancel")
    assert shown(touched) == before
    settled(touched)
    expect(touched.locator("#pipeline [data-stage=hand]")).to_have_count(0)
    assert (pixels(touched) == drawn).all()


def test_a_cut_ends_with_the_finger_that_began_it(touched: Page) -> None:
    touch = cutting(touched)
    touch("touchStart", (0, *CUT[0]))
    touch("touchMove", (0, *CUT[1]))
    touched.evaluate(RELEASED)
    touch("touchMove", (0, *CUT[2]))
    touch("touchEnd")
    expect(touched.locator("#pipeline [data-stage=hand] .size")).to_have_text("112 × 70")
