"""A coloured upload is worked out in the page: answers keep their order, and their image."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Server, serving
from tests.browser.hands import settled
from tests.browser.test_colours import BLUE, RED, planes, png
from tests.browser.test_upload import upload

pytestmark = pytest.mark.browser

# The first picture takes two seconds to be read, the others none.
SLOW = """() => {
  const decode = HTMLImageElement.prototype.decode;
  window.decoding = 0;
  HTMLImageElement.prototype.decode = async function () {
    const wait = window.decoding++ === 0 ? 2000 : 0;
    await decode.call(this);
    await new Promise((resolve) => setTimeout(resolve, wait));
    window.decoded = (window.decoded ?? 0) + 1;
  };
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    options = ("--model", "tests/nets.py:colours", "--input", "3x32x32", "--mean", "0.5")
    yield from serving(*options, "--std", "0.25")


def flat(colour: tuple[int, int, int]) -> bytes:
    return png(np.full((64, 64, 3), colour, dtype=np.uint8))


def is_of(page: Page, colour: tuple[int, int, int]) -> None:
    settled(page)
    np.testing.assert_allclose(planes(page)[:, 16, 16], colour, atol=3)


def test_an_older_upload_does_not_overwrite_a_newer_one(page: Page) -> None:
    page.evaluate(SLOW)
    upload(page, "red.png", flat(RED))
    page.wait_for_function("window.decoding === 1")
    upload(page, "blue.png", flat(BLUE))
    page.wait_for_function("window.decoded === 2")
    is_of(page, BLUE)


def test_each_of_two_uploads_lands_on_its_own_image(page: Page) -> None:
    page.click("[data-action=three]")
    settled(page)
    page.evaluate(SLOW)
    upload(page, "red.png", flat(RED))
    page.wait_for_function("window.decoding === 1")
    page.focus("[data-image='1'] .sample")  # it lies below the drawer, in reach of the keys
    page.keyboard.press("Enter")
    upload(page, "blue.png", flat(BLUE))
    page.wait_for_function("window.decoded === 2")
    is_of(page, BLUE)
    page.click("[data-action=close-upload]")
    page.click("[data-image='0'] .sample")
    is_of(page, RED)
