"""The whole state is in the address: opened elsewhere, in another language, the same comes back."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server, visit
from tests.browser.hands import drag, pixels, rested, settled
from tests.browser.test_break import edit, shown

pytestmark = pytest.mark.browser


def address(page: Page) -> str:
    rested(page)
    return page.url


@pytest.fixture
def other(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url, locale="zh-CN")


def test_a_link_brings_back_pixels_step_unit_edits_and_comparison(page: Page, other: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.3, 0.2), (0.7, 0.25), (0.6, 0.8), (0.35, 0.8), (0.3, 0.2))
    edit(page, "linear_relu_stack.1", "3, 10-20", "off")
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector[data-unit='0']")
    link = address(page)
    assert len(link) < 2000
    other.goto(link)
    other.reload()
    other.wait_for_selector(READY)
    settled(other)
    assert (pixels(other) == pixels(page)).all()
    # what the page computes and what hooks saw differ by rounding, whichever was painted last
    np.testing.assert_allclose(shown(other), shown(page), rtol=1e-5, atol=1e-7)
    assert (
        other.locator("#strip [aria-current=step]").get_attribute("data-step")
        == "linear_relu_stack.1"
    )
    expect(other.locator("#edits .chip")).to_have_count(1)
    expect(other.locator("#versus")).to_have_value(page.input_value("#versus"))
    expect(other.locator("#prediction")).to_contain_text("预测")


def test_back_and_forward_go_from_step_to_step(page: Page) -> None:
    address(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#stage[data-step=flatten]")
    address(page)
    page.keyboard.press("End")
    page.wait_for_selector("#stage[data-step=softmax]")
    address(page)
    page.go_back()
    page.wait_for_selector("#stage[data-step=flatten]")
    page.go_forward()
    page.wait_for_selector("#stage[data-step=softmax]")


def bomb() -> str:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packed.compress(b"\0" * 12_000_000) + packed.flush()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v0.abc", "version"),
        ("v1.!!!!", "damaged"),
        ("v1.abcd", "damaged"),
        (f"v1.{bomb()}", "too much"),
        ("v1." + "A" * 30_000, "too much"),
    ],
    ids=["version", "letters", "bytes", "bomb", "length"],
)
def test_a_link_that_cannot_be_read_says_why_and_the_page_works(
    page: Page, text: str, words: str
) -> None:
    drawn = pixels(page)
    page.evaluate("hash => { location.hash = hash; }", text)
    expect(page.locator("#message")).to_contain_text(words)
    assert (pixels(page) == drawn).all()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#stage[data-step=flatten]")


def test_what_can_be_saved(page: Page) -> None:
    page.click("[data-action=share]")
    page.wait_for_selector("#share[open]")
    assert page.input_value("#share-link").startswith(page.url.split("#", maxsplit=1)[0])
    starts = {
        "png": b"\x89PNG",
        "svg": b"<svg",
        "json": b"{",
        "npz": b"PK",
        "report": b"<!",
        "home": b"<!",
    }
    for name, start in starts.items():
        with page.expect_download() as waiting:
            page.click(f"[data-download={name}]")
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(start), name
        if name == "json":
            assert json.loads(content)["model"] == "fashion-mlp"
        if name == "report":
            assert b"torch.Size([1, 512])" in content
