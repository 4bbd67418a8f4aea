"""Test images beside a drawing: nine that are nearest, nine that excite a unit, each for the pad."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, Route, expect
from torch.nn import functional

from explorer.network import zoo
from tests.browser.conftest import Server, serving, start_again, visit
from tests.browser.hands import by_hand, drag, pin, pixels, settled
from tests.browser.reading import numbers
from tests.learning.places import FILES, made, written

pytestmark = pytest.mark.browser

HIDDEN = "linear_relu_stack.1"
IMAGES = made(60, 5)[0]
LABELS = np.random.default_rng(5).permutation(made(60, 5)[1])  # no class follows from a place
COMES = 60_000  # milliseconds: torchvision is imported first, on a busy machine


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a test set of sixty pictures."""
    folder = tmp_path_factory.mktemp("tested")
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FILES.values():
        written(raw / f"{name}-images-idx3-ubyte", IMAGES)
        written(raw / f"{name}-labels-idx1-ubyte", LABELS)
    yield from serving(data=str(folder))


@pytest.fixture(scope="module")
def visited(browser: Browser, tested: Server) -> Iterator[Page]:
    yield from visit(browser, tested.url)


@pytest.fixture
def page(visited: Page) -> Page:
    return start_again(visited)


def opened(page: Page, of: str) -> None:
    page.evaluate("of => { document.querySelector(`details.${of}`).open = true; }", of)


def nine(page: Page, of: str) -> list[tuple[int, str, float]]:
    """What a person sees: which image, of what class, with which number."""
    page.wait_for_selector(f"#{of} .nine:not([data-waiting]) .sample[data-index]", timeout=COMES)
    settled(page)
    found = []
    for cell in page.locator(f"#{of} .nine li").all():
        number = cell.locator(".num").get_attribute("data-exact") or ""
        shown = cell.locator(".num").inner_text().replace("\u2212", "-")
        assert float(shown) == pytest.approx(float(number), abs=5e-5)
        index = int(cell.locator(".sample").get_attribute("data-index") or "")
        found.append((index, cell.locator(".label").inner_text(), float(number)))
    return found


def outputs(step: str) -> np.ndarray[Any, Any]:
    return np.stack([by_hand(image)[step] for image in IMAGES])


def same(found: list[tuple[int, str, float]], values: np.ndarray[Any, Any], names: Any) -> None:
    assert [value for _, _, value in found] == pytest.approx(np.sort(values)[:9].tolist(), rel=1e-4)
    for index, label, value in found:
        assert value == pytest.approx(values[index], rel=1e-4)
        assert label == names[LABELS[index]]


def names_of(page: Page) -> list[str]:
    return page.locator("#prediction [data-class] .label").all_inner_texts()


def test_the_nearest_fill_by_themselves_and_follow_the_drawing(page: Page) -> None:
    page.click(f"#strip [data-step='{HIDDEN}']")
    settled(page)
    page.click(".nearest > summary")
    found = nine(page, "nearest")
    names, crowd = names_of(page), outputs(HIDDEN)
    expect(page.locator("#nearest")).to_contain_text("The nine of 60 test images")
    expect(page.locator("#nearest")).to_contain_text("512 numbers")
    same(found, np.linalg.norm(crowd - by_hand(pixels(page))[HIDDEN], axis=1), names)
    drag(page, (0.2, 0.2), (0.8, 0.7))
    settled(page)
    same(
        nine(page, "nearest"), np.linalg.norm(crowd - by_hand(pixels(page))[HIDDEN], axis=1), names
    )
    page.click("#strip [data-step='softmax']")
    expect(page.locator("#nearest")).to_contain_text("10 numbers", timeout=COMES)
    drawn = by_hand(pixels(page))["softmax"]
    same(nine(page, "nearest"), np.linalg.norm(outputs("softmax") - drawn, axis=1), names)


def test_a_press_puts_one_on_the_pad_and_undo_takes_it_back(page: Page) -> None:
    opened(page, "nearest")
    before, found = pixels(page), nine(page, "nearest")
    third = page.locator("#nearest .sample").nth(2)
    third.focus()
    page.keyboard.press("Enter")
    settled(page)
    index, label, _ = found[2]
    assert (pixels(page) == IMAGES[index]).all()
    expect(page.locator("#more .truth")).to_contain_text(f"test image {index}")
    expect(page.locator("#more .truth")).to_contain_text(label)
    now = nine(page, "nearest")
    assert (now[0][0], now[0][2]) == (index, 0.0), "it is nearest to itself"
    assert third.evaluate("each => each === document.activeElement"), "the focus stays"
    page.click("[data-action=undo]")
    settled(page)
    assert (pixels(page) == before).all()
    expect(page.locator("#more .truth")).to_be_hidden()
    assert nine(page, "nearest") == found


def test_those_that_excite_a_unit_stand_with_what_it_likes(page: Page) -> None:
    values = outputs(HIDDEN)
    unit = int(values[:, :40].std(axis=0).argmax())
    pin(page, HIDDEN, unit)
    opened(page, "likes")
    found = nine(page, "strongest")
    expect(page.locator("#strongest")).to_contain_text(f"unit {unit} is largest")
    same(
        [(index, label, -value) for index, label, value in found], -values[:, unit], names_of(page)
    )
    page.locator("#strongest .sample").first.click()
    settled(page)
    assert (pixels(page) == IMAGES[found[0][0]]).all()
    assert float(page.get_attribute("#inspector", "data-value") or "") == pytest.approx(
        found[0][2], rel=1e-4
    )


def test_a_network_whose_test_images_are_not_there_shows_none(page: Page) -> None:
    opened(page, "nearest")
    page.select_option("#model", "digits-mlp")
    settled(page)
    expect(page.locator(".nearest")).to_be_hidden()
    page.select_option("#model", "fashion-mlp")
    settled(page)
    expect(page.locator(".nearest")).to_be_visible()


def taught(page: Page) -> None:
    """Ten steps towards a T-shirt."""
    page.click("#tab-teach")
    page.select_option("#taught-class", "0")
    page.click("[data-action=optimizer-ten]")


def right(network: Any) -> int:
    with torch.no_grad():
        answers = network(torch.from_numpy(IMAGES).float() / 255).argmax(1).numpy()
    return int((answers == LABELS).sum())


def test_what_a_lesson_costs_is_counted_on_test_images(page: Page) -> None:
    taught(page)
    said = page.locator("#teach .tested")
    expect(said).to_contain_text(f"Of {len(IMAGES)} test images", timeout=COMES)
    network = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    before, drawing = right(network), torch.from_numpy(pixels(page).astype(np.float32) / 255)[None]
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(10):
        optimizer.zero_grad()
        functional.cross_entropy(network(drawing), torch.tensor([0])).backward()
        optimizer.step()
    assert numbers(said.inner_text()) == [len(IMAGES), before, right(network)]
    page.click("[data-action=optimizer-undo]")
    expect(said).to_have_text(re.compile(r"^\s*$"))


def test_a_count_that_comes_late_is_not_told_of_another_lesson(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "tested" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/component_server**", hold)
    taught(page)
    for _ in range(300):
        if held:
            break
        page.wait_for_timeout(100)
    page.click("[data-action=optimizer-undo]")
    settled(page)
    with page.expect_response(held[0].request.url):
        held[0].continue_()
    settled(page)
    page.unroute("**/component_server**")
    expect(page.locator("#teach .tested")).to_have_text(re.compile(r"^\s*$"))
