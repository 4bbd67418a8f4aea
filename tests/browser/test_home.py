"""The file to take home, opened from a folder, with no network at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from explorer.network import zoo
from explorer.ui import home
from tests.browser.conftest import READY, offline
from tests.browser.hands import by_hand, drag, pin, pixels, rested, settled, staged
from tests.browser.reading import colour, number, numbers, pixels_of, texts
from tests.browser.test_twin import bars
from tests.course import STEPS

pytestmark = pytest.mark.browser

LOOKS: dict[str, Literal["light", "dark"]] = {"en-US": "light", "zh-CN": "dark"}
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# What is worked out is so in any language.
ENGLISH = pytest.mark.parametrize("alone", ["en-US"], indirect=True)
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


def test_what_the_page_locks_its_file_does_not_offer_either_and_in_its_language(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "locked.html"
    path.write_bytes(home.page("zh", ("model", "language", "theme", "views", "samples", "batch")))
    for page in offline(browser, path, locale="en-US"):
        assert page.evaluate("document.documentElement.lang").startswith("zh")
        expect(page.locator("#source")).to_contain_text(SAID["zh-CN"])
        for gone in ("#model", "[data-action=language]", "[data-action=theme]", "#views"):
            assert page.locator(gone).count() == 0, gone
        for gone in (".samples", "#tray"):
            assert page.locator(gone).count() == 0, gone
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#stage[data-step=flatten]")


def test_draw_and_step_through_all_of_it(alone: Page) -> None:
    for place, step in enumerate(STEPS):
        alone.click(f"#strip [data-step='{step}']")
        height = 0.15 + 0.08 * place
        drag(alone, (0.1, height), (0.9, height + 0.05))
        settled(alone)
        expect(alone.locator("#stage")).to_have_attribute("data-step", step)
        expected = by_hand(pixels(alone))
        np.testing.assert_allclose(bars(alone), expected["softmax"], atol=1e-5)
        scale = float(np.abs(expected[step]).max())
        apart = np.abs(staged(alone) - expected[step].reshape(-1)).max()
        assert apart <= 1e-4 * max(1.0, scale), step
        assert alone.locator("#message").is_hidden()
        assert alone.locator("[data-check=failed]").count() == 0


@ENGLISH
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


@ENGLISH
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


@ENGLISH
def test_a_digit_is_read_by_the_network_of_digits(alone: Page) -> None:
    alone.select_option("#model", "digits-mlp")
    alone.wait_for_selector("#strip .card >> nth=1")
    alone.click("[data-action=clear]")
    drag(alone, (0.55, 0.2), (0.5, 0.8))
    settled(alone)
    x = torch.from_numpy(pixels(alone).astype(np.float32) / np.float32(255))[None, None]
    model: Any = zoo.load("digits-mlp")
    with torch.no_grad():
        shares = torch.softmax(model(x), dim=1)[0].numpy()
    assert int(shares.argmax()) == 1, "a stroke from above to below"
    np.testing.assert_allclose(bars(alone), shares, atol=2e-4)


MAPS = [f"features.{number}" for number in range(6)]


@pytest.fixture(scope="module")
def maps(alone: Page) -> Page:
    """The file at its network of maps, with a drawing of crossing strokes."""
    alone.select_option("#model", "fashion-cnn")
    alone.wait_for_selector(f"#strip [data-step='{MAPS[0]}']")
    drag(alone, (0.2, 0.3), (0.8, 0.6))
    drag(alone, (0.3, 0.2), (0.4, 0.8))
    settled(alone)
    return alone


def passed(page: Page) -> dict[str, torch.Tensor]:
    """What every layer makes of the drawing, apart from the program, one image's values each."""
    model: Any = zoo.load("fashion-cnn")
    x = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None, None]
    found = {"input": x}
    with torch.no_grad():
        for name in (*MAPS, "flatten", "classifier.0", "classifier.1", "classifier.2"):
            x = found[name] = model.get_submodule(name)(x)
        found["softmax"] = torch.softmax(x, dim=1)
    return {name: values[0] for name, values in found.items()}


def pinned(page: Page, step: str, row: int, column: int) -> Locator:
    """Pin a value of the first map with the arrow keys, and return what is said of it."""
    pin(page, step, 0)
    for key, count in (("ArrowDown", row), ("ArrowRight", column)):
        for _ in range(count):
            page.keyboard.press(key)
    unit = row * passed(page)[step].shape[2] + column
    page.wait_for_selector(f"#inspector[data-unit='{unit}']")
    settled(page)
    return page.locator("#inspector")


@ENGLISH
def test_a_network_of_maps_is_computed_and_a_unit_of_every_step_explained(maps: Page) -> None:
    expected = passed(maps)
    np.testing.assert_allclose(bars(maps), expected["softmax"].numpy(), atol=1e-5)
    for step, values in expected.items():
        pin(maps, step, 1)
        shown = number(maps.locator("#inspector .head .num").inner_text())
        assert shown == pytest.approx(float(values.reshape(-1)[1]), abs=2e-5), step
        told = maps.locator("#inspector .parts").inner_text()
        assert numbers(told), f"{step}: {told}"
        assert "python app.py" not in maps.locator("#inspector").inner_text()


@ENGLISH
@pytest.mark.parametrize(
    ("step", "before", "row", "column"), [(MAPS[0], "input", 9, 9), (MAPS[3], MAPS[2], 0, 4)]
)
def test_a_value_of_a_convolution_is_patch_times_kernel_channel_by_channel(
    maps: Page, step: str, before: str, row: int, column: int
) -> None:
    inspector, values = pinned(maps, step, row, column), passed(maps)
    layer: Any = zoo.load("fashion-cnn").get_submodule(step).requires_grad_(False)
    value, bias = float(values[step][0, row, column]), float(layer.bias[0])
    around = torch.nn.functional.pad(values[before].double(), (1, 1, 1, 1))
    patch = around[:, row : row + 3, column : column + 3].numpy()
    products = patch * layer.weight[0].double().numpy()
    sums = products.sum(axis=(1, 2))
    order = np.argsort(-np.abs(sums), kind="stable")
    assert np.abs(sums).max() > 0.01, "nothing to see there"
    assert value == pytest.approx(sums.sum() + bias, abs=1e-5)

    assert number(inspector.locator(".head .num").inner_text()) == pytest.approx(value, abs=2e-5)
    rows = inspector.locator("tbody tr")
    channels = [int(numbers(text)[0]) for text in texts(rows.locator("th"))[:-1]]
    assert channels == order.tolist()
    listed = [number(text) for text in texts(rows.locator("td"))]
    np.testing.assert_allclose(listed, [*sums[order], bias], atol=2e-5)
    total = inspector.locator("tfoot tr")
    assert number(texts(total.locator("td"))[-1]) == pytest.approx(value, abs=2e-5)
    assert f"y[0, {row}, {column}]" in total.inner_text()
    shown = [each[order[:6]] for each in (patch, layer.weight[0].numpy(), products)]
    scale = "signed dark" if maps.evaluate(DARK) else "signed"
    for figure, each in zip(inspector.locator(".patches figure").all(), shown, strict=True):
        most = float(np.abs(each).max())
        assert numbers(figure.inner_text())[-1] == pytest.approx(most, abs=1e-4)
        wide = np.concatenate([np.pad(one, ((0, 0), (0, 1))) for one in each], axis=1)[:, :-1]
        right = colour(wide, scale, most)
        apart = np.abs(pixels_of(figure.locator("canvas"))[..., :3] - right).max(axis=2)
        assert np.delete(apart, np.s_[3::4], axis=1).max() <= 4  # between two maps is a gap


@ENGLISH
@pytest.mark.parametrize(("step", "before"), [(MAPS[2], MAPS[1]), (MAPS[5], MAPS[4])])
def test_of_a_pool_the_pixel_that_won_is_named_and_leads_there(
    maps: Page, step: str, before: str
) -> None:
    values = passed(maps)
    row, column = np.argwhere(values[step][0].numpy() == float(values[step][0].max()))[0].tolist()
    inspector = pinned(maps, step, row, column)
    window = values[before][0, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].numpy()
    down, across = np.unravel_index(int(window.argmax()), (2, 2))
    won = [0, 2 * row + int(down), 2 * column + int(across)]
    assert window.max() > 0, "nothing has won"

    first, second = texts(inspector.locator(".formulas p"))
    *four, largest = numbers(first)
    np.testing.assert_allclose(four, window.reshape(-1), rtol=1e-3, atol=1e-4)
    assert largest == pytest.approx(float(window.max()), abs=2e-5)
    assert numbers(second) == won
    inspector.locator(".parts button.link").click()
    maps.wait_for_selector(f"#stage[data-step='{before}']")
    unit = int(np.ravel_multi_index(won, tuple(values[before].shape)))
    maps.wait_for_selector(f"#inspector[data-unit='{unit}']")
    settled(maps)
    came = number(maps.locator("#inspector .head .num").inner_text())
    assert came == pytest.approx(largest, abs=2e-5)
