"""A page that is used again has nothing of its visit before; what lasts beyond one closes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page
from pytest import FixtureRequest

from tests.browser.conftest import Server, visit
from tests.browser.hands import drag, pixels, settled

pytestmark = pytest.mark.browser

HELD = """() => [localStorage.length, sessionStorage.length, document.cookie, location.hash,
  document.documentElement.dataset.theme ?? "", document.querySelector("#stage").dataset.step]"""
# settings of its own, so that no other test's page is among those that wait
OPTIONS = {"locale": "en-AU"}


def test_nothing_is_left_of_the_visit_before(browser: Browser, server: Server) -> None:
    pages, held, drawn = [], [], []
    for size in ((900, 700), (1366, 768)):
        viewport = {"width": size[0], "height": size[1]}
        for page in visit(browser, server.url, viewport=viewport, **OPTIONS):
            pages.append(page)
            assert page.evaluate("[innerWidth, innerHeight]") == [*size]
            held.append(page.evaluate(HELD))
            drawn.append(pixels(page))
            page.keyboard.press("End")
            drag(page, (0.2, 0.2), (0.8, 0.8))
            settled(page)
            page.evaluate("() => { localStorage.one = sessionStorage.two = '3'; }")
            page.evaluate("() => { document.cookie = 'four=5'; }")
            page.mouse.down()
    assert pages[0] is pages[1]
    assert held[0] == held[1]
    assert (drawn[0] == drawn[1]).all()


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.emulate_media(reduced_motion="no-preference"),
        lambda page: page.route("**/nothing", lambda route: route.abort()),
        lambda page: page.context.new_cdp_session(page),
        lambda page: page.context.set_offline(False),
    ],
    ids=["media", "route", "processor", "network"],
)
def test_what_lasts_closes_the_page(
    browser: Browser, server: Server, act: Callable[[Page], object], request: FixtureRequest
) -> None:
    for page in visit(browser, server.url, **OPTIONS):
        page.evaluate("() => { localStorage.one = sessionStorage.two = '3'; }")
        act(page)
    assert page.is_closed()
    for other in visit(browser, server.url, **OPTIONS):
        assert other.evaluate("[localStorage.one, sessionStorage.two]") == [None, None]
        kept = other.context is page.context  # and what is compiled with it
        assert kept is (request.node.callspec.id != "network")


def test_an_error_on_the_console_fails_its_own_visit_alone(
    browser: Browser, server: Server
) -> None:
    with pytest.raises(AssertionError, match="mine"):
        for page in visit(browser, server.url, **OPTIONS):
            page.evaluate("console.error('mine')")
    for page in visit(browser, server.url, **OPTIONS):
        settled(page)
