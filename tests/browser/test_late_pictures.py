"""A picture that takes its time lands on the image that it was for."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page, expect

from explorer.incoming.images import Decisions, prepare
from tests.browser.conftest import visit
from tests.browser.hands import pixels, settled, soon
from tests.browser.test_late import LATE, were_late
from tests.browser.test_upload import picture, upload
from tests.server import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("slower", [1, 8], ids=["here", "phone"])  # times slower than here
def test_an_upload_lands_on_the_image_that_it_was_for(page: Page, slower: int) -> None:
    processor = page.context.new_cdp_session(page)
    processor.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.click("[data-action=three]")
    settled(page)
    page.evaluate(LATE, [["gradio_api/(run|queue|call)", 1200]])
    upload(page, "thing.png", picture())
    page.wait_for_timeout(300)
    page.focus("[data-image='1'] .sample")  # it lies below the drawer, in reach of the keys
    page.keyboard.press("Enter")
    other = pixels(page)
    page.wait_for_selector("#pipeline [data-stage=pixels]")
    settled(page)
    assert (pixels(page) == other).all(), "the image that is looked at stays"
    page.click("[data-action=close-upload]")
    page.click("[data-image='0'] .sample")
    settled(page)
    assert (pixels(page) == prepare(picture(), Decisions()).pixels).all()
    were_late(page)


def test_a_test_image_lands_on_the_image_that_it_was_for(browser: Browser, tmp_path: Path) -> None:
    image = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        for name, values in (("images-idx3", image), ("labels-idx1", np.array([7], np.uint8))):
            sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
            written = bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes()
            (raw / f"{part}-{name}-ubyte").write_bytes(written)
    server = Server(LAYER_EXPLORER_DATA=str(tmp_path))
    try:
        for page in visit(browser, server.url):
            page.click("[data-action=three]")
            settled(page)
            page.evaluate(LATE, [["test_image", 1200]])
            page.click("[data-action=random]")
            page.wait_for_timeout(300)
            page.click("[data-image='1'] .sample")
            other = pixels(page)
            page.wait_for_selector("[data-action=random]:not([aria-busy=true])")
            settled(page)
            assert (pixels(page) == other).all(), "the image that is looked at stays"
            expect(page.locator("#more .truth")).to_be_hidden()
            page.click("[data-image='0'] .sample")
            settled(page)
            assert (pixels(page) == image[0]).all()
            were_late(page)
            expect(page.locator("#more .truth")).to_contain_text("Sneaker")
            page.click("[data-action=clear]")
            expect(page.locator("#more .truth")).to_be_hidden()
    finally:
        server.stop()


def saved(shown: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    shown.save(written, kind)
    return written.getvalue()


@pytest.mark.parametrize(
    "kind", ["PNG", "BMP"]
)  # files of BMP are as many bytes, whatever they show
def test_of_two_uploads_on_their_way_each_lands_on_its_own_image(page: Page, kind: str) -> None:
    """The second is chosen before the first is answered, and Gradio asks for it after that."""
    shown = Image.open(io.BytesIO(picture()))
    first, turned = (saved(each, kind) for each in (shown, ImageOps.flip(shown)))
    assert (len(first) == len(turned)) == (kind == "BMP")
    page.click("[data-action=three]")
    settled(page)
    page.evaluate(LATE, [["gradio_api/(run|queue|call)", 1200]])
    upload(page, f"one.{kind.lower()}", first)
    page.wait_for_function("window.held > 0")
    page.focus("[data-image='1'] .sample")  # it lies below the drawer, in reach of the keys
    page.keyboard.press("Enter")
    upload(page, f"two.{kind.lower()}", turned)
    expected = [prepare(data, Decisions()).pixels for data in (first, turned)]
    assert not (expected[0] == expected[1]).all()
    soon(page, lambda: np.testing.assert_array_equal(pixels(page), expected[1]))
    settled(page)
    assert (pixels(page) == expected[1]).all()
    page.click("[data-action=close-upload]")
    page.click("[data-image='0'] .sample")
    settled(page)
    assert (pixels(page) == expected[0]).all()
    were_late(page)
