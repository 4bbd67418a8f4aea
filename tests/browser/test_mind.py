"""What would change its mind, what a unit likes, and how often the network is right: as read."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.network import measured, zoo
from tests.browser.conftest import start_again
from tests.browser.hands import PIXELS, pin, rested, settled

pytestmark = pytest.mark.browser

HIDDEN = "linear_relu_stack.1"


@pytest.fixture
def page(opened: Page) -> Page:
    return start_again(opened)


def answer(page: Page) -> str:
    return page.locator("#prediction [data-predicted] .label").inner_text()


def test_a_change_is_found_accepted_and_taken_back(page: Page) -> None:
    page.click("[data-panel=mind]")
    page.select_option("#mind-way", "erased")
    settled(page)
    drawn = np.array(page.evaluate(PIXELS))
    before = answer(page)
    expect(page.locator("#mind .flip")).to_contain_text(f"“{before}”")
    size = page.locator("#mind [data-size=most] dd").inner_text()
    least = page.locator("#mind [data-size=least] dd").inner_text()
    page.click("[data-action=accept]")
    settled(page)
    change = np.array(page.evaluate(PIXELS)) - drawn
    assert (change <= 0).all()
    assert change.any()
    assert 0 <= float(size) - np.linalg.norm(change / 255) < 1e-4, "at most: rounded up"
    assert 0 < float(least) < float(size)
    after = answer(page)
    assert after != before
    expect(page.locator("#mind .accept [role=status]")).to_contain_text("Undo")
    page.click("[data-action=undo]")
    settled(page)
    assert (np.array(page.evaluate(PIXELS)) == drawn).all()
    assert answer(page) == before
    expect(page.locator("#mind .flip")).to_contain_text(f"“{before}”")
    expect(page.locator("#mind .flip")).to_contain_text(f"“{after}”")
    expect(page.locator("#mind .accept [role=status]")).to_have_text("")
    rested(page)
    link = page.evaluate("location.hash")
    start_again(page)
    page.evaluate("link => { location.hash = link; }", link)
    settled(page)
    expect(page.locator("#panel-mind")).to_be_visible()
    expect(page.locator("#mind-way")).to_have_value("erased")


def test_what_has_to_be_done_elsewhere_is_called_as_there(page: Page) -> None:
    tab = page.locator("#tab-robustness")
    tab.click()
    page.focus("#slider-rotate")
    page.keyboard.press("ArrowRight")
    settled(page)
    page.click("[data-panel=mind]")
    expect(page.locator("#mind")).to_contain_text(f"The sliders under “{tab.inner_text()}”")
    tab.click()
    page.click("[data-action=reset-robustness]")


def test_the_goal_is_what_the_answer_becomes_or_a_sentence(page: Page) -> None:
    page.click("[data-panel=mind]")
    page.select_option("#mind-goal", "8")
    settled(page)
    expect(page.locator("#mind .flip")).to_contain_text("becomes “Bag”")
    scale = page.locator("#mind [data-picture=change] figcaption").inner_text()
    page.select_option("#mind-way", "added")
    settled(page)
    expect(page.locator("#mind [data-picture=change] figcaption")).not_to_have_text(scale)
    page.click("[data-action=clear]")
    page.select_option("#mind-way", "erased")
    settled(page)
    expect(page.locator("#mind .flip")).to_contain_text("no ink to erase")
    expect(page.locator("[data-action=accept]")).not_to_be_visible()


def test_bars_and_tables_hold_what_was_measured(page: Page) -> None:
    card = zoo.card("fashion-mlp")
    found = measured.load(measured.place(card.name, card.checkpoint(card.default).sha256))
    assert found is not None
    pin(page, HIDDEN, 3)
    assert page.locator("#likes .mean").count() == 0, "nothing of it is loaded before"
    page.click(".likes > summary")
    page.click(".trust > summary")
    settled(page)
    units = found.units[HIDDEN]
    value = float(page.locator("#inspector").get_attribute("data-value") or "nan")
    end = max(value, float(units.means[3].max()))
    track = page.locator("#likes .mean .track").first.bounding_box()
    assert track is not None
    for index, mean in enumerate(units.means[3]):
        row = page.locator(f"#likes [data-class='{index}']")
        assert float(row.locator(".num").get_attribute("data-exact") or "") == pytest.approx(mean)
        width = row.locator(".fill").evaluate("bar => bar.getBoundingClientRect().width")
        assert width == pytest.approx(track["width"] * mean / end, abs=1.0)
    share = units.on[3] / found.images
    expect(page.locator("#likes")).to_contain_text(f"On for {round(100 * share)} %")
    for nine in ("#strongest", ".nearest"):
        expect(page.locator(nine)).to_be_hidden()  # no test images are on this machine
    outcome = found.outcomes[card.checkpoint(card.default).sha256]
    cells = page.locator("#trust .confusion tbody td").all_inner_texts()
    assert cells == [str(count) for count in outcome.confusion.reshape(-1)]
    now = page.locator("#trust .bins tr[aria-current] td").first.inner_text()
    assert now in {str(count) for count in outcome.bins[:, 0]}
    page.evaluate(
        "document.querySelectorAll('.likes, .trust').forEach((each) => { each.open = false; })"
    )
