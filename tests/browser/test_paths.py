"""Paths of modules where room lacks: what a person can read of them tells one layer from the next."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch import nn

from explorer.network import own
from tests.browser.conftest import READY, Server, serving, visit
from tests.browser.hands import drag, pixels, settled, soon, unanswered
from tests.browser.test_twin import AWAY, bars, confirmed

pytestmark = pytest.mark.browser

DEEP = "tests/nets.py:deep"
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
LAYOUTS: dict[str, tuple[str, dict[str, Any]]] = {
    "laptop": ("", {}),
    "before a class": ("f", {"viewport": {"width": 1280, "height": 720}}),
    "phone": ("", PHONE),
    "phone, in Chinese": ("", {**PHONE, "locale": "zh-CN", "color_scheme": "dark"}),
}

# The letters of a name that lie within its box, whether it runs across or down.
READ = """(element) => {
  const box = element.getBoundingClientRect();
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  return [...text.data].filter((_, index) => {
    range.setStart(text, index);
    range.setEnd(text, index + 1);
    const letter = range.getBoundingClientRect();
    const [x, y] = [(letter.left + letter.right) / 2, (letter.top + letter.bottom) / 2];
    return x > box.left && x < box.right && y > box.top && y < box.bottom;
  }).join("");
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from serving("--model", DEEP)


@pytest.fixture(scope="module")
def package() -> Iterator[Server]:
    """The course's own network, beside the one of this file."""
    yield from serving()


def read(page: Page, selector: str) -> list[str]:
    found = page.locator(selector)
    shown = [each for each in found.all() if each.is_visible() and each.inner_text().strip()]
    return [each.evaluate(READ) for each in shown]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_end_of_a_path_is_read_and_differs_from_the_next(
    browser: Browser, server: Server, layout: str
) -> None:
    key, options = LAYOUTS[layout]
    for page in visit(browser, server.url, **options):
        if key:
            page.keyboard.press(key)
        steps = page.eval_on_selector_all(
            "#strip [data-step]", "cards => cards.map((card) => card.dataset.step)"
        )
        wanted = [name for name in steps if name.startswith("encoder.layers.")]
        assert len(wanted) == 6, steps
        said = []
        for name in wanted:
            page.locator(f'#strip [data-step="{name}"]').click()
            page.wait_for_selector(f'#stage[data-step="{name}"]')
            page.wait_for_selector(READY)
            where = page.locator("#stage > .head .where")
            if not where.inner_text():
                continue  # a function, which has no path
            assert where.get_attribute("title") == where.inner_text() == name.partition("#")[0]
            (letters,) = read(page, "#stage > .head .where")
            assert letters
            assert name.endswith(letters)
            assert name.rpartition(".")[2] in letters
            said.append(letters)
        assert len(said) > 3
        assert all(one != two for one, two in pairwise(said))
        paths = read(page, "#strip .card .path")
        assert layout != "laptop" or len(paths) > 3
        assert all(one != two for one, two in pairwise(paths))


@pytest.mark.parametrize("width", [360, 390])
def test_captions_and_the_change_of_an_answer_have_room_on_a_phone(
    browser: Browser, package: Server, width: int
) -> None:
    phone: dict[str, Any] = {**PHONE, "viewport": {"width": width, "height": 780}}
    for page in visit(browser, package.url, **phone):
        page.evaluate("() => document.querySelector('#versus').scrollIntoView()")
        page.select_option("#versus", label="weights: untrained")
        page.wait_for_selector("#prediction .changed:not([hidden])")
        page.wait_for_selector(READY)
        boxes = [
            page.locator(f"#prediction {each}").bounding_box()
            for each in (".answer", ".changed", "[data-predicted]")
        ]
        for above, below in pairwise(boxes):
            assert above
            assert below
            assert above["y"] + above["height"] <= below["y"] + 1
        page.evaluate("() => document.querySelector('#versus').scrollIntoView()")
        page.select_option("#versus", label="nothing")
        page.locator('#strip [data-step="linear_relu_stack.0"]').click()
        page.wait_for_selector('#stage[data-step="linear_relu_stack.0"] .js-plotly-plot')
        page.wait_for_selector(READY)
        page.evaluate("() => scrollTo(0, 0)")
        graph = page.locator("#stage .js-plotly-plot").bounding_box()
        assert graph
        page.mouse.click(graph["x"] + 0.4 * graph["width"], graph["y"] + 0.3 * graph["height"])
        page.wait_for_selector("#stage .flow figcaption")
        page.wait_for_selector(READY)
        spans = page.evaluate(
            """() => [...document.querySelectorAll("#stage .flow figcaption")].map((each) => {
              const range = document.createRange();
              range.selectNodeContents(each);
              const { left, right } = range.getBoundingClientRect();
              return [left, right];
            })"""
        )
        assert len(spans) == 3
        assert spans[0][0] >= 0
        assert spans[-1][1] <= width
        assert all(right + 12 <= left for (_, right), (left, _) in pairwise(spans)), spans


def answers(page: Page, model: nn.Module) -> None:
    """Compare the shares on the page with those of the drawing on its pad."""
    image = torch.from_numpy(pixels(page).astype(np.float32) / np.float32(255))[None]
    with torch.no_grad():
        expected = torch.softmax(model(image), dim=1)[0].numpy()
    np.testing.assert_allclose(bars(page), expected, atol=1e-5)


def test_a_chain_of_ones_own_answers_before_the_server_does(
    browser: Browser, server: Server
) -> None:
    model = own.module(DEEP).eval()
    for page in visit(browser, server.url):
        confirmed(page)
        with unanswered(page, AWAY):
            drag(page, (0.2, 0.2), (0.8, 0.8))
            soon(page, partial(answers, page, model))
            expect(page.locator("#explorer")).to_have_attribute("data-source", "page")
        settled(page)
        expect(page.locator("#explorer")).to_have_attribute("data-source", "hooks")
        confirmed(page)
