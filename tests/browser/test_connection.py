"""The server dies, hangs, and comes back: the page waits, says so, and goes on."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY, Server
from tests.browser.hands import by_hand, drag, pin, pixels, settled
from tests.browser.reading import numbers

pytestmark = pytest.mark.browser

PROBABILITIES = """() => [...document.querySelectorAll("#prediction [data-class]")].map(
  (bar) => bar.dataset.probability)"""
LINEAR, RELU = "linear_relu_stack.0", "linear_relu_stack.1"
MODULE = """import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(SEED)
        self.flatten, self.first = nn.Flatten(), nn.Linear(784, 16)
        self.relu, self.last = nn.ReLU(), nn.Linear(16, 10)

    def forward(self, x):
        return self.last(self.relu(self.first(self.flatten(x))))
"""
OTHER = "#message [data-owner=offer]"
TECHNICAL = ("TypeError", "undefined", "Error", "null", "fetch", "NaN")


@pytest.fixture(scope="module")
def own() -> Iterator[list[Server]]:
    """A server that a test may kill; it leaves another one in its place."""
    servers = [Server()]
    yield servers
    servers[0].stop()


@pytest.fixture
def open_page(browser: Browser, own: list[Server]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(own[0].url)
    page.wait_for_selector(READY)
    settled(page)
    yield page
    context.close()
    assert [fault for fault in faults if "main.js" in fault or "/web/" in fault] == []


def probabilities(page: Page) -> list[str]:
    found: list[str] = page.evaluate(PROBABILITIES)
    return found


def back_to_work(page: Page, before: list[str]) -> None:
    """Numbers follow the drawing by themselves, and what was said about it is gone."""
    page.wait_for_function(f"({PROBABILITIES})().join() !== {','.join(before)!r}")
    expect(page.locator("#message")).to_be_hidden()
    expect(page.locator("#explorer")).not_to_have_attribute("data-waiting", "")
    drawn = pixels(page)
    page.wait_for_timeout(300)
    now = probabilities(page)
    drag(page, (0.1, 0.1), (0.9, 0.1))
    settled(page)
    assert probabilities(page) != now
    assert (pixels(page) >= drawn).all()


def says_one_plain_sentence(page: Page) -> None:
    expect(page.locator("#message p")).to_have_count(1)
    sentence = page.locator("#message").inner_text()
    assert "does not answer" in sentence
    assert not [word for word in TECHNICAL if word in sentence]


def test_killed_under_a_stroke_and_started_again(open_page: Page, own: list[Server]) -> None:
    before = probabilities(open_page)
    box = open_page.locator("#pad").bounding_box()
    assert box
    open_page.mouse.move(box["x"] + 20, box["y"] + 200)
    open_page.mouse.down()
    own[0].process.kill()
    own[0].stop()
    before = probabilities(open_page)
    open_page.mouse.move(box["x"] + 200, box["y"] + 40, steps=10)
    open_page.mouse.up()
    drawn = pixels(open_page)
    expect(open_page.locator("#explorer")).to_have_attribute("data-waiting", "")
    says_one_plain_sentence(open_page)
    drag(open_page, (0.1, 0.9), (0.9, 0.9))
    assert (pixels(open_page) >= drawn).all()
    assert pixels(open_page).sum() > drawn.sum()
    own[0] = Server(port=own[0].port)
    back_to_work(open_page, before)


def test_offline_and_back(open_page: Page) -> None:
    open_page.context.set_offline(True)
    before = probabilities(open_page)
    drag(open_page, (0.1, 0.5), (0.9, 0.5))
    says_one_plain_sentence(open_page)
    for view in ("course", "network", "explore", "weights"):
        open_page.click(f"[data-view={view}]")
    open_page.wait_for_timeout(600)
    open_page.context.set_offline(False)
    expect(open_page.locator("#weights [data-parameter]").first).to_be_visible(timeout=4000)
    open_page.click("[data-view=explore]")
    back_to_work(open_page, before)


def test_a_pinned_unit_is_explained_while_the_server_is_away(open_page: Page) -> None:
    page, inspector = open_page, open_page.locator("#inspector")
    pin(page, LINEAR, 7)
    page.context.set_offline(True)
    try:
        drag(page, (0.1, 0.5), (0.9, 0.5))
        says_one_plain_sentence(page)
        for unit in (7, 8):  # drawn on, and another one pinned
            drag(page, (0.1, 0.1 * unit), (0.9, 0.1 * unit))
            expect(inspector).to_have_attribute("data-unit", str(unit))
            image = by_hand(pixels(page))
            value = float(inspector.get_attribute("data-value") or "nan")
            assert value == pytest.approx(image[LINEAR][unit], rel=1e-5)
            last = numbers(inspector.locator(".formulas .formula >> nth=1").inner_text())[-1]
            assert last == pytest.approx(value, abs=6e-4)
            page.focus("#stage .plot")
            page.keyboard.press("ArrowRight")
        expect(inspector).to_have_attribute("data-unit", "9")
        page.click(f"#strip [data-step='{RELU}']")  # nothing is pinned there
        expect(inspector).not_to_have_attribute("data-unit", re.compile("."))
    finally:
        page.context.set_offline(False)
    page.click(f"#strip [data-step='{LINEAR}']")
    expect(page.locator("#message")).to_be_hidden(timeout=4000)


def test_a_sentence_that_was_put_away_does_not_come_back_with_every_attempt(
    open_page: Page,
) -> None:
    open_page.context.set_offline(True)
    drag(open_page, (0.1, 0.5), (0.9, 0.5))
    says_one_plain_sentence(open_page)
    open_page.keyboard.press("Escape")
    open_page.wait_for_timeout(2500)
    expect(open_page.locator("#message")).to_be_hidden()
    expect(open_page.locator("#waiting")).to_be_visible()
    open_page.context.set_offline(False)
    expect(open_page.locator("#waiting")).to_be_hidden(timeout=3000)


def test_a_server_that_hangs_is_waited_for(open_page: Page, own: list[Server]) -> None:
    os.kill(own[0].pid, signal.SIGSTOP)
    try:
        before = probabilities(open_page)
        drag(open_page, (0.1, 0.5), (0.9, 0.5))
        expect(open_page.locator("#waiting")).to_be_visible(timeout=3000)
        assert open_page.locator("#message").is_hidden(), "slow is not away"
    finally:
        os.kill(own[0].pid, signal.SIGCONT)
    back_to_work(open_page, before)


def test_two_sentences_stand_until_each_is_put_away(open_page: Page) -> None:
    open_page.context.set_offline(True)
    drag(open_page, (0.1, 0.5), (0.9, 0.5))
    says_one_plain_sentence(open_page)
    open_page.click("[data-action=share]")
    open_page.click("[data-download=npz]")
    expect(open_page.locator("#message p")).to_have_count(2)
    open_page.context.set_offline(False)
    expect(open_page.locator("#message p")).to_have_count(1)
    expect(open_page.locator("#message")).to_contain_text("did not answer this time")
    open_page.locator("#message [data-action=close-message]").click()
    expect(open_page.locator("#message")).to_be_hidden()


def restart(own: list[Server], *options: str) -> None:
    own[0].process.kill()
    own[0].stop()
    own[0] = Server(*options, port=own[0].port)


def drawn_on(page: Page, height: float) -> None:
    """Draw on with a server that offers something else: one sentence, nothing is refuted."""
    before = pixels(page)
    drag(page, (0.1, height), (0.9, height))
    expect(page.locator(f"{OTHER} p")).to_contain_text("Load it again")
    expect(page.locator("#explorer")).to_have_attribute("data-state", re.compile("ready|error"))
    assert page.locator("[data-check=failed]").count() == 0
    assert (pixels(page) >= before).all()


def loaded_again(page: Page) -> None:
    drawn = pixels(page)
    page.click("[data-action=reload]")
    page.wait_for_selector("[data-action=reload]", state="detached")
    page.wait_for_selector(READY)
    expect(page.locator("[data-check=passed][data-key=twin]")).to_be_visible()
    assert (pixels(page) == drawn).all()


def test_another_server_in_the_place_of_the_first(
    open_page: Page, own: list[Server], tmp_path: Path
) -> None:
    module = tmp_path / "net.py"
    with_module = ("--model", f"{module}:Net")
    module.write_text(MODULE.replace("SEED", "0"))
    restart(own, *with_module)
    drawn_on(open_page, 0.1)
    loaded_again(open_page)
    open_page.select_option("#model", "Net")
    open_page.click("#strip [data-step='first']")
    settled(open_page)
    module.write_text(MODULE.replace("SEED", "1"))
    restart(own, *with_module)
    drawn_on(open_page, 0.2)  # the weights are others: the page computes nothing with its own
    expect(open_page.locator("[data-check=passed][data-key=forward]")).to_be_visible()
    module.write_text(MODULE.replace("SEED", "0"))
    restart(own, *with_module)
    drag(open_page, (0.1, 0.3), (0.9, 0.3))
    expect(open_page.locator(OTHER)).to_be_hidden()
    expect(open_page.locator("[data-check=passed][data-key=twin]")).to_be_visible()
    restart(own)
    drawn_on(open_page, 0.4)
    expect(open_page.locator("#explorer")).to_have_attribute("data-state", "error")
    for view in ("weights", "explore"):  # both are refused, in the same words
        open_page.click(f"[data-view={view}]")
    expect(open_page.locator("#message p", has_text="There is no model")).to_have_count(1)
    expect(open_page.locator("#message p")).to_have_count(2)
    loaded_again(open_page)
    expect(open_page.locator("#message")).to_contain_text("“Net”")
