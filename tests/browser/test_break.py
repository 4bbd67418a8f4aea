"""Edits, comparison, deciding units, robustness.

What people change is changed, shown, and can be taken back.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from explorer.network import zoo
from tests.browser.conftest import start_again
from tests.browser.hands import follow, pixels, settled
from tests.browser.links import packed

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    return start_again(opened)


def shown(page: Page) -> list[float]:
    return [
        float(bar.get_attribute("data-probability") or "nan")
        for bar in page.locator("#prediction [data-class]").all()
    ]


def with_edit(
    image: Pixels, units: list[int], value: float = 0.0
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Run the network by hand with units of the first ReLU set to a value."""
    model = zoo.load("fashion-mlp")
    layers = list(model.get_submodule("linear_relu_stack").children())
    with torch.no_grad():
        x = torch.from_numpy(image.astype(np.float32) / np.float32(255)).reshape(1, 784)
        x = layers[1](layers[0](x)).clone()
        x[:, units] = value
        for layer in layers[2:]:
            x = layer(x)
        result: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = torch.softmax(x, 1)[0].numpy()
    return result


def edit(page: Page, step: str, units: str, action: str, value: str = "0") -> None:
    page.click(f"#strip [data-step='{step}']")
    page.wait_for_selector(f"#stage[data-step='{step}']")
    page.click("[data-panel=edit]")
    page.fill("#edit-units", units)
    page.select_option("#edit-action", action)
    if action in {"clamp", "scale"}:
        page.fill("#edit-value", value)
    page.click("[data-action=apply-edit]")
    settled(page)


def test_a_layer_is_changed_as_a_whole_only_by_whoever_says_so(page: Page) -> None:
    before = shown(page)
    edit(page, "linear_relu_stack.1", "", "off")
    expect(page.locator("#message")).to_contain_text("Which units?")
    np.testing.assert_allclose(shown(page), before, atol=0)
    page.keyboard.press("Escape")
    page.click("[data-action=whole-layer]")
    assert page.input_value("#edit-units") == "0-511"
    page.click("[data-action=apply-edit]")
    settled(page)
    expect(page.locator("#edits .chip")).to_contain_text("3 ReLU · whole layer")
    off = with_edit(pixels(page), list(range(512)))
    np.testing.assert_allclose(shown(page), off, rtol=1e-4, atol=1e-6)


# All that the headline says from now on.
SAYINGS = """() => {
  const said = document.querySelector("#prediction .says");
  window.sayings = [];
  new MutationObserver(() => window.sayings.push(said.textContent))
    .observe(said, { subtree: true, childList: true, characterData: true });
}"""


@pytest.mark.parametrize(("count", "value"), [(3, "1e6"), (8, "-1e6")])
def test_what_is_no_number_is_a_sentence_and_names_no_class(
    page: Page, count: int, value: str
) -> None:
    before = shown(page)
    scale = {"step": "linear_relu_stack.0", "units": [], "action": "scale", "value": float(value)}
    follow(page, packed({"edits": [{**scale, "source": None}] * 2}))
    expect(page.locator("#edits .chip")).to_have_count(2)
    settled(page)
    page.evaluate(SAYINGS)
    page.click("#strip [data-step='linear_relu_stack.0']")
    page.click("[data-panel=edit]")
    page.click("[data-action=whole-layer]")
    page.select_option("#edit-action", "scale")
    page.fill("#edit-value", value)
    settled(page)
    for _ in range(count - 2):
        page.click("[data-action=apply-edit]")
    expect(page.locator("#edits .chip")).to_have_count(count)
    expect(page.locator("#message p")).to_contain_text("linear_relu_stack.0 the values are beyond")
    expect(page.locator("#prediction .none")).to_contain_text("nothing computed from them")
    assert page.inner_text("#prediction .answer") == "—"
    assert page.locator("#prediction [data-class]").count() == 0
    assert "NaN" not in "".join([*page.evaluate("sayings"), page.inner_text("#explorer")])
    for _ in range(count - 2):
        page.click("[data-action=undo]")
    settled(page)
    assert page.locator("#message").is_hidden()
    assert len(shown(page)) == len(before)


def test_switching_units_off_changes_what_follows_and_undo_takes_it_back(page: Page) -> None:
    before = shown(page)
    edit(page, "linear_relu_stack.1", "0-255", "off")
    np.testing.assert_allclose(
        shown(page), with_edit(pixels(page), list(range(256))), rtol=1e-4, atol=1e-6
    )
    expect(page.locator("#edits .chip")).to_have_count(1)
    expect(page.locator("#prediction .changed")).to_contain_text("→")
    page.keyboard.press("Control+z")
    settled(page)
    np.testing.assert_allclose(shown(page), before, atol=1e-7)
    page.keyboard.press("Control+y")
    settled(page)
    page.click("#edits .remove")
    settled(page)
    np.testing.assert_allclose(shown(page), before, atol=1e-7)
    expect(page.locator("#edits")).to_be_hidden()


def test_clamping_a_unit(page: Page) -> None:
    edit(page, "linear_relu_stack.1", "37", "clamp", "25")
    np.testing.assert_allclose(
        shown(page), with_edit(pixels(page), [37], 25.0), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("keys", ["", "e", "-"])
def test_a_number_that_is_none_is_the_one_from_before(page: Page, keys: str) -> None:
    edit(page, "linear_relu_stack.1", "3", "clamp", "2.5")
    for field in ("#edit-value", "#train-seed"):
        if field == "#train-seed":
            page.click("[data-panel=train]")
        before = page.input_value(field)
        page.focus(field)
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.type(keys)
        page.keyboard.press("Tab")
        assert page.input_value(field) == before != ""
        assert page.evaluate(f"document.querySelector('{field}').validity.valid")


def test_units_that_do_not_exist_are_refused_in_a_sentence(page: Page) -> None:
    edit(page, "linear_relu_stack.1", "600", "off")
    expect(page.locator("#message")).to_contain_text("0 to 511")
    expect(page.locator("#edits")).to_be_hidden()


def test_the_lasso_chooses_units(page: Page) -> None:
    page.click("#strip [data-step='linear_relu_stack.0']")
    page.click("[data-panel=edit]")
    settled(page)
    page.click("[data-action=lasso]")
    box = page.locator("#stage .lasso").bounding_box()
    assert box
    for number, (x, y) in enumerate(
        ((0.1, 0.05), (0.3, 0.05), (0.3, 0.4), (0.1, 0.4), (0.1, 0.06))
    ):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    assert "-" in page.input_value("#edit-units")


def test_the_set_that_decides_flips_the_prediction(page: Page) -> None:
    answer = page.locator("#prediction .answer").inner_text()
    page.click("#strip [data-step='linear_relu_stack.3']")
    page.click("[data-panel=deciding]")
    page.wait_for_selector("#deciding tbody tr")
    settled(page)
    page.click("[data-action=try-set]")
    settled(page)
    assert page.locator("#prediction .answer").inner_text() != answer


def test_two_checkpoints_side_by_side(page: Page) -> None:
    value = page.locator("#versus option", has_text="untrained").first.get_attribute("value")
    page.select_option("#versus", value)
    settled(page)
    assert page.locator("#strip .other:not([hidden])").count() == 8
    expect(page.locator("#compare")).to_contain_text("untrained:")
    page.click("#strip [data-step='linear_relu_stack.2']")
    settled(page)
    assert page.evaluate("document.querySelector('#stage .js-plotly-plot')._fullData.length") == 3
    titles = page.locator("#stage .g-xtitle, #stage .g-x2title, #stage .g-x3title")
    assert titles.all_text_contents() == ["epoch 90", "untrained", "difference"]
    beside = page.locator("#stage .js-plotly-plot .infolayer [class*=cbcoloraxis5] text")
    assert "untrained − epoch 90" in beside.all_text_contents()
    page.click("[data-action=patch-step]")
    settled(page)
    expect(page.locator("#compare")).to_contain_text("largest difference 0,")


def patched(images: list[Pixels], *, at: int) -> list[float]:
    """Run the network by hand on two pictures; the first has some units of the second's ReLU."""
    layers = list(zoo.load("fashion-mlp").get_submodule("linear_relu_stack").children())
    with torch.no_grad():
        stacked = np.stack(images).astype(np.float32) / np.float32(255)
        x = layers[1](layers[0](torch.from_numpy(stacked).reshape(2, 784))).clone()
        x[0, :at] = x[1, :at]
        for layer in layers[2:]:
            x = layer(x)
        found: list[float] = torch.softmax(x, 1)[0].tolist()
    return found


def test_values_are_copied_from_the_image_that_is_named_and_into_the_other_side(
    page: Page,
) -> None:
    page.evaluate("document.querySelector('#more-pictures').open = true")
    page.click("[data-action=three]")
    settled(page)
    pictures, alone = [pixels(page)], [shown(page)]
    for place in (2, 3, 1):
        page.click(f"#tray li:nth-child({place}) .sample")
        settled(page)
        pictures.append(pixels(page))
        alone.append(shown(page))
    page.click("#strip [data-step='linear_relu_stack.1']")
    page.click("[data-panel=edit]")
    page.select_option("#edit-action", "patch")
    page.select_option("#edit-image", "1")
    page.select_option("#edit-checkpoint", label="epoch 90")
    page.fill("#edit-units", "0-255")
    page.click("[data-action=apply-edit]")
    settled(page)
    by_hand = patched(pictures[:2], at=256)
    assert np.abs(np.array(by_hand) - alone[0]).max() > 1e-3
    np.testing.assert_allclose(shown(page), by_hand, rtol=1e-4, atol=1e-6)
    page.keyboard.press("Control+z")
    settled(page)
    other = page.locator("#versus option", has_text="image 2").first.get_attribute("value")
    page.select_option("#versus", other)
    settled(page)
    expect(page.locator("#compare")).to_contain_text(f"{100 * max(alone[2]):.2f}")
    card = page.locator("#strip [data-step='linear_relu_stack.1']")
    card.locator("canvas:not(.other)").drag_to(card.locator("canvas.other"))
    expect(page.locator("#compare")).to_contain_text(f"{100 * max(alone[0]):.2f}")


def test_rotating_the_picture_moves_along_the_curve(page: Page) -> None:
    page.click("[data-panel=robustness]")
    page.wait_for_selector("#robustness canvas[width]")
    settled(page)
    before = shown(page)
    page.evaluate(
        """() => {
          const slider = document.querySelector("#slider-rotate");
          slider.value = 40;
          slider.dispatchEvent(new Event("input"));
        }"""
    )
    settled(page)
    assert shown(page) != before
    page.click("[data-action=reset-robustness]")
    settled(page)
    np.testing.assert_allclose(shown(page), before, atol=1e-7)
