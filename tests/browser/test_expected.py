"""Whoever walks through a network that the page cannot compute does not wait at the next step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, serving, visit
from tests.browser.hands import FIGURE, drag, settled, unanswered

pytestmark = pytest.mark.browser
PREPARED = "body > .graphs > .js-plotly-plot .main-svg >> nth=0"
QUESTIONS = "**/component_server**"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    yield from serving("--model", "tests/nets.py:Net", "--labels", "coat,bag,shoe")


@pytest.fixture
def net(browser: Browser, running: Server) -> Iterator[Page]:
    yield from visit(browser, running.url)


def figure(page: Page, trace: int = -1) -> NDArray[np.float64]:
    """Return what a picture of maps shows, as Plotly has it: 0 where it shows nothing."""
    found: NDArray[np.float64] = np.array(page.evaluate(FIGURE)[trace], dtype=float)
    return np.nan_to_num(found)


def switched_on(page: Page) -> NDArray[np.float64]:
    """Return what goes on from a ReLU; what is off has a picture of its own."""
    return figure(page, 0)


def walk_to(page: Page, step: str) -> None:
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"#stage[data-step='{step}']")


def walked(page: Page) -> NDArray[np.float64]:
    """Walk to the normalization, until the ReLU behind it stands ready; return what is seen."""
    page.click("#strip [data-step=first]")
    settled(page)
    walk_to(page, "norm")
    settled(page)
    page.locator(PREPARED).wait_for(state="attached")
    return figure(page)


def test_the_next_step_stands_though_the_server_says_nothing(net: Page) -> None:
    before = walked(net)
    expect(net.locator(PREPARED)).to_be_hidden()
    with unanswered(net, QUESTIONS):
        walk_to(net, "..relu")
        net.wait_for_selector("#explorer[data-state=ready]")
        expect(net.locator("#stage .js-plotly-plot")).to_be_visible()
        assert before.min() < 0
        np.testing.assert_array_equal(switched_on(net), np.maximum(before, 0))
    settled(net)


def test_what_was_drawn_meanwhile_is_what_the_next_step_shows(net: Page) -> None:
    before = walked(net)
    asked: list[str] = []
    net.on("request", lambda request: asked.append(request.post_data or ""))
    drag(net, (0.2, 0.8), (0.8, 0.2))
    settled(net)
    assert any("images" in each for each in asked)
    assert not any("..relu" in each for each in asked), "who draws does not walk on"
    drawn = figure(net)
    assert not np.array_equal(drawn, before)
    walk_to(net, "..relu")
    settled(net)
    np.testing.assert_array_equal(switched_on(net), np.maximum(drawn, 0))


def test_a_graph_that_was_ready_shows_what_is_drawn_on(net: Page) -> None:
    walked(net)
    walk_to(net, "..relu")
    settled(net)
    before = switched_on(net)
    drag(net, (0.2, 0.2), (0.8, 0.8))
    settled(net)
    after = switched_on(net)
    assert not np.array_equal(after, before)
    net.keyboard.press("ArrowLeft")
    net.wait_for_selector("#stage[data-step=norm]")
    settled(net)
    np.testing.assert_array_equal(after, np.maximum(figure(net), 0))
