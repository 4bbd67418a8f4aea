"""One pointer, one stroke.

Two fingers, a pinch, other buttons, a lost pointer, Undo under the pen, other keyboards.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import start_again
from tests.browser.hands import drag, pixels, settled

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    return start_again(opened)


Drawing = NDArray[np.uint8]


def place(page: Page, column: float, row: float) -> tuple[float, float]:
    box = page.locator("#pad").bounding_box()
    assert box
    return box["x"] + column / 28 * box["width"], box["y"] + row / 28 * box["height"]


def cleared(page: Page) -> Page:
    page.evaluate("document.querySelector('[data-action=clear]').click()")
    page.locator("#pad").scroll_into_view_if_needed()
    settled(page)
    return page


def columns(drawing: Drawing, row: int) -> tuple[int, int]:
    inked = np.flatnonzero(drawing[row])
    return int(inked.min()), int(inked.max())


class Touch:
    """Fingers on the pad, by number, as the browser gets them from a screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *fingers: tuple[int, float, float]) -> None:
        points: list[dict[str, Any]] = []
        for number, column, row in fingers:
            x, y = place(self.page, column, row)
            points.append({"x": x, "y": y, "id": number})
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_second_finger_draws_nothing(phone: Page) -> None:
    touch = Touch(cleared(phone))
    touch("touchStart", (0, 4, 4))
    touch("touchMove", (0, 8, 4))
    touch("touchStart", (0, 8, 4), (1, 24, 24))
    for move in range(1, 12):
        touch("touchMove", (0, 8 + move, 4), (1, 24 - move, 24))
    touch("touchEnd")
    drawing = pixels(phone)
    assert not drawing[7:].any(), "nothing between the fingers, and nothing under the second"


def test_a_pinch_leaves_the_drawing_as_it_was(phone: Page) -> None:
    touch = Touch(cleared(phone))
    touch("touchStart", (0, 9, 14))
    touch("touchStart", (0, 9, 14), (1, 19, 14))
    for move in range(1, 17):
        touch("touchMove", (0, 9 - move, 14), (1, 19 + move, 14))
    touch("touchEnd")
    settled(phone)
    assert not pixels(phone).any()
    assert phone.evaluate("visualViewport.scale") > 1.2, "two fingers zoom the page"


def test_one_finger_draws(phone: Page) -> None:
    touch = Touch(cleared(phone))
    touch("touchStart", (0, 4, 14))
    for column in range(5, 25):
        touch("touchMove", (0, column, 14))
    touch("touchEnd")
    assert columns(pixels(phone), 14)[0] <= 4
    assert columns(pixels(phone), 14)[1] >= 23


SYNTHETIC = """([kind, id, type, x, y, buttons]) => document.querySelector("#pad").dispatchEvent(
  new PointerEvent(kind, {pointerId: id, pointerType: type, clientX: x, clientY: y, buttons,
    button: kind === "pointermove" ? -1 : 0, bubbles: true, cancelable: true, isPrimary: true}))"""


def pointer(page: Page, kind: str, who: tuple[int, str], column: float, row: float) -> None:
    buttons = 0 if kind in {"pointerup", "pointercancel"} else 1
    page.evaluate(SYNTHETIC, [f"pointer{kind}", *who, *place(page, column, row), buttons])


PEN, HAND = (7, "pen"), (9, "touch")


def test_the_hand_beside_a_pen_draws_nothing(page: Page) -> None:
    cleared(page)
    pointer(page, "down", HAND, 20, 24)  # the hand is there before the pen
    pointer(page, "move", HAND, 22, 24)
    pointer(page, "down", PEN, 4, 4)
    pointer(page, "move", HAND, 23, 25)
    pointer(page, "move", PEN, 12, 4)
    pointer(page, "up", HAND, 23, 25)
    pointer(page, "move", PEN, 20, 4)
    pointer(page, "up", PEN, 20, 4)
    settled(page)
    drawing = pixels(page)
    assert columns(drawing, 4)[1] >= 19
    assert not drawing[7:].any()
    page.keyboard.press("Control+z")
    assert not pixels(page).any(), "the pen's stroke is one step of Undo"


def test_a_finger_that_the_browser_takes_away_leaves_nothing_and_a_pen_keeps_its_line(
    page: Page,
) -> None:
    cleared(page)
    for who, kept in ((HAND, False), (PEN, True)):
        pointer(page, "down", who, 4, 4)
        pointer(page, "move", who, 12, 4)
        pointer(page, "cancel", who, 12, 4)
        pointer(page, "move", who, 12, 20)
        drawing = pixels(page)
        assert drawing.any() == kept
        assert not drawing[7:].any()


def test_other_buttons_neither_draw_nor_end_a_stroke(page: Page) -> None:
    cleared(page)
    for button in ("right", "middle"):
        page.mouse.move(*place(page, 4, 20))
        page.mouse.down(button=button)
        page.mouse.move(*place(page, 20, 20), steps=4)
        page.mouse.up(button=button)
    assert not pixels(page).any()
    page.keyboard.press("Escape")
    page.mouse.move(*place(page, 4, 14))
    page.mouse.down()
    page.mouse.move(*place(page, 12, 14), steps=4)
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    page.mouse.move(*place(page, 24, 14), steps=4)
    page.mouse.up()
    low, high = columns(pixels(page), 13)
    assert low <= 4
    assert high >= 23


def test_a_stroke_ends_when_the_window_loses_the_pointer(page: Page) -> None:
    cleared(page)
    page.mouse.move(*place(page, 4, 4))
    page.mouse.down()
    page.mouse.move(*place(page, 12, 4), steps=4)
    page.evaluate("dispatchEvent(new Event('blur'))")
    page.mouse.move(*place(page, 12, 20), steps=4)
    page.mouse.up()
    assert pixels(page).any()
    assert not pixels(page)[7:].any()


@pytest.mark.parametrize("way", ["undo", "clear", "sample"])
def test_a_change_under_the_pen_ends_the_stroke(page: Page, way: str) -> None:
    cleared(page)
    drag(page, (0.15, 0.15), (0.85, 0.15))
    first = pixels(page)
    page.mouse.move(*place(page, 4, 14))
    page.mouse.down()
    page.mouse.move(*place(page, 24, 14), steps=6)
    second = pixels(page)
    if way == "undo":
        page.keyboard.press("Control+z")
    elif way == "clear":
        page.evaluate("document.querySelector('[data-action=clear]').click()")
    else:
        page.evaluate("document.querySelector('.samples button').click()")
    after = pixels(page)
    page.mouse.move(*place(page, 24, 24), steps=6)
    page.mouse.up()
    assert (pixels(page) == after).all(), "the pen has to be lifted first"
    if way != "undo":
        page.keyboard.press("Control+z")
        assert (pixels(page) == second).all()
        page.keyboard.press("Control+z")
    assert (pixels(page) == first).all()
    page.keyboard.press("Control+y")
    assert (pixels(page) == second).all(), "no stroke is lost"


PRESS = """([key, code, ctrlKey]) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
  {key, code, ctrlKey, bubbles: true, cancelable: true}))"""


@pytest.mark.parametrize(
    ("undo", "redo"),
    [
        (("я", "KeyZ"), ("н", "KeyY")),  # Russian
        (("ζ", "KeyZ"), ("υ", "KeyY")),  # Greek
        (("Process", "KeyZ"), ("Process", "KeyY")),  # an input method for Chinese
        (("z", "KeyY"), ("y", "KeyZ")),  # German: the letter on the key counts
        (("Z", "KeyZ"), ("Y", "KeyY")),  # caps lock
    ],
    ids=["russian", "greek", "chinese", "german", "capitals"],
)
def test_undo_and_redo_on_every_keyboard(
    page: Page, undo: tuple[str, str], redo: tuple[str, str]
) -> None:
    cleared(page)
    drag(page, (0.15, 0.15), (0.85, 0.15))
    drawn = pixels(page)
    page.evaluate(PRESS, [*undo, True])
    assert not pixels(page).any()
    page.evaluate(PRESS, [*redo, True])
    assert (pixels(page) == drawn).all()


def test_p_plays_on_a_russian_keyboard_and_pages_step(page: Page) -> None:
    page.evaluate(PRESS, ["з", "KeyP", False])
    assert page.get_attribute("[data-action=play]", "aria-pressed") == "true"
    page.evaluate(PRESS, ["з", "KeyP", False])
    assert page.get_attribute("[data-action=play]", "aria-pressed") == "false"
    page.keyboard.press("PageDown")
    page.wait_for_selector("#strip [data-step=flatten][aria-current=step]")
    page.keyboard.press("PageUp")
    page.wait_for_selector("#strip [data-step=input][aria-current=step]")
