"""Strips that need no folding: the course's chain as it was, and a small module with its skip."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Server, serving, visit
from tests.browser.hands import pin
from tests.browser.lines import LINES

pytestmark = pytest.mark.browser


def test_a_chain_is_the_strip_that_it_was(browser: Browser, server: Server) -> None:
    for page in visit(browser, server.url):
        assert not page.locator("#strip[data-folding], #strip .edges, #strip .fold").count()
        assert not page.locator("#track .detail").is_visible()
        boxes = [card.bounding_box() for card in page.locator("#strip .card").all()]
        assert len({box["width"] for box in boxes if box}) == 1
        assert {(box["y"], box["height"]) for box in boxes if box} == {(59, 122)}


def test_a_small_residual_module_is_open_and_shows_its_skip(browser: Browser) -> None:
    for server in serving("--model", "tests/nets.py:Net", "--labels", "coat,bag,shoe"):
        for page in visit(browser, server.url):
            assert "..relu > ..add" in page.evaluate(LINES)
            assert not page.locator("#track .detail").is_visible()


def test_paths_of_a_skip_go_both_ways_and_are_all_of_the_sum(browser: Browser) -> None:
    for server in serving("--model", "tests/nets.py:Net", "--labels", "coat,bag,shoe"):
        for page in visit(browser, server.url):
            pin(page, "..add", 400)
            page.click("[data-view=network]")
            card = page.locator("#network .reading")
            expect(card).to_contain_text("The lines drawn are all that goes in")
            expect(card).not_to_contain_text("Of the other")
            title, _, said = card.inner_text().partition("The lines")
            value = title.rpartition("=")[2].strip()
            assert said.endswith(f"add up to {value}; bias 0; sum {value}.")
