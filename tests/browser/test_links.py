"""A hundred links of all makers: the page works, and says what it could not use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server, visit
from tests.browser.hands import follow, pixels, settled, works
from tests.browser.links import FINE, PARTLY, UNREADABLE, packed

pytestmark = pytest.mark.browser


assert len(FINE) + len(UNREADABLE) + len(PARTLY) > 100


@pytest.fixture(scope="module")
def wanderer(browser: Browser, server: Server) -> Iterator[Page]:
    """One page that opens link after link; any error on its console fails the last of them."""
    yield from visit(browser, server.url)


def tenth(name: str, links: dict[str, str]) -> bool:
    return list(links).index(name) % 10 == 0


@pytest.mark.parametrize("name", FINE)
def test_a_good_link_opens_without_a_word(wanderer: Page, name: str) -> None:
    follow(wanderer, packed({}, rest=bytes(784)))
    wanderer.wait_for_function(
        "!document.querySelector('#pad').getContext('2d').getImageData(14, 11, 1, 1).data[0]"
    )
    follow(wanderer, FINE[name])
    wanderer.wait_for_function(
        "document.querySelector('#pad').getContext('2d').getImageData(14, 11, 1, 1).data[0] > 0"
    )
    works(wanderer, pen=tenth(name, FINE))
    assert wanderer.locator("#message").is_hidden(), wanderer.locator("#message").inner_text()


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said_and_the_page_stays(wanderer: Page, name: str) -> None:
    drawn = pixels(wanderer)
    follow(wanderer, UNREADABLE[name])
    expect(wanderer.locator("#message p")).to_contain_text("This link")
    works(wanderer, pen=False)
    assert (pixels(wanderer) == drawn).all()
    works(wanderer, pen=tenth(name, UNREADABLE))
    expect(wanderer.locator("#message p")).to_contain_text("This link")


@pytest.mark.parametrize("name", PARTLY)
def test_what_cannot_be_used_is_named_and_the_rest_is_shown(wanderer: Page, name: str) -> None:
    follow(wanderer, PARTLY[name])
    expect(wanderer.locator("#message p")).to_contain_text("Not all of this link")
    assert "[object" not in wanderer.locator("#message p").inner_text()
    works(wanderer, pen=tenth(name, PARTLY))
    expect(wanderer.locator("#message p")).to_contain_text("Not all of this link")
    if not tenth(name, PARTLY):
        assert pixels(wanderer).ravel()[310] == 255, "the picture of the link"


@pytest.mark.parametrize("view", ["weights", "network", "course"])
def test_a_link_to_any_view_is_ready_and_no_figure_is_a_sentence(
    browser: Browser, server: Server, view: str
) -> None:
    for page in visit(browser, server.url):
        page.goto("about:blank")
        page.goto(f"{server.url}/#{packed({'view': view, 'step': 'softmax'})}")
        page.wait_for_selector(READY)
        assert page.get_attribute("#explorer", "data-view") == view
        page.click("[data-action=share]")
        page.click("[data-download=png]")
        expect(page.locator("#message p")).to_contain_text("no figure to save yet")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.click("[data-view=explore]")
        settled(page)
        page.click("[data-action=share]")
        with page.expect_download() as waiting:
            page.click("[data-download=png]")
        assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_fault_of_the_program_is_one_sentence_and_no_program_text(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(server.url)
    page.wait_for_selector(READY)
    for _ in range(3):
        page.evaluate("""async () => {
          const error = new TypeError("cannot read properties of undefined");
          const ours = performance.getEntriesByType("resource").map(({ name }) => name);
          error.stack = `TypeError at ${ours.find((name) => name.endsWith("page.js"))}:1:1`;
          Promise.reject(error);
        }""")
    expect(page.locator("#message p")).to_have_count(1)
    expect(page.locator("#message p")).to_contain_text("Something went wrong")
    assert "undefined" not in page.locator("#message").inner_text()
    context.close()
