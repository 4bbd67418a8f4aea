"""What tests wait for is waited for: a page is settled once it is ready and stays so."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.hands import settled

pytestmark = pytest.mark.browser

PAGE = """<div id="explorer" data-state="loading" data-revision="1"></div><script>
  const { dataset } = document.querySelector("#explorer");
  const steps = [[600, "ready", 2], [700, "loading", 2], [1100, "ready", 3], [1250, "ready", 4]];
  for (const [at, state, revision] of steps)
    setTimeout(() => Object.assign(dataset, { state, revision }), at);
</script>"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def test_a_page_is_settled_once_it_has_been_ready_for_a_moment(blank: Page) -> None:
    started = time.monotonic()
    blank.set_content(PAGE)
    assert settled(blank) == 4
    assert time.monotonic() - started > 1.4
