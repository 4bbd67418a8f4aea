"""While the pen moves sums are compared, and once it rests every value; the page says which."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from explorer.words import LANGUAGES, say
from tests.browser.hands import moving, settled
from tests.browser.kept import PATIENCE

pytestmark = pytest.mark.browser

TWIN = "#checks [data-key=twin]"
HOW = f"{TWIN} .how"
ANSWERS = "**/component_server**"
# A pen that waits for a busy machine does not rest: what is asked after 100 ms comes after 3 s.
PATIENT = """() => {
  const usual = window.setTimeout;
  window.setTimeout = (act, wait, ...given) => usual(act, wait === 100 ? 3000 : wait, ...given);
}"""
# Note how high a check is with each of its texts, whenever one is written.
LISTEN = """(check) => {
  window.said = {};
  const note = () => {
    const element = document.querySelector(check);
    if (!element) return;
    window.said[element.querySelector(".how").textContent] = element.getBoundingClientRect().height;
  };
  note();
  const all = { subtree: true, childList: true, characterData: true };
  new MutationObserver(note).observe(document.querySelector("#checks"), all);
}"""


def drawn_until(page: Page, seen: Callable[[], bool]) -> None:
    """Draw without a rest until something is so."""
    page.evaluate(PATIENT)
    with moving(page) as move:
        until = time.monotonic() + PATIENCE / 1000
        while not seen() and time.monotonic() < until:
            move()


def test_under_the_pen_it_is_said_that_sums_are_compared_and_nothing_jumps(page: Page) -> None:
    page.evaluate(LISTEN, TWIN)
    for language in LANGUAGES:
        values, sums = say(language, "check.values"), say(language, "check.sums", count=64)
        expect(page.locator(HOW)).to_have_text(values)
        drawn_until(page, partial(page.evaluate, "(text) => text in window.said", sums))
        settled(page)
        expect(page.locator(HOW)).to_have_text(values)
        expect(page.locator(TWIN)).to_have_attribute("data-check", "passed")
        high = page.evaluate("window.said")
        assert high[sums] == high[values]
        page.click("#bar [data-action=language]")
        settled(page)


@pytest.mark.parametrize("model", ["fashion-mlp", "fashion-cnn"])
def test_a_rest_asks_for_every_value_and_one_that_differs_is_seen(page: Page, model: str) -> None:
    """What the hooks say once the pen rests is changed on the way, by twice what is allowed."""
    page.select_option("#model", model)
    settled(page)
    expect(page.locator(TWIN)).to_have_attribute("data-check", "passed")
    asked: list[bool] = []

    def change(route: Route) -> None:
        query = json.loads(json.loads(route.request.post_data or "")["data"])
        asked.append(query.get("sums", False))
        answer = route.fetch()
        sent = answer.json()
        if not asked[-1] and sent["tensors"]:
            sent["tensors"]["softmax"] = off_by_little(sent["tensors"]["softmax"])
        route.fulfill(response=answer, json=sent)

    page.context.route(ANSWERS, change)
    drawn_until(page, lambda: True in asked)
    settled(page)
    assert True in asked
    assert asked[-1] is False
    expect(page.locator(TWIN)).to_have_attribute("data-check", "failed")
    expect(page.locator(HOW)).to_have_text(say("en", "check.values"))
    residual = float(page.get_attribute(TWIN, "data-residual") or "nan")
    np.testing.assert_allclose(residual, 2e-4, rtol=0.1)
    page.context.unroute(ANSWERS)


def off_by_little(tensor: dict[str, Any]) -> dict[str, Any]:
    """Return a tensor of shares with its first value off by twice what is allowed."""
    values = np.frombuffer(base64.b64decode(tensor["data"]), "<f4").copy()
    values[0] += 2e-4
    return {**tensor, "data": base64.b64encode(values.tobytes()).decode()}
