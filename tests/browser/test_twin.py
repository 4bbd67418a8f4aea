"""What the page computes itself: painted at once, confirmed by the hooks, and refuted where it is wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from safetensors import torch as safetensors

from explorer.network import chain, zoo
from explorer.records import PIXELS
from tests.browser.conftest import READY, Server, start_again
from tests.browser.hands import (
    by_hand,
    drag,
    moving,
    pixels,
    settled,
    soon,
    staged,
    unanswered,
)
from tests.browser.kept import PATIENCE
from tests.course import STEPS

pytestmark = pytest.mark.browser

TWIN = "#checks [data-key=twin]"
SHARES = """() => [...document.querySelectorAll('#prediction [data-class]')]
  .map((bar) => +bar.dataset.probability)"""
AWAY = "**/component_server**"
MODEL, EARLIER = "fashion-mlp", "epoch-060"
MAPS = "fashion-cnn"
# When files of weights and answers were there to be read, and when the check turned red.
NOTED = f"""
window.heard = [];
[window.began, window.red] = [0, null];
for (const name of ["arrayBuffer", "json"]) {{
  const read = Response.prototype[name];
  Response.prototype[name] = async function () {{
    const found = await read.call(this);
    window.heard.push([this.url, performance.now()]);
    return found;
  }};
}}
new MutationObserver(() => {{
  if (document.querySelector("{TWIN}[data-check=failed]")) window.red ??= performance.now();
}}).observe(document, {{ subtree: true, childList: true, attributeFilter: ["data-check"] }});
"""
# Milliseconds from what came first to the red check.
TOOK = """(what) => {
  const [, first] = heard.find(([address, at]) => address.includes(what) && at >= began);
  return red - first;
}"""


def confirmed(page: Page) -> None:
    expect(page.locator(TWIN)).to_have_attribute("data-check", "passed")


def bars(page: Page) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(page.evaluate(SHARES))


# Both languages in either theme, one click apart: what is clicked, and what the page then is.
LOOKS = (
    ("theme", "html[lang=en][data-theme=dark]"),
    ("language", "html[lang=zh-CN][data-theme=dark]"),
    ("theme", "html[lang=zh-CN][data-theme=light]"),
    ("language", "html[lang=en][data-theme=light]"),
)


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_what_is_painted_at_every_step_is_the_models(opened: Page, number: int) -> None:
    page, step = start_again(opened), STEPS[number]
    page.click(f"#strip [data-step='{step}']")
    for place, (action, look) in enumerate(LOOKS):
        page.click(f"#bar [data-action={action}]")
        expect(page.locator(look)).to_have_count(1)
        height = 0.15 + 0.08 * number + 0.02 * place
        drag(page, (0.1, height), (0.9, height + 0.05))
        settled(page)
        expected = by_hand(pixels(page))
        np.testing.assert_allclose(bars(page), expected["softmax"], atol=1e-5)
        assert page.locator("#stage").get_attribute("data-step") == step
        scale = float(np.abs(expected[step]).max())
        apart = np.abs(staged(page) - expected[step].reshape(-1)).max()
        assert apart <= 1e-4 * max(1.0, scale), look
        expect(page.locator("#explorer")).to_have_attribute("data-source", "hooks")
        confirmed(page)
        assert float(page.locator(TWIN).get_attribute("data-residual") or "nan") <= 1e-4
        assert page.locator("#message").is_hidden()


def moved_alone(page: Page, expected: Callable[[], Any]) -> None:
    """Draw while no question is answered; `expected` returns the shares that the bars then have."""
    with unanswered(page, AWAY):
        before = bars(page)
        drag(page, (0.2, 0.2), (0.8, 0.8))
        expect(page.locator("#explorer")).to_have_attribute("data-source", "page")
        page.wait_for_function(
            f"(before) => ({SHARES})().every((share, place) => share !== before[place])",
            arg=before.tolist(),
        )
        np.testing.assert_allclose(bars(page), expected(), atol=1e-5)


def test_bars_move_before_the_server_answers(page: Page) -> None:
    confirmed(page)
    moved_alone(page, lambda: by_hand(pixels(page))["softmax"])
    settled(page)
    expect(page.locator("#explorer")).to_have_attribute("data-source", "hooks")


@pytest.mark.parametrize("step", ["linear_relu_stack.0", "softmax"])
def test_a_moving_pen_asks_for_no_more_than_that_its_values_are_confirmed(
    page: Page, step: str
) -> None:
    page.click(f"#strip [data-step='{step}']")
    settled(page)
    confirmed(page)
    asked: list[dict[str, Any]] = []

    def keep(request: Request) -> None:
        if "component_server" in request.url and request.post_data:
            asked.append(json.loads(json.loads(request.post_data)["data"]))

    page.on("request", keep)
    drag(page, (0.2, 0.2), (0.8, 0.2), (0.2, 0.5), (0.8, 0.5), (0.2, 0.8), (0.8, 0.8))
    settled(page)
    assert asked
    assert {tuple(query["show"]) for query in asked} <= {(), ("figure",)}


def planted(model: str, checkpoint: str, name: str, *place: int | slice) -> bytes:
    """Return a checkpoint's file with numbers of one of its tensors changed."""
    data = chain.weights(model, checkpoint, chain.listing(model)[checkpoint]["sha256"])
    assert data is not None
    weights = safetensors.load(data)
    weights[name][place] += 0.01
    written: bytes = safetensors.save(weights)
    return written


@pytest.fixture
def wrong(browser: Browser, server: Server) -> Iterator[Page]:
    """A page whose weights are changed on the way, and which notes when files and answers came.

    At its first checkpoint it is one bias of the last layer, at another what the first layer does
    with the upper half of a picture. Of another network it is one number of the first kernels.
    """
    of, kernels = "linear_relu_stack", zoo.card(MAPS).default
    files = {
        f"{MODEL}/epoch-090": planted(MODEL, "epoch-090", f"{of}.4.bias", 3),
        f"{MODEL}/{EARLIER}": planted(
            MODEL, EARLIER, f"{of}.0.weight", slice(None), slice(PIXELS // 2)
        ),
        f"{MAPS}/{kernels}": planted(MAPS, kernels, "features.0.weight", 0, 0, 1, 1),
    }

    def answer(route: Route) -> None:
        which = "/".join(route.request.url.split("/")[-3:-1])
        route.fulfill(body=files[which]) if which in files else route.continue_()

    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.add_init_script(NOTED)
    context.route("**/weights/**", answer)
    page = context.new_page()
    page.goto(server.url)
    page.wait_for_selector(READY)
    yield page
    context.close()


def turns_red_at_once(page: Page, what: str) -> None:
    """The first file or answer that came since `began` makes the check red within 300 ms.

    On the page's own clock, so that a machine that is busy elsewhere does not count.
    """
    expect(page.locator(TWIN)).to_have_attribute("data-check", "failed")
    took = page.evaluate(TOOK, what)
    assert 0 <= took <= 300, f"{took} ms"


def test_a_wrong_weight_turns_the_check_red_and_the_server_computes(wrong: Page) -> None:
    """One bias of the last layer, changed on the way to the page."""
    check = wrong.locator(TWIN)
    turns_red_at_once(wrong, "/weights/")
    assert float(check.get_attribute("data-residual") or "nan") > 1e-4
    drag(wrong, (0.2, 0.2), (0.8, 0.8))
    settled(wrong)
    np.testing.assert_allclose(bars(wrong), by_hand(pixels(wrong))["softmax"], atol=1e-6)
    expect(check).to_have_attribute("data-check", "failed")
    expect(wrong.locator("#source")).to_have_attribute("data-state", "failed")

    # weights that are wrong where nothing is drawn, until the pen comes there
    wrong.click("[data-action=clear]")
    settled(wrong)
    wrong.select_option("#checkpoint", EARLIER)
    settled(wrong)
    turns_red_under_the_pen(wrong)

    # one number of a kernel, where there is nothing that it could be multiplied by
    wrong.click("[data-action=clear]")
    settled(wrong)
    wrong.select_option("#model", MAPS)
    settled(wrong)
    turns_red_under_the_pen(wrong)


def turns_red_under_the_pen(page: Page) -> None:
    """The sums of the first answer that comes while the pen moves show what no empty picture did."""
    confirmed(page)
    page.evaluate("[window.began, window.red] = [performance.now(), null]")
    with moving(page) as move:
        until = time.monotonic() + PATIENCE / 1000
        while not page.evaluate("window.red") and time.monotonic() < until:
            move()
        turns_red_at_once(page, "/component_server")  # and the pen is still down


def test_without_a_server_one_draws_and_steps_and_it_confirms_by_itself(
    browser: Browser,
) -> None:
    server = Server()
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    try:
        page.goto(server.url)
        page.wait_for_selector(READY)
        confirmed(page)
        page.wait_for_function("window.Plotly !== undefined")
        page.wait_for_timeout(500)  # the figures of all steps have come
        server.stop()
        drag(page, (0.2, 0.2), (0.8, 0.8))
        for step in STEPS:
            page.click(f"#strip [data-step='{step}']")
            expect(page.locator("#stage")).to_have_attribute("data-step", step)
        expect(page.locator("#source")).to_have_attribute("data-state", "away")
        drag(page, (0.2, 0.6), (0.8, 0.4))
        expected = by_hand(pixels(page))["softmax"]
        soon(page, lambda: np.testing.assert_allclose(bars(page), expected, atol=1e-5))
        expect(page.locator("#explorer")).to_have_attribute("data-address", "written")
        address, drawn = page.url, pixels(page)
        again = Server(port=server.port)
        try:
            expect(page.locator("#source")).to_have_attribute("data-state", "hooks")
            confirmed(page)
            np.testing.assert_allclose(bars(page), by_hand(pixels(page))["softmax"], atol=1e-5)
            assert page.url == address, "it was written while the server was away"
            page.reload()
            page.wait_for_selector(READY)
            soon(page, lambda: np.testing.assert_array_equal(pixels(page), drawn))
            confirmed(page)
        finally:
            again.stop()
    finally:
        context.close()


def test_the_page_works_without_its_twin(plain: Page) -> None:
    drag(plain, (0.2, 0.2), (0.8, 0.8))
    settled(plain)
    np.testing.assert_allclose(bars(plain), by_hand(pixels(plain))["softmax"], atol=1e-6)
    assert plain.locator(TWIN).count() == 0
    expect(plain.locator("#explorer")).to_have_attribute("data-source", "hooks")
