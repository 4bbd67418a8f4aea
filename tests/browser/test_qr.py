"""Our QR codes, read by somebody else's decoder."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DRAW = """async (text) => {
  const { draw } = await import(new URL("web/qr.js", document.baseURI));
  const canvas = document.createElement("canvas");
  draw(canvas, text, { scale: 3 });
  return canvas.toDataURL("image/png").split(",")[1];
}"""
# The most bytes that versions 1, 2, 9, 10, 26, 27 and 40 hold at level L, and one more than some of
# them.
LENGTHS = [1, 17, 18, 32, 230, 231, 271, 700, 1367, 1465, 1990, 2900, 2953]


def read(page: Page, text: str) -> str:
    picture = Image.open(io.BytesIO(base64.b64decode(page.evaluate(DRAW, text)))).convert("L")
    found = zxingcpp.read_barcodes(np.asarray(picture))
    assert len(found) == 1
    content: str = found[0].text
    return content


@pytest.mark.parametrize("length", LENGTHS)
def test_codes_of_every_size_are_read_back(page: Page, length: int) -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/#"
    text = "".join(alphabet[(7 * index + index // 5) % len(alphabet)] for index in range(length))
    assert read(page, text) == text


def test_other_scripts_are_read_back(page: Page) -> None:
    assert read(page, "看见神经网络思考 → 7") == "看见神经网络思考 → 7"


def test_what_is_too_long_is_said_to_be(page: Page) -> None:
    message = page.evaluate(
        f"text => ({DRAW})(text).then(() => '', (error) => error.message)", "x" * 2954
    )
    assert "2953" in message


def test_the_link_of_the_page_as_a_code(page: Page) -> None:
    page.wait_for_function("location.hash.length > 4")
    page.click("[data-action=share]")
    page.wait_for_selector("#qr[width]")
    data = page.evaluate("document.querySelector('#qr').toDataURL('image/png').split(',')[1]")
    picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("L")
    assert zxingcpp.read_barcodes(np.asarray(picture))[0].text == page.input_value("#share-link")
