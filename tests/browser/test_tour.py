"""The guided tour: the course's lines, real output, one question a stop, and everything back behind it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from explorer.network import zoo
from tests.browser.conftest import READY, Server, visit, without_tour
from tests.browser.hands import drag, pixels, rested, settled, soon
from tests.browser.links import packed
from tests.browser.reading import numbers
from tests.browser.test_layouts import SIDEWAYS, TYPE

pytestmark = pytest.mark.browser

BATCH = "[...document.querySelectorAll('#tray canvas')].map((each) => each.toDataURL())"


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    yield from without_tour(opened)


def stop(page: Page, name: str) -> None:
    """Go to a stop by its place in the list."""
    place = page.evaluate(
        """(name) => [...document.querySelectorAll("#course [data-stop]")]
          .findIndex((each) => each.dataset.stop === name)""",
        name,
    )
    page.select_option("#tour-stop", str(place))
    page.wait_for_selector(f"#explorer[data-tour={name}]")
    settled(page)


def batch(page: Page) -> torch.Tensor:
    """Return the pictures of the tray as the network gets them, (N, 28, 28)."""
    greys: Any = page.evaluate(
        """[...document.querySelectorAll("#tray canvas")].map((canvas) =>
          [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, at) => at % 4 === 0))"""
    )
    return torch.tensor(greys, dtype=torch.float32).reshape(-1, 28, 28) / 255


def lit(page: Page, selector: str) -> None:
    """Assert that the light is on an element, six pixels larger on every side."""
    meant, light = page.locator(selector).bounding_box(), page.locator(".spotlight").bounding_box()
    assert meant
    assert light
    assert abs(light["x"] + 6 - meant["x"]) <= 2
    assert abs(light["y"] + 6 - meant["y"]) <= 2
    assert abs(light["width"] - 12 - meant["width"]) <= 2
    x, y = light["x"] + 1, light["y"] + light["height"] / 2
    edge: Any = dict(x=x, y=y, width=1, height=1)  # noqa: C408  on one line
    seen = Image.open(io.BytesIO(page.screenshot(clip=edge))).convert("RGB").getpixel((0, 0))
    border = page.locator(".spotlight").evaluate("(light) => getComputedStyle(light).borderColor")
    assert f"rgb{seen}" == border, "nothing lies on the light"


def test_the_tour_leads_through_the_course_and_gives_everything_back(page: Page) -> None:
    page.click("#strip [data-step='linear_relu_stack.1']")
    settled(page)
    drag(page, (0.1, 0.1), (0.9, 0.1))
    settled(page)
    before = (page.evaluate(BATCH), pixels(page))
    page.click("#draw [data-action=tour]")
    settled(page)
    expect(page.locator("#tour h2")).to_have_text("Get a device for training")
    expect(page.locator("#tour h2")).to_be_focused()
    soon(page, partial(lit, page, "#device"))
    assert page.locator("#tray li").count() == 3
    assert (pixels(page) == before[1]).all(), "one's own drawing comes along"
    steps = []
    for place in range(1, 12):
        settled(page)
        expect(page.locator("#tour-stop option:checked")).to_contain_text(f"{place} of 11")
        assert page.locator("#tour pre").first.inner_text().strip()
        page.click("[data-action=check-answer]")
        expect(page.locator("#tour .answer")).not_to_be_empty()
        steps.append(
            (page.locator("#model").input_value(), page.get_attribute("#stage", "data-step"))
        )
        if place < 11:
            page.click("[data-action=tour-next]")
    mlp, small = "fashion-mlp", "course-sequential"
    assert steps[2:10] == [
        (mlp, "linear_relu_stack.0"),
        (mlp, "softmax"),
        (small, "input"),
        (small, "0"),
        (small, "1"),
        (small, "2"),
        (small, "3"),
        (small, "softmax"),
    ]
    expect(page.locator("[data-action=tour-next]")).to_have_text("Go on: autograd")
    page.keyboard.press("Escape")
    settled(page)
    assert page.evaluate(BATCH) == before[0]
    assert page.get_attribute("#stage", "data-step") == "linear_relu_stack.1"
    expect(page.locator("#model")).to_have_value(mlp)
    expect(page.locator("#tour")).to_be_hidden()


def test_a_stop_prints_what_torch_prints_for_these_pictures(page: Page) -> None:
    page.click("#draw [data-action=tour]")
    settled(page)
    stop(page, "relu")
    network = zoo.load("course-sequential")
    assert isinstance(network, torch.nn.Sequential)
    images = batch(page)
    assert len(images) == 3
    hidden = network[:2](images).detach()
    expect(page.locator("#tour .output").first).to_contain_text("Before ReLU: tensor([[")
    printed = numbers(page.locator("#tour .output").first.inner_text())
    np.testing.assert_allclose(
        [each for each in printed if each != 0],
        [*hidden.reshape(-1), *hidden[hidden > 0]],
        atol=6e-5,
    )
    page.click("[data-action=check-answer]")
    expect(page.locator("#tour .answer")).to_contain_text("20")
    answer = numbers(page.locator("#tour .answer").inner_text())
    off = [unit for unit in range(20) if hidden[0, unit] <= 0]
    assert answer[:-1] == [len(off), 20, *off]
    stop(page, "sequential")
    expect(page.locator("#tour .output:visible")).to_contain_text("torch.Size([3, 10])")
    stop(page, "softmax")
    shares = network(images).softmax(dim=1).detach().numpy()
    line = numbers(page.locator("#tour .shares").inner_text())
    np.testing.assert_allclose(line[1:], 100 * shares[0], atol=0.051)
    expect(page.locator("#tour math")).to_have_count(1)


def test_another_network_is_announced(page: Page) -> None:
    page.click("#draw [data-action=tour]")
    settled(page)
    expect(page.locator("#tour .network")).to_be_hidden()
    stop(page, "batch")
    expect(page.locator("#tour .network")).to_contain_text("seq_modules")
    page.click("[data-action=tour-next]")
    settled(page)
    expect(page.locator("#tour .network")).to_be_hidden()
    expect(page.locator("#tour .moved")).to_be_hidden()
    page.click("#strip [data-step='3']")
    settled(page)
    page.click("[data-action=tour-return]")
    settled(page)
    assert page.get_attribute("#stage", "data-step") == "0"


def answered(page: Page) -> list[float]:
    """Wait for the page's answer to a question, and read its numbers."""
    said = page.locator("#tour .answer")
    expect(said).to_contain_text(re.compile(r"\d"))
    return numbers(said.inner_text())


def test_the_course_goes_on_with_gradients_and_training(page: Page) -> None:
    page.click("#draw [data-action=tour]")
    stop(page, "parameters")
    page.click("[data-action=tour-next]")
    page.wait_for_selector("#explorer[data-tour=graph]")
    settled(page)
    expect(page.locator("#tour-stop option:checked")).to_contain_text("1 of 4")
    expect(page.locator("#tour .output").first).to_contain_text("<AddBackward0 object at 0x")
    model: Any = zoo.load("fashion-mlp")
    loss = torch.nn.functional.cross_entropy(model(batch(page)[:1]), torch.tensor([7])).item()
    page.click("[data-action=check-answer]")
    expect(page.locator("#tour .answer")).to_contain_text("Sneaker")
    said = numbers(page.locator("#tour .answer").inner_text())
    np.testing.assert_allclose(said, [np.exp(-loss), loss], rtol=1e-3)
    soon(page, partial(lit, page, "#teach .loss"))
    stop(page, "adding")
    page.click("[data-action=check-answer]")
    once, twice = answered(page)
    assert twice == pytest.approx(2 * once, rel=1e-3)
    page.click("#tour [data-chapter=optimizing]")
    page.wait_for_selector("#explorer[data-tour=data]")
    stop(page, "loops")
    page.click("[data-action=check-answer]")
    before, after, *_ = answered(page)
    assert before == pytest.approx(loss, rel=1e-3)
    assert after < before, "one step of SGD has been taken"
    stop(page, "epochs")
    printed = page.locator("#tour .output").first.inner_text()
    assert re.findall(r"^Epoch (\d+)$", printed, re.M) == [str(each) for each in range(1, 11)]
    assert len(re.findall(r"^loss: 2\.\d{6}  \[   10/   10\]$", printed, re.M)) == 10
    expect(page.locator("[data-action=tour-next]")).to_have_text("Finish")
    page.click("#tour [data-action=tour-finish]")
    settled(page)
    expect(page.locator("#tour")).to_be_hidden()
    assert page.locator("#tray li").count() == 1
    page.click("#tab-teach")
    expect(page.locator("#taught-class")).to_have_value("")


def test_edits_and_comparison_come_back_and_drawings_of_the_tour_are_one_undo_away(
    page: Page,
) -> None:
    page.click("#strip [data-step='linear_relu_stack.1']")
    settled(page)
    page.click("#tab-edit")
    page.fill("#edit-units", "3")
    page.click("[data-action=apply-edit]")
    settled(page)
    page.evaluate("document.querySelector('#draw [data-action=tour]').click()")
    settled(page)
    expect(page.locator("#versus")).to_have_value("null")
    drag(page, (0.2, 0.9), (0.8, 0.9))
    settled(page)
    drawn = pixels(page)
    page.click("[data-action=tour-leave]")
    settled(page)
    expect(page.locator("#tab-edit")).to_have_attribute("aria-selected", "true")
    assert page.locator("#edits li[data-edit]").count() == 1
    expect(page.locator("#versus")).not_to_have_value("null")
    assert (pixels(page) != drawn).any()
    page.click("[data-action=undo]")
    settled(page)
    assert (pixels(page) == drawn).all()


def test_a_clicker_walks_and_the_light_is_on_what_is_meant(page: Page) -> None:
    page.click("#draw [data-action=tour]")
    settled(page)
    for _ in range(2):
        page.keyboard.press("PageDown")
        settled(page)
    soon(page, partial(lit, page, "#strip [data-step='linear_relu_stack.0']"))


def test_the_tour_is_remembered_and_survives_a_reload(browser: Browser, server: Server) -> None:
    for page in visit(browser, server.url, viewport={"width": 390, "height": 844}, has_touch=True):
        page.click("#bar [data-action=tour]")
        page.wait_for_selector("#explorer[data-tour=device]")
        stop(page, "linear")
        page.wait_for_function("location.hash.length > 10")
        page.reload()
        page.wait_for_selector(READY)
        page.wait_for_selector("#explorer[data-tour=linear]")
        settled(page)
        figure = page.locator("#stage .plot").bounding_box()
        sheet = page.locator("#tour").bounding_box()
        assert figure
        assert sheet
        assert figure["y"] >= 0
        assert figure["y"] < sheet["y"], "the figure is in sight above the text"
        page.click("[data-action=tour-leave]")
        settled(page)
        assert page.locator("#tray li").count() == 1
        page.click("[data-view=course]")
        expect(page.locator("#course [data-action=tour]")).to_have_text(
            "Continue the tour at 7 of 11"
        )


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_class_reads_the_tour(browser: Browser, server: Server, locale: str) -> None:
    size = {"width": 1280, "height": 720}
    for page in visit(browser, server.url, viewport=size, locale=locale):
        page.keyboard.press("f")
        page.click("#bar [data-action=tour]")
        for name in ("structure", "batch", "softmax", "backward", "loops"):
            stop(page, name)
            page.click("[data-action=check-answer]")
            settled(page)
            assert page.evaluate(TYPE) == []
            assert page.evaluate(SIDEWAYS) <= 0
        page.keyboard.press("Escape")
        settled(page)
        assert page.evaluate("document.documentElement.hasAttribute('data-present')")


def test_a_link_that_is_not_the_tours_is_opened_and_stays(browser: Browser, server: Server) -> None:
    for page in visit(browser, server.url):
        link = packed({"model": "fashion-mlp", "step": "softmax"})
        for ways in (("about:blank", f"{server.url}/#{link}"), (f"{server.url}/#{link}",)):
            page.click("#draw [data-action=tour]")
            stop(page, "linear")
            rested(page)
            for address in ways:
                page.goto(address)
            page.wait_for_selector("#stage[data-step=softmax]")
            for _ in range(2):
                page.wait_for_timeout(600)
                assert page.get_attribute("#stage", "data-step") == "softmax"
                page.reload()
                page.wait_for_selector(READY)
            assert page.locator("#tour").is_hidden()
