"""A network of digits has samples, an invitation and test images of digits; the drawing stays."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from explorer.incoming import samples
from explorer.network import zoo
from tests.browser.conftest import start_again
from tests.browser.hands import drag, pixels, settled

pytestmark = pytest.mark.browser

NAME = "digits-mlp"


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first, with the network of digits."""
    page = start_again(opened)
    page.select_option("#model", NAME)
    settled(page)
    return page


def answer(page: Page) -> int:
    """What the network itself says to the drawing."""
    x = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]
    with torch.no_grad():
        return int(zoo.load(NAME)(x).argmax())


def test_every_sample_is_a_digit_and_is_read(page: Page) -> None:
    listed = samples.listing("MNIST")
    buttons = page.locator(".samples button")
    expect(buttons).to_have_count(len(listed))
    for place, sample in list(enumerate(listed))[::3]:
        assert buttons.nth(place).get_attribute("title") == str(sample["label"])
        buttons.nth(place).click()
        settled(page)
        assert pixels(page).tobytes() == base64.b64decode(sample["pixels"])
        assert answer(page) == sample["label"]
        assert page.inner_text("#prediction .answer") == str(sample["label"])


def test_a_drawn_seven_is_a_seven_and_the_drawing_outlives_the_choice(page: Page) -> None:
    expect(page.locator(".invitation")).to_contain_text("Draw a digit")
    page.click("[data-action=clear]")
    drag(page, (0.3, 0.22), (0.7, 0.22), (0.45, 0.85))
    settled(page)
    assert page.inner_text("#prediction .answer") == "7"
    before = pixels(page)
    page.select_option("#model", "fashion-mlp")
    settled(page)
    assert (pixels(page) == before).all()
    expect(page.locator(".invitation")).to_contain_text("Draw a piece of clothing")
    expect(page.locator(".samples button")).to_have_count(len(samples.listing()))


def test_a_batch_of_three_is_one_of_digits(page: Page) -> None:
    page.click(".samples button:nth-child(6)")
    page.click("[data-action=three]")
    settled(page)
    expect(page.locator("[data-image]")).to_have_count(3)
    page.click("[data-image='2'] .sample")
    settled(page)
    digits = {base64.b64decode(each["pixels"]) for each in samples.listing("MNIST")}
    assert pixels(page).tobytes() in digits


def test_what_a_lesson_forgets_are_digits(page: Page) -> None:
    page.click(".samples button:nth-child(2)")
    page.click("#tab-teach")
    page.select_option("#taught-class", "7")
    page.click("[data-action=optimizer-step]")
    settled(page)
    items = page.locator(".forgotten li")
    expect(items).to_have_count(10)
    expect(items.nth(3).locator("canvas")).to_have_attribute("aria-label", "3")


def test_a_small_seven_aside_is_centred_as_in_the_data_set_and_undone(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.05, 0.6), (0.25, 0.6), (0.12, 0.9))
    settled(page)
    before = pixels(page)
    page.click("[data-action=pen-options]")
    page.click("[data-action=centre]")
    settled(page)
    after = pixels(page).reshape(28, 28)
    rows = np.flatnonzero((after > 20).any(axis=1))
    columns = np.flatnonzero((after > 20).any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=1)
    weight = after / after.sum()
    assert float((weight.sum(axis=1) * np.arange(28)).sum()) == pytest.approx(13.5, abs=0.3)
    assert page.inner_text("#prediction .answer") == "7"
    page.click("[data-action=undo]")
    settled(page)
    assert (pixels(page) == before).all()
