"""The address follows the page and the page its address: pasted, back, forward and reloaded."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import READY, Server, visit
from tests.browser.hands import drag, follow, pixels, rested, works
from tests.browser.links import GOOD, packed
from tests.course import STEPS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("%E0%A4%A", "This link"),
        (GOOD[:-4], "damaged"),
        (packed({"checkpoint": "epoch-999", "step": "softmax"}), "weights “epoch-999” → the usual"),
        (packed({"unit": 99_999, "foo": 1}), "“foo”; unit “99999” → none"),
        (packed({"edits": [{"step": "input", "action": "off"}]}), ""),
        (packed({"language": "xx"}), "“language”"),
    ],
    ids=["escape", "cut", "checkpoint", "unit", "edit", "language"],
)
def test_a_page_begins_with_any_link_and_its_sentence_stays(
    browser: Browser, server: Server, link: str, words: str
) -> None:
    for page in visit(browser, server.url):
        page.goto("about:blank")
        page.goto(f"{server.url}/#{link}")
        page.wait_for_selector(READY)
        assert page.locator("#strip [data-step]").count() == len(STEPS)
        page.wait_for_timeout(1500)
        works(page, pen=True)
        if words:
            expect(page.locator("#message p")).to_contain_text(words)
            page.locator("#message [data-action=close-message]").click()
        expect(page.locator("#message")).to_be_hidden()
        page.reload()
        page.wait_for_selector(READY)
        assert page.locator("#message").is_hidden(), "the address was put right"


def inked(page: Page) -> int:
    return int((pixels(page) > 0).sum())


def test_back_changes_the_step_and_never_the_drawing(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    rested(page)
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        rested(page)
    drag(page, (0.2, 0.8), (0.8, 0.8))
    rested(page)
    drawn = pixels(page)
    page.go_back()
    page.wait_for_selector("#strip [data-step=flatten][aria-current=step]")
    rested(page)
    assert (pixels(page) == drawn).all()
    page.reload()
    page.wait_for_selector(READY)
    assert (pixels(page) == drawn).all()


def test_undo_brings_back_what_a_pasted_link_replaced(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    page.keyboard.press("End")
    rested(page)
    drawn = pixels(page)
    follow(page, packed({"model": "course-sequential", "step": "input"}))
    page.wait_for_function("document.querySelector('#model').value !== 'fashion-mlp'")
    rested(page)
    assert not (pixels(page) == drawn).all()
    page.keyboard.press("Control+z")
    rested(page)
    assert (pixels(page) == drawn).all()
    assert page.input_value("#model") == "fashion-mlp"


def test_back_from_a_pasted_link_leads_to_ones_own_drawing(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    rested(page)
    drawn = pixels(page)
    page.evaluate("hash => { location.hash = hash; }", GOOD)
    rested(page)
    linked = pixels(page)
    assert not (linked == drawn).all()
    page.go_back()
    rested(page)
    assert (pixels(page) == drawn).all()
    page.go_forward()
    rested(page)
    assert (pixels(page) == linked).all()


def test_a_reload_that_takes_its_time_keeps_a_stroke(page: Page) -> None:
    """The page lives on until the answer comes, and so does its address, but not what is asked."""

    def slowly(route: Route) -> None:
        time.sleep(0.9)
        route.continue_()

    rested(page)
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.7))
    drawn = pixels(page)
    page.route(lambda url: urlsplit(url).path in {"", "/"}, slowly)
    page.reload()
    page.wait_for_selector(READY)
    assert (pixels(page) == drawn).all()


def test_a_reload_right_after_a_stroke_keeps_it(page: Page) -> None:
    rested(page)
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.7))
    page.wait_for_timeout(50)
    drawn = pixels(page)
    page.reload()
    page.wait_for_selector(READY)
    assert (pixels(page) == drawn).all()


def test_a_reload_in_the_same_moment_keeps_what_was_done(page: Page) -> None:
    """However busy the machine is: no address has been written in between."""
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.7))
    rested(page)
    assert inked(page) > 0
    with page.expect_navigation():
        page.evaluate(
            "document.querySelector('[data-action=undo]').click();"
            "setTimeout(() => location.reload())"
        )
    page.wait_for_selector(READY)
    assert inked(page) == 0


@pytest.mark.parametrize("storage", ["localStorage", "sessionStorage"])
def test_the_page_works_where_storage_is_forbidden(
    browser: Browser, server: Server, storage: str
) -> None:
    for page in visit(browser, server.url):
        page.add_init_script(
            f"Object.defineProperty(window, '{storage}', {{ get() {{ throw new DOMException("
            "'forbidden', 'SecurityError'); } })"
        )
        page.goto("about:blank")
        page.goto(f"{server.url}/#{packed({'step': 'flatten'})}")
        page.wait_for_selector(READY)
        works(page, pen=True)
        page.click("[data-action=theme]")
        rested(page)
        drawn = pixels(page)
        page.reload()
        page.wait_for_selector(READY)
        assert (pixels(page) == drawn).all()
