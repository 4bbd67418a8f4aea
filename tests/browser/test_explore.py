"""Draw with the pointer, step with keys and buttons, and compare every number on the page with model(x)."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.network import zoo
from tests.browser.conftest import READY, Server, visit
from tests.browser.hands import FIGURE, by_hand, drag, pixels, settled
from tests.course import STEPS

pytestmark = pytest.mark.browser


def test_first_page_shows_a_trained_network_and_a_sample(page: Page) -> None:
    assert [
        card.get_attribute("data-step") for card in page.locator("#strip [data-step]").all()
    ] == list(STEPS)
    assert pixels(page).any()
    assert page.locator("#prediction [data-class]").count() == 10
    assert page.locator("[data-check=failed]").count() == 0
    assert page.locator("[data-check=passed]").count() >= 2
    expect(page.locator("#device")).to_contain_text("cpu")
    kinds = [card.inner_text() for card in page.locator("#strip [data-step]").all()]
    assert "torch.Size([1, 28, 28])" in kinds[0]
    assert "torch.Size([1, 512])" in kinds[2]
    assert "Linear" in kinds[2]


def test_drawing_with_the_pointer_changes_every_number(page: Page) -> None:
    page.click("[data-action=clear]")
    drag(page, (0.3, 0.2), (0.7, 0.2), (0.7, 0.85), (0.3, 0.85), (0.3, 0.2))
    settled(page)
    image = pixels(page)
    assert image.max() == 255
    expected = by_hand(image)
    shown = [
        float(bar.get_attribute("data-probability") or "nan")
        for bar in page.locator("#prediction [data-class]").all()
    ]
    np.testing.assert_allclose(shown, expected["softmax"], rtol=1e-5, atol=1e-7)
    for step in STEPS:
        page.click(f"#strip [data-step='{step}']")
        page.wait_for_selector(f"#stage[data-step='{step}']")
        settled(page)
        first = np.array(page.evaluate(FIGURE)[0], dtype=float)
        values = expected[step].reshape(-1)
        if step in {"linear_relu_stack.1", "linear_relu_stack.3"}:
            before = expected[f"linear_relu_stack.{int(step[-1]) - 1}"]
            np.testing.assert_allclose(first.reshape(-1), before, rtol=1e-5, atol=1e-6)
            after = np.array(page.evaluate(FIGURE)[1], dtype=float).reshape(-1)
            np.testing.assert_allclose(np.nan_to_num(after), values, rtol=1e-5, atol=1e-6)
            assert (
                f"{np.count_nonzero(values <= 0)}" in page.locator("[data-fact=off]").inner_text()
            )
        elif step in {"softmax", "linear_relu_stack.4"}:
            both = np.array(page.evaluate(FIGURE)[:2], dtype=float).reshape(2, -1)
            np.testing.assert_allclose(np.nansum(both, axis=0), values, rtol=1e-5, atol=1e-6)
        else:
            np.testing.assert_allclose(first.reshape(-1), values, rtol=1e-5, atol=1e-5)


def test_keys_and_buttons_step(page: Page) -> None:
    current = page.locator("#strip [aria-current=step]")
    page.keyboard.press("ArrowRight")
    assert current.get_attribute("data-step") == "flatten"
    page.keyboard.press("End")
    assert current.get_attribute("data-step") == "softmax"
    page.keyboard.press("ArrowRight")
    assert current.get_attribute("data-step") == "softmax"
    page.click("#previous")
    assert current.get_attribute("data-step") == "linear_relu_stack.4"
    page.keyboard.press("Home")
    page.click("#next")
    page.wait_for_selector("#stage[data-step=flatten]")
    page.click("[data-action=play]")
    page.wait_for_selector("#stage[data-step='linear_relu_stack.0']")
    page.click("[data-action=play]")


def test_whoever_takes_a_step_is_not_carried_away(page: Page) -> None:
    play = page.locator("[data-action=play]")
    for way in ("key", "card", "button"):
        page.keyboard.press("Home")
        play.click()
        page.wait_for_selector("#stage[data-step=flatten]")
        expect(play).to_have_attribute("aria-pressed", "true")
        if way == "key":
            page.keyboard.press("ArrowRight")
        elif way == "card":
            page.click("#strip [data-step='linear_relu_stack.3']")
        else:
            page.click("#previous")
        expect(play).to_have_attribute("aria-pressed", "false")
        now = page.locator("#strip [aria-current=step]").get_attribute("data-step")
        assert now != "softmax", "the play was ended by the step, and not by its own end"


def test_whoever_draws_is_not_carried_away_and_the_last_step_ends_the_play(page: Page) -> None:
    play = page.locator("[data-action=play]")
    page.keyboard.press("End")
    page.click("#previous")
    play.click()
    expect(page.locator("#strip [data-step=softmax]")).to_have_attribute("aria-current", "step")
    expect(play).to_have_attribute("aria-pressed", "false")
    play.click()  # once more, from the beginning
    page.wait_for_selector("#stage[data-step=input]")
    expect(play).to_have_attribute("aria-pressed", "true")
    drag(page, (0.2, 0.2), (0.8, 0.2))
    expect(play).to_have_attribute("aria-pressed", "false")


def test_undo_redo_clear_and_eraser(page: Page) -> None:
    sample = pixels(page)
    page.click("[data-action=clear]")
    settled(page)
    assert not pixels(page).any()
    drag(page, (0.2, 0.5), (0.8, 0.5))
    line = pixels(page)
    page.click("[data-action=eraser]")
    drag(page, (0.2, 0.5), (0.8, 0.5))
    assert pixels(page).sum() < line.sum() / 3
    page.keyboard.press("Control+z")
    assert (pixels(page) == line).all()
    page.click("[data-action=undo]")
    page.click("[data-action=undo]")
    assert (pixels(page) == sample).all()
    page.keyboard.press("Control+y")
    assert not pixels(page).any()


def test_samples_work_by_keyboard(page: Page) -> None:
    before = pixels(page)
    page.focus(".sample:nth-child(4)")
    page.keyboard.press("Enter")
    settled(page)
    assert (pixels(page) != before).any()


def test_language_switches_everything_live(page: Page) -> None:
    page.click("[data-action=language]")
    settled(page)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.locator("#prediction")).to_contain_text("预测")
    words = page.locator("#explorer").inner_text()
    for english in ("Prediction", "Undo", "Checks", "grey value"):
        assert english not in words
    page.reload()
    page.wait_for_selector("#explorer[data-state=ready]")
    expect(page.locator("#prediction")).to_contain_text("预测")


def test_chinese_browsers_get_chinese(chinese: Page) -> None:
    expect(chinese.locator("#prediction")).to_contain_text("预测")
    assert chinese.evaluate("document.documentElement.dataset.theme") == "dark"


def test_flatten_links_pixel_and_position(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#stage[data-step=flatten]")
    settled(page)
    page.hover("#stage .plot", position={"x": 200, "y": 100})
    page.wait_for_function(
        "document.querySelector('#stage .js-plotly-plot').layout.shapes?.length === 3"
    )


def test_weights_view_lists_named_parameters(page: Page) -> None:
    page.click("[data-view=weights]")
    page.wait_for_selector("#weights tbody tr")
    model = zoo.load("fashion-mlp")
    rows = {
        row.get_attribute("data-parameter"): row.inner_text()
        for row in page.locator("#weights tbody tr").all()
    }
    assert list(rows) == [name for name, _ in model.named_parameters()]
    for name, parameter in model.named_parameters():
        assert f"torch.Size({list(parameter.shape)})" in rows[name]
    page.wait_for_selector("#weights .rows canvas[width]")
    page.select_option("#row-order", "activation")


def test_a_parameter_while_the_server_is_away_is_no_fault_of_the_page(
    browser: Browser, server: Server
) -> None:
    page = browser.new_context(locale="en-US").new_page()  # its console has the lost connection
    page.goto(server.url + "#")
    page.wait_for_selector(READY)
    page.click("[data-view=weights]")
    page.wait_for_selector("#weights tbody tr")
    settled(page)
    page.route(re.compile(r"/parameters/"), lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.click("#weights tbody tr:nth-child(3) button")
    page.unroute(re.compile(r"/parameters/"))
    with page.expect_response(re.compile(r"/parameters/")):
        page.click("#weights tbody tr:nth-child(2) button")
    expect(page.locator("#message")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("given", [False, True])
def test_full_screen_is_offered_where_there_is_one(
    browser: Browser, server: Server, given: bool
) -> None:
    for page in visit(browser, server.url):
        page.add_init_script(
            f"Object.defineProperty(document, 'fullscreenEnabled', {{ value: {str(given).lower()} }});"
            "Element.prototype.requestFullscreen = () => Promise.reject(new Error('not here'));"
        )
        page.reload()
        page.wait_for_selector(READY)
        page.click("[data-view=network]")
        settled(page)
        button = page.locator("[data-action=fullscreen]")
        expect(button).to_be_visible(visible=given)
        if given:
            button.click()
            page.evaluate("() => new Promise(requestAnimationFrame)")
            expect(page.locator("#message")).to_be_hidden()


def test_an_unknown_model_is_a_sentence_and_the_drawing_stays(page: Page) -> None:
    drawn = pixels(page)
    reply = page.evaluate(
        """async () => {
          const headers = { "Content-Type": "application/json" };
          const body = JSON.stringify({ data: [{ model: "nonsense" }] });
          const sent = await fetch("gradio_api/call/view", { method: "POST", headers, body });
          return (await sent.json()).event_id;
        }"""
    )
    assert reply
    answer = page.evaluate(f"async () => (await fetch('gradio_api/call/view/{reply}')).text()")
    assert "nonsense" in answer
    assert "fashion-mlp" in answer
    assert (pixels(page) == drawn).all()


def test_the_phone_draws_by_touch(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.click("[data-action=clear]")
    box = phone.locator("#pad").bounding_box()
    assert box
    session = phone.context.new_cdp_session(phone)
    for kind, share in (("touchStart", 0.3), ("touchMove", 0.5), ("touchMove", 0.7)):
        point = {"x": box["x"] + share * box["width"], "y": box["y"] + 0.5 * box["height"]}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settled(phone)
    assert pixels(phone).any()


def test_the_random_test_image_says_what_to_do_without_data(page: Page) -> None:
    drawn = base64.b64encode(pixels(page).tobytes())
    button = page.locator("[data-action=random]")
    expect(button).to_be_disabled()
    button.click(force=True)
    said = page.locator("#message")
    expect(said).to_contain_text("FashionMNIST is not on the machine that this page comes from")
    expect(said).to_contain_text("LAYER_EXPLORER_DATA")  # for whoever can do something about it
    assert base64.b64encode(pixels(page).tobytes()) == drawn
    page.select_option("#model", "digits-mlp")
    expect(button).to_have_attribute("title", re.compile("^MNIST is not on the machine"))


def test_a_finger_reads_why_there_is_no_test_image(phone: Page) -> None:
    phone.evaluate("document.querySelector('#more-pictures').open = true")
    button = phone.locator("[data-action=random]")
    assert float(button.evaluate("each => getComputedStyle(each).opacity")) < 0.6
    button.tap(force=True)
    expect(phone.locator("#message")).to_contain_text("draw, take a sample or upload a picture")
