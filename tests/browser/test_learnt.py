"""What a copy of the network learns from the drawing: steps, sums, frozen layers, the page as it has it."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch.nn import functional

from explorer.maths.digits import digits
from tests.browser.conftest import Server, visit
from tests.browser.desk import FIRST, LABEL, NAME, model, teach, tensor, unsure
from tests.browser.hands import rested, settled
from tests.browser.reading import colour, number, numbers, pixels_of, texts

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first, with a picture of which the network is not quite sure."""
    return unsure(opened)


def stepped(page: Page, count: int, rate: float = 0.01) -> list[float]:
    """Return the shares that a network has after some steps of torch's SGD on the drawing."""
    network, image = model(), tensor(page)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    for _ in range(count):
        optimizer.zero_grad()
        functional.cross_entropy(network(image), torch.tensor([LABEL])).backward()
        optimizer.step()
    with torch.no_grad():
        shares: list[float] = torch.softmax(network(image), 1)[0].tolist()
    return shares


def after(page: Page) -> list[float]:
    return [numbers(each)[1] for each in texts(page.locator("#teach .share .values"))]


def test_one_step_ten_and_back(page: Page) -> None:
    teach(page)
    expect(page.locator("#teach .losses")).to_contain_text("No step yet")
    expect(page.locator("[data-action=optimizer-undo]")).to_be_disabled()
    page.click("[data-action=optimizer-step]")
    settled(page)
    expect(page.locator("#teach .losses")).to_contain_text("One step: loss")
    np.testing.assert_allclose(after(page), stepped(page, 1), atol=0.0051)
    expect(page.locator("#checks [data-key=step]")).to_have_attribute("data-check", "passed")
    page.click("[data-action=optimizer-ten]")
    settled(page)
    expect(page.locator("#teach .losses")).to_contain_text("11 steps: loss")
    np.testing.assert_allclose(after(page), stepped(page, 11), atol=0.0051)
    expect(page.locator("#teach .forgotten p:not(.tested)")).to_contain_text(
        re.compile(r"Right before: 13 of 14 samples. After: ([0-9]|1[0-2]) of 14")
    )
    expect(page.locator("#teach li[data-state=lost]").first).to_contain_text("→")
    page.keyboard.press("Control+z")
    settled(page)
    expect(page.locator("#teach .losses")).to_contain_text("One step: loss")
    page.click("[data-action=optimizer-undo]")
    settled(page)
    expect(page.locator("#teach .losses")).to_contain_text("No step yet")


def slide(page: Page, power: float) -> None:
    """Set the learning rate to a power of ten."""
    page.evaluate(
        """(power) => {
          const slider = document.querySelector("#rate");
          slider.value = power;
          slider.dispatchEvent(new Event("input"));
          slider.dispatchEvent(new Event("change"));
        }""",
        power,
    )
    settled(page)


BELOW = """() => document.querySelector("#teach .both").getBoundingClientRect().top
  - document.querySelector("#teach").getBoundingClientRect().top"""


def test_until_the_answer_flips_and_not_further(page: Page) -> None:
    teach(page)
    page.select_option("#optimizer", "adam")
    slide(page, -3.5)
    expect(page.locator("#teach .outcome")).to_have_text("")
    lies = page.evaluate(BELOW)
    page.click("[data-action=optimizer-flip]")
    page.wait_for_function(
        """() => {
          const shares = [...document.querySelectorAll("#teach .share")];
          const after = shares.map((each) => Number(each.querySelector(".values").textContent.split("→")[1]));
          return after.indexOf(Math.max(...after)) === 7;
        }"""
    )
    settled(page)
    count = int(numbers(page.locator("#teach .losses").inner_text())[0])
    told = f"After {count} steps the answer is “{NAME}”."
    expect(page.locator("#teach .outcome")).to_have_text(told)
    assert page.evaluate(BELOW) == lies
    network, image = model(), tensor(page)
    optimizer = torch.optim.Adam(network.parameters(), lr=10**-3.5)
    for _ in range(count):
        assert int(network(image).argmax()) != LABEL
        optimizer.zero_grad()
        functional.cross_entropy(network(image), torch.tensor([LABEL])).backward()
        optimizer.step()
    assert int(network(image).argmax()) == LABEL
    assert count > 2


def test_where_the_steps_end_without_a_flip_it_is_said(page: Page) -> None:
    teach(page)
    slide(page, -5)
    was = page.locator("#prediction .answer").inner_text()
    lies = page.evaluate(BELOW)
    for _ in range(9):
        page.click("[data-action=optimizer-ten]")
    page.click("[data-action=optimizer-flip]")
    outcome = page.locator("#teach .outcome")
    expect(outcome).to_contain_text("100 steps are the most; the answer is still “")
    expect(outcome).to_contain_text("Raise the learning rate, or press “Untaught again”.")
    assert outcome.inner_text().split("“")[1].split("”")[0] in was
    assert page.locator("[data-action=optimizer-undo]").inner_text() == "Untaught again"
    expect(page.locator("[data-action=optimizer-flip]")).to_be_disabled()
    assert page.evaluate(BELOW) == lies
    page.click("[data-action=optimizer-undo]")
    expect(outcome).to_have_text("")


def test_gradients_that_nobody_sets_to_zero_grow_before_ones_eyes(page: Page) -> None:
    teach(page, FIRST)
    expect(page.locator("#teach .passes")).to_be_hidden()
    page.check("#summed")
    settled(page)
    network, image, painted = model(), tensor(page), []
    weight = network.linear_relu_stack[0].weight
    figures = page.locator("#teach .passes figure")
    named = page.locator("#teach .passes .muted").inner_text()
    unit = int(numbers(named.rpartition("[")[2])[0])
    for place, figure in enumerate(figures.all(), 1):
        functional.cross_entropy(network(image), torch.tensor([LABEL])).backward()
        norm = digits(float(weight.grad.double().norm()))
        expect(figure.locator("figcaption")).to_contain_text(f"length {norm}")
        end = number(texts(figure.locator(".scale span"))[1])
        wanted = colour(weight.grad[unit].numpy().reshape(28, 28), "signed", end)
        painted.append(pixels_of(figure.locator("canvas.cells"))[..., :3])
        assert np.abs(painted[-1] - wanted).max() <= 2, place
    assert len(painted) == 3
    assert not np.array_equal(painted[0], painted[1])
    for _ in range(2):
        page.click("[data-action=optimizer-step]")
        settled(page)
    network = model()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(2):
        functional.cross_entropy(network(image), torch.tensor([LABEL])).backward()
        optimizer.step()
    shares = torch.softmax(network(image).detach(), 1)[0].tolist()
    np.testing.assert_allclose(after(page), shares, atol=0.0051)
    norm = digits(float(network.linear_relu_stack[0].weight.grad.double().norm()))
    expect(page.locator("#teach .passes > p").first).to_contain_text(f"to a length of {norm};")
    expect(page.locator("#checks [data-key=step]")).to_have_attribute("data-check", "passed")
    page.keyboard.press("Control+z")  # both steps, then the switch
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    settled(page)
    expect(page.locator("#summed")).not_to_be_checked()
    expect(page.locator("#teach .passes")).to_be_hidden()


def test_a_frozen_layer_stands_still_and_says_so(page: Page) -> None:
    teach(page, "linear_relu_stack.2")
    whole = page.locator("#teach .slopes figure[data-name^='weight.grad']")
    expect(whole.first).to_be_visible()
    page.get_by_label("linear_relu_stack.2", exact=True).check()
    settled(page)
    expect(whole.first).to_be_hidden()
    expect(page.locator("#teach .slopes")).to_contain_text("its .grad is None")
    rows = page.locator("#teach .slopes > .scroll >> nth=1").locator("tbody tr").all()
    found = [texts(each.locator("th, td")) for each in rows]
    assert [each[0] for each in found if each[1:] == ["None", "frozen"]] == [
        "linear_relu_stack.2.weight",
        "linear_relu_stack.2.bias",
    ]
    page.click("[data-action=optimizer-step]")
    settled(page)
    network, image = model(), tensor(page)
    network.linear_relu_stack[2].requires_grad_(False)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    functional.cross_entropy(network(image), torch.tensor([LABEL])).backward()
    optimizer.step()
    shares = torch.softmax(network(image).detach(), 1)[0].tolist()
    np.testing.assert_allclose(after(page), shares, atol=0.0051)
    for key in ("gradient", "gradient32", "step"):
        expect(page.locator(f"#checks [data-key={key}]")).to_have_attribute("data-check", "passed")
    for layer in (0, 4):
        page.get_by_label(f"linear_relu_stack.{layer}", exact=True).check()
    settled(page)
    expect(page.locator("#teach .freezing [role=status]")).to_contain_text("Every layer is frozen")
    expect(page.locator("#teach .losses")).to_contain_text("no step is taken")
    expect(page.locator("#taught-shown")).to_be_disabled()
    page.keyboard.press("Control+z")
    settled(page)
    expect(page.locator("#frozen-2")).not_to_be_checked()
    page.click("#teach .drawn .term")
    expect(page.locator("#gloss p")).to_contain_text("autograd keeps no record")
    page.keyboard.press("Escape")


def told(page: Page) -> list[float]:
    """Return the shares of the page's own bars, in full precision."""
    bars = page.locator("#prediction [data-probability]").all()
    found = {each.get_attribute("data-class"): each for each in bars}
    return [float(found[str(at)].get_attribute("data-probability") or "nan") for at in range(10)]


def test_the_whole_page_shows_what_was_learnt_and_says_so(page: Page) -> None:
    teach(page)
    page.click("[data-action=optimizer-ten]")
    settled(page)
    before, was = told(page), page.locator("#checkpoint option:checked").inner_text()
    page.check("#taught-shown")
    settled(page)
    shares = stepped(page, 10)
    assert np.abs(np.array(shares) - before).max() > 0.1
    np.testing.assert_allclose(told(page), shares, atol=1e-5)
    assert page.locator("#checkpoint option:checked").inner_text() == "epoch 90 + 10 steps"
    expect(page.locator("#ages output")).to_contain_text("epoch 90 + 10 steps")
    expect(page.locator("#ages output")).to_contain_text("not measured")
    assert page.evaluate("""() => [...document.querySelectorAll("#age, #ages output > span")]
      .every((each) => each.getBoundingClientRect().right <= innerWidth)""")
    expect(page.locator("#prediction h2")).to_have_text("Taught, it says")
    expect(page.locator("#source")).to_have_attribute("data-state", "server")
    for key in ("forward", "gradient", "step"):
        expect(page.locator(f"#checks [data-key={key}]")).to_have_attribute("data-check", "passed")
    expect(page.locator("#checks [data-key=twin]")).to_have_count(0)
    page.click("[data-view=weights]")
    row = page.locator("#weights tr[data-parameter='linear_relu_stack.0.bias'] td.number")
    network = model()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(10):
        optimizer.zero_grad()
        functional.cross_entropy(network(tensor(page)), torch.tensor([LABEL])).backward()
        optimizer.step()
    old, new = (float(each.linear_relu_stack[0].bias.detach().max()) for each in (model(), network))
    assert abs(new - old) > 0.001
    expect(row.nth(4)).to_have_text(re.compile(r"\d"))
    assert numbers(row.nth(4).inner_text())[0] == pytest.approx(new, abs=6e-5)
    page.select_option("#weights-versus", label="epoch 90")  # what it has learnt from where it was
    expect(page.locator("#weights [data-side=apart]")).to_be_visible()
    captions = [page.locator(f"#weights [data-side={each}] figcaption") for each in ("one", "two")]
    assert [each.inner_text() for each in captions] == ["epoch 90 + 10 steps", "epoch 90"]
    told_apart = page.locator("#weights [data-side=apart] figcaption").inner_text()
    moved = (network.linear_relu_stack[0].weight != model().linear_relu_stack[0].weight).sum()
    assert f" {int(moved)} of " in told_apart
    page.select_option("#weights-versus", "")
    page.select_option("#checkpoint", "epoch-090")  # one gesture, from any view
    settled(page)
    assert page.locator("#checkpoint option:checked").inner_text() == was
    page.click("[data-view=explore]")
    settled(page)
    np.testing.assert_allclose(told(page), before, atol=1e-6)
    expect(page.locator("#prediction h2")).to_have_text("The network says")
    expect(page.locator("#taught-shown")).not_to_be_checked()
    page.keyboard.press("Control+z")
    settled(page)
    np.testing.assert_allclose(told(page), shares, atol=1e-5)


def test_whoever_opens_the_link_sees_the_same(page: Page, browser: Browser, server: Server) -> None:
    teach(page)
    page.check("#summed")
    page.check("#frozen-1")
    page.check("#taught-shown")
    page.click("[data-action=optimizer-ten]")
    rested(page)
    read = "document.querySelector('#teach').innerText"
    link, seen = page.evaluate("location.hash"), page.evaluate(read)
    for other in visit(browser, server.url, query=link):
        other.wait_for_selector("#teach[data-loss]")
        settled(other)
        expect(other.locator("#tab-teach")).to_have_attribute("aria-selected", "true")
        assert other.evaluate(read) == seen
        for each in ("#summed", "#frozen-1", "#taught-shown"):
            expect(other.locator(each)).to_be_checked()
