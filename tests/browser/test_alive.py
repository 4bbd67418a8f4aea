"""A chain from a notebook: the page computes it with the weights of now, and hears of others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch import nn

from tests.browser.conftest import visit
from tests.browser.hands import drag, pixels, settled
from tests.browser.programs import Say, running
from tests.browser.test_twin import TWIN, bars, confirmed, moved_alone

pytestmark = pytest.mark.browser

PROGRAM = """
import torch
from torch import nn
import explorer

torch.manual_seed(3)
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 3))
with explorer.explore(model, labels=["coat", "bag", "shoe"], name="mine") as page:
    print(page.url, flush=True)
    while number := input():
        model[3].bias.data[int(number)] += 2
        print("changed", flush=True)
"""
# Whether a check of the twin was ever red.
WATCHED = f"""() => {{
  window.red = 0;
  new MutationObserver(() => {{
    if (document.querySelector("{TWIN}[data-check=failed]")) window.red += 1;
  }}).observe(document, {{ subtree: true, childList: true, attributeFilter: ["data-check"] }});
}}"""


def known() -> nn.Sequential:
    """Return the module as the program makes it."""
    torch.manual_seed(3)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 3))


def shares(model: nn.Module, page: Page) -> torch.Tensor:
    image = torch.from_numpy(pixels(page).astype(np.float32) / 255)
    with torch.no_grad():
        found: torch.Tensor = model(image.reshape(1, 1, 28, 28)).softmax(1)[0]
    return found


@pytest.fixture
def alive(browser: Browser) -> Iterator[tuple[Page, Say]]:
    with running(PROGRAM) as (url, say):
        for page in visit(browser, url):
            confirmed(page)
            yield page, say


def test_a_stroke_moves_the_bars_without_an_answer_and_the_hooks_confirm_them(
    alive: tuple[Page, Say],
) -> None:
    page, _ = alive
    moved_alone(page, lambda: shares(known(), page))
    settled(page)
    expect(page.locator("#explorer")).to_have_attribute("data-source", "hooks")
    confirmed(page)
    np.testing.assert_allclose(bars(page), shares(known(), page), atol=1e-5)


def test_weights_that_the_notebook_changed_are_fetched_and_nothing_false_is_confirmed(
    alive: tuple[Page, Say],
) -> None:
    page, say = alive
    model = known()
    page.evaluate(WATCHED)
    for number in (0, 2):
        assert say(str(number)) == "changed"
        with torch.no_grad():
            model.get_parameter("3.bias")[number] += 2
        with page.expect_response("**/weights/mine/**") as fetched:
            drag(page, (0.2, 0.3 + number / 8), (0.8, 0.4))
            settled(page)
        assert fetched.value.ok
        confirmed(page)
        np.testing.assert_allclose(bars(page), shares(model, page), atol=1e-5)
    drag(page, (0.3, 0.8), (0.7, 0.8))
    settled(page)
    confirmed(page)
    np.testing.assert_allclose(bars(page), shares(model, page), atol=1e-5)
    assert page.evaluate("window.red") == 0
