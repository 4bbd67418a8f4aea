"""A scale that changes in the midst of a stroke: its numbers change with it, nothing is drawn anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import start_again
from tests.browser.hands import drag, settled
from tests.browser.reading import numbers, opened, picture_of
from tests.browser.test_pixels import BOXES, FIRST, GRAPH, WATCH, cut, go

pytestmark = pytest.mark.browser

LOGITS = "linear_relu_stack.4"
# The axes and scales of a step's figure that move with the end of its scale.
TICKS = {
    FIRST: [".ycbcoloraxistick", ".y2tick", ".x3tick"],
    "linear_relu_stack.1": [".ycbcoloraxistick"],
    LOGITS: [".xtick"],
}
# At every paint while the pen is down: the end that the strip names, the numbers at ticks, and how
# often Plotly has drawn since the pen went down.
LISTEN = """([step, ticks]) => {
  const graph = () => document.querySelector("#stage .js-plotly-plot");
  const text = (element) => element.textContent;
  window.seen = [];
  window.read = () => [
    document.querySelector(`#strip [data-step="${step}"] .limit`).textContent,
    ticks.map((tick) => [...graph().querySelectorAll(`${tick} text`)].map(text)),
    window.draws,
  ];
  if (window.draws !== undefined) return;
  window.draws = 0;
  const react = Plotly.react;
  Plotly.react = (...given) => { window.draws += 1; return react(...given); };
  new MutationObserver(() => window.down && window.seen.push(window.read()))
    .observe(document.querySelector("#explorer"), { attributeFilter: ["data-paint-ms"] });
  // on a busy machine a pen that moves seems to rest now and then, and Plotly would draw: the
  // time of rest begins when the pen is lifted
  const [start, stop, held] = [window.setTimeout, window.clearTimeout, new Map()];
  window.setTimeout = (act, wait, ...more) => {
    if (!window.down || !(wait >= 100 && wait < 1000)) return start(act, wait, ...more);
    const id = start(() => {}, 0);
    held.set(id, [act, wait, ...more]);
    return id;
  };
  window.clearTimeout = (id) => {
    const kept = held.get(id);
    held.delete(id);
    stop(typeof kept === "number" ? kept : id);
  };
  addEventListener("pointerdown", () => Object.assign(window, { down: true, draws: 0 }), true);
  addEventListener("pointerup", () => {
    window.down = false;
    for (const [id, kept] of held) if (Array.isArray(kept)) held.set(id, start(...kept));
  }, true);
}"""


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first, with an empty pad."""
    page = start_again(opened)
    page.click("[data-action=clear]")
    settled(page)
    return page


def stroke(page: Page, rows: tuple[float, ...] = (0.2, 0.4, 0.6, 0.8)) -> None:
    """Fill the pad in one stroke, as fast as events come."""
    drag(page, *((x, row) for row in rows for x in (0.2, 0.8)))


def wrong(said: list[Any], step: str) -> list[Any]:
    """What of the numbers at the ticks is no share of the end that the strip names."""
    limit, ticks, _ = said
    end = numbers(limit)[-1]
    shares = [[number / end for text in each for number in numbers(text)] for each in ticks]
    usual = [-1, -0.5, 0, 0.5, 1]
    right = {".y2tick": [-1, 0, 1]}
    return [
        (limit, ticks)
        for tick, found in zip(TICKS[step], shares, strict=True)
        if found != pytest.approx(right.get(tick, usual), abs=1e-9)
    ]


@pytest.mark.parametrize("step", list(TICKS))
def test_the_numbers_at_its_ticks_are_those_of_now(page: Page, step: str) -> None:
    go(page, step)
    page.evaluate(LISTEN, [step, TICKS[step]])
    ends = set[str]()
    for rows in ((0.2, 0.5, 0.8), (0.3, 0.4), (0.6, 0.7)):
        stroke(page, rows)
        last, drawn = page.evaluate("[window.read(), window.seen.at(-1)[2]]")
        assert wrong(last, step) == []
        assert drawn <= 1, "at most the one that was still to come from before"
        settled(page)
        page.wait_for_selector("#stage .overlay", state="detached")
        assert wrong(page.evaluate("window.read()"), step) == [], "nor after Plotly has drawn"
        seen = page.evaluate("window.seen.splice(0)")
        assert [fault for each in seen for fault in wrong(each, step)] == []
        ends |= {limit for limit, *_ in seen}
        page.click("[data-action=undo]")  # back to a scale that was drawn before
        settled(page)
        page.wait_for_selector("#stage .overlay", state="detached")
        assert wrong(page.evaluate("window.read()"), step) == []
    assert len(ends) > 3, ends


@pytest.mark.parametrize("step", [FIRST, LOGITS])
def test_values_stand_where_the_new_scale_has_them(page: Page, step: str) -> None:
    go(page, step)
    page.evaluate(WATCH)
    before = page.locator(f"#strip [data-step='{step}'] .limit").inner_text()
    stroke(page)
    settled(page)
    page.wait_for_selector("#stage .overlay", state="detached")
    assert page.locator(f"#strip [data-step='{step}'] .limit").inner_text() != before
    painted, plotly = opened(page.evaluate("window.painted")), picture_of(page, GRAPH)
    for box in page.evaluate(BOXES):
        apart = np.abs(cut(painted, box) - cut(plotly, box)).max(axis=2)
        assert (apart > 40).mean() < 0.06, (step, box)


def test_a_tick_that_plotly_keeps_says_its_own_number(page: Page) -> None:
    """What was the end of a scale is the half of one that is twice as long."""
    go(page, FIRST)
    page.evaluate(LISTEN, [FIRST, TICKS[FIRST]])
    ends = []
    for sample in (7, 0, 7):
        page.click(f".sample >> nth={sample}")
        settled(page)
        page.wait_for_selector("#stage .overlay", state="detached")
        said = page.evaluate("window.read()")
        assert wrong(said, FIRST) == []
        ends.append(numbers(said[0])[-1])
    assert ends == [15, 30, 15]


@pytest.mark.parametrize("step", [FIRST, "linear_relu_stack.1", "linear_relu_stack.3"])
def test_a_figure_does_not_move_with_the_numbers_beside_it(page: Page, step: str) -> None:
    go(page, step)
    ends, boxes = [], []
    for sample in (0, 7, 3, 12):
        page.click(f".sample >> nth={sample}")
        settled(page)
        page.wait_for_selector("#stage .overlay", state="detached")
        ends.append(page.locator(f"#strip [data-step='{step}'] .limit").inner_text())
        boxes.append(page.evaluate(BOXES))
    assert len(set(ends)) > 2
    assert [each for each in boxes if each != boxes[0]] == []
