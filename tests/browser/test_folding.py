"""The strip of a large network: boxes that fold, lines from card to card, one level of detail."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, serving, visit
from tests.browser.hands import follow, rested, settled
from tests.browser.lines import LINES
from tests.browser.links import packed
from tests.browser.reading import texts
from tests.browser.test_access import violations

pytestmark = pytest.mark.browser

RESNET = ("--model", "torchvision.models:resnet18", "--input", "3x64x64")
START = [
    *("input", "conv1", "bn1", "relu", "maxpool", "[layer1]", "[layer2]", "[layer3]", "[layer4]"),
    *("avgpool", "..flatten", "fc", "softmax"),
]
CARDS = """cards => cards.map(({ dataset }) => dataset.box ? `[${dataset.box}]` : dataset.step)"""
# Cards over which a line of its own height goes, from its source to its end.
HIGH = """(name) => {
  const line = [...document.querySelectorAll("#strip .edges path")].find(
    ({ dataset: { from, to } }) => `${from} > ${to}` === name);
  return line && line.checkVisibility() ? line.getBBox().height : 0;
}"""


@pytest.fixture(scope="module")
def resnet() -> Iterator[Server]:
    yield from serving(*RESNET)


@pytest.fixture(scope="module")
def opened(browser: Browser, resnet: Server) -> Iterator[Page]:
    yield from visit(browser, resnet.url)


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first, by its own link of the beginning."""
    opened.mouse.move(0, 0)
    to(opened, packed({"model": "resnet18"}))
    opened.wait_for_function("document.querySelectorAll('#strip .card').length === 13")
    settled(opened)
    return opened


def to(page: Page, link: str) -> None:
    """Follow a link until it is taken over."""
    follow(page, link)
    page.wait_for_function("history.state?.lot")
    settled(page)


def cards(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("#strip .card", CARDS)
    return found


def current(page: Page) -> str:
    (found,) = page.eval_on_selector_all("#strip .card[aria-current]", CARDS)
    return str(found)


def fold(page: Page, box: str) -> None:
    """Open a box, or fold it where it is open."""
    button = page.locator(f"#strip [data-fold='{box}']")
    other = {"true": "false", "false": "true"}[str(button.get_attribute("aria-expanded"))]
    button.click()
    expect(button).to_have_attribute("aria-expanded", other)
    settled(page)


def detail(page: Page, name: str) -> list[str]:
    before = page.get_attribute("#explorer", "data-revision")
    page.click(f"[data-detail={name}]")
    page.wait_for_selector(f"#explorer:not([data-revision='{before}'])")
    settled(page)
    return cards(page)


def test_it_begins_folded_so_that_it_fits(page: Page) -> None:
    assert cards(page) == START
    box = page.locator("#strip [data-box=layer2]")
    for words in (
        "Sequential",
        "16 steps",
        "skip inside",
        "layer2",
        "[1, 64, 16, 16]",
        "→ [1, 128, 8, 8]",
    ):
        expect(box).to_contain_text(words)
    expect(page.locator("#strip [data-box=layer1] .head")).to_contain_text("BasicBlock")
    expect(page.locator("#strip [data-box=layer1] .times")).to_have_text("× 2")
    assert not page.locator("#strip .times").nth(1).is_visible()
    expect(page.locator("[data-check=passed][data-key=folding]")).to_have_count(1)


def test_a_box_opens_and_folds_by_click_and_by_key(page: Page) -> None:
    fold(page, "layer2")
    assert cards(page)[5:9] == ["[layer1]", "[layer2.0]", "[layer2.1]", "[layer3]"]
    assert current(page) == "[layer2.0]"
    head = page.locator("#strip [data-fold=layer2]")
    expect(head).to_be_focused()
    expect(head).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    settled(page)
    assert cards(page) == START
    assert current(page) == "[layer2]"  # where one stood is in it
    expect(head).to_be_focused()
    page.keyboard.press("Space")
    settled(page)
    assert len(cards(page)) == 14
    fold(page, "layer2.0")
    assert cards(page)[6:9] == ["layer2.0.conv1", "layer2.0.bn1", "layer2.0.relu"]
    assert current(page) == "layer2.0.conv1"
    expect(page.locator("#stage")).to_have_attribute("data-step", "layer2.0.conv1")


def test_equal_blocks_open_to_all_of_them(page: Page) -> None:
    fold(page, "layer1")
    assert cards(page)[5:7] == ["[layer1.0]", "[layer1.1]"]


def test_more_detail_closes_nothing(page: Page) -> None:
    fold(page, "layer4")
    assert detail(page, "less") == START  # less folds what was opened by hand
    fold(page, "layer4")
    fold(page, "layer4.1")
    opened = {"layer4", "layer4.1"}
    for count in (24 - 1, 68, 71):
        assert len(detail(page, "more")) == count
        now = set(
            page.eval_on_selector_all(
                "#strip .opened > .fold", "all => all.map((f) => f.dataset.fold)"
            )
        )
        assert opened <= now
        opened = now
    expect(page.locator("[data-detail=more]")).to_be_disabled()
    expect(page.locator("[data-level]")).to_have_text("3/3")
    page.keyboard.press("-")
    settled(page)
    assert len(cards(page)) == 68


def test_a_skip_is_seen_at_every_level(page: Page) -> None:
    seen = page.evaluate(LINES)
    names = [name.strip("[]") for name in START]
    assert set(seen) == {f"{one} > {two}" for one, two in pairwise(names)}
    expect(page.locator("#strip .holds")).to_have_count(4)
    fold(page, "layer2")
    expect(page.locator("#strip .holds")).to_have_count(5)
    fold(page, "layer2.0")
    seen = page.evaluate(LINES)
    assert {"layer1 > layer2.0.conv1", "layer1 > layer2.0.downsample"} <= set(seen)
    assert {"layer2.0.bn2 > layer2.0..add_", "layer2.0.downsample > layer2.0..add_"} <= set(seen)
    assert "layer2.0.bn2 > layer2.0.downsample" not in seen
    past, next_one = "layer2.0.bn2 > layer2.0..add_", "layer2.0..add_ > layer2.0.relu#2"
    assert page.evaluate(HIGH, past) > page.evaluate(HIGH, next_one) > 5
    add = page.locator("#strip [data-step='layer2.0..add_']")
    expect(add).to_have_attribute("aria-description", "also receives from layer2.0.bn2")


def test_steps_walk_over_what_is_seen(page: Page) -> None:
    walked = []
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        settled(page)
        walked.append(current(page))
    assert walked == START[1:7]
    expect(page.locator("#stage")).to_have_attribute("data-step", "layer2.1.relu#2")
    expect(page.locator(".unseen[aria-live]").last).to_contain_text(
        "Step 6 of 12: Sequential layer2"
    )
    page.keyboard.press("End")
    settled(page)
    assert current(page) == "softmax"
    expect(page.locator("#next")).to_be_disabled()
    page.keyboard.press("Home")
    settled(page)
    assert current(page) == "input"
    numbers = texts(page.locator("#strip .number"))
    assert numbers == [str(place) for place in range(13)]


def test_a_link_holds_what_is_open_and_opens_what_it_needs(page: Page) -> None:
    fold(page, "layer3")
    detail(page, "more")
    fold(page, "layer4")
    before = cards(page)
    rested(page)
    link = page.evaluate("location.hash")
    to(page, packed({"model": "resnet18"}))
    assert cards(page) == START
    to(page, link)
    assert cards(page) == before
    to(page, packed({"model": "resnet18", "step": "layer3.1.bn1"}))
    assert current(page) == "layer3.1.bn1"
    assert cards(page)[7:11] == ["[layer3.0]", "layer3.1.conv1", "layer3.1.bn1", "layer3.1.relu"]
    page.keyboard.press("Home")
    settled(page)
    assert len(cards(page)) == 20  # what was opened for that step stays


def test_a_link_that_asks_for_no_such_box_says_so(page: Page) -> None:
    odd = {"detail": None, "opened": ["layer9"], "closed": []}
    follow(page, packed({"model": "resnet18", "folding": odd}))
    expect(page.locator("#message")).to_contain_text("folding")
    settled(page)
    assert cards(page) == START
    page.keyboard.press("Escape")


def test_axe_finds_nothing_in_a_folded_strip(page: Page) -> None:
    fold(page, "layer2")
    fold(page, "layer2.0")
    assert violations(page, "#track") == []


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_thumb_opens_boxes_at_the_lower_edge(
    browser: Browser, resnet: Server, locale: str
) -> None:
    sizes: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
    for phone in visit(browser, resnet.url, has_touch=True, locale=locale, **sizes):
        tools = phone.locator("#strip .fold, [data-detail=more], [data-detail=less]").all()
        for each in tools:
            box = each.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44
        phone.locator("#strip [data-fold=layer1]").tap()
        expect(phone.locator("#strip .card")).to_have_count(14)
        settled(phone)
        card = phone.locator("#strip [aria-current]").bounding_box()
        assert card
        assert 0 <= card["x"] <= 390 - card["width"] / 2
        assert card["y"] + card["height"] <= 844
        wide = phone.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= 390


def test_before_a_class_cards_stay_as_large_as_they_are(browser: Browser, resnet: Server) -> None:
    for stage in visit(browser, resnet.url, viewport={"width": 1280, "height": 720}):
        stage.keyboard.press("f")
        stage.wait_for_selector("html[data-present]")
        widths = stage.eval_on_selector_all(
            "#strip .card", "all => all.map((card) => card.getBoundingClientRect().width)"
        )
        assert min(widths) > 130
        stage.keyboard.press("End")
        settled(stage)
        box = stage.locator("#strip [aria-current]").bounding_box()
        assert box
        assert box["x"] + box["width"] <= 1280
        words = stage.locator("#strip .inside span:not(.holds *), [data-level]").all()
        assert words
        assert {each.evaluate("(e) => getComputedStyle(e).fontSize") for each in words} == {"22px"}


def test_nothing_moves_below_when_boxes_open(page: Page) -> None:
    before = page.locator("#main").bounding_box()
    fold(page, "layer2")
    fold(page, "layer2.0")
    detail(page, "more")
    assert page.locator("#main").bounding_box() == before
