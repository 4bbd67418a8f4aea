"""The list of keys holds those that work, and each does what the list says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server, start_again
from tests.browser.hands import settled
from tests.browser.test_present import PRESENTED

pytestmark = pytest.mark.browser

ROWS = """(all) => Object.fromEntries(all.map((each) =>
  [...each.children].map(({ innerText }) => innerText.replace(/ +/g, " "))))"""


def listed(page: Page) -> dict[str, str]:
    page.click("#bar [data-action=help]")
    rows: dict[str, str] = page.locator("#help dl div").evaluate_all(ROWS)
    page.keyboard.press("Escape")
    return rows


def test_every_key_that_the_list_names_works(opened: Page) -> None:
    start_again(opened)
    rows = listed(opened)
    assert rows["F"] == "presenter mode on and off"
    opened.keyboard.press("f")
    assert opened.evaluate(PRESENTED)
    opened.keyboard.press("f")
    assert not opened.evaluate(PRESENTED)
    assert rows["PageUp PageDown"].startswith("the same for a clicker")
    opened.keyboard.press("PageDown")
    expect(opened.locator("#stage")).to_have_attribute("data-step", "flatten")
    opened.keyboard.press("PageUp")
    expect(opened.locator("#stage")).to_have_attribute("data-step", "input")
    assert rows["Enter"] == "on the figure: pin its first unit"
    settled(opened)
    opened.focus("#stage .plot")
    opened.keyboard.press("Enter")
    expect(opened.locator("#inspector")).to_have_attribute("data-unit", "0")
    opened.keyboard.press("Escape")
    opened.click("[data-action=three]")
    settled(opened)
    images = opened.locator("#tray .sample")
    assert rows["Alt+← Alt+→"] == "on one of several pictures: move it to another place"
    first = images.first.locator("canvas").evaluate("(each) => each.toDataURL()")
    images.first.focus()
    opened.keyboard.press("Alt+ArrowRight")
    settled(opened)
    assert images.nth(1).locator("canvas").evaluate("(each) => each.toDataURL()") == first
    assert rows["Delete"] == "on one of several pictures: take it away"
    images.first.focus()
    opened.keyboard.press("Delete")
    expect(images).to_have_count(2)


def test_a_key_that_is_locked_is_not_in_the_list(browser: Browser) -> None:
    running = Server("--lock", "present,batch")
    try:
        page = browser.new_page(locale="en-US")
        page.goto(running.url)
        page.wait_for_selector(READY)
        rows = listed(page)
        assert "Esc" in rows
        assert not {"F", "Delete"} & set(rows)
    finally:
        running.stop()
