"""The link's QR code on the page, read by somebody else's decoder."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from explorer import starting
from tests.browser.conftest import visit
from tests.server import Server

pytestmark = pytest.mark.browser


def read(page: Page) -> str:
    """Return what a phone would read from the page's code."""
    page.wait_for_function("location.hash.length > 4")
    page.click("[data-action=share]")
    page.wait_for_function("document.querySelector('#qr').width > 300")
    data = page.evaluate("document.querySelector('#qr').toDataURL('image/png').split(',')[1]")
    picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("L")
    text: str = zxingcpp.read_barcodes(np.asarray(picture))[0].text
    return text


def test_the_link_of_the_page_as_a_code(page: Page) -> None:
    assert read(page) == page.input_value("#share-link")
    assert "--host" in page.inner_text("#share")


def test_a_phone_is_led_to_an_address_it_can_reach(browser: Browser) -> None:
    """Seen from this machine as localhost, but open to the network."""
    others = starting.addresses("0.0.0.0")  # noqa: S104
    running = Server("--host", "0.0.0.0")  # noqa: S104
    try:
        for page in visit(browser, f"http://localhost:{running.port}"):
            text = read(page)
            assert text.startswith(f"http://{(others or ['localhost'])[0]}:{running.port}/#")
            assert text.partition("#")[2] == page.input_value("#share-link").partition("#")[2]
            assert ("--host" in page.inner_text("#share")) == (not others)
            page.keyboard.press("Escape")
            page.click("#tab-train")  # nobody trains on a server that is open to others
            assert page.get_attribute("#train", "data-state") == "off"
            assert "allow it with --train" in page.inner_text("#train")
            assert page.locator("#train button").count() == 0
    finally:
        running.stop()


@pytest.mark.parametrize(("width", "height"), [(1093, 614), (1366, 768)])
def test_what_no_phone_can_open_is_said_above_the_code(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.click("[data-action=three]")
    read(page)
    warning, code = (page.locator(each).bounding_box() for each in ("#share .reach", "#qr"))
    assert warning
    assert code
    assert warning["y"] + warning["height"] <= min(code["y"], height)
    page.locator("#share .reach").evaluate("each => each.hidden = true")  # as on an open server
    code = page.locator("#qr").bounding_box()
    assert code
    assert code["y"] + code["height"] <= height, "the code is whole"
    assert code["width"] == pytest.approx(code["height"])


def test_without_the_server_the_link_is_there_and_the_code_is_said_to_be_missing(
    page: Page,
) -> None:
    page.wait_for_function("location.hash.length > 4")
    page.route("**/qr", lambda route: route.fulfill(body="no code"))
    page.click("[data-action=share]")
    page.wait_for_selector("#qr", state="hidden")
    page.wait_for_function("document.querySelector('#share').innerText.includes('QR code;')")
    assert page.input_value("#share-link").startswith("http")
    assert page.locator("#message p").count() == 0
