"""The page in Chromium: from the input event to the paint, while drawing and while stepping.

At every step, with and without its twin, behind a slow network, and beside two busy processes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.benchmarks.timing import Row, percentile
from tests.browser.conftest import READY
from tests.course import STEPS

STROKE = 2.0  # seconds
LATENCY = 150  # milliseconds to a Space, or through a lecture hall's Wi-Fi
LINEAR = "linear_relu_stack.0"
BUSY = "while True: sum(range(1000))"
# Every complete paint is recorded by the page's own mark. Once the pen rests, Plotly draws the same
# values again: that
# changes no number on the page and counts as no paint.
WATCH = """() => {
  const root = document.querySelector("#explorer");
  window.paints = [];
  const { dataset } = root;
  const now = () => [performance.now(), +dataset.stripMs, +dataset.paintMs];
  new MutationObserver(() => window.paints.push(now()))
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
  const fire = (type, share) => pad.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, isPrimary: true,
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


@dataclass(slots=True)
class Drawn:
    """What strokes of two seconds took, in milliseconds from the pointer's event to the paint."""

    strips: list[float] = field(default_factory=list)
    paints: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)  # complete paints per second
    ups: list[float] = field(default_factory=list)  # from pointer-up to the last paint


def opened(browser: Browser, url: str) -> Page:
    """Open the page and let everything load."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US").new_page()
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(2500)
    page.evaluate(WATCH)
    return page


def rows(browser: Browser, url: str) -> tuple[list[Row], float]:
    """Return the page's rows, and the median time from pointer-up to all painted, in ms."""
    page = opened(browser, url)
    each = everywhere(page)
    go(page, LINEAR)
    walking = statistics.median(stepping(page))
    swept = percentile(sweeping(page), 0.95)
    found = [
        *compared("slowest step", slowest(each)),
        Row("step with ←/→ → painted", "p50 ≤ 25 ms", f"p50 {walking:.0f} ms", walking <= 25),
        Row("an age → painted, all of them", "p95 ≤ 50 ms", f"p95 {swept:.0f} ms", swept <= 50),
    ]
    up = max(1.0, statistics.median(each[LINEAR].ups))
    with latency(page, LATENCY):
        drawn = slowest(everywhere(page, count=1))
        found += compared(f"slowest step, {LATENCY} ms of latency", drawn)
    with busy(2):
        found += compared("beside two busy processes", at(page, LINEAR), p50=25, p95=None)
    drawn = slowest(everywhere(page, count=1, pinned=True))
    found += compared("slowest step, inspector open", drawn)
    go(page, LINEAR)
    pin(page)
    page.click("[data-view=network]")
    page.wait_for_timeout(800)
    found += compared("whole network with paths", strokes(page))
    page.context.close()
    return [*found, *without(browser, url)], up


def without(browser: Browser, url: str) -> list[Row]:
    """Return what the page does without its twin, in the same run: there is no goal."""
    page = opened(browser, f"{url}?twin=off")
    found = said("without the twin", at(page, LINEAR))
    with latency(page, LATENCY):
        found += said(f"without the twin, {LATENCY} ms of latency", at(page, LINEAR))
    page.context.close()
    return [Row(what, "–", measured, True) for what, measured in found]


def go(page: Page, step: str) -> None:
    """Go to a step and let it be painted."""
    page.click(f"#strip [data-step='{step}']")
    page.wait_for_selector(f"#stage[data-step='{step}']")
    page.wait_for_timeout(500)


def pin(page: Page) -> None:
    """Open the inspector for the first unit of the step."""
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector[data-unit]")
    page.wait_for_timeout(500)


def everywhere(page: Page, *, count: int = 3, pinned: bool = False) -> dict[str, Drawn]:
    """Draw at every step, with a unit of it in the inspector or none."""
    return {step: at(page, step, count=count, pinned=pinned) for step in STEPS}


def slowest(each: dict[str, Drawn]) -> Drawn:
    """Return what was painted at the step whose median took longest."""
    return max(each.values(), key=lambda drawn: median(drawn.paints))


def at(page: Page, step: str, *, count: int = 3, pinned: bool = False) -> Drawn:
    """Draw at a step."""
    go(page, step)
    if pinned:
        pin(page)
    return strokes(page, count)


def strokes(page: Page, count: int = 3) -> Drawn:
    """Draw strokes where the page is, and return what was painted."""
    found = Drawn()
    for _ in range(count):
        page.click("[data-action=clear]")
        page.wait_for_timeout(500)
        page.evaluate("() => { window.paints.length = 0; window.strips.length = 0; }")
        drawn: dict[str, Any] = page.evaluate(DRAW, STROKE)
        seen = page.evaluate("window.paints")
        found.strips += page.evaluate("window.strips")
        found.paints += [paint[2] for paint in seen]
        found.rates.append(
            sum(drawn["start"] <= paint[0] <= drawn["up"] for paint in seen) / STROKE
        )
        found.ups.append(drawn["last"] - drawn["up"])
    return found


def said(where: str, drawn: Drawn) -> list[tuple[str, str]]:
    """Return a stroke in words: what, and what was measured."""
    strip, paint = median(drawn.strips), median(drawn.paints)
    strip95, paint95 = percentile(drawn.strips, 0.95), percentile(drawn.paints, 0.95)
    return [
        (
            f"pointer event → strip, bars and stage painted, {where}",
            f"p50 {paint:.1f} ms, p95 {paint95:.1f} ms (strip {strip:.1f}, {strip95:.1f})",
        ),
        (f"updates per second during a 2 s stroke, {where}", f"{median(drawn.rates):.0f}"),
    ]


def compared(where: str, drawn: Drawn, *, p50: float = 16.7, p95: float | None = 25.0) -> list[Row]:
    """Return a stroke beside its goals."""
    (what, measured), (often, rate) = said(where, drawn)
    reached = median(drawn.paints) <= p50
    goal = f"p50 ≤ {p50:g} ms"
    if p95 is not None:
        reached &= percentile(drawn.paints, 0.95) <= p95
        goal += f", p95 ≤ {p95:g} ms"
    return [
        Row(what, goal, measured, reached),
        Row(often, "≥ 55", rate, median(drawn.rates) >= 55),
    ]


def stepping(page: Page, keys: Sequence[str] = ("ArrowRight", "ArrowLeft") * 20) -> list[float]:
    """Step with the keys, forward and back; milliseconds from the key to the paint."""
    times = []
    for key in keys:
        before = page.locator("#explorer").get_attribute("data-revision")
        page.keyboard.press(key)
        page.wait_for_function(
            f"document.querySelector('#explorer').dataset.revision !== '{before}'"
        )
        times.append(float(page.locator("#explorer").get_attribute("data-paint-ms") or "nan"))
    return times


def sweeping(page: Page) -> list[float]:
    """Sweep over all ages and back with the keys; milliseconds from the key to the first paint."""
    times = []
    page.focus("#age")
    count = int(page.get_attribute("#age", "max") or 0)
    # the first time weights are fetched on the way, the second and third time they are there
    for turn, key in enumerate(["ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowRight"]):
        for _ in range(count):
            page.evaluate("window.paints.length = 0")
            page.keyboard.press(key)
            page.wait_for_function("window.paints.length > 0")
            if turn > 1:
                times.append(page.evaluate("window.paints[0][2]"))
    return times


def median(values: Sequence[float]) -> float:
    """Return the median, and no number where nothing was painted."""
    return statistics.median(values) if values else float("nan")


@contextmanager
def latency(page: Page, milliseconds: float) -> Iterator[None]:
    """Let every answer of the server come later."""
    session: CDPSession = page.context.new_cdp_session(page)
    usual = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {**usual, "latency": milliseconds})
    yield
    session.send("Network.emulateNetworkConditions", {**usual, "latency": 0})
    session.detach()


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Let processes compute beside, as a class's machine does."""
    beside = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    yield
    for process in beside:
        process.kill()
        process.wait()
