"""Copying on a local network, where the browser gives pages no clipboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium
from tests.browser.conftest import FLAGS, Server, visit
from tests.browser.hands import settled

pytestmark = pytest.mark.browser


@pytest.fixture
def classroom(browser: Browser, server: Server) -> Iterator[Page]:
    """The page under a name on the local network: http, and not this machine's own address."""
    rule = "--host-resolver-rules=MAP class.local 127.0.0.1"
    other = browser.browser_type.launch(executable_path=chromium.path(), args=[*FLAGS, rule])
    try:
        yield from visit(other, server.url.replace("127.0.0.1", "class.local"))
    finally:
        other.close()


def test_copying_a_link_on_the_local_network(classroom: Page) -> None:
    assert classroom.evaluate("[isSecureContext, navigator.clipboard === undefined]") == [
        False,
        True,
    ]
    classroom.click("[data-action=share]")
    copy = classroom.locator("[data-action=copy-link]")
    copy.click()
    expect(copy).to_have_text("Copied")
    link = classroom.input_value("#share-link")
    classroom.evaluate("""() => {
      const field = document.createElement("textarea");
      field.id = "pasted";
      document.querySelector("#share").append(field);
      field.focus();
    }""")
    classroom.keyboard.press("Control+v")
    assert classroom.input_value("#pasted") == link
    classroom.evaluate("document.execCommand = () => false")
    expect(copy).to_have_text("Copy link")
    copy.click()
    expect(copy).to_have_text("Selected: press Ctrl+C")
    assert classroom.evaluate("getSelection().toString()") == link


def test_copying_a_value_and_code_on_the_local_network(classroom: Page) -> None:
    classroom.keyboard.press("ArrowRight")
    classroom.focus("#stage .plot")
    settled(classroom)
    classroom.keyboard.press("Enter")
    classroom.wait_for_selector("#inspector[data-unit='0']")
    classroom.click("[data-action=copy-value]")
    expect(classroom.locator("#message")).to_be_hidden()


# Into the clipboard of this page, as by Ctrl+C in another program, and pasted from it.
PASTED = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 100;
  const brush = canvas.getContext("2d");
  brush.fillRect(0, 0, 100, 100);
  brush.fillStyle = "white";
  brush.fillRect(20, 40, 60, 20);
  const png = await new Promise((done) => canvas.toBlob(done));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([png], "a.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}"""


def test_the_button_to_paste_says_which_keys_do_on_the_local_network(classroom: Page) -> None:
    classroom.click("[data-action=upload]")
    classroom.click("#picture [data-word=clipboard]")
    expect(classroom.locator("#message p")).to_contain_text("Press Ctrl+V")
    classroom.evaluate(PASTED)
    expect(classroom.locator("#picture button[data-word=clear]")).to_be_visible()
    expect(classroom.locator("#message")).to_be_hidden()
