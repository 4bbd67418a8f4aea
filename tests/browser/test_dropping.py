"""What is dropped on the page or pasted into it: pictures, and what is none."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.incoming.images import Decisions, prepare
from tests.browser.hands import pixels, rested
from tests.browser.test_upload import arrived, landed, picture, turned

pytestmark = pytest.mark.browser

DROP = """(target, [data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/png" }));
  const options = { bubbles: true, cancelable: true };
  if (target.dataset.kind === "paste") {
    const event = new ClipboardEvent("paste", { ...options, clipboardData: transfer });
    return !document.body.dispatchEvent(event);
  }
  const over = new DragEvent("dragover", { ...options, dataTransfer: transfer });
  const drop = new DragEvent("drop", { ...options, dataTransfer: transfer });
  return [over, drop].every((event) => !target.dispatchEvent(event));
}"""


@pytest.mark.parametrize("target", ["#pad", "#strip", "body"])
def test_a_picture_dropped_anywhere_lands_on_the_pad(page: Page, target: str) -> None:
    data = [base64.b64encode(picture()).decode(), "thing.png"]
    assert page.locator(target).first.evaluate(DROP, data)  # or the browser would leave the page
    arrived(page)
    landed(page, prepare(picture(), Decisions()).pixels)


def test_a_picture_is_pasted_and_another_after_it(page: Page) -> None:
    for data in (picture(), picture(200), turned()):
        page.evaluate("document.body.dataset.kind = 'paste'")
        sent = [base64.b64encode(data).decode(), "thing.png"]
        assert page.locator("body").evaluate(DROP, sent)
        expected = prepare(data, Decisions()).pixels
        arrived(page)
        landed(page, expected)


def dragged(page: Page, files: list[Path], link: str = "") -> None:
    """Drop what comes from outside of the browser, as the machine's own hand does."""
    items = [{"mimeType": "text/uri-list", "data": link}] if link else []
    data = {"items": items, "files": [*map(str, files)], "dragOperationsMask": 1}
    machine = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        machine.send("Input.dispatchDragEvent", {"type": kind, "x": 700, "y": 400, "data": data})
    machine.detach()


def test_what_is_dropped_and_is_no_picture_is_a_sentence_of_ours(
    page: Page, tmp_path: Path
) -> None:
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(picture())
    for name in ("note.txt", "list.txt"):
        (tmp_path / name).write_text("nothing to see")
    message, pipeline = page.locator("#message p"), page.locator("#pipeline")
    dragged(page, [tmp_path / "note.txt"])
    expect(pipeline).to_contain_text("“note.txt” holds text")
    page.set_input_files("#picture input[type=file]", tmp_path / "list.txt")
    expect(pipeline).to_contain_text("“list.txt” holds text")
    expect(page.locator(".toast-body")).to_have_count(0)
    dragged(page, [tmp_path])
    expect(message).to_contain_text(f"“{tmp_path.name}” is a folder")
    dragged(page, [tmp_path / "one.png", tmp_path / "two.png"])
    expect(message).to_contain_text("Only the first, “one.png”, is taken")
    landed(page, prepare(picture(), Decisions()).pixels)
    expect(page.locator(".toast-body")).to_have_count(0)


def test_a_link_that_is_dropped_leads_nowhere_else(page: Page) -> None:
    page.click(".sample >> nth=3")
    rested(page)
    link, drawn = page.url, pixels(page)
    page.click("[data-action=clear]")
    rested(page)
    page.evaluate(
        """document.addEventListener("dragover", (event) => {
          window.held = event.defaultPrevented;
        })"""
    )
    dragged(page, [], "http://127.0.0.1:9/elsewhere#x")
    assert page.evaluate("window.held"), "or the browser would leave the page"
    assert not pixels(page).any()
    dragged(page, [], link)
    landed(page, drawn)


def test_text_is_pasted_as_ever_and_a_picture_beside_a_slider(page: Page) -> None:
    page.click("[data-panel=edit]")
    paste = """([selector, kind]) => {
      const clipboardData = new DataTransfer();
      const png = new File([], "a.png", { type: "image/png" });
      clipboardData.items.add(png);
      if (kind === "text") clipboardData.setData("text/plain", "3, 5");
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      return document.querySelector(selector).dispatchEvent(event);
    }"""
    assert page.evaluate(paste, ["#edit-units", "text"])
    assert not page.evaluate(paste, ["#edit-units", "picture"])
    assert not page.evaluate(paste, ["#age", "picture"])
