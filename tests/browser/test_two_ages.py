"""Two ages of the weights side by side: each value of either, and what lies between them."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.network import zoo
from tests.browser.hands import settled
from tests.browser.reading import colour, numbers, pixels_of
from tests.browser.test_late import LATE, were_late

pytestmark = pytest.mark.browser

FIRST = "linear_relu_stack.0.weight"


def side(page: Page, name: str) -> Locator:
    return page.locator(f"#weights [data-side={name}]:not([hidden]) canvas")


def same(canvas: Locator, values: np.ndarray, limit: float) -> bool:
    shown = pixels_of(canvas)[..., :3]
    return bool(np.abs(shown - colour(values, "signed", limit)).max() <= 4)


def told(values: np.ndarray, limit: float, most: int) -> str:
    end = f"{limit:.4f}"
    return f"Histogram of {values.size} values in 60 bins from −{end} to {end}; the fullest has {most}."


def test_the_bars_of_a_parameter_have_numbers(page: Page) -> None:
    """The ends of the bins and the fullest, of one age and of both on one scale."""
    one, two = (
        zoo.load("fashion-mlp", age).get_parameter(FIRST).numpy() for age in ("", "epoch-001")
    )
    limit = max(float(np.abs(one).max()), float(np.abs(two).max()))
    page.click("[data-view=weights]")
    said = page.locator("#weights .bins")
    alone = float(np.abs(one).max())
    fullest = np.histogram(one, 60, (-alone, alone))[0].max()
    expect(said).to_have_text(told(one, alone, fullest))
    page.select_option("#weights-versus", label="epoch 1")
    fullest = max(np.histogram(each, 60, (-limit, limit))[0].max() for each in (one, two))
    expect(said).to_have_text(told(one, limit, fullest))


def test_every_weight_of_two_ages_and_their_difference(page: Page) -> None:
    one = zoo.load("fashion-mlp").get_parameter(FIRST).numpy()
    two = zoo.load("fashion-mlp", "epoch-001").get_parameter(FIRST).numpy()
    page.click("[data-view=weights]")
    page.select_option("#weights-versus", label="epoch 1")
    expect(side(page, "apart")).to_be_visible()
    settled(page)
    both = max(float(np.abs(one).max()), float(np.abs(two).max()))
    assert same(side(page, "one"), one, both)
    assert same(side(page, "two"), two, both), "both sides have one scale"
    apart = float(np.abs(two - one).max())
    assert same(side(page, "apart"), two - one, apart)
    caption = page.locator("#weights [data-side=apart] figcaption").inner_text()
    *_, changed, count, low, zero, high = numbers(caption.replace(",", ""))
    assert changed == np.count_nonzero(two != one)
    assert count == one.size
    assert (-low, zero, high) == pytest.approx((apart, 0, apart), abs=1e-4)
    box = side(page, "two").bounding_box()
    assert box
    row, column = 70, 301
    x, y = (column + 0.5) / 784 * box["width"], (row + 0.5) / 512 * box["height"]
    side(page, "two").hover(position={"x": x, "y": y})
    text = page.locator("#weights .reading").first.inner_text()
    assert text.startswith(f"{FIRST}[{row}, {column}] = ")
    read = numbers(text.partition(" = ")[2])
    weight, other = float(one[row, column]), float(two[row, column])
    assert read == pytest.approx([weight, other, other - weight], abs=1e-6)
    page.mouse.move(0, 0)
    reading = page.locator("#weights .reading").first
    side(page, "two").focus()
    expect(reading).to_contain_text(f"{FIRST}[0, 0] = ")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        side(page, "two").press(key)
    expect(reading).to_contain_text(f"{FIRST}[2, 1] = ")
    side(page, "two").blur()
    page.select_option("#checkpoint", "epoch-001")
    page.select_option("#weights-versus", zoo.card("fashion-mlp").default)
    settled(page)
    assert same(side(page, "one"), two, both), "the other side's scale where that is wider"


def test_what_a_side_is_called_is_what_its_values_are(page: Page) -> None:
    """Also while another age is on its way, and whatever is chosen meanwhile."""
    last = "linear_relu_stack.4.bias"
    page.click("[data-view=weights]")
    page.select_option("#weights-versus", label="epoch 1")
    expect(side(page, "apart")).to_be_visible()
    settled(page)
    page.evaluate(LATE, [["epoch-002", 1000]])
    page.select_option("#weights-versus", label="epoch 2")
    page.click(f"[data-parameter='{last}'] button")
    caption = page.locator("#weights [data-side=two] figcaption")
    expect(page.locator(f"#weights [data-side=two] canvas[aria-label*='{last}']")).to_be_visible()
    for _ in range(2):
        called = caption.inner_text()
        side(page, "two").hover(position={"x": 1, "y": 0.5})
        text = page.locator("#weights .reading").first.inner_text()
        if called == caption.inner_text():  # it did not change meanwhile
            name = {"epoch 1": "epoch-001", "epoch 2": "epoch-002"}[called]
            value = float(zoo.load("fashion-mlp", name).get_parameter(last)[0])
            assert numbers(text.partition(" = ")[2])[1] == pytest.approx(value, abs=1e-6)
        expect(caption).to_have_text("epoch 2")
        page.mouse.move(0, 0)
    were_late(page)


def test_rows_as_images_of_either_age_and_of_the_difference(page: Page) -> None:
    one = zoo.load("fashion-mlp").get_parameter(FIRST).numpy()
    two = zoo.load("fashion-mlp", "untrained").get_parameter(FIRST).numpy()
    page.click("[data-view=weights]")
    expect(page.locator("#row-side")).to_be_hidden()
    page.select_option("#weights-versus", "untrained")
    page.locator("#row-side").wait_for()
    settled(page)
    both = max(float(np.abs(one).max()), float(np.abs(two).max()))
    between = two - one
    for choice, values, limit in (
        ("0", one, both),
        ("1", two, both),
        ("2", between, float(np.abs(between).max())),
    ):
        page.select_option("#row-side", choice)
        shown = pixels_of(page.locator("#weights .rows canvas"))[..., :3]
        for unit in (0, 33, 511):
            top, left = 29 * (unit // 32), 29 * (unit % 32)
            image = colour(values[unit].reshape(28, 28), "signed", limit)
            assert np.abs(shown[top : top + 28, left : left + 28] - image).max() <= 4
    page.select_option("#weights-versus", "")
    expect(page.locator("#row-side")).to_be_hidden()
    expect(side(page, "apart")).to_have_count(0)


def test_the_comparison_is_that_of_the_whole_page(page: Page) -> None:
    page.click("[data-view=weights]")
    page.select_option("#weights-versus", "untrained")
    page.click("[data-view=explore]")
    expect(page.locator("#versus option:checked")).to_have_text("weights: untrained")
    page.select_option("#checkpoint", "untrained")
    expect(page.locator("#versus option:checked")).to_have_text("weights: untrained")
