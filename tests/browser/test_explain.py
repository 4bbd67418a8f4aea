"""Every number can be asked where it comes from, and the answers add up."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from explorer.network import zoo
from tests.browser.conftest import start_again
from tests.browser.hands import by_hand, pin, pixels, settled
from tests.browser.reading import numbers, pixels_of
from tests.course import STEPS

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    return start_again(opened)


@pytest.mark.parametrize("step", STEPS)
def test_a_unit_of_every_step_answers_with_its_value_and_a_check(page: Page, step: str) -> None:
    pin(page, step, 3)
    value = float(page.locator("#inspector").get_attribute("data-value") or "nan")
    assert value == pytest.approx(by_hand(pixels(page))[step].reshape(-1)[3], rel=1e-5, abs=1e-6)
    assert page.locator("[data-check=failed]").count() == 0
    assert page.locator("[data-check=passed]").count() >= 3


def test_the_terms_of_a_sum_add_up_on_the_page_and_lead_down_to_pixels(page: Page) -> None:
    pin(page, "linear_relu_stack.4", 9)
    parts = [
        float(part)
        for part in page.locator("#inspector td:last-child .num").evaluate_all(
            "all => all.map(e => e.dataset.exact)"
        )
    ]
    assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=1e-4)
    page.locator("#inspector tbody .link").first.click()
    page.wait_for_selector("#stage[data-step='linear_relu_stack.3']")
    settled(page)
    for step in (
        "linear_relu_stack.2",
        "linear_relu_stack.1",
        "linear_relu_stack.0",
        "flatten",
        "input",
    ):
        page.locator("#inspector .link").first.click()
        page.wait_for_selector(f"#stage[data-step='{step}']")
        settled(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("#inspector:not([data-unit])", state="attached")


def test_a_click_in_the_figure_pins_the_unit_under_the_pointer(page: Page) -> None:
    page.click("#strip [data-step='linear_relu_stack.0']")
    settled(page)
    place: dict[str, float] = page.evaluate(
        """() => {
          const plot = document.querySelector("#stage .js-plotly-plot");
          const { xaxis, yaxis } = plot._fullLayout;
          const { left, top } = plot.getBoundingClientRect();
          return { x: left + xaxis._offset + xaxis.d2p(5), y: top + yaxis._offset + yaxis.d2p(2) };
        }"""
    )
    page.mouse.move(place["x"], place["y"])
    page.mouse.move(place["x"] + 1, place["y"])
    page.mouse.click(place["x"], place["y"])
    page.wait_for_selector("#inspector[data-unit='69']")


def test_the_fraction_adds_up_and_follows_the_temperature(page: Page) -> None:
    page.keyboard.press("End")
    page.click("[data-panel=fraction]")
    page.wait_for_selector("#fraction tbody tr")
    logits = by_hand(pixels(page))["linear_relu_stack.4"].astype(float)
    read = "all => all.map(e => +e.dataset.exact)"

    def shares() -> list[float]:
        values: list[float] = page.locator("#fraction tbody tr td:last-child .num").evaluate_all(
            read
        )
        return values[:10]

    np.testing.assert_allclose(
        shares(), np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum(), rtol=1e-4
    )
    page.evaluate(
        """() => {
          const slider = document.querySelector("#temperature");
          slider.value = Math.log(4);
          slider.dispatchEvent(new Event("input"));
        }"""
    )
    settled(page)
    warm = np.exp((logits - logits.max()) / 4)
    np.testing.assert_allclose(shares(), warm / warm.sum(), rtol=0.02)


def test_bars_and_fraction_point_at_each_other(page: Page) -> None:
    page.keyboard.press("End")
    page.click("[data-panel=fraction]")
    page.wait_for_selector("#fraction tbody tr")
    page.hover("#prediction [data-class='4']")
    expect(page.locator("#fraction tbody tr[data-marked]")).to_have_attribute("data-class", "4")
    page.hover("#fraction tbody tr[data-class='2']")
    expect(page.locator("#prediction [data-marked]")).to_have_attribute("data-class", "2")


def test_the_linear_view_is_exact(page: Page) -> None:
    page.click("[data-panel=linear]")
    page.wait_for_selector("#linear figure")
    settled(page)
    expect(page.locator("[data-check][data-key=linear]")).to_have_attribute("data-check", "passed")
    assert page.locator("#linear figure").count() == 10
    parts = page.locator("#linear figure").evaluate_all(
        "all => all.map(f => [...f.querySelectorAll('.num')].map(e => +e.dataset.exact))"
    )
    for products, bias, logit in parts:
        assert products + bias == pytest.approx(logit, abs=1e-3)


def test_a_batch_of_three_runs_as_one(page: Page) -> None:
    page.click("[data-action=three]")
    settled(page)
    expect(page.locator("#strip [data-step=flatten]")).to_contain_text("torch.Size([3, 784])")
    page.keyboard.press("End")
    page.click("[data-panel=fraction]")
    page.wait_for_selector("#fraction .batch tbody tr:nth-child(3)")
    before = pixels(page)
    page.click("#tray li:nth-child(2) .sample")
    settled(page)
    assert (pixels(page) != before).any()
    page.focus("#tray li:nth-child(2) .sample")
    page.keyboard.press("Delete")
    settled(page)
    expect(page.locator("#strip [data-step=flatten]")).to_contain_text("torch.Size([2, 784])")


def test_the_whole_network_shows_what_feeds_a_unit(page: Page) -> None:
    page.click("[data-view=network]")
    page.wait_for_selector("#network canvas[width]")
    settled(page)
    box = page.locator("#network canvas").bounding_box()
    assert box
    legend, card = page.locator("#network .legend"), page.locator("#network .reading")
    expect(legend).to_contain_text("The 40 strongest paths to Ankle boot")
    expect(card).to_be_hidden()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 40, middle)  # on the name of a class
    page.mouse.move(box["x"] + box["width"] - 41, middle)
    expect(card).to_contain_text("The lines drawn add up to")
    page.mouse.click(box["x"] + box["width"] - 41, middle)
    page.mouse.move(2, 2)
    settled(page)
    expect(card.locator("strong")).to_contain_text("0.")
    expect(card.locator("strong")).to_contain_text("%")
    expect(legend).to_contain_text("widest")


def test_the_strongest_paths_lead_through_maps_and_pools(page: Page) -> None:
    page.select_option("#model", "fashion-cnn")
    settled(page)
    page.click("[data-view=network]")
    settled(page)
    legend = page.locator("#network .legend")
    expect(legend).to_contain_text("The 40 strongest paths to Ankle boot")


def test_the_keys_walk_through_the_whole_network_and_pin(page: Page) -> None:
    page.click("[data-view=network]")
    settled(page)
    page.focus("#network canvas")
    title = page.locator("#network .reading strong")
    page.keyboard.press("ArrowUp")
    expect(title).to_contain_text("Bag 0.")
    page.keyboard.press("ArrowLeft")
    expect(title).to_contain_text("Bag −")
    page.keyboard.press("ArrowLeft")
    expect(title).to_contain_text("5 ReLU · unit")
    page.keyboard.press("Enter")
    settled(page)
    pinned = title.inner_text()
    page.focus(".sample:nth-child(2)")
    expect(title).to_have_text(pinned)
    unit = int(pinned.partition("unit ")[2].partition(" ")[0])
    value = float(pinned.partition("= ")[2].replace("−", "-"))
    expected = by_hand(pixels(page))["linear_relu_stack.3"][unit]
    assert value == pytest.approx(float(expected), abs=6e-5)


@pytest.mark.parametrize("step", ["features.0", "features.1", "features.2", "features.3"])
def test_a_value_of_maps_says_what_feeds_it(page: Page, step: str) -> None:
    page.select_option("#model", "fashion-cnn")
    settled(page)
    pin(page, step, 120)
    page.click("[data-view=network]")
    settled(page)
    card = page.locator("#network .reading")
    expect(card).to_contain_text("add up to")
    text = card.locator("span").inner_text()
    whole = "The lines drawn are all that goes in" in text
    assert whole == (step != "features.3")  # a sum of 9 products, of 144 there
    # the lines, how many others and what they add above and below 0, the bias, the sum
    drawn, *others = numbers(text)
    *parts, total = drawn, *(others if whole else others[1:])
    assert sum(parts) == pytest.approx(total, abs=3e-4)
    layers: Any = zoo.load("fashion-cnn").get_submodule("features")
    image = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))
    with torch.no_grad():
        value = float(layers[: int(step[-1]) + 1](image[None, None]).flatten()[120])
    bent = step in ("features.1", "features.2")  # its sum is that of the convolution before
    assert (max(total, 0.0) if bent else total) == pytest.approx(value, abs=3e-4)


def test_what_feeds_a_unit_goes_with_its_network(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.click("[data-view=network]")
    settled(page)
    page.focus("#network canvas")
    card = page.locator("#network .reading")
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(card).to_contain_text("5 ReLU · unit")
    page.keyboard.press("Enter")  # pinned, with what feeds it
    settled(page)
    expect(card).to_contain_text("The lines drawn add up to")
    page.click("[data-view=explore]")
    page.select_option("#model", "fashion-cnn")
    settled(page)
    page.click("[data-view=network]")
    settled(page)
    expect(card).to_be_hidden()
    assert errors == []
    expect(page.locator("#message")).to_be_hidden()


def test_the_picture_of_the_network_fills_its_height_and_layers_are_larger_than_the_image(
    page: Page,
) -> None:
    page.click("[data-view=network]")
    settled(page)
    canvas = pixels_of(page.locator("#network canvas"))
    ink = np.flatnonzero((canvas[..., 3] > 0).any(axis=1))
    assert ink[-1] >= canvas.shape[0] - 24, "cells reach down to the lower edge"
    bottom = page.locator("#network .legend").bounding_box()
    assert bottom
    assert bottom["y"] + bottom["height"] <= 768, "with its legend in the first screen"


def test_all_tensors_come_as_an_archive(page: Page) -> None:
    page.click("[data-panel=code]")
    with page.expect_download() as waiting:
        page.click("[data-action=npz]")
    path = waiting.value.path()
    archive: Any = np.load(io.BytesIO(path.read_bytes()))
    expected = by_hand(pixels(page))
    assert set(archive.files) == set(STEPS)
    for step in STEPS:
        np.testing.assert_allclose(
            archive[step][0], expected[step].reshape(archive[step][0].shape), rtol=1e-5, atol=1e-6
        )


def test_the_course_sequential_network_has_twenty_units(page: Page) -> None:
    page.select_option("#model", "course-sequential")
    page.wait_for_selector("#strip [data-step='1']")
    settled(page)
    expect(page.locator("#strip [data-step='1']")).to_contain_text("torch.Size([1, 20])")
    model = zoo.load("course-sequential")
    with torch.no_grad():
        shares = torch.softmax(
            model(torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]), 1
        )[0].numpy()
    shown = [
        float(bar.get_attribute("data-probability") or "nan")
        for bar in page.locator("#prediction [data-class]").all()
    ]
    np.testing.assert_allclose(shown, shares, rtol=1e-5, atol=1e-7)
