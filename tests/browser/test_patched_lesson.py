"""Values are copied while a lesson is shown: from what was learnt, or from saved weights, as said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional

from tests.browser.desk import FIRST, LABEL, model, teach, tensor, unsure
from tests.browser.hands import settled
from tests.browser.reading import numbers, texts

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The page with ten steps learnt from a picture that is not quite sure, and all of it shown."""
    unsure(opened)
    teach(opened, FIRST)
    opened.click("[data-action=optimizer-ten]")
    settled(opened)
    opened.check("#taught-shown")
    settled(opened)
    return opened


def taught(page: Page) -> Any:
    """Return the network as plain torch teaches it the drawing in ten steps."""
    network, image = model(), tensor(page)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(10):
        optimizer.zero_grad()
        functional.cross_entropy(network(image), torch.tensor([LABEL])).backward()
        optimizer.step()
    return network.requires_grad_(requires_grad=False)


def shares(page: Page, *, first: Any, rest: Any) -> list[float]:
    """Return the shares where one network's first layer feeds the rest of another."""
    with torch.no_grad():
        values = first.linear_relu_stack[0](torch.flatten(tensor(page), 1))
        found: list[float] = torch.softmax(rest.linear_relu_stack[1:](values), 1)[0].tolist()
    return found


def told(page: Page) -> list[float]:
    bars = page.locator("#prediction [data-probability]").all()
    found = {each.get_attribute("data-class"): each for each in bars}
    return [float(found[str(at)].get_attribute("data-probability") or "nan") for at in range(10)]


def test_a_patch_says_and_takes_what_was_learnt_or_what_is_saved(page: Page) -> None:
    network = taught(page)
    page.click("#tab-edit")
    page.select_option("#edit-action", "patch")
    offered = texts(page.locator("#edit-checkpoint option"))
    assert offered[0] == page.locator("#edit-checkpoint option:checked").inner_text()
    assert offered[0] == "epoch 90 + 10 steps"
    assert "epoch 90" in offered
    page.click("[data-action=whole-layer]")
    page.click("[data-action=apply-edit]")
    settled(page)
    expect(page.locator("#edits .chip")).to_contain_text("+ 10 steps")
    own = shares(page, first=network, rest=network)
    np.testing.assert_allclose(told(page), own, atol=1e-5)  # its own values: nothing changes
    page.click("[data-action=clear-edits]")
    settled(page)
    page.select_option("#edit-checkpoint", label="epoch 90")
    page.click("[data-action=whole-layer]")
    page.click("[data-action=apply-edit]")
    settled(page)
    expect(page.locator("#edits .chip")).not_to_contain_text("10 steps")
    mixed = shares(page, first=model(), rest=network)
    assert np.abs(np.array(mixed) - own).max() > 1e-3
    np.testing.assert_allclose(told(page), mixed, atol=1e-5)
    page.click("[data-action=clear-edits]")
    settled(page)


def test_a_step_of_what_was_learnt_is_copied_into_the_other_side(page: Page) -> None:
    page.select_option("#versus", label="weights: epoch 90")
    settled(page)
    copied = page.locator("[data-action=patch-step]")
    expect(copied).to_contain_text("epoch 90 + 10 steps → epoch 90")
    assert numbers(page.locator("#compare p").nth(1).inner_text())[0] > 0
    copied.click()
    settled(page)
    assert numbers(page.locator("#compare p").nth(1).inner_text())[0] == 0
    expected = shares(page, first=taught(page), rest=model())
    said = page.locator("#compare p").first.inner_text()
    assert numbers(said)[-1] == pytest.approx(100 * max(expected), abs=0.051)
    page.select_option("#versus", label="nothing")
    settled(page)


def test_what_was_copied_goes_with_the_lesson(page: Page) -> None:
    page.click("#tab-edit")
    page.select_option("#edit-action", "patch")
    page.click("[data-action=whole-layer]")
    page.click("[data-action=apply-edit]")
    settled(page)
    page.click("#tab-teach")
    page.select_option("#taught-class", "")
    settled(page)
    expect(page.locator("#edits .chip")).to_have_count(0)
    expect(page.locator("#message")).to_be_hidden()
