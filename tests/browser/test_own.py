"""`--model`: the page opens with somebody's own module, and everything of it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import READY, serving, visit
from tests.browser.hands import settled
from tests.browser.reading import texts
from tests.browser.test_fitting import CUT_WORDS, OUTSIDE, resize

NETS = "tests/nets.py"


def opened(browser: Browser, *options: str) -> Iterator[Page]:
    for server in serving(*options):
        yield from visit(browser, server.url)


@pytest.fixture(scope="module")
def net(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, "--model", f"{NETS}:Net", "--labels", "coat,bag,shoe")


def test_the_page_opens_with_the_module_and_its_classes(net: Page) -> None:
    assert net.locator("#model").input_value() == "Net"
    steps = net.eval_on_selector_all(
        "#strip [data-step]", "cards => cards.map((card) => card.dataset.step)"
    )
    assert steps == [
        *("input", "first", "norm", "..relu", "second", "..add", "pool", "..flatten", "last"),
        "softmax",
    ]
    assert texts(net.locator("#prediction .label")) == ["coat", "bag", "shoe"]
    assert net.locator("#ages").is_hidden(), "weights as they came have no ages"
    assert net.locator("[data-check=passed][data-key=forward]").count() == 1
    assert not net.locator("[data-check=failed]").count()


@pytest.mark.parametrize("name", ["Net", "normed"])
def test_a_long_kind_is_read_on_its_card(browser: Browser, name: str) -> None:
    sizes = ((390, 844), (390, 667), (844, 390), (768, 1024), (1093, 614), (1366, 768), (1280, 720))
    for page in opened(browser, "--model", f"{NETS}:{name}", "--labels", "coat,bag,shoe"):
        for width, height in sizes:
            resize(page, width, height)
            assert "BatchNorm2d" in texts(page.locator("#strip .kind"))
            assert page.evaluate(CUT_WORDS) == [], width
        page.keyboard.press("f")
        page.wait_for_selector("html[data-present]")
        assert page.evaluate(CUT_WORDS) == []
        if name == "normed":
            assert page.evaluate(OUTSIDE) == []


def test_a_long_sentence_leaves_the_figure_on_the_stage(browser: Browser) -> None:
    places = {}
    for page in opened(browser, "--model", f"{NETS}:normed", "--labels", "coat,bag,shoe"):
        resize(page, 1280, 720)
        page.keyboard.press("f")
        page.wait_for_selector("html[data-present]")
        for step in ("0", "1", "2"):
            page.click(f'#strip [data-step="{step}"]')
            page.wait_for_selector(f'#stage[data-step="{step}"]')
            settled(page)
            assert page.evaluate("document.scrollingElement.scrollHeight") <= 720, step
            plot, drawn = (
                page.locator(each).first.bounding_box()
                for each in ("#stage .plot", "#stage .js-plotly-plot .main-svg")
            )
            assert plot
            assert drawn
            assert drawn["height"] == pytest.approx(plot["height"], abs=1), step
            places[step] = plot
    assert places["0"] == places["2"], "three lines at most: it stands where it stood"


def test_every_step_is_shown_by_its_name(net: Page) -> None:
    for step, title in (("first", "Conv2d"), ("..add", "add()"), ("pool", "MaxPool2d")):
        net.click(f'#strip [data-step="{step}"]')
        net.wait_for_selector(f'#stage[data-step="{step}"]')
        net.wait_for_selector(READY)
        assert title in net.locator("#stage h2").first.inner_text()


def test_weights_as_they_came_are_compared_with_no_others(net: Page) -> None:
    net.click("[data-view=weights]")
    net.wait_for_selector("#weights tbody tr")
    assert net.locator("#weights-versus").is_hidden()
    rows = texts(net.locator("#weights tbody tr > :first-child"))
    marked = [each for each in rows if "buffer" in each]
    assert marked == [
        f"norm.{name} buffer, not trained"
        for name in ("running_mean", "running_var", "num_batches_tracked")
    ]
    net.click("[data-parameter='norm.num_batches_tracked'] button")
    expect(net.locator("#weights [data-side=one] .raster")).to_be_visible()
    net.click("[data-view=explore]")
    assert texts(net.locator("#versus option")) == ["nothing"]
    assert texts(net.locator("#edit-checkpoint option")) == ["weights as they came"]


PICTURES = """() => [...document.querySelectorAll("#strip [data-step] canvas")]
  .map((canvas) => canvas.toDataURL())"""


def test_a_step_brings_no_values_again_and_all_cards_keep_their_pictures(net: Page) -> None:
    net.click('#strip [data-step="first"]')
    net.wait_for_selector('#stage[data-step="first"] .js-plotly-plot')
    net.wait_for_selector(READY)
    before = net.evaluate(PICTURES)
    assert len(before) >= 10
    sent: list[Response] = []

    def keep(answer: Response) -> None:
        if "component_server" in answer.url:
            sent.append(answer)

    net.on("response", keep)
    for step in ("norm", "..relu", "softmax"):
        net.click(f'#strip [data-step="{step}"]')
        net.wait_for_selector(f'#stage[data-step="{step}"] .js-plotly-plot')
        net.wait_for_selector(READY)
        assert net.evaluate(PICTURES) == before
        shares = net.locator("#prediction [data-class='0']").get_attribute("data-probability")
        assert 0 < float(shares or "nan") < 1
    replies = [answer.json() for answer in sent]
    assert len(replies) >= 3
    assert [reply["tensors"] for reply in replies] == [None] * len(replies)
    assert all(reply["figure"] for reply in replies)


def test_drawing_changes_the_answer(net: Page) -> None:
    before = net.get_attribute("#prediction [data-class='0']", "data-probability")
    box = net.locator("#pad").bounding_box()
    assert box
    net.mouse.move(box["x"] + 40, box["y"] + 40)
    net.mouse.down()
    net.mouse.move(box["x"] + 200, box["y"] + 90, steps=4)
    net.mouse.up()
    net.wait_for_function(
        "before => document.querySelector(\"#prediction [data-class='0']\").dataset.probability !== before",
        arg=before,
    )
    net.wait_for_selector(READY)


def test_what_fails_says_where_and_how_to_repair_it(browser: Browser) -> None:
    for page in opened(browser, "--model", f"{NETS}:Broken"):
        words = page.locator("#prediction .none").inner_text()
        assert "nn.Linear(in_features=12" in words
        assert page.locator("#strip [data-step]").count() == 3


def test_an_answer_of_one_number_is_told_in_place_of_the_classes(browser: Browser) -> None:
    for page in opened(browser, "--model", f"{NETS}:single"):
        page.click('#strip [data-step="1"]')
        page.wait_for_selector('#stage[data-step="1"]')
        page.wait_for_selector(READY)
        words = page.locator("#prediction .none").inner_text()
        assert "No prediction" not in words
        assert words in page.locator("#stage").inner_text()
        assert (page.locator("#prediction .answer").inner_text(), page.locator(".bar").count()) == (
            re.findall("z = ([^ ]+):", words)[0],
            0,
        )


def test_an_answer_that_is_a_picture_has_no_prediction(browser: Browser) -> None:
    for page in opened(browser, "--model", f"{NETS}:autoencoder"):
        assert "No prediction" in page.locator("#prediction .none").inner_text()
        assert page.locator("#prediction .bar").count() == 0
        page.click('#strip [data-step="4"]')
        page.wait_for_selector('#stage[data-step="4"] .js-plotly-plot')


# Numbers beside the axes and the sum that end beyond the figure, or lie on each other or on a title.
UPON = """() => {
  const around = document.querySelector("#stage .figure").getBoundingClientRect();
  const all = [...document.querySelectorAll("#stage .js-plotly-plot :is(.xtick, .ytick, .x2tick, " +
    ".y2tick, .x3tick, .y3tick, .infolayer) text, #stage .flow :is(.axis span, .part, figcaption)")];
  const boxes = all.filter((each) => each.checkVisibility() && each.textContent.trim())
    .map((each) => [each.textContent, each.getBoundingClientRect()]);
  const flow = document.querySelector("#stage .flow:not([hidden])")?.getBoundingClientRect();
  const free = boxes.filter(([, { top }], place) => all[place].closest(".flow") || !flow || top < flow.top);
  return free.flatMap(([text, one], place) => [
    ...one.left < around.left - 1 || one.right > around.right + 1 || one.bottom > around.bottom + 1
      ? [`${text} beyond`] : [],
    ...free.slice(place + 1).filter(([, two]) =>
      Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
      Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > one.height / 2)
      .map(([other]) => `${text} on ${other}`),
  ]);
}"""


def test_the_numbers_of_a_huge_scale_have_room(browser: Browser) -> None:
    for page in opened(browser, "--model", f"{NETS}:huge", "--labels", "coat,bag,shoe"):
        for width, height in ((1366, 768), (1280, 720), (1920, 1080), (768, 1024)):
            resize(page, width, height)
            page.evaluate("document.querySelector(`#strip [data-step='1']`).click()")
            page.wait_for_selector("#stage[data-step='1']")
            settled(page)
            said = page.locator("#stage .x3tick text").all_text_contents()
            assert [text.strip() for text in said] == ["−1.0·10¹³", "", "0", "", "1.0·10¹³"]
            assert page.evaluate(UPON) == [], width
            page.focus("#stage .plot")
            page.keyboard.press("Enter")
            page.wait_for_selector("#stage .flow[data-unit='0']")
            settled(page)
            assert page.evaluate(UPON) == [], (width, "a sum")
            page.keyboard.press("Escape")


def test_what_came_frozen_stays_so_and_is_named(browser: Browser) -> None:
    for page in opened(browser, "--model", f"{NETS}:tuned", "--labels", "coat,bag,shoe"):
        page.click("#strip [data-step='1']")
        page.click("#tab-teach")
        page.select_option("#taught-class", "2")
        page.wait_for_selector("#teach[data-loss]")
        settled(page)
        expect(page.locator("#teach .freezing")).to_contain_text("frozen, and they stay so: 1.")
        boxes = page.locator("#teach .layers input")
        assert [(each.is_checked(), each.is_enabled()) for each in boxes.all()] == [
            (True, False),
            (False, True),
        ]
        expect(page.locator("#teach .slopes")).to_contain_text("its .grad is None")
        page.click("[data-action=optimizer-step]")
        page.check("#taught-shown")
        settled(page)
        expect(boxes.first).not_to_be_enabled()
        boxes.last.check()
        settled(page)
        expect(page.locator("#teach .freezing [role=status]")).to_contain_text("Every layer is")
        expect(page.locator("#taught-shown")).not_to_be_checked()
        expect(page.locator("#message")).to_be_hidden()
