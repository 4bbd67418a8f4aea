"""What is said where there is little room: whole, beside what it is about, and on nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import pin, settled
from tests.browser.test_fitting import go, resize
from tests.browser.test_phones import speak, take

pytestmark = pytest.mark.browser

# Bars of the answer of which a part is seen and a part lies under the notice.
HALF = """() => {
  const { top, bottom } = document.querySelector("#prediction .notice").getBoundingClientRect();
  return [...document.querySelectorAll("#prediction .bar")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => {
      const bar = each.getBoundingClientRect();
      return bar.bottom > top + 1 && bar.top < top - 1 || bar.top < bottom - 1 && bar.bottom > bottom + 1;
    })
    .map((each) => each.textContent);
}"""
# Choices that stand neither beside their name nor below it.
ALONE = """(panel) => [...document.querySelectorAll(`${panel} label`)]
  .map((label) => [label, label.control?.getBoundingClientRect(), label.getBoundingClientRect()])
  .filter(([, choice, name]) => choice?.height && Math.abs(choice.left - name.left) > 1 &&
    (choice.top > name.bottom || choice.bottom < name.top))
  .map(([label]) => label.textContent)"""
# Words of buttons within a table that take more than one line.
BROKEN = """(table) => [...document.querySelectorAll(`${table} td button`)].filter((each) => {
  const words = document.createRange();
  words.selectNodeContents(each);
  return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
}).map((each) => each.textContent)"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_notice_covers_whole_bars_or_none(handheld: Page, language: str) -> None:
    speak(handheld, language)
    handheld.click("[data-action=clear]")
    settled(handheld)
    for width, height in ((390, 844), (360, 740), (844, 390)):
        resize(handheld, width, height)
        expect(handheld.locator("#prediction .notice[data-said]")).to_be_visible()
        assert handheld.evaluate(HALF) == [], width
        notice, answer, bench = (
            handheld.locator(each).bounding_box()
            for each in ("#prediction .notice summary", "#prediction .answer", "#bench")
        )
        assert notice
        assert answer
        assert bench
        assert notice["y"] >= answer["y"] + answer["height"] - 1
        assert notice["y"] + notice["height"] <= bench["y"] + bench["height"]
    resize(handheld, 390, 844)
    handheld.click("[data-action=undo]")
    settled(handheld)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_choice_stands_beside_its_name(handheld: Page, language: str) -> None:
    speak(handheld, language)
    go(handheld, "linear_relu_stack.0")
    for width in (390, 360):
        resize(handheld, width, 844)
        for panel in ("mind", "deciding", "edit"):
            handheld.evaluate(f"document.querySelector('#tab-{panel}').click()")
            settled(handheld)
            assert handheld.evaluate(ALONE, "#panels") == [], panel
    resize(handheld, 390, 844)


def test_a_button_in_a_table_is_one_line(handheld: Page) -> None:
    speak(handheld, "zh")
    go(handheld, "linear_relu_stack.0")
    handheld.evaluate("document.querySelector('#tab-deciding').click()")
    handheld.wait_for_selector("#deciding td button")
    settled(handheld)
    assert handheld.evaluate(BROKEN, "#deciding") == []


def test_a_shape_without_a_path_begins_where_its_title_does(handheld: Page) -> None:
    for step in ("input", "softmax"):
        go(handheld, step)
        title, shape = (
            handheld.locator(f"#stage > .head {each}").bounding_box() for each in ("h2", ".shape")
        )
        assert title
        assert shape
        assert shape["x"] == pytest.approx(title["x"], abs=1), step
    resize(handheld, 1366, 768)
    title, shape = (
        handheld.locator(f"#stage > .head {each}").bounding_box() for each in ("h2", ".shape")
    )
    assert title
    assert shape
    assert shape["x"] - title["x"] - title["width"] == pytest.approx(12, abs=1), "one gap"
    resize(handheld, 390, 844)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_patch_kernel_and_products_stand_beside_each_other(page: Page, language: str) -> None:
    speak(page, language)
    take(page, "fashion-cnn")
    page.click("[data-action=clear]")
    settled(page)
    pin(page, "features.0", 0)
    page.evaluate("document.querySelector('#tab-unit').click()")
    figures = page.locator("#inspector .patches figure")
    expect(figures).to_have_count(3)
    boxes = [figures.nth(place).bounding_box() for place in range(3)]
    assert len({box["y"] for box in boxes if box}) == 1
    nothing = {"en": "all 0", "zh": "全为 0"}[language]
    for place, empty in enumerate((True, False, True)):
        caption = figures.nth(place).locator("figcaption")
        (expect(caption).to_contain_text if empty else expect(caption).not_to_contain_text)(nothing)
        expect(caption).not_to_contain_text("−0")


def test_of_an_empty_pad_no_answer_has_changed(page: Page) -> None:
    page.select_option("#versus", index=1)
    settled(page)
    expect(page.locator("#prediction .changed")).to_be_visible()
    page.click("[data-action=clear]")
    settled(page)
    expect(page.locator("#prediction .answer")).to_have_text("—")
    expect(page.locator("#prediction .changed")).to_be_hidden()
    page.click("[data-action=undo]")
    settled(page)
    expect(page.locator("#prediction .changed")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_single_word_of_the_age_stands_on_a_line(page: Page, language: str) -> None:
    resize(page, 1280, 720)
    speak(page, language)
    page.keyboard.press("f")
    page.wait_for_selector("html[data-present]")
    settled(page)
    lines = page.evaluate("""() => [...document.querySelectorAll("#ages output > span")].map((each) => {
      const words = document.createRange();
      words.selectNodeContents(each);
      const rows = new Map();
      for (const { top, width } of words.getClientRects())
        rows.set(Math.round(top), (rows.get(Math.round(top)) ?? 0) + width);
      return [...rows.values()];
    })""")
    assert max(map(len, lines)) > 1, "this age takes more than one line"
    for widths in lines:
        assert widths[-1] > 0.4 * widths[0], lines
    torn = page.evaluate("""() => {
      const words = document.querySelector("#ages output > span").firstChild;
      const [before, after] = ["看", "过"].map((sign) => {
        const place = words.textContent.indexOf(sign);
        const range = document.createRange();
        range.setStart(words, Math.max(0, place));
        range.setEnd(words, Math.max(0, place) + 1);
        return range.getBoundingClientRect().top;
      });
      return before !== after;
    }""")
    assert not torn, "no word is parted"
