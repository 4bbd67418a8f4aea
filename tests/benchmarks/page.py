"""The page in Chromium: from the input event to the paint, while drawing and while stepping."""

from __future__ import annotations

import statistics
from typing import Any

from playwright.sync_api import Browser, Page

from tests.benchmarks.timing import Row, percentile
from tests.browser.conftest import READY

STROKE = 2.0  # seconds
# Every complete paint is recorded by the page's own mark. Once the pen rests, Plotly draws the same
# values again: that
# changes no number on the page and counts as no paint.
WATCH = """() => {
  const root = document.querySelector("#explorer");
  window.paints = [];
  new MutationObserver(() => window.paints.push([performance.now(), +root.dataset.stripMs, +root.dataset.paintMs]))
    .observe(root, { attributes: true, attributeFilter: ["data-paint-ms"] });
  window.strips = [];
  new MutationObserver(() => window.strips.push(+root.dataset.stripMs))
    .observe(root, { attributes: true, attributeFilter: ["data-strip-ms"] });
}"""
# Pointer events at 60 per second, as a mouse sends them, from inside the page: no time is lost
# between two programs.
DRAW = """(seconds) => new Promise((resolve) => {
  const pad = document.querySelector("#pad");
  const box = pad.getBoundingClientRect();
  const fire = (type, share) => pad.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, isPrimary: true,
    button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1,
    clientX: box.left + box.width * (0.5 + 0.38 * Math.cos(9 * share)),
    clientY: box.top + box.height * (0.5 + 0.38 * Math.sin(7 * share)) }));
  pad.setPointerCapture = () => {};
  pad.hasPointerCapture = () => true;
  const start = performance.now();
  fire("pointerdown", 0);
  const timer = setInterval(() => {
    const share = (performance.now() - start) / 1000 / seconds;
    fire("pointermove", share);
    if (share < 1) return;
    clearInterval(timer);
    fire("pointerup", 1);
    const up = performance.now();
    const settled = () => {
      const last = window.paints.at(-1)?.[0] ?? 0;
      if (performance.now() - Math.max(up, last) < 300) return setTimeout(settled, 50);
      resolve({ start, up, last });
    };
    settled();
  }, 1000 / 60);
})"""


def opened(browser: Browser, url: str) -> Page:
    """Open the page and let everything load."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US").new_page()
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(1500)
    return page


def rows(browser: Browser, url: str) -> tuple[list[Row], float]:
    """Return the page's rows, and the median time from pointer-up to all painted, in milliseconds."""
    page = opened(browser, url)
    page.evaluate(WATCH)
    page.click("#strip [data-step='linear_relu_stack.0']")
    page.wait_for_timeout(500)
    plain, up = _drawing(page, "")
    step = statistics.median(_stepping(page))
    page.click("#strip [data-step='linear_relu_stack.0']")
    page.wait_for_timeout(500)
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector[data-unit]")
    inspected, _ = _drawing(page, ", inspector open")
    page.click("[data-view=network]")
    page.wait_for_timeout(800)
    network, _ = _drawing(page, ", whole network with paths")
    page.context.close()
    walking = Row("step with ←/→ → painted", "p50 ≤ 40 ms", f"p50 {step:.0f} ms", step <= 40)
    return [*plain, walking, *inspected, *network[1:]], up


def _drawing(page: Page, where: str) -> tuple[list[Row], float]:
    """Draw five strokes and return the rows of what was painted, and the median from pointer-up to the last paint."""
    strips: list[float] = []
    paints: list[float] = []
    rates: list[float] = []
    ups: list[float] = []
    for _ in range(5):
        page.click("[data-action=clear]")
        page.wait_for_timeout(400)
        page.evaluate("() => { window.paints.length = 0; window.strips.length = 0; }")
        drawn: dict[str, Any] = page.evaluate(DRAW, STROKE)
        seen = page.evaluate("window.paints")
        strips += page.evaluate("window.strips")
        paints += [paint[2] for paint in seen]
        rates.append(sum(drawn["start"] <= paint[0] <= drawn["up"] for paint in seen) / STROKE)
        ups.append(drawn["last"] - drawn["up"])
    strip, strip95 = statistics.median(strips), percentile(strips, 0.95)
    paint, paint95 = statistics.median(paints), percentile(paints, 0.95)
    rate = statistics.median(rates)
    return [
        Row(
            f"pointer event → strip and bars painted{where}",
            "p50 ≤ 25 ms, p95 ≤ 60 ms",
            f"p50 {strip:.0f} ms, p95 {strip95:.0f} ms",
            strip <= 25 and strip95 <= 60,
        ),
        Row(
            f"pointer event → stage painted too{where}",
            "p50 ≤ 50 ms, p95 ≤ 100 ms",
            f"p50 {paint:.0f} ms, p95 {paint95:.0f} ms",
            paint <= 50 and paint95 <= 100,
        ),
        Row(f"updates per second during a 2 s stroke{where}", "≥ 30", f"{rate:.0f}", rate >= 30),
    ], max(1.0, statistics.median(ups))


def _stepping(page: Page) -> list[float]:
    times = []
    for key in ["ArrowRight", "ArrowLeft"] * 20:
        before = page.locator("#explorer").get_attribute("data-revision")
        page.keyboard.press(key)
        page.wait_for_function(
            f"document.querySelector('#explorer').dataset.revision !== '{before}'"
        )
        times.append(float(page.locator("#explorer").get_attribute("data-paint-ms") or "nan"))
    return times
