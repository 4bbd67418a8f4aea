"""A phone, upright and on its side: everything in one screen, and no step moves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from explorer.network import zoo
from tests.browser.conftest import Server, visit
from tests.browser.hands import pin, pixels, settled
from tests.browser.test_layouts import SIDEWAYS, SIZES, SMALL

pytestmark = pytest.mark.browser

MODELS = ("fashion-mlp", "course-sequential", "fashion-cnn", "digits-mlp")
# Every step by its card: where everything stands in the window, how far the page has been scrolled,
# and which words are cut.
WALK = f"""async () => {{
  const shown = (step) => new Promise((resolve) => {{
    const look = () =>
      document.querySelector("#stage").dataset.step === step ? resolve() : requestAnimationFrame(look);
    look();
  }});
  const boxes = () => ["#pad", "#prediction .answer", "#stage .plot", "#strip", ".tabs"].map((name) => {{
    const {{ left, top, right, bottom }} = document.querySelector(name).getBoundingClientRect();
    return [left, top, right, bottom].map(Math.round);
  }});
  const cut = () => [...document.querySelectorAll(
    "#strip .card, #strip .shape, #stage > .head > :not(.where), #prediction .answer, #prediction .label",
  )].filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
    .map((each) => each.textContent);
  const found = {{}};
  for (const {{ dataset }} of document.querySelectorAll("#strip [data-step]")) {{
    document.querySelector(`#strip [data-step="${{dataset.step}}"]`).click();
    await shown(dataset.step);
    found[dataset.step] = {{
      boxes: boxes(), scrolled: scrollY, sideways: {SIDEWAYS}, cut: cut(),
    }};
  }}
  return found;
}}"""
# How large a cell of the maps is drawn, and how large the best number of columns would make it.
EDGES = """() => {
  const graph = document.querySelector("#stage .js-plotly-plot");
  const { xaxis, yaxis, _size: room, meta } = graph._fullLayout;
  const [count, height, width] = graph.layout.meta.maps[""];
  const ends = ({ range, _length }) => _length / Math.abs(range[1] - range[0]);
  const edge = (columns) => {
    const rows = Math.ceil(count / columns);
    return Math.min(room.w / (columns * (width + 1) - 1), room.h / (rows * (height + 1) - 1));
  };
  const best = Math.max(...Array.from({ length: count }, (_, index) => edge(index + 1)));
  return [Math.min(ends(xaxis), ends(yaxis)), best];
}"""
# Where a cell of the maps lies on the screen, by its unit.
PLACE = """(unit) => {
  const graph = document.querySelector("#stage .js-plotly-plot");
  const { xaxis, yaxis } = graph._fullLayout;
  const rows = [...graph._fullData[0].customdata].map((row) => [...row]);
  const row = rows.findIndex((each) => each.includes(unit));
  const { left, top } = graph.getBoundingClientRect();
  return [left + xaxis._offset + xaxis.d2p(rows[row].indexOf(unit)), top + yaxis._offset + yaxis.d2p(row)];
}"""
# The units of the first picture as it stands on the screen, row by row.
UNITS = """() => [...document.querySelector("#stage .js-plotly-plot")._fullData[0].customdata]
  .map((row) => [...row])"""
# What of the panel lies beyond the edge of the screen; `scrolls`: and cannot be scrolled to either.
BEYOND = """(scrolls) => [...document.querySelectorAll("#panels *")]
  .filter((each) => each.checkVisibility() && !each.closest(".tabs, pre, svg") &&
    !(scrolls && each.closest(".scroll")) &&
    each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((each) => each.textContent.slice(0, 40))"""
# What the button that lets a unit go lies upon.
COVERED = """() => {
  const box = (each) => each.getBoundingClientRect();
  const close = box(document.querySelector("[data-action=close-flow]"));
  return [...document.querySelectorAll("#stage .flow :is(canvas, .part, rect, .axis span)")]
    .filter((each) => each.checkVisibility() && box(each).width)
    .filter((each) => box(each).right > close.left && box(each).left < close.right &&
      box(each).bottom > close.top && box(each).top < close.bottom)
    .map((each) => each.outerHTML.slice(0, 60));
}"""


@pytest.fixture(scope="module")
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    size = {"width": 390, "height": 844}
    yield from visit(browser, server.url, viewport=size, has_touch=True, is_mobile=True)


def turn(page: Page, name: str) -> None:
    width, height = SIZES[name]
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(f"innerWidth === {width}")


def take(page: Page, model: str) -> None:
    page.select_option("#model", model, force=True)
    page.wait_for_function("model => document.querySelector('#model').value === model", arg=model)
    settled(page)


def speak(page: Page, language: str) -> None:
    if not (page.get_attribute("html", "lang") or "").startswith(language):
        page.evaluate("document.querySelector('[data-action=language]').click()")
        page.wait_for_function(
            "lang => document.documentElement.lang.startsWith(lang)", arg=language
        )
        settled(page)


@pytest.mark.parametrize("model", MODELS)
def test_no_step_of_any_model_moves_anything(phone: Page, model: str) -> None:
    take(phone, model)
    for language in ("en", "zh"):
        speak(phone, language)
        for name in ("phone", "lying"):
            turn(phone, name)
            steps: dict[str, Any] = phone.evaluate(WALK)
            assert len(steps) > 5
            first = next(iter(steps.values()))["boxes"]
            for step, found in steps.items():
                assert found == {"boxes": first, "scrolled": 0, "sideways": 0, "cut": []}, step
            (*screen, _tabs), (width, height) = first, SIZES[name]
            for left, top, right, bottom in screen:
                assert left >= 0 and top >= 0 and right <= width and bottom <= height
            pad, answer, plot, strip = screen
            assert plot[3] <= strip[1], "the figure ends above the strip"
            assert answer[3] <= strip[1]
            assert plot[0] >= pad[2] or plot[1] >= pad[3]
            names = "document.querySelectorAll('#stage .ytick text').length === 10"
            phone.wait_for_function(names)  # every class is named, digits too


def test_fingers_find_every_button_of_a_phone_on_its_side(phone: Page) -> None:
    turn(phone, "lying")
    phone.click("[data-action=menu]")
    assert phone.evaluate(SMALL) == []
    assert phone.evaluate(SIDEWAYS) <= 0
    phone.click("[data-action=menu]")


def test_a_step_chosen_from_below_brings_its_figure_and_keeps_the_pad(phone: Page) -> None:
    for name in ("phone", "lying"):
        turn(phone, name)
        take(phone, "fashion-mlp")
        phone.evaluate("scrollTo(0, 700)")
        phone.click("#strip [aria-current=step]")
        phone.keyboard.press("Home")
        phone.wait_for_selector("#stage[data-step=input]")
        phone.evaluate("scrollTo(0, 700)")
        phone.keyboard.press("ArrowRight")
        phone.wait_for_selector("#stage[data-step=flatten]")
        plot, pad = (phone.locator(each).bounding_box() for each in ("#stage .plot", "#pad"))
        strip = phone.locator("#strip").bounding_box()
        assert plot and pad and strip
        assert plot["y"] >= 0 and plot["y"] + plot["height"] <= strip["y"]
        assert pad["y"] >= 0 and pad["y"] + pad["height"] <= strip["y"]


def test_a_unit_of_a_moved_map_is_the_one_that_is_touched(phone: Page) -> None:
    speak(phone, "en")
    take(phone, "fashion-cnn")
    network: Any = zoo.load("fashion-cnn")
    image = torch.from_numpy(pixels(phone)).float() / 255
    with torch.no_grad():
        maps = network.features[0](image[None, None])[0]
    for name, unit in (("phone", 4 * 784 + 13 * 28 + 15), ("lying", 9 * 784 + 20 * 28 + 6)):
        turn(phone, name)
        phone.evaluate("document.querySelector(`#strip [data-step='features.0']`).click()")
        phone.wait_for_selector("#stage[data-step='features.0']")
        settled(phone)
        drawn, best = phone.evaluate(EDGES)
        assert drawn > 0.95 * best, "as large as the room allows"
        phone.touchscreen.tap(*phone.evaluate(PLACE, unit))
        phone.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
        value = float(phone.get_attribute("#inspector", "data-value") or "nan")
        assert abs(value - float(maps.reshape(-1)[unit])) < 1e-5
        phone.keyboard.press("Escape")


@pytest.mark.parametrize(("name", "versus"), [("phone", ""), ("lying", "untrained")])
def test_keys_and_the_lasso_find_the_units_of_maps_where_they_stand(
    phone: Page, name: str, versus: str
) -> None:
    turn(phone, name)
    take(phone, "fashion-cnn")
    phone.evaluate("document.querySelector(`#strip [data-step='features.1']`).click()")
    phone.wait_for_selector("#stage[data-step='features.1']")
    if versus:
        phone.evaluate("document.querySelector('#tab-edit').click()")
        phone.select_option("#versus", label=f"weights: {versus}")
    network: Any = zoo.load("fashion-cnn")
    with torch.no_grad():
        image = torch.from_numpy(pixels(phone)).float() / 255
        maps = network.features[:2](image[None, None])[0].reshape(-1)
    settled(phone)
    picture = phone.evaluate(UNITS)
    start = 3 * 784 + 27 * 28 + 9  # the last row of a map
    phone.touchscreen.tap(*phone.evaluate(PLACE, start))
    phone.wait_for_selector(f"#inspector[data-unit='{start}']", state="attached")
    phone.focus("#stage .plot")
    for key, move in (("ArrowUp", -1), ("ArrowDown", 1), ("ArrowDown", 1)):
        phone.keyboard.press(key)
        start = beyond(picture, start, move)
        phone.wait_for_selector(f"#inspector[data-unit='{start}']", state="attached")
        settled(phone)
        value = float(phone.get_attribute("#inspector", "data-value") or "nan")
        assert abs(value - float(maps[start])) < 1e-5
    phone.keyboard.press("Escape")
    phone.evaluate("document.querySelector('#tab-edit').click()")
    settled(phone)
    corner = 5 * 784 + 11 * 28 + 14
    assert encircled(phone, corner) == f"{corner}-{corner + 1}, {corner + 28}-{corner + 29}"
    if versus:
        phone.select_option("#versus", index=0)


def beyond(picture: list[list[int]], unit: int, move: int) -> int:
    """Return the unit above or below another one on the screen, over the gap between two maps."""
    row = next(place for place, each in enumerate(picture) if unit in each)
    column = [each[picture[row].index(unit)] for each in picture]
    return next(
        each for each in (column[row + 1 :] if move > 0 else column[:row][::-1]) if each >= 0
    )


def encircled(page: Page, unit: int) -> str:
    """Return what is written down of the units when a square of four is drawn around, by fingers."""
    (left, top), (right, down) = (page.evaluate(PLACE, each) for each in (unit, unit + 29))
    edge = right - left
    low, high, far = left - edge / 2, right + edge / 2, down + edge / 2
    page.evaluate("document.querySelector('[data-action=lasso]').click()")
    page.mouse.move(low, top - edge / 2)
    page.mouse.down()
    for x, y in ((high, top - edge / 2), (high, far), (low, far), (low, top - edge / 2)):
        page.mouse.move(x, y, steps=2)
    page.mouse.up()
    return page.input_value("#edit-units")


def test_where_a_unit_comes_from_is_whole_on_a_phone(phone: Page) -> None:
    take(phone, "fashion-mlp")
    for name in ("phone", "lying"):
        turn(phone, name)
        for step in ("linear_relu_stack.0", "linear_relu_stack.4"):
            pin(phone, step, 0)
            expect(phone.locator("#stage .flow")).to_be_visible()
            assert phone.evaluate(COVERED) == [], step
            assert phone.evaluate(BEYOND, False) == [], step
        phone.click("[data-action=close-flow]")
        expect(phone.locator("#stage .flow")).to_be_hidden()


def test_no_panel_is_cut_on_a_phone(phone: Page) -> None:
    turn(phone, "phone")
    for panel in ("code", "edit", "linear", "deciding", "robustness", "teach", "numbers"):
        phone.evaluate(f"document.querySelector('#tab-{panel}').click()")
        settled(phone)
        assert phone.evaluate(BEYOND, True) == [], panel


def test_maps_before_a_class_are_as_large_as_they_can_be(phone: Page) -> None:
    take(phone, "fashion-cnn")
    phone.set_viewport_size({"width": 1280, "height": 720})
    phone.keyboard.press("f")
    for step in ("features.1", "features.3"):
        phone.click(f"#strip [data-step='{step}']")
        phone.wait_for_selector(f"#stage[data-step='{step}']")
        settled(phone)
        drawn, best = phone.evaluate(EDGES)
        assert drawn > 0.95 * best, step
    names = phone.locator("#strip .kind").evaluate_all(
        """all => all.filter((each) => each.closest(".card").scrollWidth >
          each.closest(".card").clientWidth).map((each) => each.textContent)"""
    )
    assert names == [], "no name of a layer is cut"
    phone.keyboard.press("Escape")
