"""A hundred links of all makers: the page works, and says what it could not use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server, visit
from tests.browser.links import FINE, GOOD, PARTLY, UNREADABLE, packed
from tests.browser.test_explore import drag, pixels, settled
from tests.course import STEPS

pytestmark = pytest.mark.browser


assert len(FINE) + len(UNREADABLE) + len(PARTLY) > 100
STATE = """() => {
  const root = document.querySelector("#explorer");
  return [root.dataset.state, document.querySelectorAll("#strip [data-step]").length > 3,
    window.attacked ?? 0, {}.polluted ?? 0];
}"""


@pytest.fixture(scope="module")
def wanderer(browser: Browser, server: Server) -> Iterator[Page]:
    """One page that opens link after link; any error on its console fails the last of them."""
    yield from visit(browser, server.url)


def follow(page: Page, link: str) -> None:
    while page.locator("#message").is_visible():
        page.keyboard.press("Escape")
    page.evaluate("hash => { location.hash = ''; location.hash = hash; }", link)


def works(page: Page, *, pen: bool) -> None:
    page.wait_for_function(
        f"({STATE})().join() === 'ready,true,0,0' && location.hash.length > 20", timeout=15_000
    )
    if not pen:
        return
    page.click("[data-view=explore]")
    before = int(page.get_attribute("#explorer", "data-revision") or 0)
    drag(page, (0.2, 0.2), (0.8, 0.8))
    page.wait_for_function(
        f"Number(document.querySelector('#explorer').dataset.revision) > {before}"
    )
    expect(page.locator("#explorer")).to_have_attribute("data-state", "ready")


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
    expect(wanderer.locator("#message p")).to_contain_text("Not all of this link", timeout=15_000)
    assert "[object" not in wanderer.locator("#message p").inner_text()
    works(wanderer, pen=tenth(name, PARTLY))
    expect(wanderer.locator("#message p")).to_contain_text("Not all of this link")
    if not tenth(name, PARTLY):
        assert pixels(wanderer).ravel()[310] == 255, "the picture of the link"


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


def rested(page: Page) -> None:
    settled(page)
    page.wait_for_timeout(600)  # the address follows


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


def test_a_reload_right_after_a_stroke_keeps_it(page: Page) -> None:
    rested(page)
    page.click("[data-action=clear]")
    drag(page, (0.2, 0.2), (0.8, 0.7))
    page.wait_for_timeout(50)
    drawn = pixels(page)
    page.reload()
    page.wait_for_selector(READY)
    assert (pixels(page) == drawn).all()


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
          error.stack = `TypeError at ${ours.find((name) => name.endsWith("main.js"))}:1:1`;
          Promise.reject(error);
        }""")
    expect(page.locator("#message p")).to_have_count(1)
    expect(page.locator("#message p")).to_contain_text("Something went wrong")
    assert "undefined" not in page.locator("#message").inner_text()
    context.close()
