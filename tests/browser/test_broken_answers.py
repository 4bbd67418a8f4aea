"""One answer that breaks off or is somebody else's page, while all others come: the page goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import READY, Server
from tests.browser.hands import settled

pytestmark = pytest.mark.browser


@pytest.fixture
def unopened(browser: Browser) -> Iterator[Page]:
    """A page whose failed requests may stand on its console."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    yield context.new_page()
    context.close()


def test_a_figures_script_that_is_a_proxys_page_is_a_sentence(
    unopened: Page, server: Server
) -> None:
    page = unopened
    page.route(
        "**/plotly*.js", lambda route: route.fulfill(body="<html>", content_type="text/html")
    )
    page.goto(server.url)
    message = page.locator("#message")
    expect(message).to_contain_text("(Plotly) could not be loaded")
    expect(message).not_to_contain_text("Something went wrong")


def test_a_parameter_whose_answer_breaks_off_is_asked_for_again(
    unopened: Page, server: Server
) -> None:
    page, broken = unopened, []

    def breaks(route: Route) -> None:
        broken.append(route.request.url)
        route.abort("connectionreset")

    page.goto(server.url)
    page.wait_for_selector(READY)
    settled(page)
    page.route("**/parameters/**", breaks)
    page.click("[data-view=weights]")
    page.wait_for_timeout(1000)
    assert broken
    page.unroute("**/parameters/**")
    expect(page.locator("#weights .bins")).to_contain_text("bins")
    expect(page.locator("#message")).to_be_hidden()
