"""Replies that come late: what is chosen stays chosen, and nothing counts as settled before it is.

Every test holds back answers of the server, as a slow line does, and looks at the page all the while.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.network import zoo
from tests.browser.conftest import serving, visit
from tests.browser.hands import by_hand, pixels, rested, settled

pytestmark = pytest.mark.browser

# Answers to requests whose address and body match a pattern arrive so many milliseconds later.
LATE = """(rules) => {
  window.real ??= window.fetch;
  window.idle = new Set(rules.map(([pattern]) => pattern));
  window.fetch = async (...args) => {
    const text = `${args[0]?.url ?? args[0]} ${args[1]?.body ?? ""}`;
    window.held = (window.held ?? 0) + 1;
    try {
      const answer = await window.real(...args);
      const [rule, wait] = rules.find(([pattern]) => new RegExp(pattern).test(text)) ?? ["", 0];
      window.idle.delete(rule);
      await new Promise((resolve) => setTimeout(resolve, wait));
      return answer;
    } finally {
      window.held -= 1;
      window.came = Date.now();
    }
  };
}"""
# Whether every answer that was held back came, a third of a second ago or more.
CAME = "window.held === 0 && Date.now() - window.came > 300"
# Keep the values that an expression has from now on, each as often as it changes.
WATCH = """(expression) => {
  const values = (window.watched = []);
  setInterval(() => {
    const value = eval(expression);
    if (values.length === 0 || values.at(-1) !== value) values.push(value);
  }, 15);
}"""
ALL = [["component_server", 400]]


def all_came(page: Page) -> None:
    """Wait until the late answers have come, and what they bring is painted."""
    page.wait_for_function(CAME)
    settled(page)
    were_late(page)


def were_late(page: Page) -> None:
    """Every rule has held an answer back: one that fits nothing would prove nothing."""
    assert page.evaluate("[...window.idle]") == []


def watched(page: Page, expression: str) -> list[Any]:
    """Return the values of an expression until all answers have come."""
    page.evaluate(WATCH, expression)
    all_came(page)
    values: list[Any] = page.evaluate("window.watched")
    return values


def slide(page: Page, selector: str, *places: float) -> None:
    """Drag a slider to these values, one every 150 ms, as a hand does."""
    for place in places:
        page.evaluate(
            """([selector, value]) => {
              const slider = document.querySelector(selector);
              slider.value = value;
              slider.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            [selector, place],
        )
        page.wait_for_timeout(150)


def test_the_mark_in_the_strip_stays_where_it_was_put(page: Page) -> None:
    page.evaluate(LATE, ALL)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert watched(page, "document.querySelector('#strip [aria-current=step]')?.dataset.step") == [
        "softmax"
    ]


def test_nothing_is_settled_before_the_reply_to_the_present_choice(plain: Page) -> None:
    plain.evaluate(LATE, ALL)
    revision = plain.locator("#explorer").get_attribute("data-revision")
    plain.keyboard.press("ArrowRight")
    plain.keyboard.press("End")
    seen = watched(
        plain,
        "[explorer.dataset.state, explorer.dataset.revision, stage.dataset.step].join(' ')",
    )
    ready = [value for value in seen if value.startswith("ready")]
    assert all(value.endswith("softmax") for value in ready), seen
    assert ready, seen
    early = [value for value in seen if value.startswith("loading")]
    assert {value.split()[1] for value in early} == {revision}, "a late reply counts for nothing"


def test_the_stage_never_shows_a_step_that_is_no_longer_chosen(plain: Page) -> None:
    plain.evaluate(LATE, ALL)
    plain.keyboard.press("ArrowRight")
    plain.keyboard.press("End")
    assert watched(plain, "stage.dataset.step") == ["input", "softmax"]


def test_the_weights_are_those_of_the_network_in_the_header(page: Page) -> None:
    page.click("[data-view=weights]")
    page.wait_for_selector("#weights tbody tr")
    page.evaluate(LATE, [["course-sequential.*parameters", 1200]])
    page.select_option("#model", "course-sequential")
    page.wait_for_timeout(100)
    page.select_option("#model", "fashion-mlp")
    all_came(page)
    names = [row.get_attribute("data-parameter") for row in page.locator("#weights tbody tr").all()]
    assert names == [name for name, _ in zoo.load("fashion-mlp").named_parameters()]


def test_the_picture_of_a_parameter_is_that_of_its_title(page: Page) -> None:
    page.click("[data-view=weights]")
    page.wait_for_selector("#weights tbody tr")
    settled(page)
    page.evaluate(LATE, [["2[.]weight", 1000]])
    page.click("[data-parameter='linear_relu_stack.2.weight'] button")
    page.wait_for_timeout(100)
    page.click("[data-parameter='linear_relu_stack.4.bias'] button")
    all_came(page)
    picture = page.locator("#weights [data-side=one] .raster")
    assert page.locator("#weights [data-chosen]").get_attribute("data-parameter") == (
        "linear_relu_stack.4.bias"
    )
    assert picture.evaluate("(canvas) => [canvas.width, canvas.height]") == [10, 1]
    assert "linear_relu_stack.4.bias" in (picture.get_attribute("aria-label") or "")


def test_what_has_no_values_shows_no_other_parameters(browser: Browser) -> None:
    for server in serving("--model", "tests/nets.py:hollow", "--labels", "coat,bag,shoe"):
        for page in visit(browser, server.url):
            page.evaluate(LATE, [["1[.]weight", 1000]])
            page.click("[data-view=weights]")
            page.click("[data-parameter='1.weight'] button")
            page.wait_for_timeout(100)
            page.click("[data-parameter=none] button")
            all_came(page)
            shown = page.locator("#weights .column", has=page.locator(".histogram")).last
            assert shown.locator("h2").inner_text() == "none"
            assert "none holds no values" in shown.inner_text()
            assert not re.search(r"\d", shown.inner_text().replace("size 0", ""))
            assert shown.locator("canvas:visible").count() == 0


def test_a_resting_pointer_reads_the_sums_of_the_present_picture(page: Page) -> None:
    page.click("[data-view=network]")
    settled(page)
    box = page.locator("#network canvas").bounding_box()
    assert box
    reading = page.locator("#network .reading")
    for place in range(40, 15, -1):  # leftwards, until the pointer rests on the first layer
        page.mouse.move(box["x"] + place / 100 * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_timeout(60)
        if "2 Linear" in (reading.text_content() or ""):
            break
    expect(reading).to_contain_text("2 Linear")
    expect(reading).to_contain_text("sum")
    before = reading.inner_text()
    page.focus(".sample:nth-child(4)")
    page.keyboard.press("Enter")
    settled(page)
    expect(reading).not_to_have_text(before)
    page.wait_for_timeout(300)  # the sum may come after the value
    after = reading.inner_text()
    unit = int(re.findall(r"unit (\d+)", after)[0])
    value = float(by_hand(pixels(page))["linear_relu_stack.0"][unit])
    numbers = [float(text.replace("−", "-")) for text in re.findall(r"[−+]?\d+\.\d+", after)]
    assert np.isclose(numbers[0], value, atol=6e-5), "the value of the cell"
    assert np.isclose(numbers[-1], value, atol=1e-4), "the sum that it is"
    assert np.isclose(sum(numbers[1:-1]), value, atol=1e-3), "drawn, undrawn and bias are the sum"


def test_back_with_a_comparison_open_breaks_nothing(page: Page) -> None:
    page.click("[data-action=three]")
    page.select_option("#versus", index=1)
    rested(page)
    page.click("#strip [data-step='linear_relu_stack.2']")
    rested(page)
    page.select_option("#model", "course-sequential")
    rested(page)
    page.evaluate(LATE, ALL)
    page.go_back()
    page.wait_for_timeout(150)
    page.go_back()
    all_came(page)
    assert page.locator("#message").is_hidden(), page.locator("#message").inner_text()


@pytest.mark.parametrize(
    ("panel", "slider", "places"),
    [
        (None, "#edges", (24, 36, 52)),
        ("fraction", "#temperature", (0.5, 1.0, 1.5)),
        ("robustness", "#slider-rotate", (4.5, 9, 13.5)),
    ],
)
def test_sliders_stay_under_the_hand(
    page: Page, panel: str | None, slider: str, places: tuple[float, ...]
) -> None:
    if panel is None:
        page.click("[data-view=network]")
    else:
        page.keyboard.press("End")
        page.wait_for_selector("#stage[data-step=softmax]")
        page.click(f"[data-panel={panel}]")
    settled(page)
    page.evaluate(LATE, ALL)
    page.evaluate(
        """(selector) => {
          window.places = [];
          const slider = document.querySelector(selector);
          setInterval(() => window.places.at(-1) !== +slider.value && window.places.push(+slider.value), 15);
        }""",
        slider,
    )
    slide(page, slider, *places)
    all_came(page)
    seen: list[float] = page.evaluate("window.places")
    assert seen == sorted(seen), seen
    assert seen[-1] == pytest.approx(places[-1], rel=0.01)


def test_the_deciding_class_stays_chosen(page: Page) -> None:
    page.click("#strip [data-step='linear_relu_stack.3']")
    page.wait_for_selector("#stage[data-step='linear_relu_stack.3']")
    page.click("#tab-deciding")
    page.wait_for_selector("#deciding table tbody tr")
    settled(page)
    page.evaluate(LATE, ALL)
    page.select_option("#deciding-class", "7")
    page.wait_for_timeout(150)
    page.select_option("#deciding-class", "5")
    value = "document.querySelector('#deciding-class').value"
    assert watched(page, value) == ["5"]


def test_a_released_unit_does_not_come_back(page: Page) -> None:
    page.click("#strip [data-step='linear_relu_stack.0']")
    page.wait_for_selector("#stage[data-step='linear_relu_stack.0']")
    settled(page)
    page.evaluate(LATE, ALL)
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    unit = "document.querySelector('#inspector').dataset.unit ?? ''"
    assert watched(page, unit) == [""]


def test_a_late_reply_of_another_step_closes_no_panel(page: Page) -> None:
    page.keyboard.press("End")
    page.wait_for_selector("#stage[data-step=softmax]")
    page.click("#tab-fraction")
    page.wait_for_selector("#fraction tbody tr")
    settled(page)
    page.evaluate(LATE, ALL)
    page.click("#strip [data-step='linear_relu_stack.1']")
    page.wait_for_timeout(100)
    page.click("#strip [data-step=softmax]")
    panel = "document.querySelector('#panels [aria-selected=true]').dataset.panel"
    assert watched(page, panel) == ["fraction"]


def test_a_panel_that_makes_no_sense_at_a_step_opens_again_where_it_does(page: Page) -> None:
    page.keyboard.press("End")
    page.wait_for_selector("#stage[data-step=softmax]")
    page.click("#tab-fraction")
    page.wait_for_selector("#fraction tbody tr")
    page.click("#strip [data-step='linear_relu_stack.1']")
    expect(page.locator("#tab-numbers")).to_have_attribute("aria-selected", "true")
    settled(page)
    page.click("#strip [data-step=softmax]")
    expect(page.locator("#tab-fraction")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#fraction tbody tr").first).to_be_visible()
    page.click("#strip [data-step='linear_relu_stack.1']")
    page.click("#tab-code")  # whoever opens another one has it
    page.click("#strip [data-step=softmax]")
    settled(page)
    expect(page.locator("#tab-code")).to_have_attribute("aria-selected", "true")
