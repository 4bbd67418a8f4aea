"""The ages of a network on a slider: the whole page follows, and is what that age's module says."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, Request, Route, expect

from explorer.network import zoo
from tests.browser.conftest import Server, start_again, visit
from tests.browser.hands import FIGURE, drag, pixels, rested, settled
from tests.browser.reading import number
from tests.browser.test_late import LATE

pytestmark = pytest.mark.browser

CARD = zoo.card("fashion-mlp")
NEAR = 4  # ages on either side that are fetched before they are wanted
AGES = ("untrained", *(each.name for each in CARD.checkpoints))
# Whether one of these ages is shown: several, since one alone may have gone by between two looks.
UNDER_WAY = "(ages) => ages.includes(document.querySelector('#age').dataset.checkpoint)"


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    return start_again(opened)


def shares(page: Page) -> list[float]:
    """Return the percentages that stand beside the bars."""
    texts = page.locator("#prediction [data-class] .value").all_inner_texts()
    return [number(text.replace("%", "")) for text in texts]


def of(page: Page, age: str) -> np.ndarray:
    """Return what the module of an age answers to the drawing, in per cent."""
    x = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]
    with torch.no_grad():
        answer: np.ndarray = torch.softmax(zoo.load("fashion-mlp", age)(x), dim=1)[0].numpy()
    return 100 * answer


def test_every_age_by_keys_is_what_its_module_says(page: Page) -> None:
    page.focus("#age")
    page.keyboard.press("Home")
    for place, age in list(enumerate(AGES))[::4]:  # the twin's tests compute every one of them
        expect(page.locator("#age")).to_have_attribute("data-checkpoint", age)
        assert page.input_value("#age") == str(place)
        settled(page)
        assert shares(page) == pytest.approx(of(page, age), abs=6e-3)
        text = page.inner_text("#ages output")
        if age == "untrained":
            assert "random weights" in text
        else:
            known = CARD.checkpoint(age)
            called = f"epoch {known.epoch}" if known.epoch else f"batch {known.batch}"
            assert f"{called} · {known.images:,} images seen" in text
            assert known.accuracy is not None
            assert f"test accuracy {100 * known.accuracy:.1f}\u00a0%" in text
        assert page.input_value("#checkpoint") == age, "the list in the bar is the same choice"
        for _ in range(4):
            page.keyboard.press("ArrowRight")
    assert not page.locator("[data-check=failed]").count()


def test_the_age_is_at_hand_beside_the_weights_and_before_a_class(page: Page) -> None:
    page.click("[data-view=weights]")
    page.focus("#age")
    page.keyboard.press("Home")
    rows = page.locator("#weights tbody tr td.number")
    for age in AGES[:2]:
        expect(page.locator("#age")).to_have_attribute("data-checkpoint", age)
        bias = zoo.load("fashion-mlp", age).get_parameter("linear_relu_stack.0.bias")
        expect(rows.nth(6)).to_have_text(f"{float(bias.mean()):.4f}".replace("-", "−"))
        page.keyboard.press("ArrowRight")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.click("[data-view=explore]")
    page.keyboard.press("f")
    page.wait_for_selector("html[data-present]")
    settled(page)
    slider, answer, text = (
        page.locator(each).bounding_box() for each in ("#age", "#prediction", "#ages output")
    )
    assert slider and answer and text
    assert answer["y"] + answer["height"] <= slider["y"], "below the answer"
    assert text["y"] + text["height"] <= 720
    page.keyboard.press("f")


def test_an_age_is_typed_by_its_number(page: Page) -> None:
    number, slider = page.locator("#age-place"), page.locator("#age")
    assert number.input_value() == str(len(AGES) - 1)
    for typed, place in (("3", 3), ("999", len(AGES) - 1), ("-2", 0), ("", 0), ("7", 7)):
        number.fill(typed)
        number.press("Enter")
        expect(slider).to_have_attribute("data-checkpoint", AGES[place])
        expect(number).to_have_value(str(place))
        settled(page)
        assert shares(page) == pytest.approx(of(page, AGES[place]), abs=6e-3)
    page.focus("#age")
    page.keyboard.press("ArrowRight")
    expect(number).to_have_value("8")


def test_an_age_is_in_the_link_and_back_leads_to_the_one_before(page: Page) -> None:
    page.focus("#age")
    page.keyboard.press("ArrowLeft")
    rested(page)
    page.reload()
    page.wait_for_selector("#explorer[data-state=ready]")
    expect(page.locator("#age")).to_have_attribute("data-checkpoint", AGES[-2])
    assert shares(page) == pytest.approx(of(page, AGES[-2]), abs=6e-3)
    page.select_option("#checkpoint", "untrained")
    expect(page.locator("#age")).to_have_attribute("data-checkpoint", "untrained")
    rested(page)
    page.go_back()
    expect(page.locator("#age")).to_have_attribute("data-checkpoint", AGES[-2])


def test_it_plays_from_the_first_to_the_last_and_stops_when_one_draws(page: Page) -> None:
    seen: list[str] = []

    def note(age: str) -> None:
        if age != (seen or AGES)[-1]:
            seen.append(age)

    page.expose_function("note", note)
    page.evaluate("""() => new MutationObserver(() =>
      note(document.querySelector("#age").dataset.checkpoint)).observe(
        document.querySelector("#age"), { attributeFilter: ["data-checkpoint"] })""")
    page.click("[data-action=ages]")
    expect(page.locator("[data-action=ages]")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(UNDER_WAY, arg=AGES[1:8])
    drag(page, (0.2, 0.2), (0.8, 0.8))
    expect(page.locator("[data-action=ages]")).to_have_attribute("aria-pressed", "false")
    settled(page)
    at = page.get_attribute("#age", "data-checkpoint") or ""
    assert seen == list(AGES[: AGES.index(at) + 1])
    assert shares(page) == pytest.approx(of(page, at), abs=6e-3)


def test_whoever_chooses_another_age_or_goes_back_is_not_carried_away(page: Page) -> None:
    play = page.locator("[data-action=ages]")
    for leave in (lambda: page.select_option("#checkpoint", AGES[-2]), page.go_back):
        page.select_option("#checkpoint", AGES[-1])
        rested(page)
        play.click()
        page.wait_for_function(UNDER_WAY, arg=AGES[1:8])
        leave()
        expect(play).to_have_attribute("aria-pressed", "false")
        if leave != page.go_back:
            expect(page.locator("#age")).to_have_attribute("data-checkpoint", AGES[-2])


@pytest.mark.parametrize("action", ["ages", "play"])
def test_back_ends_what_moves_by_itself_however_late_its_answer(page: Page, action: str) -> None:
    for choose in (AGES[-2], AGES[-1]):
        page.select_option("#checkpoint", choose)
        rested(page)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    rested(page)
    play, before = page.locator(f"[data-action={action}]"), page.evaluate("history.length")
    play.click()
    page.wait_for_function(
        "() => document.querySelector('#stage').dataset.step === 'linear_relu_stack.0' ||"
        f" document.querySelector('#age').dataset.checkpoint !== '{AGES[-1]}'"
    )
    page.evaluate(LATE, [["view", 2500]])  # later than the next age and the next step
    page.go_back()
    expect(play).to_have_attribute("aria-pressed", "false")
    rested(page)
    step = "flatten" if page.evaluate("history.length") > before else "input"
    expect(page.locator("#stage")).to_have_attribute("data-step", step)
    expect(page.locator("#age")).to_have_attribute("data-checkpoint", AGES[-1])


def test_the_page_follows_before_the_server_answers(browser: Browser, server: Server) -> None:
    held: list[Route] = []
    fetched: set[str] = set()

    def note(request: Request) -> None:
        if found := re.search(r"/weights/fashion-mlp/([^/]+)/", request.url):
            fetched.add(found.group(1))

    def hold(route: Route) -> None:
        held.append(route)

    for page in visit(browser, server.url):
        page.on("requestfinished", note)
        page.hover("#age")
        for _ in range(300):
            if fetched >= set(AGES[-1 - NEAR : -1]):
                break
            page.wait_for_timeout(100)
        page.wait_for_timeout(300)
        # those beside it, not tens of megabytes; its own may have come before
        assert fetched | {AGES[-1]} == set(AGES[-1 - NEAR :])
        page.route("**/component_server**", hold)
        page.focus("#age")
        page.keyboard.press("Home")
        expected = f"{of(page, 'untrained')[0]:.2f}"
        first = page.locator("#prediction [data-class='0'] .value")
        expect(first).to_contain_text(expected)
        expect(page.locator("#explorer")).to_have_attribute("data-source", "page")
        assert shares(page) == pytest.approx(of(page, "untrained"), abs=6e-3)
        assert held
        for route in held:
            route.continue_()
        page.unroute("**/component_server**")
        expect(page.locator("#explorer")).to_have_attribute("data-source", "hooks")


def test_the_stage_shows_the_layer_of_that_age(page: Page) -> None:
    page.click("#strip [data-step='linear_relu_stack.0']")
    page.focus("#age")
    page.keyboard.press("Home")
    settled(page)
    x = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255)).reshape(1, -1)
    layer = zoo.load("fashion-mlp", "untrained").get_submodule("linear_relu_stack.0")
    with torch.no_grad():
        expected = layer(x)[0].numpy()
    shown = np.ravel(page.evaluate(FIGURE)[0])
    assert shown == pytest.approx(expected, abs=1e-5)
