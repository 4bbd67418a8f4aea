"""What axes and scales are called on a phone: text of the page, whole, and on nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.hands import settled
from tests.browser.test_fitting import go, resize
from tests.browser.test_layouts import SIDEWAYS
from tests.browser.test_phones import speak, take

pytestmark = pytest.mark.browser

PHONES = ((390, 844), (844, 390), (360, 740))
# What a figure is told to write at its axes and scales, as far as they are on the page.
TITLES = """() => {
  const { layout, _fullLayout } = document.querySelector("#stage .js-plotly-plot");
  const scaled = (part) => part.colorbar && part.showscale !== false ? part.colorbar : part;
  return Object.keys(layout)
    .filter((name) => /^([xy]|color)axis/.test(name) && _fullLayout[name])
    .map((name) => scaled(layout[name]).title?.text)
    .filter((text) => text?.trim()).sort();
}"""
CAPTIONS = """() => [...document.querySelectorAll("#stage .captions p")]
  .filter((each) => each.checkVisibility()).map((each) => each.innerText.replace(/\\s+/g, " ")).sort()"""
DRAWN = """() => [...document.querySelectorAll("#stage .infolayer text")]
  .filter((each) => /title/.test(each.getAttribute("class")))
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .map((each) => each.textContent)"""
# Captions that end beyond the figure, are too small to read, or lie on a number, on a picture or on
# each other; a line of text is 2 pixels higher than its signs, one that stands upright 4 wider on
# either side: a range is as wide as its type is high.
WRONG = """() => {
  const figure = document.querySelector("#stage .figure").getBoundingClientRect();
  const linesOf = (each) => {
    const words = document.createRange();
    words.selectNodeContents(each);
    return [...words.getClientRects()];
  };
  const shown = [...document.querySelectorAll("#stage .captions p")];
  const captions = shown.map((each) => [each.textContent, linesOf(each)]);
  const others = [...document.querySelectorAll("#stage .infolayer text, #stage .ytick text, " +
    "#stage .xtick text, #stage .cartesianlayer .heatmaplayer image")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .map((each) => [each.textContent || "cells", [each.getBoundingClientRect()]]);
  const upon = (one, two, [across, down]) =>
    Math.min(one.right, two.right) - Math.max(one.left, two.left) > across &&
    Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > down;
  const meet = (one, two, least) =>
    one.some((line) => two.some((other) => upon(line, other, least)));
  const least = (each) => each.matches(".upright") ? [4, 1] : [1, 3];
  return captions.flatMap(([text, lines], place) => [
    ...lines.some(({ left, right, top, bottom }) => left < figure.left - 2 ||
      right > figure.right + 2 || top < figure.top - 2 || bottom > figure.bottom + 2)
      ? [`${text} beyond`] : [],
    ...parseFloat(getComputedStyle(shown[place]).fontSize) < 14 ? [`${text} small`] : [],
    ...[...captions.slice(place + 1), ...others]
      .filter(([, other]) => meet(lines, other, least(shown[place])))
      .map(([other]) => `${text} on ${other}`),
  ]);
}"""
PLACES = """() => ["#pad", "#strip", "#stage .figure", "#stage .plot", "#prediction"].map((each) => {
  const { x, y, width, height } = document.querySelector(each).getBoundingClientRect();
  return [x, y + scrollY, width, height].map(Math.round);
})"""


@pytest.mark.parametrize("model", ["fashion-mlp", "fashion-cnn"])
def test_what_a_figure_says_is_text_of_the_page_on_a_phone(handheld: Page, model: str) -> None:
    take(handheld, model)
    speak(handheld, "en")
    steps = handheld.locator("#strip [data-step]").evaluate_all(
        "all => all.map(each => each.dataset.step)"
    )
    said = 0
    places: dict[tuple[str, int], list[list[int]]] = {}
    for language in ("en", "zh"):
        speak(handheld, language)
        for width, height in PHONES:
            resize(handheld, width, height)
            for step in steps:
                go(handheld, step)
                where = (step, width, language)
                titles = handheld.evaluate(TITLES)
                assert handheld.evaluate(CAPTIONS) == titles, where
                assert handheld.evaluate(DRAWN) == [], where
                assert handheld.evaluate(WRONG) == [], where
                assert handheld.evaluate(SIDEWAYS) <= 0, where
                there = handheld.evaluate(PLACES)
                assert places.setdefault((step, width), there) == there, (
                    "no language moves anything"
                )
                said += len(titles)
    assert said > 6 * len(steps)


def test_elsewhere_the_figure_says_it_and_a_saved_one_everywhere(handheld: Page) -> None:
    take(handheld, "fashion-mlp")
    resize(handheld, 390, 844)
    speak(handheld, "en")
    go(handheld, "linear_relu_stack.0")
    saved = handheld.evaluate("""async () =>
      decodeURIComponent(await Plotly.toImage(document.querySelector("#stage .js-plotly-plot"),
        { format: "svg" }))""")
    for title in handheld.evaluate(TITLES):
        assert title in saved
    resize(handheld, 1366, 768)
    settled(handheld)
    assert handheld.evaluate(CAPTIONS) == []
    assert sorted(handheld.evaluate(DRAWN)) == handheld.evaluate(TITLES)
    resize(handheld, 390, 844)


def test_a_caption_that_is_longer_than_its_picture_takes_two_lines(handheld: Page) -> None:
    take(handheld, "fashion-mlp")
    resize(handheld, 844, 390)
    speak(handheld, "en")
    go(handheld, "linear_relu_stack.1")
    handheld.evaluate("document.documentElement.style.setProperty('--le-text-size', '26px')")
    handheld.add_style_tag(content="#explorer .captions p { font-size: 26px }")
    tall = handheld.evaluate("""() => [...document.querySelectorAll("#stage .captions p:not(.upright)")]
      .map((each) => [each.scrollWidth - each.clientWidth, each.clientHeight])""")
    assert [beyond for beyond, _ in tall] == [0, 0]
    assert max(height for _, height in tall) > 60, "larger type wraps"
