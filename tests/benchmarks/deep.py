"""ResNet-18 at 224×224 as somebody's own module: to its first picture, and from step to step."""

from __future__ import annotations

import statistics

from playwright.sync_api import Browser

from tests.benchmarks.page import stepping
from tests.benchmarks.timing import Row
from tests.browser.conftest import READY, Server

MODEL = ("--model", "torchvision.models:resnet18", "--input", "3x224x224")
FIRST, STEP = 1000, 60  # milliseconds: the goals
PATIENCE = 120_000  # milliseconds for the page to load


def rows(browser: Browser) -> list[Row]:
    """Return how long the first picture takes after the trace, and a step, in milliseconds.

    The server has followed the network once before the page opens. A step is measured at every card
    of the strip from left to right, the first time that it is looked at.
    """
    server = Server(*MODEL)
    try:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
        page = context.new_page()
        page.goto(server.url)
        page.wait_for_selector(READY, timeout=PATIENCE)
        first = float(page.get_attribute("#explorer", "data-paint-ms") or "nan")
        page.wait_for_timeout(2500)
        page.keyboard.press("Home")
        page.wait_for_timeout(1000)
        cards = page.locator("#strip [data-step]").count()
        steps = stepping(page, ["ArrowRight"] * (cards - 1))
        context.close()
    finally:
        server.stop()
    middle = statistics.median(steps)
    return [
        Row(
            "ResNet-18 at 224×224, first picture after the trace",
            f"≤ {FIRST} ms",
            f"{first:.0f} ms",
            first <= FIRST,
        ),
        Row(
            f"ResNet-18 at 224×224, step → painted, {cards} cards",
            f"p50 ≤ {STEP} ms",
            f"p50 {middle:.0f} ms, slowest {max(steps):.0f} ms",
            middle <= STEP,
        ),
    ]
