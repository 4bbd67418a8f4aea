"""What people read, number by number: every text, length and sign against model(x) apart from the program."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route, expect

from explorer.figures import palette
from explorer.network import zoo
from tests.browser.conftest import Server, visit
from tests.browser.hands import by_hand, pin, pixels, settled
from tests.browser.reading import colour, hexadecimal, number, numbers, pixels_of, texts
from tests.course import STEPS

pytestmark = pytest.mark.browser

Values = Mapping[str, NDArray[Any]]
LABELS = zoo.card("fashion-mlp").labels["en"]
FIRST, RELU, SECOND, LAST = (f"linear_relu_stack.{number}" for number in (0, 1, 2, 4))


@pytest.fixture
def page(doubtful: Page) -> Page:
    return doubtful


@pytest.fixture
def expected(page: Page) -> Values:
    return by_hand(pixels(page))


def at(page: Page, step: str, unit: int | None = None, panel: str = "") -> None:
    """Go to a step, pin a unit there, open a panel, and wait until all stands."""
    if unit is None:
        page.click(f"#strip [data-step='{step}']")
        page.wait_for_selector(f"#stage[data-step='{step}']")
    else:
        pin(page, step, unit)
    if panel:
        page.click(f"[data-panel={panel}]")
    settled(page)


def weights(step: str) -> Any:
    return zoo.load("fashion-mlp").get_submodule(step)


def parameters(step: str) -> tuple[NDArray[Any], NDArray[Any]]:
    layer = weights(step)
    return layer.weight.numpy().astype(float), layer.bias.numpy().astype(float)


# ---------------------------------------------------------------- prediction, strip, checks


def test_the_bars_say_and_are_as_long_as_the_probabilities(page: Page, expected: Values) -> None:
    shares = expected["softmax"]
    assert np.sort(shares)[-2] > 0.02, "a picture on which two classes have bars to see"
    for index, row in enumerate(page.locator("#prediction [data-class]").all()):
        shown = number(row.locator(".value").inner_text().rstrip("% \u202f"))
        assert shown == pytest.approx(100 * shares[index], abs=0.0051), LABELS[index]
        assert row.locator(".label").inner_text() == LABELS[index]
        fill, track = (row.locator(name).bounding_box() for name in (".fill >> nth=0", ".track"))
        assert track
        length = fill["width"] if fill else 0.0
        assert length == pytest.approx(shares[index] * track["width"], abs=1.0), LABELS[index]
        predicted = row.get_attribute("data-predicted") is not None
        assert predicted == (index == shares.argmax())
    assert page.locator("#prediction .answer").inner_text() == LABELS[int(shares.argmax())]


@pytest.mark.parametrize("step", STEPS)
def test_a_card_of_the_strip_shows_every_value_on_the_scale_it_names(
    page: Page, expected: Values, step: str
) -> None:
    values = expected[step].reshape(-1)
    card = page.locator(f"#strip [data-step='{step}']")
    low, high = numbers(card.locator(".limit").inner_text())
    scale = "grey" if step in {"input", "flatten"} else "signed" if low < 0 else "unsigned"
    assert low == (-high if "linear" in step else 0)
    if step in {RELU, "linear_relu_stack.3"}:  # one scale for what goes in and what comes out
        before = page.locator(f"#strip [data-step='linear_relu_stack.{int(step[-1]) - 1}'] .limit")
        assert numbers(before.inner_text()) == [low, high]
    assert high >= np.abs(values).max() - 0.006
    canvas = pixels_of(card.locator("canvas >> nth=0"))
    if len(values) > 16:
        switches = step in {RELU, "linear_relu_stack.3"}
        fine = 4 if switches else 1  # pixels of a cell's edge: what is off is hatched
        rows, columns = (side // fine for side in canvas.shape[:2])
        assert rows * columns == len(values)
        wanted = colour(values, scale, high)
        if switches:
            wanted[values == 0] = hexadecimal(palette.COLOURS["light"]["off"])
        shown = canvas[::fine, ::fine, :3].reshape(-1, 3)
        assert np.abs(shown - wanted).max() <= 4
        if switches:
            line = canvas[fine - 1 :: fine, ::fine, :3].reshape(-1, 3)
            hatched = (
                np.abs(line - hexadecimal(palette.COLOURS["light"]["off-line"])).max(axis=1) <= 4
            )
            assert np.array_equal(hatched, values == 0)
        return
    zero = canvas.shape[0] // 2 if low < 0 else canvas.shape[0] - 1
    width = canvas.shape[1] // len(values)
    for place, value in enumerate(values):
        column = canvas[:, place * width + 1]
        (filled,) = np.nonzero(column[:, 3])
        length = value / high * (zero - 1)
        assert len(filled) == pytest.approx(max(1, abs(length)), abs=1.6), LABELS[place]
        if abs(length) > 2:
            assert (filled.mean() < zero) == (value > 0), "above 0 goes up"
            assert np.abs(column[filled, :3] - colour(value, scale, high)).max() <= 4


def test_checks_say_both_sides_and_what_is_between_them(page: Page, expected: Values) -> None:
    at(page, LAST, 3)
    shown = {}
    for check in page.locator("#checks [data-check]").all():
        key = check.get_attribute("data-key") or ""
        assert check.get_attribute("data-check") == "passed"
        assert check.locator(".mark").inner_text() == "✓"
        assert "does not hold" not in check.inner_text()
        parts = [float(text) for text in check.locator("dd").all_text_contents()]
        left, right, residual, tolerance = parts
        assert residual == pytest.approx(abs(left - right), abs=tolerance)
        assert float(check.get_attribute("data-residual") or "nan") == residual
        assert residual <= tolerance
        shown[key] = left
    assert shown["forward"] == pytest.approx(expected[LAST].max(), abs=1e-5)
    assert shown["sum"] == pytest.approx(1.0, abs=1e-6)
    assert shown["terms"] == pytest.approx(expected[LAST][3], abs=1e-4)


def test_a_check_that_fails_is_loud_and_says_by_how_much(browser: Browser, server: Server) -> None:
    def falsify(route: Route) -> None:
        answer = route.fetch()
        reply = answer.json()
        for check in reply["checks"]:
            if check["key"] == "forward":
                check.update(passed=False, residual=0.125, left=2.5, right=2.625)
        route.fulfill(response=answer, body=json.dumps(reply))

    for page in visit(browser, server.url):
        page.route(re.compile("component_server"), falsify)
        page.click(".sample >> nth=1")
        failed = page.locator("#checks [data-check=failed]")
        expect(failed).to_have_count(1)
        expect(failed).to_have_attribute("data-key", "forward")
        expect(failed).to_have_attribute("data-residual", "0.125")
        assert failed.locator(".mark").inner_text() == "✗"
        assert "does not hold" in failed.inner_text()
        numbers_shown = [float(text) for text in failed.locator("dd").all_text_contents()]
        assert numbers_shown[:3] == [2.5, 2.625, 0.125]
        assert page.locator("#checks [data-check=passed]").count() >= 1


# ---------------------------------------------------------------- panels


def test_the_fraction_is_written_class_by_class(page: Page, expected: Values) -> None:
    at(page, "softmax", panel="fraction")
    page.wait_for_selector("#fraction tbody tr")
    logits = expected[LAST].astype(float)
    powers = np.exp(logits - logits.max())
    table = page.locator("#fraction table >> nth=0")
    for index, row in enumerate(table.locator("tbody tr").all()):
        assert row.locator("th").inner_text() == LABELS[index]
        logit, shifted, power, share = map(number, texts(row.locator("td")))
        assert logit == pytest.approx(logits[index], abs=6e-5)
        assert shifted == pytest.approx(logits[index] - logits.max(), abs=6e-5)
        assert power == pytest.approx(powers[index], abs=6e-7)
        assert share == pytest.approx(powers[index] / powers.sum(), abs=6e-7)
    denominator, total = map(number, texts(table.locator("tfoot td")))
    assert [denominator, total] == pytest.approx([powers.sum(), 1], abs=6e-7)
    batch = [number(text) for text in texts(page.locator("#fraction .batch tbody tr >> td"))]
    np.testing.assert_allclose(batch, [*(powers / powers.sum()), 1.0], atol=6e-5)


def test_the_linear_view_shows_its_templates_products_and_sums(
    page: Page, expected: Values
) -> None:
    at(page, "input", panel="linear")
    page.wait_for_selector("#linear figure")
    settled(page)
    x = torch.tensor(expected["input"], requires_grad=True)
    model = zoo.load("fashion-mlp")
    logits = model(x[None])[0]
    slopes = np.stack(
        [torch.autograd.grad(logit, x, retain_graph=True)[0].numpy() for logit in logits]
    )
    scores = logits.detach().numpy()
    products = slopes * expected["input"]
    ends = [np.abs(slopes).max(), np.abs(products).max()]
    np.testing.assert_allclose(
        numbers(page.locator("#linear .legend").inner_text()), ends, atol=6e-5
    )
    for index, figure in enumerate(page.locator("#linear figure").all()):
        assert figure.locator("figcaption").inner_text() == LABELS[index]
        for place, values in enumerate((slopes[index], products[index])):
            shown = pixels_of(figure.locator(f"canvas >> nth={place}"))
            assert np.abs(shown[..., :3] - colour(values, "signed", ends[place])).max() <= 5
        contribution, bias, logit = map(number, texts(figure.locator("dd")))
        assert contribution == pytest.approx(products[index].sum(), abs=1e-3)
        assert bias == pytest.approx(scores[index] - products[index].sum(), abs=1e-3)
        assert logit == pytest.approx(scores[index], abs=6e-5)


def test_the_deciding_units_say_what_the_network_is_without_each(
    page: Page, expected: Values
) -> None:
    at(page, "linear_relu_stack.3", panel="deciding")
    page.wait_for_selector("#deciding tbody tr")
    settled(page)
    matrix, bias = parameters(LAST)
    activations = expected["linear_relu_stack.3"].astype(float)
    best = int(expected[LAST].argmax())
    previous = np.inf
    for row in page.locator("#deciding tbody tr").all():
        unit = int(row.locator("th").inner_text())
        without = activations.copy()
        without[unit] = 0
        logits = matrix @ without + bias
        shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        activation, change, share = map(number, texts(row.locator("td"))[:3])
        assert activation == pytest.approx(activations[unit], abs=6e-5)
        assert change == pytest.approx(logits[best] - expected[LAST][best], abs=2e-4)
        assert share == pytest.approx(shares[best], abs=1e-4)
        assert texts(row.locator("td"))[3] == LABELS[int(logits.argmax())]
        assert abs(change) <= previous + 1e-4
        previous = abs(change)


def test_facts_count_what_is_on_and_off(page: Page, expected: Values) -> None:
    at(page, RELU, panel="numbers")
    facts = {
        name: number(page.locator(f"[data-fact={name}] dd").inner_text())
        for name in ("count", "off", "maximum", "mean")
    }
    values = expected[RELU]
    assert [facts["count"], facts["off"]] == [512, int(np.count_nonzero(values <= 0))]
    assert facts["maximum"] == pytest.approx(values.max(), abs=6e-5)
    assert facts["mean"] == pytest.approx(values.mean(), abs=6e-5)
