"""Networks of other pictures than 28×28: the pad has their size and, of three planes, colours."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from torch import nn

import explorer
from tests import nets
from tests.browser.conftest import READY, Server, serving, visit
from tests.browser.hands import drag, rested, settled

pytestmark = pytest.mark.browser

PLANES = """() => {
  const pad = document.querySelector("#pad");
  const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
  return [pad.width, pad.height, new Uint8Array(data.buffer).toBase64()];
}"""
SHARES = """() => Object.fromEntries(
  [...document.querySelectorAll("#prediction [data-class]")].map((bar) =>
    [bar.dataset.class, Number(bar.dataset.probability)]))"""
# The picture that the stage shows in colour, before its three planes, as Plotly has taken it.
STAGE = """() => Array.from(document.querySelector("#stage .js-plotly-plot").calcdata[0][0].z,
  (row) => Array.from(row, (pixel) => Array.from(pixel)))"""
RED, BLUE = (220, 40, 40), (50, 100, 220)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    options = ("--model", "tests/nets.py:colours", "--input", "3x32x32", "--mean", "0.5")
    yield from serving(*options, "--std", "0.25")


@pytest.fixture(scope="module")
def opened(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url)


def planes(page: Page) -> np.ndarray[Any, Any]:
    """Return the picture on the pad, (3, H, W)."""
    width, height, data = page.evaluate(PLANES)
    picture = np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
    return picture[..., :3].transpose(2, 0, 1)


def answers_to_the_pad(page: Page) -> None:
    """Compare the shares on the page with those of a network of our own, fed by hand."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nets.colours().eval()
    fed = (torch.from_numpy(planes(page).astype(np.float32) / np.float32(255)) - 0.5) / 0.25
    with torch.no_grad():
        expected = torch.softmax(model(fed[None]), 1)[0].numpy()
    shown = page.evaluate(SHARES)
    assert len(shown) >= 3
    for index, share in shown.items():
        assert share == pytest.approx(float(expected[int(index)]), abs=1e-5)
    assert page.locator("[data-check=passed][data-key=forward]").count() == 1


def test_a_colour_is_chosen_by_keyboard_and_drawn_with(opened: Page) -> None:
    opened.click("[data-action=clear]")
    settled(opened)
    assert planes(opened).shape == (3, 32, 32)
    assert not planes(opened).any()
    opened.focus("[data-action=pen-options]")
    opened.keyboard.press("Enter")
    opened.focus("[data-action=red]")
    opened.keyboard.press("Enter")
    assert opened.get_attribute("[data-action=red]", "aria-pressed") == "true"
    assert not opened.locator("[data-action=light]").is_visible(), "greys are for grey networks"
    drag(opened, (0.1, 0.5), (0.9, 0.5))
    settled(opened)
    np.testing.assert_allclose(planes(opened)[:, 15, 16], RED, atol=2)
    assert not planes(opened)[:, 0].any()
    answers_to_the_pad(opened)


def test_undo_redo_samples_and_batch(opened: Page) -> None:
    before = planes(opened)
    opened.click(".sample >> nth=1")
    settled(opened)
    sample = planes(opened)
    assert sample.any()
    assert (sample[0] == sample[1]).all()
    answers_to_the_pad(opened)
    opened.click("[data-action=undo]")
    settled(opened)
    np.testing.assert_array_equal(planes(opened), before)
    opened.click("[data-action=redo]")
    settled(opened)
    np.testing.assert_array_equal(planes(opened), sample)
    opened.click("[data-action=three]")
    settled(opened)
    assert opened.locator("#tray li").count() == 3
    answers_to_the_pad(opened)
    opened.click("[data-action=undo]")
    opened.click("[data-action=undo]")
    settled(opened)


def test_an_upload_keeps_its_colours_and_fills_the_size(opened: Page, tmp_path: Path) -> None:
    flag = np.zeros((64, 96, 3), dtype=np.uint8)
    flag[:, :48], flag[:, 48:] = RED, BLUE
    Image.fromarray(flag).save(tmp_path / "flag.png")
    opened.click("[data-action=upload]")
    opened.set_input_files("#picture input[type=file]", tmp_path / "flag.png")
    opened.wait_for_selector("#pipeline [data-stage=coloured]")
    settled(opened)
    expect(opened.locator("#pipeline [data-stage=coloured]")).to_contain_text("cut to 32 × 32")
    expect(opened.locator("#picture-head")).to_contain_text("32 × 32 pixels in colour")
    assert not opened.locator("#decisions").is_visible(), "nothing of it has to do with colours"
    np.testing.assert_allclose(planes(opened)[:, :, 3], np.tile(RED, (32, 1)).T, atol=3)
    np.testing.assert_allclose(planes(opened)[:, :, 28], np.tile(BLUE, (32, 1)).T, atol=3)
    opened.click("[data-action=close-upload]")
    answers_to_the_pad(opened)


def test_link_and_reload_bring_the_picture_back(opened: Page) -> None:
    drag(opened, (0.2, 0.2), (0.8, 0.3))
    rested(opened)
    before = planes(opened)
    other = opened.context.new_page()
    other.goto(opened.url)
    other.wait_for_selector(READY)
    settled(other)
    np.testing.assert_array_equal(planes(other), before)
    answers_to_the_pad(other)
    other.close()
    opened.reload()
    opened.wait_for_selector(READY)
    settled(opened)
    np.testing.assert_array_equal(planes(opened), before)


def test_another_network_and_back_changes_the_size(opened: Page) -> None:
    for name, shape in (("fashion-mlp", (3, 28, 28)), ("colours", (3, 32, 32))):
        opened.select_option("#model", name)
        opened.wait_for_selector('#stage[data-step="input"]')
        settled(opened)
        assert planes(opened).shape == shape
        assert opened.locator("#message").is_hidden()
    answers_to_the_pad(opened)


def test_every_step_and_unit_is_shown(opened: Page) -> None:
    for step in ("input", "0", "2", "4", "softmax"):
        opened.click(f'#strip [data-step="{step}"]')
        opened.wait_for_selector(f'#stage[data-step="{step}"] .js-plotly-plot')
        settled(opened)
    opened.click('#strip [data-step="input"]')
    settled(opened)
    expect(opened.locator("#stage")).to_contain_text("three planes, red, green and blue")
    expect(opened.locator("#stage .plot")).to_contain_text("less 0.5, 0.5, 0.5")
    assert np.array_equal(opened.evaluate(STAGE), planes(opened).transpose(1, 2, 0))
    opened.focus("#stage .plot")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#inspector[data-unit='0']")
    red = int(planes(opened)[0, 0, 0])
    expect(opened.locator("#inspector")).to_contain_text(f"({red} / 255 − 0.5) / 0.25")
    opened.click("[data-action=release]")


def test_on_a_phone_the_colours_are_within_reach(browser: Browser, server: Server) -> None:
    screen = {"width": 390, "height": 844}
    for page in visit(
        browser, server.url, viewport=screen, has_touch=True, is_mobile=True, locale="zh-CN"
    ):
        page.tap("[data-action=pen-options]")
        for button in page.locator("#draw .options button:visible").all():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        page.tap("[data-action=blue]")
        pad = page.locator("#pad").bounding_box()
        assert pad
        page.touchscreen.tap(pad["x"] + 20, pad["y"] + 20)
        settled(page)
        assert planes(page)[2].max() > planes(page)[0, :8, :8].max()


def test_a_picture_too_large_for_a_link_is_said_and_kept(browser: Browser) -> None:
    running = Server("--model", "tests/nets.py:colours", "--input", "3x224x224")
    try:
        for page in visit(browser, running.url):
            assert planes(page).shape == (3, 224, 224)
            noise = np.random.default_rng(1).integers(0, 256, (224, 224, 3), dtype=np.uint8)
            page.click("[data-action=upload]")
            page.set_input_files(
                "#picture input[type=file]",
                {"name": "noise.png", "mimeType": "image/png", "buffer": png(noise)},
            )
            page.wait_for_selector("#pipeline [data-stage=coloured]")
            settled(page)
            np.testing.assert_array_equal(planes(page), noise.transpose(2, 0, 1))
            page.click("[data-action=close-upload]")
            rested(page)
            page.click("[data-action=share]")
            expect(page.locator("#share")).to_contain_text("too large for a link")
            page.keyboard.press("Escape")
            other = page.context.new_page()
            other.goto(page.url)
            other.wait_for_selector(READY)
            expect(other.locator("#message")).to_contain_text("came without its pictures")
            other.close()
            page.reload()
            page.wait_for_selector(READY)
            settled(page)
            np.testing.assert_array_equal(planes(page), noise.transpose(2, 0, 1))
    finally:
        running.stop()


def png(picture: np.ndarray[Any, Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def test_a_small_chain_is_drawn_on_in_the_file_too(browser: Browser, tmp_path: Path) -> None:
    torch.manual_seed(3)
    model: nn.Module = nets.tiny()
    said = explorer.explore(model, input_shape=(8, 8), serve=False).save(tmp_path / "net.html")
    assert "computed in the page" in said
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    page = context.new_page()
    page.goto((tmp_path / "net.html").as_uri())
    page.wait_for_selector(READY)
    drag(page, (0.1, 0.3), (0.9, 0.6))
    settled(page)
    grey = planes(page)[0]
    assert grey.shape == (8, 8)
    with torch.no_grad():
        expected = torch.softmax(model(torch.from_numpy(grey / np.float32(255))[None]), 1)[0]
    shown = page.evaluate(SHARES)
    assert [shown[str(each)] for each in range(3)] == pytest.approx(expected.tolist(), abs=1e-5)
    context.close()
