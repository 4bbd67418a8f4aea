"""A server that does not know the page's name any more: its own sentence says what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests import chromium
from tests.browser.conftest import FLAGS, READY, Server
from tests.browser.hands import drag, pixels, settled

pytestmark = pytest.mark.browser

NAME = "school.example"


def test_what_the_server_refuses_is_said_in_its_own_words(browser: Browser) -> None:
    rule = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    other = browser.browser_type.launch(executable_path=chromium.path(), args=[*FLAGS, rule])
    running = Server("--allow-host", NAME)
    try:
        page = other.new_context(viewport={"width": 1366, "height": 768}, locale="en-US").new_page()
        page.goto(f"http://{NAME}:{running.port}")
        page.wait_for_selector(READY)
        settled(page)
        running.stop()
        running = Server(port=running.port)
        before = pixels(page)
        drag(page, (0.1, 0.5), (0.9, 0.5))
        message = page.locator("#message p")
        expect(message).to_have_count(1)
        expect(message).to_contain_text(f"does not answer to the name “{NAME}”")
        expect(message).to_contain_text(f"--allow-host {NAME}")
        assert (pixels(page) != before).any(), "what is drawn is kept"
        running.stop()
        running = Server("--allow-host", NAME, port=running.port)
        expect(page.locator("#message")).to_be_hidden()
        expect(page.locator("#source")).to_have_attribute("data-state", "hooks")
    finally:
        running.stop()
        other.close()
