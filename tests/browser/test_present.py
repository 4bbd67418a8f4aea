"""A page for others: presented to a class, given away in a link, with something left out of it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, expect

from explorer.network import zoo
from tests.browser.conftest import READY, Server, start_again, visit
from tests.browser.desk import NAME, teach
from tests.browser.hands import pin, rested, settled
from tests.browser.test_ages import AGES
from tests.browser.test_fitting import CROWDED, OUTSIDE, go, resize
from tests.browser.test_layouts import SIDEWAYS, TYPE
from tests.browser.test_twin import bars

pytestmark = pytest.mark.browser

# The sizes of the words that canvases are painted with, where they are smaller than all others.
NOTING = """() => {
  window.small = new Set();
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    const size = parseFloat(this.font.match(/[\\d.]+px/)[0]);
    window.words = (window.words ?? 0) + 1;
    if (size < 22 && this.canvas.isConnected) small.add(`${size} ${text}`);
    return fillText.call(this, text, ...rest);
  };
}"""
PRESENTED = "document.documentElement.hasAttribute('data-present')"


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url, viewport={"width": 1280, "height": 720})


@pytest.mark.parametrize("width", [1024, 1280, 1440, 1600, 1920])
def test_a_stage_of_any_width_has_one_low_bar_all_cards_and_all_classes(
    stage: Page, width: int
) -> None:
    start_again(stage)
    resize(stage, width, width * 9 // 16 if width > 1024 else 768)
    stage.keyboard.press("f")
    stage.wait_for_function("document.fullscreenElement")
    go(stage, "softmax")
    found = (stage.evaluate(CROWDED), stage.evaluate(OUTSIDE), stage.evaluate(SIDEWAYS))
    bar = stage.evaluate("document.querySelector('#bar').offsetHeight")
    names = stage.locator("#stage .ytick text")
    seen = [name.is_visible() and (name.text_content() or "").strip() for name in names.all()]
    stage.keyboard.press("f")
    stage.wait_for_function("!document.fullscreenElement")
    resize(stage, 1280, 720)
    assert found == ([], [], 0)
    assert bar == 40
    assert sorted(map(str, seen)) == sorted(zoo.card("fashion-mlp").labels["en"])


def shared(page: Page, *ways: str) -> str:
    """Return the link that the dialog offers, with some of its boxes ticked."""
    page.click("[data-action=share]")
    page.wait_for_selector("#share[open]")
    page.evaluate("document.querySelector('#share details').open = true")
    for way in ways:
        before = page.input_value("#share-link")
        page.check(f"#share [data-way={way}]")
        page.wait_for_function(
            "(before) => document.querySelector('#share-link').value !== before", arg=before
        )
    link = page.input_value("#share-link")
    page.click("#share .head button")
    return link


def test_a_link_says_what_it_holds_and_where_it_opens(opened: Page) -> None:
    start_again(opened)
    opened.click("#strip [data-step='linear_relu_stack.0']")
    settled(opened)
    shared(opened)
    said = opened.locator("#share").inner_text()
    assert "step linear_relu_stack.0" in said
    assert "pictures: 1" in said
    assert "weights epoch 90," in said
    assert "lesson" not in said
    warning = opened.locator("#share .reach[data-warning]")
    assert "python app.py --host 0.0.0.0" in (warning.text_content() or "")


def test_a_link_says_which_age_it_holds_and_what_was_taught(opened: Page) -> None:
    start_again(opened)
    opened.select_option("#checkpoint", "epoch-003")
    teach(opened)
    opened.click("[data-action=optimizer-ten]")
    settled(opened)
    shared(opened)
    said = opened.locator("#share .about > p").first
    lesson = f"the lesson that the drawing is “{NAME}”, 10 steps"
    expect(said).to_contain_text(f"weights epoch 3, {lesson}, view Explore")
    opened.check("#taught-shown")
    settled(opened)
    shared(opened)
    named = opened.locator("#checkpoint option:checked").text_content()
    assert named == "epoch 3 + 10 steps"
    expect(said).to_contain_text(f"weights {named}, {lesson}")


def test_the_code_is_as_high_as_the_screen(stage: Page) -> None:
    stage.keyboard.press("f")
    stage.click("[data-action=share]")
    stage.wait_for_function("document.querySelector('#qr').width > 300")
    box = stage.locator("#qr").bounding_box()
    assert box
    assert box["height"] >= 0.95 * 720
    assert box["width"] == pytest.approx(box["height"])
    assert box["y"] + box["height"] <= 720
    stage.click("#share .head button")
    stage.click("[data-action=present]")
    assert not stage.evaluate(PRESENTED)


def test_a_link_presents_and_a_reload_too(stage: Page, browser: Browser, server: Server) -> None:
    link = shared(stage, "present")
    stage.reload()
    stage.wait_for_selector(READY)
    assert not stage.evaluate(PRESENTED), "the link is for others"
    for other in visit(browser, server.url):
        other.goto(link)
        other.reload()
        other.wait_for_selector(f"html[data-present] {READY}")
        assert not other.evaluate("Boolean(document.fullscreenElement)")
        rested(other)
        other.reload()
        other.wait_for_selector(f"html[data-present] {READY}")
        other.keyboard.press("Escape")
        assert not other.evaluate(PRESENTED)


def test_the_unit_spoken_about_stands_in_the_light(stage: Page) -> None:
    stage.click("#strip [data-step='linear_relu_stack.0']")
    settled(stage)
    stage.keyboard.press("f")
    settled(stage)
    assert stage.locator(".lit").count() == 0
    before = bars(stage)
    stage.focus("#stage .plot")
    stage.keyboard.press("Enter")
    for key in ["ArrowRight"] * 4 + ["ArrowDown"]:
        stage.keyboard.press(key)
    settled(stage)
    light = stage.locator(".lit")
    expect(light).to_be_attached()
    ring = stage.locator(".lit .ring").bounding_box()
    cell = stage.evaluate(
        """() => {
          const graph = document.querySelector("#stage .js-plotly-plot");
          const { xaxis: x, yaxis: y } = graph._fullLayout;
          const { left, top } = graph.getBoundingClientRect();
          return [left + x._offset + x.d2p(4), top + y._offset + y.d2p(1), x.d2p(1) - x.d2p(0)];
        }"""
    )
    assert ring
    middle = [ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2]
    np.testing.assert_allclose(middle, cell[:2], atol=1.5)
    assert cell[2] < ring["width"] < cell[2] + 24  # its stroke with the points of its corners
    np.testing.assert_array_equal(bars(stage), before)
    stage.keyboard.press("Escape")
    settled(stage)
    assert light.count() == 0
    stage.keyboard.press("Escape")


def test_a_class_reads_what_is_pointed_at_above_the_shade(stage: Page) -> None:
    resize(stage, 1280, 720)
    go(stage, "input")
    stage.keyboard.press("f")
    settled(stage)
    box = stage.locator("#stage .plot").bounding_box()
    assert box
    place = (box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    stage.mouse.move(place[0] - 1, place[1])
    stage.mouse.click(*place)
    expect(stage.locator(".lit")).to_be_attached()
    settled(stage)
    label = stage.locator("#stage .hoverlayer .hovertext")
    expect(label).to_contain_text("row")
    sizes = label.locator("text").evaluate_all(
        "all => all.map((each) => getComputedStyle(each).fontSize)"
    )
    assert {float(size.removesuffix("px")) for size in sizes} == {22}
    clip = label.locator("text").first.bounding_box()
    assert clip
    seen = np.array(Image.open(io.BytesIO(stage.screenshot(clip=FloatRect(**clip)))).convert("L"))
    assert seen.min() < 70
    assert seen.max() > 240
    stage.mouse.move(0, 0)
    stage.keyboard.press("Escape")
    stage.keyboard.press("Escape")
    stage.wait_for_function("!document.fullscreenElement")


def test_what_a_link_locks_is_not_offered(stage: Page, browser: Browser, server: Server) -> None:
    link = shared(stage, "model", "language", "upload", "experiment", "present")
    for other in visit(browser, server.url):
        other.goto(link)
        other.reload()
        other.wait_for_selector(READY)
        for gone in ("#model", "[data-action=language]", "[data-action=upload]", "#tab-edit"):
            assert other.locator(gone).count() == 0, gone
        assert other.locator("#checkpoint").is_visible()
        other.keyboard.press("f")
        assert not other.evaluate(PRESENTED)
        other.keyboard.press("Home")
        other.keyboard.press("ArrowRight")
        other.wait_for_selector("#stage[data-step=flatten]")
        settled(other)
        rested(other)
        other.reload()
        other.wait_for_selector(READY)
        assert other.locator("#model").count() == 0, "the address keeps it"


def test_what_the_command_locks_is_not_offered(browser: Browser) -> None:
    running = Server("--lock", "model,checkpoint,theme,samples,batch,compare,views,share")
    try:
        for page in visit(browser, running.url):
            for gone in ("#model", "#checkpoint", "[data-action=theme]", ".samples", "#tray"):
                assert page.locator(gone).count() == 0, gone
            for gone in ("#compare", "#views", "[data-action=share]"):
                assert page.locator(gone).count() == 0, gone
            page.keyboard.press("ArrowRight")
            page.wait_for_selector("#stage[data-step=flatten]")
            settled(page)
    finally:
        running.stop()


@pytest.mark.parametrize("name", ["compare", "checkpoint"])
def test_what_is_locked_is_not_offered_beside_the_weights_either(
    browser: Browser, server: Server, name: str
) -> None:
    for page in visit(browser, server.url):
        link = shared(page, name)
        for way in ("free", "locked"):
            if way == "locked":
                page.goto(link)
                page.reload()
                page.wait_for_selector(READY)
            ages = page.locator("#versus option").filter(has_text="epoch")
            expect(ages).to_have_count(0) if way == "locked" else expect(ages).not_to_have_count(0)
            page.click("[data-view=weights]")
            page.wait_for_selector("#weights tbody tr")
            settled(page)
            for words in (page.locator("#weights-versus"), page.get_by_text("Compare with")):
                shown = words.locator("visible=true")
                expect(shown).to_have_count(0 if way == "locked" else 1)
            sources = page.locator("#edit-checkpoint option")  # of a patch; this is its own age
            other = name == "compare" or way == "free"
            expect(sources).to_have_count(len(AGES) if other else 1)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_class_reads_the_details_and_the_whole_network(
    browser: Browser, server: Server, locale: str
) -> None:
    size = {"width": 1280, "height": 720}
    for page in visit(browser, server.url, viewport=size, locale=locale):
        page.evaluate(NOTING)
        page.click("[data-view=network]")
        page.wait_for_selector("#network canvas[height]")
        page.keyboard.press("f")
        settled(page)
        page.evaluate("small.clear(); words = 0; dispatchEvent(new Event('resize'))")
        page.keyboard.press("ArrowRight")
        settled(page)
        page.wait_for_function("words > 0")
        assert page.evaluate("[...small]") == []
        page.keyboard.press("f")
        page.click("[data-view=explore]")
        pin(page, "linear_relu_stack.0", 3)
        page.keyboard.press("f")
        page.click("[data-action=details]")
        settled(page)
        page.evaluate("""() => {
          for (const each of document.querySelectorAll("#side details")) each.open = true;
          small.clear();
        }""")
        for tab in page.locator("#panels [role=tab]:enabled:visible").all():
            tab.click()
            settled(page)
            read = (tab.inner_text(), page.evaluate(TYPE), page.evaluate("[...small]"))
            assert read == (tab.inner_text(), [], [])
