"""The gradient desk as a person reads it: the loss, slopes as pictures, any weight."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional

from explorer.figures import arrays
from explorer.maths.digits import digits
from explorer.network import zoo
from tests.browser.desk import FIRST, LABEL, NAME, RELU, model, teach, tensor, unsure
from tests.browser.hands import drag, settled
from tests.browser.reading import colour, number, numbers, pixels_of, texts

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened: Page) -> Page:
    """The opened page as at first, with a picture of which the network is not quite sure."""
    return unsure(opened)


def backward(network: Any, image: torch.Tensor) -> tuple[float, dict[str, torch.Tensor]]:
    """Return the loss and dL/d of what each layer puts out, by hand and apart from the program."""
    values, x = {}, network.flatten(image)
    for place, layer in enumerate(network.linear_relu_stack):
        x = layer(x)
        x.retain_grad()
        values[f"linear_relu_stack.{place}"] = x
    loss = functional.cross_entropy(x, torch.tensor([LABEL]))
    loss.backward()
    return float(loss.detach()), {name: each.grad[0] for name, each in values.items()}


def test_the_loss_is_read_as_torch_works_it_out(page: Page) -> None:
    teach(page)
    loss, _ = backward(model(), tensor(page))
    expect(page.locator("#teach .loss")).to_contain_text(f"loss = −log p[{NAME}] = −log(")
    assert page.locator("#teach .loss").inner_text().endswith(f"= {digits(loss)}")
    assert float(page.get_attribute("#teach", "data-loss") or "nan") == pytest.approx(loss)
    for key in ("loss", "gradient", "gradient32", "slope"):
        expect(page.locator(f"#checks [data-key={key}]")).to_have_attribute("data-check", "passed")
    expect(page.locator("#checks [data-key=gradient]")).to_contain_text("669,706")


def test_the_loss_follows_the_pen(page: Page) -> None:
    teach(page)
    before = page.get_attribute("#teach", "data-loss")
    drag(page, (0.2, 0.3), (0.8, 0.3))
    settled(page)
    loss, _ = backward(model(), tensor(page))
    assert page.get_attribute("#teach", "data-loss") != before
    assert float(page.get_attribute("#teach", "data-loss") or "nan") == pytest.approx(loss)
    page.keyboard.press("Control+z")
    settled(page)
    assert page.get_attribute("#teach", "data-loss") == before


def test_slopes_are_painted_where_the_activations_stand(page: Page) -> None:
    teach(page)
    _, slopes = backward(model(), tensor(page))
    leaving, entering = slopes[RELU].numpy(), slopes[FIRST].numpy()
    end = arrays.limit(leaving, entering)
    figure = page.locator("#teach figure[data-name='dL/da']")
    assert [number(each) for each in texts(figure.locator(".scale span"))] == [-end, end]
    painted = pixels_of(figure.locator("canvas.cells"))
    assert painted.shape[:2] == (16, 32)
    wanted = colour(leaving.reshape(16, 32), "signed", end)
    assert np.abs(painted[..., :3] - wanted).max() <= 2
    hatched = pixels_of(page.locator("#teach figure[data-name='dL/dz'] canvas.cells"))
    assert hatched.shape[:2] == (64, 128)
    cells = hatched[..., :3].reshape(16, 4, 32, 4, 3).transpose(0, 2, 1, 3, 4).reshape(512, 16, 3)
    striped = [len(np.unique(each, axis=0)) == 2 for each in cells]
    assert striped == (entering == 0).tolist()


def test_any_weight_is_a_product_of_two_numbers(page: Page) -> None:
    teach(page, FIRST)
    network = model()
    _, slopes = backward(network, tensor(page))
    page.fill("#teach-unit", "179")
    page.keyboard.press("Enter")
    settled(page)
    page.fill("#teach-input", "130")
    page.keyboard.press("Enter")
    line = page.locator("#teach output.formula")
    expect(line).to_contain_text("dL/dW[179, 130] = dL/dz[179] · x[130] = ")
    grad = float(network.linear_relu_stack[0].weight.grad[179, 130])
    slope, value = float(slopes[FIRST][179]), float(tensor(page).flatten()[130])
    text = line.inner_text().split(" = ")
    assert text[2] == f"{digits(slope)} · {digits(value)}"
    assert text[3] == digits(grad)
    row = pixels_of(page.locator("#teach figure[data-name='weight.grad[179]'] canvas.cells"))
    found = network.linear_relu_stack[0].weight.grad[179].numpy()
    wanted = colour(found.reshape(28, 28), "signed", arrays.limit(found))
    assert np.abs(row[..., :3] - wanted).max() <= 2
    figure = page.locator("#teach figure[data-name='weight.grad[179]'] canvas.cells")
    figure.click(position={"x": 2, "y": 2})
    expect(line).to_contain_text("dL/dW[179, 0] = ")


def test_slopes_of_maps_are_clicked_and_read_and_kernels_are_painted(page: Page) -> None:
    page.select_option("#model", "fashion-cnn")
    settled(page)
    teach(page, "features.3")
    network: Any = copy.deepcopy(zoo.load("fashion-cnn")).requires_grad_()
    y = network.features[:4](tensor(page)[None])
    y.retain_grad()
    scores = network.classifier(network.features[4:](y).flatten(1))
    functional.cross_entropy(scores, torch.tensor([LABEL])).backward()
    slopes, grad = y.grad[0].numpy(), network.features[3].weight.grad.numpy()
    # the 12th map of 32 in 4 rows of 8; each map has 14 × 14 cells, and a gap behind it
    picture = page.locator("#teach figure[data-name='dL/dy'] canvas.cells")
    box = picture.bounding_box()
    assert box
    across, down = box["width"] / (8 * 15 - 1), box["height"] / (4 * 15 - 1)
    picture.click(position={"x": (3 * 15 + 5.5) * across, "y": (15 + 2.5) * down})
    unit = (11 * 14 + 2) * 14 + 5
    page.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
    settled(page)
    expect(page.locator("#teach-unit")).to_have_value(str(unit))
    line = page.locator("#teach .formulas code").first
    expect(line).to_have_text(f"dL/dy[11, 2, 5] = {digits(float(slopes[11, 2, 5]))}")
    drawn = pixels_of(page.locator("#teach figure[data-name='bias.grad'] canvas.cells"))
    assert drawn.shape[:2] == (4, 8), "a cell for the bias of each of 32 maps"
    limits = page.locator("#teach figure[data-name='bias.grad'] .scale span")
    wanted = colour(network.features[3].bias.grad.numpy(), "signed", number(texts(limits)[1]))
    assert np.abs(drawn.reshape(32, 4)[:, :3] - wanted).max() <= 2
    picture.press("ArrowRight")
    page.wait_for_selector(f"#inspector[data-unit='{unit + 1}']", state="attached")
    picture.press("ArrowLeft")
    page.wait_for_selector(f"#inspector[data-unit='{unit}']", state="attached")
    settled(page)
    kernel = page.locator("#teach figure[data-name='weight.grad[11]']")
    end = arrays.limit(grad[11])
    assert [number(each) for each in texts(kernel.locator(".scale span"))] == [-end, end]
    painted = pixels_of(kernel.locator("canvas.cells"))
    assert painted.shape[:2] == (3 * 4 - 1, 4 * 4 - 1)  # 12 planes of 3 × 3
    for plane in range(12):
        top, left = plane // 4 * 4, plane % 4 * 4
        wanted = colour(grad[11, plane], "signed", end)
        assert np.abs(painted[top : top + 3, left : left + 3, :3] - wanted).max() <= 2


def test_every_parameter_has_its_length_and_its_zeros(page: Page) -> None:
    teach(page)
    network = model()
    backward(network, tensor(page))
    rows = page.locator("#teach .slopes > .scroll >> nth=1").locator("tbody tr").all()
    found = [texts(each.locator("th, td")) for each in rows]
    assert [each[0] for each in found] == [name for name, _ in network.named_parameters()]
    for (_, norm, zeros), (_, each) in zip(found, network.named_parameters(), strict=True):
        assert norm == digits(float(each.grad.double().norm()))
        share = 100 * float((each.grad == 0).double().mean())
        assert numbers(zeros.replace(",", ""))[0] == pytest.approx(share, abs=0.051)


def test_backward_walks_from_the_loss_to_the_input(page: Page) -> None:
    teach(page, "softmax")
    rows = page.locator("#teach .slopes > .scroll >> nth=0").locator("tbody tr")
    shares = torch.softmax(model()(tensor(page)).detach(), 1)[0].tolist()
    for index, line in enumerate(rows.all()):
        _, p, onehot, delta = texts(line.locator("th, td"))
        assert (p, onehot) == (digits(shares[index]), str(int(index == LABEL)))
        assert delta == digits(shares[index] - (index == LABEL))
    for step in ("linear_relu_stack.4", "linear_relu_stack.3"):
        page.click("[data-action=backward]")
        page.wait_for_selector(f"#stage[data-step='{step}']")
        settled(page)
        expect(page.locator("#teach h3").first).to_contain_text(step)


def test_the_desk_shuts_again(page: Page) -> None:
    teach(page)
    page.select_option("#taught-class", "")
    settled(page)
    expect(page.locator("#teach .desk")).to_be_hidden()
    assert page.get_attribute("#teach", "data-loss") is None
    expect(page.locator("#checks [data-key=gradient]")).to_have_count(0)


SMALL = """() => [...document.querySelectorAll("#teach :is(button:not(.term), select, input[type=number], label.switch)")]
  .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44)
  .map((each) => each.outerHTML)"""
FAINT = """(least) => [...document.querySelectorAll("#teach *")]
  .filter((each) => each.offsetParent && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    && parseFloat(getComputedStyle(each).fontSize) < least)
  .map((each) => each.outerHTML.slice(0, 120))"""


def test_a_thumb_finds_everything_and_nothing_sticks_out(phone: Page) -> None:
    phone.click("#strip [data-step='linear_relu_stack.0']")
    settled(phone)
    phone.evaluate("document.querySelector('#tab-teach').click()")
    phone.select_option("#taught-class", str(LABEL))
    phone.wait_for_selector("#teach[data-loss]")
    phone.evaluate("document.querySelector('[data-action=optimizer-step]').click()")
    settled(phone)
    assert phone.evaluate(SMALL) == []
    assert phone.evaluate(FAINT, 16 * 0.9) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    wide = "document.querySelector('#teach').scrollWidth - document.querySelector('#teach').clientWidth"
    assert phone.evaluate(wide) <= 1
