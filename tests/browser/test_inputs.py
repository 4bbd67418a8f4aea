"""A module that is fed with examples: all of them, and every index of each, are on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page
from torch import nn

from tests import nets
from tests.browser.conftest import READY, visit
from tests.browser.hands import rested, settled
from tests.browser.programs import running
from tests.browser.reading import number, numbers

PROGRAM = """
import torch
from torch import nn
import explorer
from tests import nets

torch.manual_seed(1)
with explorer.explore({model}, example_inputs=nets.sequences(), name="mine") as page:
    print(page.url, flush=True)
    input()
"""


@contextmanager
def explored(model: str) -> Iterator[str]:
    """Serve a module as a notebook does, in a process of its own; yield its address."""
    with running(PROGRAM.format(model=model)) as (url, _):
        yield url


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Page]:
    with explored("nets.Reader()") as url:
        yield from visit(browser, url)


@pytest.fixture(scope="module")
def encoder(browser: Browser) -> Iterator[Page]:
    with explored("nets.encoder()") as url:
        yield from visit(browser, url)


def built(build: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(1)
    return build().eval()


def step(page: Page, name: str) -> None:
    page.click(f'#strip [data-step="{name}"]')
    page.wait_for_selector(f'#stage[data-step="{name}"] .js-plotly-plot')
    page.wait_for_selector(READY)


def choose(page: Page, index: int) -> None:
    page.fill("#input-place", str(index))
    page.press("#input-place", "Enter")
    settled(page)


def figure(page: Page, part: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the numbers that a map of the stage's figure is drawn from."""
    found = page.evaluate(
        """(part) => Array.from(document.querySelector("#stage .js-plotly-plot").calcdata[part][0].z,
          (row) => Array.from(row))""",
        part,
    )
    return np.array(found, dtype=np.float64)


def pin(page: Page, row: int, column: int) -> None:
    """Point at a cell of the figure and press."""
    place = page.evaluate(
        """([row, column]) => {
          const graph = document.querySelector("#stage .js-plotly-plot");
          const { xaxis, yaxis } = graph._fullLayout;
          const { left, top } = graph.getBoundingClientRect();
          return [left + xaxis._offset + xaxis.d2p(column), top + yaxis._offset + yaxis.d2p(row)];
        }""",
        [row, column],
    )
    page.mouse.click(*place)


def test_all_times_of_every_sequence_are_drawn_and_can_be_pinned(reader: Page) -> None:
    model, x = built(nets.Reader), nets.sequences()
    states = model.get_submodule("read")(x)[0].detach().numpy()
    step(reader, "read")
    assert reader.locator("#stage > .head .shape").inner_text() == "torch.Size([5, 3, 6])"
    for index in range(3):
        choose(reader, index)
        np.testing.assert_allclose(figure(reader), states[:, index], atol=1e-6)
        pin(reader, 3, 2)
        unit = 3 * 6 + 2
        reader.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
        reader.wait_for_selector(READY)
        written = reader.locator("#inspector").inner_text()
        assert f"{states[3, index, 2]:.4f}".replace("-", "−") in written
        assert "hidden unit 2 of layer 1 at t = 3" in written
        assert reader.locator("[data-check=passed][data-key=recurrent]").count() == 1


def test_a_linear_layer_on_a_sequence_is_the_sum_of_its_row(reader: Page) -> None:
    model, x = built(nets.Reader), nets.sequences()
    states = model.get_submodule("read")(x)[0].detach()[3, 1].double()
    weight, bias = (each.detach().double() for each in model.get_submodule("every").parameters())
    products = weight[2] * states
    step(reader, "every")
    choose(reader, 1)
    pin(reader, 3, 2)
    reader.wait_for_selector("#inspector[data-unit='11']", state="attached")
    reader.wait_for_selector(READY)
    reader.click("#tab-unit")
    written = reader.locator("#inspector").inner_text()
    assert "z[3, 2] = Σᵢ w[2, i]·x[3, i] + b[2]" in written
    rows = reader.locator("#inspector tbody tr")
    for row in rows.all()[:-2]:
        name, *told = row.locator("td, th").all_inner_texts()
        index = int(numbers(name)[-1])
        assert name == f"x[3, {index}]"
        expected = [float(each[index]) for each in (weight[2], states, products)]
        assert [number(text) for text in told] == pytest.approx(expected, abs=6e-6)
    assert number(rows.last.locator("td").last.inner_text()) == pytest.approx(
        float(bias[2]), abs=6e-6
    )
    total = float(products.sum() + bias[2])
    foot = reader.locator("#inspector tfoot").inner_text()
    assert numbers(foot)[-1] == pytest.approx(total, abs=6e-6)
    assert reader.locator("[data-check=passed][data-key=terms]").count() == 1
    strongest = int(products.abs().argmax())
    reader.click(f"#inspector button.link >> text='x[3, {strongest}]'")
    reader.wait_for_selector("#stage[data-step=read]")
    reader.wait_for_selector(f"#inspector[data-unit='{3 * 6 + strongest}']", state="attached")


def test_the_answer_is_that_of_the_chosen_sequence(reader: Page) -> None:
    model, x = built(nets.Reader), nets.sequences()
    shares = torch.softmax(model(x), 1).detach().numpy()
    for index in (2, 0, 1):
        choose(reader, index)
        for place, share in enumerate(shares[index]):
            told = reader.locator(f"#prediction [data-class='{place}']")
            assert float(told.get_attribute("data-probability") or "nan") == pytest.approx(
                float(share), abs=1e-6
            )
            text = told.locator(".value").inner_text()
            assert number(text.replace("%", "")) == pytest.approx(100 * float(share), abs=0.006)


def test_the_chooser_says_which_and_ends_at_the_ends(reader: Page) -> None:
    choose(reader, 0)
    chooser = reader.locator("#prediction .inputs")
    assert chooser.inner_text().split() == ["Input", "of", "0", "to", "2"]
    previous, following = (reader.locator(f"[data-input={each}]") for each in ("previous", "next"))
    assert previous.is_disabled()
    following.click()
    following.click()
    assert reader.locator("#input-place").input_value() == "2"
    assert following.is_disabled()
    reader.fill("#input-place", "7")
    reader.press("#input-place", "Enter")
    assert reader.locator("#input-place").input_value() == "2", "there are no more"


def test_a_link_leads_to_the_unit_of_the_sequence(browser: Browser, reader: Page) -> None:
    step(reader, "read")
    choose(reader, 2)
    pin(reader, 4, 5)
    reader.wait_for_selector("#inspector[data-unit='29']", state="attached")
    rested(reader)
    reader.click("#tab-unit")
    reader.wait_for_selector(READY)
    wanted = reader.locator("#inspector").inner_text()
    url, link = reader.url.split("#")
    for page in visit(browser, url.rstrip("/"), query=f"/#{link}"):
        page.wait_for_selector("#inspector[data-unit='29']", state="attached")
        page.click("#tab-unit")
        page.wait_for_selector("[data-check=passed][data-key=recurrent]")
        assert page.locator("#input-place").input_value() == "2"
        assert page.locator("#inspector").inner_text() == wanted
        assert page.locator("#message").is_hidden()


def test_two_sequences_are_compared_by_their_numbers(reader: Page) -> None:
    step(reader, "every")
    choose(reader, 1)
    options = reader.locator("#versus option").all_inner_texts()
    assert options[1:3] == ["input 0", "input 2"]
    reader.select_option("#versus", label="input 2")
    reader.wait_for_function("document.querySelector('#compare p').textContent.includes('input 2')")
    model, x = built(nets.Reader), nets.sequences()
    every = model.get_submodule("every")(model.get_submodule("read")(x)[0]).detach()
    apart = float((every[:, 2] - every[:, 1]).abs().max())
    text = reader.locator("#compare p").nth(1).inner_text()
    assert numbers(text)[0] == pytest.approx(apart, abs=6e-5)
    reader.select_option("#versus", label="nothing")


def test_every_position_of_an_encoder_is_drawn_explained_and_proved(encoder: Page) -> None:
    model, x = built(nets.encoder), nets.sequences()
    captured: dict[str, torch.Tensor] = {}
    first = model.get_submodule("layers.0.self_attn")
    first.register_forward_hook(lambda _, __, out: captured.update(y=out[0]))
    last = model.get_submodule("layers.1.norm2")
    last.register_forward_hook(lambda _, fed, __: captured.update(x=fed[0]))
    torch.backends.mha.set_fastpath_enabled(False)
    output = model(x).detach().numpy()
    torch.backends.mha.set_fastpath_enabled(True)
    assert encoder.locator("#prediction .none").is_visible()
    step(encoder, "layers.1.norm2")
    for index in (0, 2):
        choose(encoder, index)
        before = captured["x"].detach().numpy()[:, index]
        np.testing.assert_allclose(figure(encoder), before, atol=1e-5)
        np.testing.assert_allclose(figure(encoder, 1), output[:, index], atol=1e-5)
    while encoder.locator('#strip [data-step="layers.0.self_attn"]').count() == 0:
        encoder.click("[data-detail=more]")
        encoder.wait_for_selector(READY)
    step(encoder, "layers.0.self_attn")
    attended = captured["y"].detach().numpy()
    np.testing.assert_allclose(figure(encoder), attended[:, 2], atol=1e-5)
    pin(encoder, 4, 1)
    encoder.wait_for_selector("#inspector[data-unit='17']", state="attached")
    encoder.wait_for_selector(READY)
    written = encoder.locator("#inspector").inner_text()
    assert f"{attended[4, 2, 1]:.4f}".replace("-", "−") in written
    assert "query 4" in written
    assert encoder.locator("[data-check=passed][data-key=attention]").count() == 1
    assert encoder.locator("[data-check=failed]").count() == 0
