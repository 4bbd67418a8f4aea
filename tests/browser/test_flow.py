"""Where a pinned unit's value comes from, in the stage: pictures, the sum as a bar, and what points at what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.network import zoo
from tests.browser.conftest import MOVING, STILL, start_again
from tests.browser.hands import by_hand, pixels, settled
from tests.browser.reading import number, numbers
from tests.browser.test_layouts import BOXES

pytestmark = pytest.mark.browser

FIRST, LAST = "linear_relu_stack.0", "linear_relu_stack.4"
# Where a unit of a grid stands on the screen.
PLACE = """(unit) => {
  const plot = document.querySelector("#stage .js-plotly-plot");
  const { xaxis, yaxis } = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.d2p(unit % 32), box.top + yaxis._offset + yaxis.d2p(Math.floor(unit / 32))];
}"""


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    opened.set_viewport_size({"width": 1366, "height": 768})
    return start_again(opened)


def go(page: Page, step: str) -> None:
    page.click(f"#strip [data-step='{step}']")
    page.wait_for_selector(f"#stage[data-step='{step}']")
    settled(page)


def pin(page: Page, unit: int) -> None:
    page.evaluate("scrollTo(0, 0)")
    x, y = page.evaluate(PLACE, unit)
    page.mouse.move(x - 1, y)
    page.mouse.click(x, y)
    page.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
    settled(page)


def test_the_sum_stands_in_the_first_screen_as_pictures_and_a_bar(page: Page) -> None:
    go(page, FIRST)
    pin(page, 172)
    flow = page.locator("#stage .flow")
    for picture in flow.locator("canvas").all():
        box = picture.bounding_box()
        assert box
        assert box["width"] == box["height"] >= 184
    whole = flow.bounding_box()
    assert whole
    assert whole["y"] + whole["height"] <= 768
    layer: Any = zoo.load("fashion-mlp").get_submodule(FIRST)
    products = layer.weight[172].numpy().astype(float) * by_hand(pixels(page))["flatten"]
    above, below = products[products > 0].sum(), products[products < 0].sum()
    bias = float(layer.bias[172])
    told = [number(flow.locator(f".part.{name} .num").inner_text()) for name in ("plus", "minus")]
    assert told == pytest.approx([above, below], abs=6e-4)
    total = above + below + bias
    assert numbers(flow.locator(".part.sum").inner_text())[-1] == pytest.approx(total, abs=6e-4)
    low, _, high = (
        float(text.replace("−", "-")) for text in flow.locator(".axis span").all_text_contents()
    )
    frame = flow.locator("svg.bars").bounding_box()
    assert frame
    places = {
        "plus": (0, above),
        "minus": (above + below, above),
        "bias": sorted((total, total - bias)),
    }
    for name, (start, end) in places.items():
        bar = flow.locator(f"rect.{name}").bounding_box()
        assert bar
        share = frame["width"] / (high - low)
        assert bar["x"] - frame["x"] == pytest.approx((start - low) * share, abs=1.5), name
        assert bar["width"] == pytest.approx((end - start) * share, abs=1.5), name
    assert flow.locator("line.bend").last.is_visible(), "a ReLU follows"
    expect(flow.locator(".part.bend")).to_have_text(
        f"→ ReLU: {max(0, total):.3f}".rstrip("0").rstrip(".")
    )
    page.click(f"#strip [data-step='{LAST}']")
    settled(page)
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage .flow[data-unit='0']")
    assert "logit[0]" in flow.inner_text()
    assert not flow.locator("line.bend").last.is_visible(), "none follows"


def test_a_term_lights_its_pixel_and_a_pixel_its_term(page: Page) -> None:
    go(page, FIRST)
    pin(page, 172)
    row = page.locator("#inspector tbody tr").first
    row.hover()
    unit = int(row.locator(".link").get_attribute("data-unit") or -1)
    for picture in page.locator("#stage .flow .frame").all():
        frame, mark = picture.bounding_box(), picture.locator(".mark").bounding_box()
        assert frame
        assert mark
        cell = frame["width"] / 28
        found = round((mark["y"] - frame["y"]) / cell) * 28 + round((mark["x"] - frame["x"]) / cell)
        assert found == unit
    words = page.locator("#stage .flow figcaption").all_inner_texts()
    assert words[0].startswith(f"w[172, {unit}] = ")
    weight, value, product = (numbers(text)[-1] for text in words)
    assert weight * value == pytest.approx(product, abs=1e-4)
    canvas = page.locator("#stage .flow [data-picture=products] canvas")
    box = canvas.bounding_box()
    assert box
    cell = box["width"] / 28
    page.mouse.move(box["x"] + (unit % 28 + 0.5) * cell, box["y"] + (unit // 28 + 0.5) * cell)
    expect(row).to_have_attribute("data-lit", "")
    page.mouse.move(0, 0)
    expect(page.locator("#inspector [data-lit]")).to_have_count(0)


def test_a_pixel_is_reached_by_the_keys(page: Page) -> None:
    go(page, FIRST)
    pin(page, 172)
    page.focus("#stage .flow [data-picture=inputs] canvas")
    lit = page.locator("#inspector tr[data-lit] .link")
    unit = int(lit.get_attribute("data-unit") or -1)  # the largest product is a term of the table
    page.keyboard.press("ArrowRight")
    expect(page.locator("#stage .flow [data-picture=inputs] figcaption")).to_contain_text(
        f"x[{unit + 1}]"
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage[data-step=flatten]")
    page.wait_for_selector(f"#inspector[data-unit='{unit + 1}']")


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (768, 1024), (390, 844)])
def test_the_tooltip_names_the_unit_of_the_inspector_and_nothing_moves(
    page: Page, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    go(page, FIRST)
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")
    before = page.evaluate(BOXES)
    tooltip = page.locator("#stage .hoverlayer")
    for unit in np.random.default_rng(size[0]).choice(512, 12, replace=False).tolist():
        page.evaluate(
            "scrollBy(0, document.querySelector('#stage .plot').getBoundingClientRect().y - 270)"
        )
        x, y = page.evaluate(PLACE, unit)
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        expect(tooltip).to_contain_text(f"unit {unit}:")
        page.mouse.click(x, y)
        page.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
        settled(page)
        page.mouse.move(x + 1, y)
        value = float(page.get_attribute("#inspector", "data-value") or "nan")
        expect(tooltip).to_contain_text(f"unit {unit}: z = {value:.4f}".replace("-", "\u2212"))
    assert page.locator("#stage .flow").is_visible()
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate(BOXES) == before


AGAIN = """() => {
  const plot = document.querySelector("#stage .js-plotly-plot");
  Plotly.relayout(plot, { shapes: [] });
}"""


def test_a_press_in_whose_midst_the_figure_is_drawn_anew_counts(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, FIRST)
    settled(page)
    for unit, drawn in ((200, False), (310, True)):
        x, y = page.evaluate(PLACE, unit)
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        expect(page.locator("#stage .hoverlayer")).to_contain_text(f"unit {unit}:")
        page.wait_for_timeout(300)  # Plotly looks at most every 50 ms what it stands on
        page.mouse.down()
        if drawn:
            page.evaluate(AGAIN)
        page.mouse.up()
        page.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
        settled(page)


# A finger's tap as it arrives when Plotly draws anew at that very moment: it is told nothing before.
TAP = """([x, y, drawn]) => {
  const at = { bubbles: true, cancelable: true, clientX: x, clientY: y, pointerType: "touch" };
  const target = document.elementFromPoint(x, y);
  target.dispatchEvent(new PointerEvent("pointerdown", at));
  if (drawn) Plotly.relayout(document.querySelector("#stage .js-plotly-plot"), { shapes: [] });
  target.dispatchEvent(new PointerEvent("pointerup", at));
  document.elementFromPoint(x, y).dispatchEvent(new MouseEvent("click", at));
}"""


def test_a_tap_of_which_plotly_knows_nothing_counts(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, FIRST)
    settled(page)
    page.mouse.move(2, 2)
    for unit, drawn in ((200, False), (310, True), (3, False), (511, True)):
        x, y = page.evaluate(PLACE, unit)
        page.evaluate(TAP, [x, y, drawn])
        page.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
        settled(page)
    box = page.locator("#stage .js-plotly-plot").bounding_box()
    assert box
    page.evaluate(TAP, [box["x"] + 3, box["y"] + 3, False])  # beside every cell
    page.wait_for_timeout(300)
    assert page.get_attribute("#inspector", "data-unit") == "511"


# Every movement over the figure: how long its layer stood, and the greatest number of painted pixels.
MOVED = """() => {
  window.moved = [];
  const plot = document.querySelector("#stage .plot");
  new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      for (const each of addedNodes)
        if (each.className === "movement") window.moved.push({ since: performance.now(), ink: 0, layer: each });
      for (const each of removedNodes)
        if (each.className === "movement") window.moved.at(-1).long = performance.now() - window.moved.at(-1).since;
    }
  }).observe(plot, { childList: true });
  const look = () => {
    const last = window.moved.at(-1);
    if (last && last.long === undefined) {
      const { data } = last.layer.getContext("2d").getImageData(0, 0, last.layer.width, last.layer.height);
      let ink = 0;
      for (let at = 3; at < data.length; at += 4) ink += data[at] > 0;
      last.ink = Math.max(last.ink, ink);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def test_going_on_is_one_short_movement_that_delays_nothing(page: Page) -> None:
    page.emulate_media(**MOVING)
    page.evaluate(MOVED)
    moved: list[list[float]] = []
    # on a busy machine a frame comes late: again, until one of the movements has all of its own
    while len(moved) < 3 or (min(long for long, _ in moved) > 400 and len(moved) < 30):
        if len(moved) % 3 == 0:
            go(page, "input")
        page.keyboard.press("ArrowRight")
        step = ("flatten", FIRST, "linear_relu_stack.1")[len(moved) % 3]
        page.wait_for_selector(f"#stage[data-step='{step}']")
        page.wait_for_function(
            "(count) => window.moved.length === count && window.moved.at(-1).long",
            arg=len(moved) + 1,
        )
        moved = page.evaluate("window.moved.map(({ long, ink }) => [long, ink])")
    assert all(ink > 2000 for _, ink in moved), moved
    assert min(long for long, _ in moved) <= 400, "milliseconds, where no frame comes late"
    page.keyboard.press("ArrowLeft")
    settled(page)
    page.wait_for_timeout(200)
    assert page.evaluate("window.moved.length") == len(moved), "going back is none"
    for _ in range(4):  # faster than any movement: the last step stands
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"#stage[data-step='{LAST}']")
    settled(page)
    expect(page.locator("#stage .movement")).to_have_count(0)
    page.evaluate("window.moved.length = 0")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("window.moved.at(-1)?.long")  # logits grow into shares
    assert page.locator("#stage").get_attribute("data-step") == "softmax"
    assert page.evaluate("window.moved.map(({ ink }) => ink > 2000)") == [True]
    page.emulate_media(**STILL)


def test_there_is_no_movement_for_those_who_want_none(page: Page) -> None:
    page.evaluate(MOVED)
    go(page, "flatten")
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved.length") == 0
