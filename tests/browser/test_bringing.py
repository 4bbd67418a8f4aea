"""Somebody's own weights on the page: chosen, dropped, refused, and taken along."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from safetensors.torch import load_file, save_file

from explorer.network import nets
from tests.browser.conftest import READY, Server, serving, visit
from tests.browser.hands import drag, pixels, settled
from tests.browser.reading import numbers

BUTTON = "[data-action=bring]"
DROP = """({ name, data }) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name));
  const target = document.querySelector("#pad");
  target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files }));
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of this file's own: what is brought to one is an age there until it ends."""
    yield from serving()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Weights of the course's network that nobody ships."""
    torch.manual_seed(11)
    path = tmp_path / "my net.safetensors"
    save_file(nets.NeuralNetwork().state_dict(), path)
    return path


def answers(page: Page, path: Path) -> Any:
    """What a network of these weights makes of the picture on the pad, apart from the program."""
    model = nets.NeuralNetwork().eval()
    model.load_state_dict(load_file(path))
    with torch.no_grad():
        return torch.softmax(model(torch.from_numpy(pixels(page))[None] / 255), 1)[0].numpy()


def read(page: Page) -> list[float]:
    bars = page.locator("#prediction [data-class]")
    return [float(bar.get_attribute("data-probability") or "nan") for bar in bars.all()]


def bring(page: Page, path: Path) -> None:
    """Choose a file as a visitor does, by the button of the weights view."""
    page.click("[data-view=weights]")
    with page.expect_file_chooser() as chooser:
        page.click(BUTTON)
    chooser.value.set_files(path)


def test_a_file_is_an_age_for_the_whole_page(page: Page, file: Path, tmp_path: Path) -> None:
    bring(page, file)
    expect(page.locator("#checkpoint option:checked")).to_contain_text("your file my net.safeten")
    expect(page.locator("#ages output")).to_contain_text("your file my net.safetensors")
    expect(page.locator("#age")).to_have_value(page.get_attribute("#age", "max") or "")
    page.click("[data-view=explore]")
    drag(page, (0.3, 0.3), (0.7, 0.7))
    settled(page)
    np.testing.assert_allclose(read(page), answers(page, file), rtol=1e-4, atol=1e-7)
    twin = page.locator("#checks [data-key=twin]")  # the page computes with them, hooks agree
    expect(twin).to_have_attribute("data-check", "passed")
    page.click("[data-view=weights]")
    with page.expect_download() as taken:
        page.click("[data-action=save-weights]")
    saved = tmp_path / taken.value.suggested_filename
    taken.value.save_as(saved)
    before, after = load_file(file), load_file(saved)
    assert before.keys() == after.keys()
    assert all(torch.equal(each, after[name]) for name, each in before.items())
    # the first row of the listing is these weights', as a person reads it
    row = page.locator("#weights tr[data-parameter='linear_relu_stack.0.weight']")
    mean = float(before["linear_relu_stack.0.weight"].mean())
    assert numbers(row.inner_text())[4] == pytest.approx(mean, abs=5e-5)


def test_a_file_is_dropped_anywhere(page: Page, file: Path) -> None:
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    page.evaluate(DROP, {"name": file.name, "data": data})
    expect(page.locator("#checkpoint option:checked")).to_contain_text("your file my net")
    settled(page)
    np.testing.assert_allclose(read(page), answers(page, file), rtol=1e-4, atol=1e-7)
    assert not page.locator("html[data-picture]").count()  # it is no picture


def test_what_does_not_fit_is_said_and_nothing_is_lost(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    page = browser.new_page(locale="en-US")  # whose console may name the refusal
    page.goto(server.url)
    page.wait_for_selector(READY)
    drag(page, (0.3, 0.3), (0.7, 0.7))
    settled(page)
    drawn, shown = pixels(page), read(page)
    other = tmp_path / "cnn.safetensors"
    save_file(nets.ConvNet().state_dict(), other)
    bring(page, other)
    message = page.locator("#message")
    expect(message).to_contain_text("do not fit NeuralNetwork")
    large = tmp_path / "large.pt"
    large.write_bytes(bytes(9_000_000))
    bring(page, large)
    expect(message).to_contain_text("large.pt has 9.0 MB")
    expect(message).to_contain_text("at most 8.0 MB")
    page.click("[data-view=explore]")
    settled(page)
    np.testing.assert_array_equal(pixels(page), drawn)
    assert read(page) == shown
    page.close()


def test_where_it_is_off_nothing_is_offered(browser: Browser, file: Path) -> None:
    running = Server("--no-bring")
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    try:
        for page in visit(browser, running.url):
            page.click("[data-view=weights]")
            expect(page.locator("[data-action=save-weights]")).to_be_visible()
            expect(page.locator(BUTTON)).to_be_hidden()
            page.evaluate(DROP, {"name": file.name, "data": data})
            expect(page.locator("#message")).to_contain_text("takes no weights from visitors")
            assert not page.locator("html[data-picture]").count()
    finally:
        running.stop()
