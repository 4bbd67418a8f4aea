"""The file to take home, opened from a folder, with no network at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from explorer.network import zoo
from explorer.ui import home
from tests.browser.conftest import READY, offline
from tests.browser.hands import by_hand, drag, pixels, rested, settled
from tests.browser.reading import numbers
from tests.browser.test_twin import STAGE, bars
from tests.course import STEPS

pytestmark = pytest.mark.browser

LOOKS: dict[str, Literal["light", "dark"]] = {"en-US": "light", "zh-CN": "dark"}
SAID = {"en-US": "not confirmed by hooks", "zh-CN": "未经钩子核对"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "page.html"
    path.write_bytes(home.page())
    return path


@pytest.fixture(scope="module", params=list(LOOKS))
def alone(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Page]:
    """The file as it opens for a visitor; a request or an error on the console fails the test."""
    locale = request.param
    for page in offline(browser, file, locale=locale, color_scheme=LOOKS[locale]):
        expect(page.locator("#source")).to_contain_text(SAID[locale])
        yield page


def test_draw_and_step_through_all_of_it(alone: Page) -> None:
    for number, step in enumerate(STEPS):
        alone.click(f"#strip [data-step='{step}']")
        height = 0.15 + 0.08 * number
        drag(alone, (0.1, height), (0.9, height + 0.05))
        settled(alone)
        expect(alone.locator("#stage")).to_have_attribute("data-step", step)
        expected = by_hand(pixels(alone))
        np.testing.assert_allclose(bars(alone), expected["softmax"], atol=1e-5)
        if number < 3:
            shown = np.array(alone.evaluate(STAGE))
            scale = float(np.abs(expected[step]).max())
            apart = np.abs(shown - expected[step].reshape(-1)).max()
            assert apart <= 1e-4 * max(1.0, scale), step
        assert alone.locator("#message").is_hidden()
        assert alone.locator("[data-check=failed]").count() == 0


def test_a_unit_is_its_sum_and_its_paths_are_drawn(alone: Page) -> None:
    alone.click("#strip [data-step='linear_relu_stack.2']")
    settled(alone)
    alone.focus("#stage .plot")
    alone.keyboard.press("Enter")
    alone.keyboard.press("ArrowRight")
    alone.wait_for_selector("#inspector[data-unit='1']")
    settled(alone)
    expected = float(by_hand(pixels(alone))["linear_relu_stack.2"][1])
    shown = alone.locator("#inspector .formula").nth(1).inner_text()
    *terms, total = numbers(shown.partition("=")[2])
    assert sum(terms) == pytest.approx(expected, abs=0.01)
    assert total == pytest.approx(expected, abs=0.001)
    alone.click("[data-view=network]")
    settled(alone)
    assert numbers(alone.locator("#network .reading").inner_text())[-1] == pytest.approx(
        expected, abs=0.001
    )
    alone.click("[data-view=explore]")


def test_what_needs_hooks_says_so(alone: Page) -> None:
    for panel in ("code", "linear", "deciding", "mind", "robustness"):
        alone.click(f"#tab-{panel}")
        expect(alone.locator(f"#panel-{panel}")).to_contain_text("python app.py")
    alone.click("[data-view=weights]")
    expect(alone.locator("#weights")).to_contain_text("python app.py")
    alone.click("[data-view=explore]")
    for gone in ("[data-action=upload]", "[data-action=tour]", "[data-download=npz]"):
        assert alone.locator(gone).count() == 0


def test_a_network_of_maps_is_computed_and_says_what_the_file_cannot(alone: Page) -> None:
    alone.select_option("#model", "fashion-cnn")
    alone.click("#strip [data-step='features.3']")
    alone.wait_for_selector("#stage[data-step='features.3'] .js-plotly-plot")
    drag(alone, (0.2, 0.3), (0.8, 0.6))
    settled(alone)
    image = torch.from_numpy(pixels(alone).astype(np.float32) / np.float32(255))
    with torch.no_grad():
        shares = zoo.load("fashion-cnn")(image[None, None]).softmax(1)[0].numpy()
    np.testing.assert_allclose(bars(alone), shares, atol=1e-5)
    alone.focus("#stage .plot")
    alone.keyboard.press("Enter")
    alone.wait_for_selector("#inspector[data-unit='0']")
    expect(alone.locator("#inspector")).to_contain_text("python app.py")
    alone.select_option("#model", "fashion-mlp")
    settled(alone)


def test_it_keeps_the_drawing_over_a_reload(alone: Page) -> None:
    rested(alone)
    before = pixels(alone)
    alone.reload()
    alone.wait_for_selector(READY)
    settled(alone)
    np.testing.assert_array_equal(pixels(alone), before)
    alone.click("[data-action=language]")
    settled(alone)
    np.testing.assert_allclose(bars(alone), by_hand(before)["softmax"], atol=1e-5)
