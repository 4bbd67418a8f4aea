"""`explore(model).save("net.html")`: one's own module as a file, opened with no network at all."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, expect
from torch import nn

import explorer
from explorer.incoming import samples
from tests import nets
from tests.browser.conftest import offline
from tests.browser.hands import drag, pin, pixels, settled
from tests.browser.reading import number, numbers, texts
from tests.browser.test_twin import bars

pytestmark = pytest.mark.browser

LABELS = ["coat", "bag", "shoe"]


def plain(model: nn.Module, image: np.ndarray, *shape: int) -> np.ndarray:
    """Return the shares that a module gives a picture of grey values, without any program of ours."""
    with torch.no_grad():
        fed = torch.from_numpy(image.astype(np.float32) / np.float32(255)).reshape(1, *shape)
        shares: np.ndarray = torch.softmax(model.eval()(fed), 1)[0].numpy()
    return shares


def test_a_chain_is_drawn_on_and_answers_as_the_module(browser: Browser, tmp_path: Path) -> None:
    torch.manual_seed(3)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 3))
    normed = nn.Sequential(Normal(), model)
    page = explorer.explore(model, labels=LABELS, mean=0.3, std=0.2, serve=False)
    assert "computed in the page" in page.save(tmp_path / "net.html")
    assert (page.url, page._repr_html_()) == ("", "")
    for alone in offline(browser, tmp_path / "net.html", locale="en-US"):
        assert texts(alone.locator("#prediction .label")) == LABELS
        for height in (0.3, 0.6):
            drag(alone, (0.1, height), (0.9, height + 0.1))
            settled(alone)
            expected = plain(normed, pixels(alone), 28, 28)
            np.testing.assert_allclose(bars(alone), expected, atol=1e-5)
        alone.click("#strip [data-step='input']")
        alone.focus("#stage .plot")
        alone.keyboard.press("Enter")
        expect(alone.locator("#inspector")).to_contain_text("(0 / 255 − 0.3) / 0.2 = −1.5")


def test_a_chain_of_maps_is_drawn_on_and_says_where_its_values_come_from(
    browser: Browser, tmp_path: Path
) -> None:
    torch.manual_seed(4)
    first, pool = nn.Conv2d(1, 4, 5, padding="same"), nn.MaxPool2d(3)
    model = nn.Sequential(first, nn.ReLU(), pool, nn.Flatten(), nn.Linear(324, 3))
    page = explorer.explore(model, labels=LABELS, serve=False)
    assert "computed in the page" in page.save(tmp_path / "net.html")
    for alone in offline(browser, tmp_path / "net.html", locale="en-US"):
        drag(alone, (0.05, 0.05), (0.9, 0.1))
        settled(alone)
        image = pixels(alone)
        np.testing.assert_allclose(bars(alone), plain(model, image, 1, 28, 28), atol=1e-5)
        with torch.no_grad():
            maps = first(torch.from_numpy(image / np.float32(255)).reshape(1, 1, 28, 28)).relu()
            best = pool(maps)[0, 0, 0, 1]
        pin(alone, "0", 3)
        *_, total = texts(alone.locator("#inspector tfoot td"))
        value = float(alone.get_attribute("#inspector", "data-value") or "nan")
        assert max(0, number(total)) == pytest.approx(float(maps[0, 0, 0, 3]), abs=2e-5)
        assert value == pytest.approx(number(total), abs=6e-6)
        pin(alone, "2", 1)
        formula = texts(alone.locator("#inspector .formulas p"))[0]
        found = numbers(formula)
        assert len(found) == 10
        assert found[-1] == pytest.approx(float(best), abs=2e-5)
        assert max(found[:9]) == pytest.approx(float(best), abs=1e-3)


class Normal(nn.Module):
    """What mean=0.3 and std=0.2 stand for."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - 0.3) / 0.2


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_any_other_module_shows_its_recorded_pass(
    browser: Browser, tmp_path: Path, locale: str
) -> None:
    torch.manual_seed(3)
    model, file = nets.Net(), tmp_path / "net.html"
    assert "one pass as recorded" in explorer.explore(model, labels=LABELS, serve=False).save(file)
    assert file.stat().st_size <= 5_000_000
    image = np.frombuffer(base64.b64decode(samples.listing()[0]["pixels"]), dtype=np.uint8)
    with torch.no_grad():
        hidden = model.first(torch.from_numpy(image / np.float32(255)).reshape(1, 1, 28, 28))
    for alone in offline(browser, file, locale=locale):
        np.testing.assert_allclose(bars(alone), plain(model, image, 1, 28, 28), atol=1e-6)
        said = "recorded by the hooks" if locale == "en-US" else "由真实模块的钩子记录"
        expect(alone.locator("#source")).to_contain_text(said)
        assert alone.locator("[data-check=passed][data-key=forward]").count() == 1
        for step in ("input", "..relu", "pool", "last", "softmax", "first"):
            alone.click(f'#strip [data-step="{step}"]')
            alone.wait_for_selector(f'#stage[data-step="{step}"] .js-plotly-plot')
            settled(alone)
        alone.focus("#stage .plot")
        alone.keyboard.press("Enter")
        alone.wait_for_selector("#inspector[data-unit='0']")
        shown = float(alone.get_attribute("#inspector", "data-value") or "nan")
        assert shown == pytest.approx(float(hidden.reshape(-1)[0]), abs=1e-6)
        for gone in ("#draw", "#tray", "[data-group=experiment]", "#compare", "#views"):
            assert not alone.locator(gone).first.is_visible()
        alone.click("#tab-fraction")
        expect(alone.locator("#panel-fraction")).to_contain_text("python app.py")
