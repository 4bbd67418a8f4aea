"""What the inspector says of a unit, number by number, against model(x) apart from the program."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from explorer.figures import arrays
from tests.browser.hands import by_hand, pixels, settled
from tests.browser.reading import colour, number, numbers, pixels_of, texts
from tests.browser.test_reading import FIRST, LABELS, LAST, RELU, Values, at, parameters

pytestmark = pytest.mark.browser


@pytest.fixture
def page(doubtful: Page) -> Page:
    return doubtful


@pytest.fixture
def expected(page: Page) -> Values:
    return by_hand(pixels(page))


def test_a_sum_is_written_out_term_by_term(page: Page, expected: Values) -> None:
    unit = 4
    at(page, LAST, unit)
    matrix, bias = parameters(LAST)
    inputs = expected["linear_relu_stack.3"].astype(float)
    products = matrix[unit] * inputs
    rows = page.locator("#inspector tbody tr").all()
    listed = []
    for row in rows[:-2]:
        link, *cells = [*texts(row.locator("th")), *texts(row.locator("td"))]
        index = int(numbers(link)[0])
        weight, value, product = map(number, cells)
        assert weight == pytest.approx(matrix[unit, index], abs=6e-6)
        assert value == pytest.approx(inputs[index], abs=6e-5)
        assert product == pytest.approx(products[index], abs=6e-5)
        assert cells[2][0] in "+−", "in a sum every term has its sign"
        listed.append(index)
    assert len(listed) == len(set(listed)) == 10
    order = np.argsort(products)
    assert set(listed) == {*order[:5].tolist(), *order[-5:].tolist()}
    rest, own = (number(texts(row.locator("td"))[-1]) for row in rows[-2:])
    assert rest == pytest.approx(products.sum() - products[listed].sum(), abs=1e-4)
    assert own == pytest.approx(bias[unit], abs=6e-6)
    total = number(texts(page.locator("#inspector tfoot td"))[-1])
    assert total == pytest.approx(expected[LAST][unit], abs=6e-5)
    written = numbers(page.locator("#inspector .formulas p").nth(1).inner_text().partition("=")[2])
    np.testing.assert_allclose(
        written, [*products[listed], rest, own, expected[LAST][unit]], atol=6e-4
    )
    head = page.locator("#inspector .head")
    assert number(head.locator(".num").inner_text()) == pytest.approx(
        expected[LAST][unit], abs=2e-6
    )
    assert LABELS[unit] in head.inner_text()
    card = page.locator("#strip [aria-current=step]")
    called = [card.locator(each).inner_text() for each in (".number", ".kind")]
    assert head.inner_text().startswith(f"{' '.join(called)} · unit {unit}")


def test_the_pictures_of_a_sum_are_its_weights_inputs_and_products(
    page: Page, expected: Values
) -> None:
    unit = 2
    at(page, FIRST, unit)
    matrix, _ = parameters(FIRST)
    inputs = expected["flatten"].astype(float)
    figures = page.locator("#stage .flow figure")
    wanted = (
        ("signed", matrix[unit], arrays.limit(matrix[unit])),
        ("grey", inputs, 1.0),
        ("signed", matrix[unit] * inputs, arrays.limit(matrix[unit] * inputs)),
    )
    assert figures.count() == len(wanted)
    for place, (scale, values, most) in enumerate(wanted):
        shown = pixels_of(figures.nth(place).locator("canvas"))
        right = colour(values, scale, most).reshape(28, 28, 3)
        assert np.abs(shown[..., :3] - right).max() <= 4
        assert numbers(figures.nth(place).inner_text())[-1] == pytest.approx(most, abs=6e-5)


@pytest.mark.parametrize("unit", [0, 3])
def test_a_relu_says_where_it_stands_on_its_curve(page: Page, expected: Values, unit: int) -> None:
    at(page, RELU, unit)
    z = float(expected[FIRST][unit])
    lines = texts(page.locator("#inspector .formulas p"))
    before, after = numbers(lines[1].partition("max(0, ")[2])
    assert [before, after] == pytest.approx([z, max(0, z)], abs=6e-6)
    words = page.locator("#inspector .left").inner_text()
    assert ("on: z is above 0" in words) == (z > 0)
    distance = page.locator("#inspector p", has_text="|z|").locator(".num")
    assert number(distance.inner_text()) == pytest.approx(abs(z), abs=6e-6)
    circle = page.locator("#inspector circle")
    end = numbers(page.locator("#inspector figcaption").inner_text())[-1]
    x, y = (float(circle.get_attribute(name) or "nan") for name in ("cx", "cy"))
    place = [100 + 100 * z / end, 100 - 100 * max(0, z) / end]
    assert [x, y] == pytest.approx(place, abs=0.01)


def test_a_share_is_written_as_its_fraction(page: Page, expected: Values) -> None:
    unit = 6
    at(page, "softmax", unit)
    logits = expected[LAST].astype(float)
    powers = np.exp(logits - logits.max())
    _, symbols, fraction = texts(page.locator("#inspector .formulas p"))
    assert numbers(symbols.partition("exp(")[2]) == [
        pytest.approx(logits[unit], abs=6e-5),
        pytest.approx(logits.max(), abs=6e-5),
        pytest.approx(powers.sum(), abs=6e-5),
    ]
    assert numbers(fraction.partition("=")[2]) == [
        pytest.approx(powers[unit], abs=6e-7),
        pytest.approx(powers.sum(), abs=6e-7),
        pytest.approx(powers[unit] / powers.sum(), abs=6e-7),
    ]


def test_a_pixel_says_its_place_and_its_grey(page: Page) -> None:
    unit = 9
    at(page, "input", unit)
    grey = int(pixels(page).reshape(-1)[unit])
    words = page.locator("#inspector").inner_text()
    assert f"row {unit // 28}, column {unit % 28}" in words
    assert f"{grey} / 255" in words
    shown = page.locator("#inspector .formulas .num").inner_text()
    assert number(shown) == pytest.approx(grey / 255, abs=6e-7)


def test_arrows_walk_by_one_and_by_rows(page: Page) -> None:
    at(page, FIRST, 1)
    for key, unit in (("ArrowDown", 33), ("ArrowRight", 34), ("ArrowUp", 2), ("ArrowLeft", 1)):
        page.focus("#stage .plot")
        page.keyboard.press(key)
        page.wait_for_selector(f"#inspector[data-unit='{unit}']")
    page.keyboard.press("Escape")
    settled(page)
