"""Strips that need no folding: the course's chain as it was, and a small module with its skip."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server, serving, visit
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
