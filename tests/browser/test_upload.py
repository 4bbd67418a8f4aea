"""Pictures from outside, good and bad, through Gradio's own component.

The pad follows, or a sentence says why not.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from explorer.incoming.images import Decisions, prepare
from tests import chromium
from tests.browser.conftest import FLAGS, Server, visit
from tests.browser.hands import pixels, settled, soon

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
    again = page.locator("#picture button[data-word='clear']")
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
    landed(page, prepare(picture(), Decisions()).pixels)
    page.locator("#inversion label").nth(2).click()
    page.wait_for_function(
        "document.querySelector('#pipeline [data-stage=inverted]').innerText.includes('as chosen')"
    )
    settled(page)
    landed(page, prepare(picture(), Decisions(invert="no")).pixels)
    page.keyboard.press("Escape")
    page.click("[data-action=close-upload]") if page.locator(
        ":root[data-picture]"
    ).count() else None
    page.click("[data-action=undo]")
    settled(page)
    landed(page, prepare(picture(), Decisions()).pixels)


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
    expect(page.locator("#pipeline .trouble")).to_contain_text(words)
    assert (pixels(page) == drawn).all()
    upload(page, "thing.png", picture())
    page.wait_for_selector("#pipeline [data-stage=pixels]")


def test_the_page_says_when_a_picture_is_unlike_the_training_data(
    page: Page, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    noise[:8] = 0  # what is left is nothing, and the network is sure that it is a bag
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    upload(page, "noise.png", path.read_bytes())
    page.wait_for_selector("#pipeline [data-stage=pixels]")
    expect(page.locator("#prediction .notice")).to_contain_text("Unlike the training data")
    share = float(page.get_attribute("#prediction [data-predicted]", "data-probability") or "nan")
    assert share > 0.8
    unsure = {"en": ("Not sure", "Would say: Bag, "), "zh": ("拿不准", "倾向于：包，")}
    for answer, would in unsure.values():
        expect(page.locator("#prediction .answer")).to_have_text(answer)
        expect(page.locator("#prediction .changed")).to_contain_text(would)
        expect(page.locator("#prediction .changed")).to_contain_text(f"{100 * share:.0f} %")
        page.evaluate("document.querySelector('[data-action=language]').click()")
        settled(page)


def landed(page: Page, expected: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    """Wait until these pixels are on the pad."""

    def look() -> None:
        assert (pixels(page) == expected).all()

    soon(page, look)


# The camera's picture has come to the page.
FILMING = """() => {
  const film = document.querySelector("#picture video");
  return film?.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && film.currentTime > 0.3;
}"""


def arrived(page: Page) -> None:
    page.wait_for_selector("#pipeline [data-stage=pixels]")
    settled(page)


def turned() -> bytes:
    written = io.BytesIO()
    with Image.open(io.BytesIO(picture())) as upright:
        upright.transpose(Image.Transpose.ROTATE_270).save(written, "PNG")
    return written.getvalue()


def test_a_picture_is_turned_and_cut_by_hand_and_reset(page: Page) -> None:
    upload(page, "thing.png", picture())
    arrived(page)
    page.click("[data-hand=clockwise]")
    page.wait_for_selector("#pipeline [data-stage=hand]")
    settled(page)
    landed(page, prepare(picture(), Decisions(turn=90)).pixels)
    page.locator("[data-hand=bottom]").focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#pipeline [data-stage=hand] .size")).to_have_text("140 × 84")
    settled(page)
    cut = Decisions(turn=90, box=(0.0, 0.0, 1.0, 0.6))
    landed(page, prepare(picture(), cut).pixels)
    page.click("[data-hand=reset]")
    expect(page.locator("#pipeline [data-stage=hand]")).to_have_count(0)
    settled(page)
    landed(page, prepare(picture(), Decisions()).pixels)


def test_a_rectangle_is_dragged_on_the_picture(page: Page) -> None:
    upload(page, "thing.png", picture())
    arrived(page)
    stage = page.locator(".cutting-stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_selector("#pipeline [data-stage=hand]")
    width, height = page.locator("#pipeline [data-stage=hand] .size").inner_text().split(" × ")
    assert abs(int(width) - 138) <= 3
    assert abs(int(height) - 69) <= 3


def test_what_may_be_misread_is_said(page: Page) -> None:
    paper = np.full((200, 200), 178, dtype=np.uint8)
    paper[60:140, 20:96], paper[60:140, 104:180] = 100, 255
    written = io.BytesIO()
    Image.fromarray(paper).save(written, "PNG")
    upload(page, "both.png", written.getvalue())
    arrived(page)
    expect(page.locator("#pipeline .doubt").first).to_contain_text("stand out almost alike")


def test_the_camera_is_not_mirrored(browser: Browser, server: Server, tmp_path: Path) -> None:
    """A dark block stands on the left in front of the camera, so it is on the left of the pad."""
    width, height = 640, 480
    grey = np.full((height, width), 235, dtype=np.uint8)
    grey[180:300, 60:200] = 16
    frame = b"FRAME\n" + grey.tobytes() + bytes([128]) * (width * height // 2)
    film = tmp_path / "film.y4m"
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 10 * frame)
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags = [*FLAGS, *camera, f"--use-file-for-fake-video-capture={film}"]
    opened = browser.browser_type.launch(executable_path=chromium.path(), args=flags)
    for seen in visit(opened, server.url, permissions=["camera"]):
        seen.click("[data-action=upload]")
        crop = seen.locator("#decisions input").nth(3)
        crop.click()
        seen.locator("#picture button[data-word=webcam]").click()
        seen.get_by_text("Click to Access Webcam").first.click()
        shutter = "#picture button[aria-label='capture photo'], "
        shutter += "#picture button[title='capture photo']"
        seen.wait_for_function(FILMING)
        seen.locator(shutter).first.click()
        arrived(seen)
        columns = np.nonzero((pixels(seen) > 100).any(axis=0))[0]
        assert columns.min() >= 1
        assert columns.max() <= 10
    opened.close()
