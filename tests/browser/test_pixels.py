"""Pixels against the values they stand for, and the overlay against Plotly's own picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

from explorer.figures import palette
from explorer.maths import perturbations
from explorer.network import zoo
from tests.browser.conftest import start_again
from tests.browser.hands import by_hand, drag, pixels, settled
from tests.browser.reading import (
    Picture,
    colour,
    hexadecimal,
    numbers,
    opened,
    picture_of,
    pixels_of,
)
from tests.course import STEPS

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first."""
    return start_again(opened)


GRAPH = "#stage .js-plotly-plot"
FIRST = "linear_relu_stack.0"
# Keeps the last picture of the painter over Plotly's axes, until a test reads it; and lets the
# page's clock run slowly, so that two answers belong to one movement on a busy machine too.
WATCH = """() => {
  const now = performance.now.bind(performance);
  performance.now = () => now() / 50;
  window.painted = null;
  const look = () => {
    const layer = document.querySelector("#stage .overlay");
    if (layer) window.painted = layer.toDataURL();
    requestAnimationFrame(look);
  };
  look();
}"""
# Where the axes of the figure lie, as [left, top, width, height] each.
BOXES = """() => {
  const { _fullLayout: full } = document.querySelector("#stage .js-plotly-plot");
  const drawn = (axis) => full[axis]?._length;
  const names = ["", "2", "3"].filter((name) => drawn(`xaxis${name}`) && drawn(`yaxis${name}`));
  return names.map((name) => {
    const [x, y] = [full[`xaxis${name}`], full[`yaxis${name}`]];
    return [x._offset, y._offset, x._length, y._length].map(Math.round);
  });
}"""


def go(page: Page, step: str) -> None:
    page.click(f"#strip [data-step='{step}']")
    page.wait_for_selector(f"#stage[data-step='{step}']")
    settled(page)


def cut(picture: Picture, box: list[int]) -> NDArray[np.float64]:
    """Return what lies between two axes, on the page's ground."""
    left, top, width, height = box
    part = picture[top + 1 : top + height - 1, left + 1 : left + width - 1]
    cover = part[..., 3:] / 255
    ground = hexadecimal(palette.COLOURS["light"]["background"])
    shown: NDArray[np.float64] = part[..., :3] * cover + ground * (1 - cover)
    return shown


def centres(picture: Picture, box: list[int], rows: int, columns: int) -> NDArray[np.int_]:
    """Return the colours in the middles of a grid's cells, (rows, columns, 3)."""
    left, top, width, height = box
    down = (top + (np.arange(rows) + 0.5) * height / rows).astype(int)
    across = (left + (np.arange(columns) + 0.5) * width / columns).astype(int)
    found: NDArray[np.int_] = picture[np.ix_(down, across)][..., :3]
    return found


@pytest.mark.parametrize("step", STEPS)
def test_what_is_painted_under_the_pen_is_what_plotly_draws(page: Page, step: str) -> None:
    go(page, step)
    page.evaluate(WATCH)
    for row in (0.3, 0.45, 0.6, 0.75, 0.9):  # one stroke may bring one answer only
        drag(page, (0.2, row), (0.8, row), (0.7, row + 0.05), (0.3, row))
        settled(page)
        if address := page.evaluate("window.painted"):
            break
    assert address, "a moving pen is painted over standing axes"
    page.wait_for_selector("#stage .overlay", state="detached")
    painted, plotly = opened(address), picture_of(page, GRAPH)
    assert painted.shape == plotly.shape
    for box in page.evaluate(BOXES):
        one, two = cut(painted, box), cut(plotly, box)
        apart = np.abs(one - two).max(axis=2)
        hairlines = 0.2 if step == "flatten" else 0.06  # 784 steps of a line on 337 pixels
        assert (apart > 40).mean() < hairlines, (step, box, (apart > 40).mean())


@pytest.mark.parametrize("step", ["input", FIRST, "linear_relu_stack.1"])
def test_a_figure_stands_upright_in_the_colours_of_its_values(page: Page, step: str) -> None:
    go(page, step)
    values = by_hand(pixels(page))
    plotly, box = picture_of(page, GRAPH), page.evaluate(BOXES)[0]
    if step == "input":
        assert np.abs(centres(plotly, box, 28, 28) - colour(values[step], "grey", 1)).max() <= 3
        return
    end = numbers(page.locator(f"#strip [data-step='{step}'] .limit").inner_text())[-1]
    shown = colour(values[FIRST].reshape(16, 32), "signed", end)
    assert np.abs(centres(plotly, box, 16, 32) - shown).max() <= 6
    if step != FIRST:
        left, top, width, height = page.evaluate(BOXES)[1]
        right = centres(
            plotly, [left, top - height // 64, width, height], 16, 32
        )  # beside the hatching
        off = values[FIRST].reshape(16, 32) <= 0
        assert np.abs(right[~off] - shown[~off]).max() <= 6
        assert np.abs(right[off] - hexadecimal(palette.COLOURS["light"]["off"])).max() <= 40


def test_the_lasso_takes_what_lies_inside(page: Page) -> None:
    go(page, FIRST)
    page.click("[data-panel=edit]")
    settled(page)
    left, top, width, height = page.evaluate(BOXES)[0]
    page.click("[data-action=lasso]")
    layer = page.locator("#stage .lasso").bounding_box()
    assert layer
    shares = ((0.13, 0.2), (0.41, 0.2), (0.41, 0.7), (0.13, 0.7), (0.13, 0.22))
    for place, (x, y) in enumerate(shares):
        page.mouse.move(layer["x"] + left + x * width, layer["y"] + top + y * height, steps=3)
        if place == 0:
            page.mouse.down()
    page.mouse.up()
    chosen = set[int]()
    for part in page.input_value("#edit-units").split(", "):
        first, _, last = part.partition("-")
        chosen |= set(range(int(first), int(last or first) + 1))
    expected = {
        unit
        for unit in range(512)
        if 0.13 < (unit % 32 + 0.5) / 32 < 0.41 and 0.2 < (unit // 32 + 0.5) / 16 < 0.7
    }
    assert chosen == expected


def test_every_weight_is_one_pixel_and_the_first_rows_are_images(page: Page) -> None:
    page.click("[data-view=weights]")
    page.wait_for_selector("#weights tbody tr")
    page.wait_for_selector("#weights .rows canvas[width]")
    settled(page)
    matrix = zoo.load("fashion-mlp").get_parameter(f"{FIRST}.weight").numpy()
    end = np.abs(matrix).max()
    whole = pixels_of(page.locator("#weights [data-side=one] canvas.raster"))
    assert whole.shape[:2] == (512, 784)
    assert np.abs(whole[..., :3] - colour(matrix, "signed", end)).max() <= 4
    activations = by_hand(pixels(page))[FIRST]
    for order, rank in (
        ("index", np.arange(512)),
        ("norm", np.argsort(-(matrix**2).sum(axis=1), kind="stable")),
        ("activation", np.argsort(-activations, kind="stable")),
    ):
        page.select_option("#row-order", order)
        settled(page)
        shown = pixels_of(page.locator("#weights .rows canvas"))
        for place in (0, 1, 33, 511):
            top, left = 29 * (place // 32), 29 * (place % 32)
            image = colour(matrix[rank[place]].reshape(28, 28), "signed", end)
            part = shown[top : top + 28, left : left + 28, :3]
            assert np.abs(part - image).max() <= 4, (order, place)


def test_every_kernel_of_a_convolution_is_a_tile_that_is_read_under_the_pointer(page: Page) -> None:
    page.select_option("#model", "fashion-cnn")
    settled(page)
    page.click("[data-view=weights]")
    page.click("[data-parameter='features.3.weight'] button")
    settled(page)
    canvas = page.locator("#weights [data-side=one] canvas.raster")
    page.wait_for_function("canvas => canvas.width === 97", arg=canvas.element_handle())
    weight = zoo.load("fashion-cnn").get_parameter("features.3.weight").numpy()  # (32, 12, 3, 3)
    shown = pixels_of(canvas)
    assert shown.shape[:2] == (63, 97), "two blocks of twelve kernels in each of sixteen lines"
    coloured = colour(weight, "signed", np.abs(weight).max())
    for output, input in ((0, 0), (17, 5), (31, 11)):
        top, left = 4 * (output // 2), 50 * (output % 2) + 4 * input
        part = shown[top : top + 3, left : left + 3, :3]
        assert np.abs(part - coloured[output, input]).max() <= 4
        assert not shown[top : top + 3, left + 3 : left + 4, 3].any(), "a gap behind each"
    box = canvas.bounding_box()
    assert box
    top, left = 4 * 8 + 2, 50 + 4 * 5
    place = {"x": (left + 0.5) * box["width"] / 97, "y": (top + 0.5) * box["height"] / 63}
    canvas.hover(position=place)  # type: ignore[arg-type]
    told = page.locator("#weights .reading").first.inner_text()
    assert told.startswith("features.3.weight[17, 5, 2, 0] = ")
    assert numbers(told.partition("= ")[2])[0] == pytest.approx(weight[17, 5, 2, 0], abs=1e-6)
    assert "the 12 with the same first index" in page.locator("#weights").inner_text()


@pytest.mark.parametrize("unit", [1, 2, 5])
def test_a_line_of_the_network_has_the_colour_of_its_sign(page: Page, unit: int) -> None:
    go(page, FIRST)
    page.focus("#stage .plot")
    page.keyboard.press("Enter")
    for _ in range(unit):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"#inspector[data-unit='{unit}']")
    page.click("[data-view=network]")
    page.wait_for_selector("#network canvas[width]")
    page.fill("#edges", "1")
    settled(page)
    layer: Any = zoo.load("fashion-mlp").get_submodule(FIRST)
    products = layer.weight[unit].numpy() * by_hand(pixels(page))["flatten"]
    strongest = products[np.abs(products).argmax()]
    with_line = pixels_of(page.locator("#network canvas"))
    drawn, rest = numbers(page.locator("#network .reading").inner_text().partition("drawn")[2])[:2]
    assert drawn == pytest.approx(strongest, abs=6e-5)
    assert rest == 783
    page.click("[data-action=let-go]")
    settled(page)
    without = pixels_of(page.locator("#network canvas"))
    half = (
        with_line.shape[1] // 2
    )  # the cells of the classes lie on the right, in these colours too
    differs = (with_line != without).any(axis=2)
    changed = with_line[:, :half][differs[:, :half]][:, :3]
    near = {
        name: (np.abs(changed - hexadecimal(palette.COLOURS["light"][name])).max(axis=1) < 40).sum()
        for name in ("positive", "negative")
    }
    right, wrong = ("positive", "negative") if strongest > 0 else ("negative", "positive")
    assert near[right] > 100 > 3 * near[wrong], near


def test_the_curve_of_robustness_is_as_high_as_the_probability(page: Page) -> None:
    page.click("[data-panel=robustness]")
    page.wait_for_selector("#robustness canvas[width]")
    settled(page)
    image = pixels(page)
    model: Any = zoo.load("fashion-mlp")
    amounts, turned = perturbations.sweep(image, "rotate")
    with torch.no_grad():
        shares = torch.softmax(model(torch.tensor(np.array(turned))), 1).numpy()
    best = int(shares.max(axis=0).argmax())
    canvas = pixels_of(page.locator("#robustness canvas"))
    height, width = canvas.shape[:2]
    accent = hexadecimal(palette.COLOURS["light"]["accent"])
    is_accent = np.abs(canvas[..., :3] - accent).max(axis=2) < 30
    is_accent &= canvas[..., 3] > 200
    seen = 0
    for place in range(1, len(amounts) - 1):
        x = round(40 + (amounts[place] + 45) / 90 * (width - 52))
        rows = np.flatnonzero(is_accent[:, x])
        steep = np.abs(np.diff(shares[place - 1 : place + 2, best])).max() > 0.03
        if steep or abs(amounts[place]) < 3 or not len(rows):
            continue
        expected = (height - 24) - shares[place, best] * (height - 34)
        assert rows.mean() == pytest.approx(expected, abs=4), amounts[place]
        seen += 1
    assert seen > 5


def test_greys_and_sizes_of_the_pen_are_what_their_buttons_say(page: Page) -> None:
    ink = {}
    for size in ("small", "medium", "large"):
        page.click("[data-action=clear]")
        page.click("[data-action=pen-options]")
        page.click(f"[data-action={size}]")
        drag(page, (0.2, 0.5), (0.8, 0.5))
        ink[size] = int(pixels(page).astype(int).sum())
    assert 1.3 * ink["small"] < ink["medium"] < ink["large"] / 1.3
    for name, grey in (("white", 255), ("light", 170), ("dark", 85)):
        page.click("[data-action=clear]")
        page.click("[data-action=pen-options]")
        page.click(f"[data-action={name}]")
        drag(page, (0.2, 0.5), (0.8, 0.5))
        assert pixels(page).max() == grey
