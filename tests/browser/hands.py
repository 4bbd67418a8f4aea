"""Use the page as a person does: draw, pin and wait; and the network, layer by layer, by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Page, Route, expect

from explorer.network import zoo
from explorer.records import SIDE

PIXELS = """() => {
  const pad = document.querySelector("#pad");
  return [...pad.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, index) => index % 4 === 0);
}"""
FIGURE = """() => {
  const graph = document.querySelector("#stage .js-plotly-plot");
  const bars = (trace) => [trace.orientation === "h" ? trace.x : trace.y];
  const values = (trace) => (trace.type === "heatmap" ? trace.z : bars(trace));
  return graph._fullData.map((trace) => [...values(trace)].map((row) => [...row]));
}"""

FAR = 40  # units: whoever goes further walks down by rows first

# Whether the page has been ready, with one revision, for a quarter of a second. No promise: what
# waits for this function takes any promise for an answer, whatever it resolves to.
SETTLED = """() => {
  const { state, revision } = document.querySelector("#explorer").dataset;
  const before = window.settling;
  if (state === "ready" && before?.revision === revision) return Date.now() - before.since >= 250;
  window.settling = state === "ready" ? { revision, since: Date.now() } : null;
  return false;
}"""


def settled(page: Page) -> int:
    """Wait until nothing has been under way for a moment, and return the revision painted last."""
    page.evaluate("window.settling = null")
    page.wait_for_function(SETTLED, polling=50)  # milliseconds: a busy machine has to paint, too
    return int(page.locator("#explorer").get_attribute("data-revision") or 0)


def rested(page: Page) -> None:
    """Wait until nothing is under way and the address holds what is on screen."""
    settled(page)
    page.wait_for_selector("#explorer[data-address=written]")


def pin(page: Page, step: str, unit: int) -> None:
    """Pin a unit with the keys alone: Escape, Enter pins unit 0, arrows walk down and on."""
    page.click(f"#strip [data-step='{step}']")
    page.wait_for_selector(f"#stage[data-step='{step}']")
    settled(page)
    page.focus("#stage .plot")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    pinned = page.locator("#inspector")
    expect(pinned).to_have_attribute("data-unit", "0")
    across = unit + 1
    if unit > FAR:
        page.keyboard.press("ArrowDown")
        expect(pinned).not_to_have_attribute("data-unit", "0")
        across = int(pinned.get_attribute("data-unit") or 0)  # a row has so many units
    for _ in range(unit // across - int(unit > FAR)):
        page.keyboard.press("ArrowDown")
    for _ in range(unit % across):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"#inspector[data-unit='{unit}']")
    settled(page)


def soon(page: Page, look: Callable[[], None], seconds: float = 60) -> None:
    """Look again until what is looked for is there: what a page paints comes when it can."""
    until = time.monotonic() + seconds
    while True:
        try:
            return look()
        except AssertionError:
            if time.monotonic() > until:
                raise
        page.wait_for_timeout(50)


def staged(page: Page) -> Any:
    """Return the values of the step on the stage, one after the other, as its figure has them."""
    traces, kind = page.evaluate(FIGURE), page.get_attribute("#stage", "data-kind")
    if kind == "relu":  # what came and what goes on, where nothing stands for a unit that is off
        found = np.nan_to_num(np.array(traces[1], dtype=float))
    elif kind in {"logits", "softmax"}:  # every class has its bar in one of two traces
        found = np.nansum(np.array(traces[:2], dtype=float), axis=0)
    else:
        found = np.array(traces[0], dtype=float)
    values: np.ndarray[Any, np.dtype[np.float64]] = found.reshape(-1)
    return values


def drag(page: Page, *points: tuple[float, float]) -> None:
    """Draw a stroke with the pointer; points are shares of the pad's width and height."""
    box = page.locator("#pad").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def pixels(page: Page) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.array(page.evaluate(PIXELS), dtype=np.uint8).reshape(SIDE, SIDE)


def by_hand(image: np.ndarray[Any, np.dtype[np.uint8]]) -> dict[str, np.ndarray[Any, Any]]:
    """Run the network layer by layer without hooks, apart from the program."""
    model: Any = zoo.load("fashion-mlp")
    values = {"input": torch.from_numpy(image.astype(np.float32) / np.float32(255))[None]}
    x = values["input"]
    with torch.no_grad():
        x = values["flatten"] = model.flatten(x)
        for number, layer in enumerate(model.linear_relu_stack):
            x = values[f"linear_relu_stack.{number}"] = layer(x)
        values["softmax"] = torch.softmax(x, dim=1)
    return {name: tensor[0].numpy() for name, tensor in values.items()}


STATE = """() => {
  const root = document.querySelector("#explorer");
  return [root.dataset.state, document.querySelectorAll("#strip [data-step]").length > 3,
    window.attacked ?? 0, {}.polluted ?? 0];
}"""


def works(page: Page, *, pen: bool) -> None:
    page.wait_for_function(f"({STATE})().join() === 'ready,true,0,0' && location.hash.length > 20")
    if not pen:
        return
    page.click("[data-view=explore]")
    before = int(page.get_attribute("#explorer", "data-revision") or 0)
    drag(page, (0.2, 0.2), (0.8, 0.8))
    page.wait_for_function(
        f"Number(document.querySelector('#explorer').dataset.revision) > {before}"
    )
    expect(page.locator("#explorer")).to_have_attribute("data-state", "ready")


def follow(page: Page, link: str) -> None:
    while page.locator("#message").is_visible():
        page.keyboard.press("Escape")
    page.evaluate("hash => { location.hash = ''; location.hash = hash; }", link)


@contextmanager
def moving(page: Page) -> Iterator[Callable[[], None]]:
    """Hold the pen down on the upper half of the pad, and hand on what moves it."""
    box = page.locator("#pad").bounding_box()
    assert box

    def move() -> None:
        across = 0.1 + 0.4 * (time.monotonic() % 2)
        page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.25 * box["height"])

    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    yield move
    page.mouse.up()


@contextmanager
def unanswered(page: Page, address: str) -> Iterator[None]:
    """Let questions to an address wait until what is done meanwhile has been seen."""
    held: list[Route] = []
    over = False

    def hold(route: Route) -> None:
        if over:
            route.continue_()
        else:
            held.append(route)

    page.context.route(address, hold)
    yield
    over = True
    for route in held:
        route.continue_()
