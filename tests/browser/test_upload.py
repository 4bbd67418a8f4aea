"""Pictures from outside, good and bad, through Gradio's own component.

The pad follows, or a sentence says why not.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.incoming.images import Decisions, prepare
from tests.browser.test_explore import pixels, settled

pytestmark = pytest.mark.browser


def picture(side: int = 140) -> bytes:
    array = np.full((side, side), 245, dtype=np.uint8)
    array[side // 5 : 4 * side // 5, side // 3 : side // 2] = 30
    array[side // 2 : 2 * side // 3, side // 3 : 3 * side // 4] = 90
    written = io.BytesIO()
    Image.fromarray(array).save(written, "PNG")
    return written.getvalue()


def upload(page: Page, name: str, data: bytes) -> None:
    if page.locator(":root[data-picture]").count() == 0:
        page.click("[data-action=upload]")
    again = page.locator(
        "#picture button[aria-label='Clear'], #picture button[aria-label='Remove Image']"
    )
    if again.count():
        again.first.click()
    page.set_input_files(
        "#picture input[type=file]", {"name": name, "mimeType": "image/png", "buffer": data}
    )


def test_an_upload_shows_its_stages_and_lands_on_the_pad(page: Page) -> None:
    upload(page, "thing.png", picture())
    page.wait_for_selector("#pipeline [data-stage=pixels]")
    stages = [
        stage.get_attribute("data-stage") for stage in page.locator("#pipeline [data-stage]").all()
    ]
    assert stages == ["original", "upright", "grey", "inverted", "fitted", "pixels"]
    settled(page)
    assert (pixels(page) == prepare(picture(), Decisions()).pixels).all()
    page.locator("#inversion label").nth(2).click()
    page.wait_for_function(
        "document.querySelector('#pipeline [data-stage=inverted]').innerText.includes('as chosen')"
    )
    settled(page)
    assert (pixels(page) == prepare(picture(), Decisions(invert="no")).pixels).all()
    page.keyboard.press("Escape")
    page.click("[data-action=close-upload]") if page.locator(
        ":root[data-picture]"
    ).count() else None
    page.click("[data-action=undo]")
    settled(page)
    assert (pixels(page) == prepare(picture(), Decisions()).pixels).all()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("notes.png", b"Milk, eggs and bread.", "holds text"),
        ("half.png", picture()[:80], "damaged"),
        ("dot.png", b"", "empty"),
    ],
)
def test_a_bad_file_is_a_sentence_and_the_drawing_stays(
    page: Page, name: str, data: bytes, words: str
) -> None:
    drawn = pixels(page)
    upload(page, name, data)
    expect(page.locator("#pipeline .trouble")).to_contain_text(words, timeout=10_000)
    assert (pixels(page) == drawn).all()
    upload(page, "thing.png", picture())
    page.wait_for_selector("#pipeline [data-stage=pixels]")


def test_the_page_says_when_a_picture_is_unlike_the_training_data(
    page: Page, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    upload(page, "noise.png", path.read_bytes())
    page.wait_for_selector("#pipeline [data-stage=pixels]")
    expect(page.locator("#prediction .notice")).to_contain_text("Unlike the training data")
