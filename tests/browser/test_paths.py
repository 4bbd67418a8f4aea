"""Paths of modules where room lacks: what a person can read of them tells one layer from the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import READY, Server, serving, visit

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
        wanted = [name for name in steps if name.startswith("encoder.layers.1")]
        assert len(wanted) > 3, steps
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
        names = read(page, "#strip .opened > .fold .tail")
        assert len(set(names)) == len(names) > 1
        assert any(each.endswith(".1") or each == "1" for each in names)
        cut = [name for name in names if name.startswith("encoder.layers.")]
        assert key == "" or not cut, "before a class there is no room for all of it"
        paths = read(page, "#strip .card .path")
        assert layout == "before a class" or len(paths) > 3
        assert all(one != two for one, two in pairwise(paths))
