"""What two sides are called: read below their pictures, whole before a class, on nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Server, visit
from tests.browser.hands import follow, settled
from tests.browser.links import packed
from tests.browser.test_captions import DRAWN
from tests.browser.test_fitting import go, resize
from tests.browser.test_phones import speak

pytestmark = pytest.mark.browser

STEPS = ("input", "flatten", "linear_relu_stack.0", "linear_relu_stack.1")
LINK = packed({"versus": {"checkpoint": "epoch-001", "image": 0}})
LONG = {
    "en": ("image 0 · epoch 90", "image 0 · epoch 1", "{two} − {one}"),
    "zh": ("图像 0 · 第 90 轮", "图像 0 · 第 1 轮", "差值：{two} − {one}"),
}
# Titles that end beyond the figure, or lie on a picture, on a number or on each other; a line is a
# quarter higher than its signs.
WRONG = """() => {
  const around = document.querySelector("#stage .plot").getBoundingClientRect();
  const named = (each) => [each.textContent || "a picture", each.getBoundingClientRect()];
  const all = (selector) => [...document.querySelectorAll(`#stage ${selector}`)].map(named);
  const titles = all(".infolayer text[class*=title]");
  const others = all(".heatmaplayer image").concat(all(".infolayer .cbaxis text"));
  const meet = ([, one], [, two]) => Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
    Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > one.height / 4;
  return titles.flatMap((title, place) => [
    ...title[1].left < around.left - 1 || title[1].right > around.right + 1 ||
      title[1].top < around.top - 1 || title[1].bottom > around.bottom + 1 ? [`${title[0]} beyond`] : [],
    ...[...titles.slice(place + 1), ...others].filter((other) => meet(title, other))
      .map(([text]) => `${title[0]} on ${text}`),
  ]);
}"""
PICTURES = """() => [...document.querySelectorAll("#stage .heatmaplayer image")]
  .map((each) => each.getBoundingClientRect()).map(({ width, height }) => [width, height])"""


@pytest.fixture(scope="module")
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    yield from visit(browser, server.url)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_class_reads_the_whole_names_of_two_sides(desk: Page, language: str) -> None:
    one, two, difference = LONG[language]
    resize(desk, 1280, 720)
    follow(desk, LINK)
    settled(desk)
    speak(desk, language)
    desk.keyboard.press("f")
    for step in STEPS:
        go(desk, step)
        assert desk.evaluate("document.querySelectorAll('#stage .heatmaplayer image').length") >= 3
        assert set(desk.evaluate(DRAWN)) == {one, two, difference.format(one=one, two=two)}, step
        assert desk.evaluate(WRONG) == [], step
        for width, height in desk.evaluate(PICTURES):
            assert min(width, height) >= 130, step
    desk.keyboard.press("f")
    desk.wait_for_function("!document.fullscreenElement")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (1920, 1080)])
def test_long_names_of_two_sides_lie_on_nothing(
    desk: Page, width: int, height: int, language: str
) -> None:
    resize(desk, width, height)
    follow(desk, LINK)
    settled(desk)
    speak(desk, language)
    for step in STEPS:
        go(desk, step)
        assert desk.evaluate(WRONG) == [], step
        one, two, _ = LONG[language]
        begun = {text[:2] for text in desk.evaluate(DRAWN)}
        assert one[:2] in begun
        ends = {text[-1] for text in desk.evaluate(DRAWN)}
        assert {one[-1], two[-1]} <= ends, "a number at the end tells two ages apart"


@pytest.mark.parametrize("step", ["input", "flatten"])
def test_compared_pictures_are_as_grey_as_one_and_their_scale_says_so(
    desk: Page, step: str
) -> None:
    resize(desk, 1366, 768)
    follow(desk, LINK)
    speak(desk, "en")
    go(desk, step)
    size = desk.evaluate(PICTURES)
    assert size[0][0] == pytest.approx(size[0][1], abs=1), "pixels are as wide as high"
    said = desk.locator("#stage .infolayer .cbaxis text").all_text_contents()
    assert {"0", "0.5", "1"} <= {text.strip() for text in said}
    colours = desk.evaluate(
        """() => {
          const { _fullData: [trace], _fullLayout: layout } = document.querySelector("#stage .js-plotly-plot");
          return layout[trace.coloraxis].colorscale.map(([, colour]) => colour);
        }"""
    )
    assert colours == ["#000000", "#ffffff"]
    assert "grey value" in desk.evaluate(DRAWN)
