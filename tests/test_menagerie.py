"""Whatever module somebody brings: the page's data builds at every step, and every check holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.outgoing import replies
from explorer.records import Input, Query
from explorer.ui import handlers
from explorer.viewing import view
from tests import nets
from tests.network.menagerie import modules
from tests.network.odd import ALONE

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

MODULES = {**modules(), **ALONE}
SHOWN = (
    "figure",
    "unit",
    "softmax",
    "linear",
    "paths",
    "deciding",
    "robustness",
    "mind",
    "code",
    "folding",
)
LARGEST = 500_000  # bytes of a reply


def offered(model: nn.Module, **more: Any) -> str:
    return zoo.offer(card_of("mine", **more), model).name


@pytest.mark.parametrize("name", MODULES)
def test_every_step_of_a_module_can_be_shown(name: str) -> None:
    build, inputs = MODULES[name]
    torch.manual_seed(5)
    model = offered(build(), examples=inputs)
    failed = set()
    steps = look(Query(model=model)).steps
    assert steps
    for step in steps:
        size = math.prod(step.shape[1:])
        last = size - 1 if size else None  # of a tensor without values there is no unit
        seen = view(Query(model=model, step=step.id, unit=last, show=SHOWN))
        assert orjson.dumps(replies.write(seen))
        assert seen.figure
        failed |= {check.key for check in seen.checks if not check.passed}
    assert not failed


def test_names_that_the_page_has_for_itself_do_not_collide() -> None:
    model = offered(nets.Named().eval())
    seen = look(Query(model=model, step="softmax.."))
    assert [step.id for step in seen.steps] == [
        "input..",
        "..flatten",
        "input",
        "softmax",
        "file",
        "softmax..",
    ]
    assert seen.values["input"].shape == seen.values["softmax"].shape == (1, 6)
    np.testing.assert_allclose(seen.values["softmax.."].sum(axis=1), 1, rtol=1e-6)
    assert seen.sources["softmax.."] == "file"


@pytest.mark.parametrize("last", [nn.Softmax(dim=1), nn.LogSoftmax(dim=1), nn.Sigmoid()])
def test_no_softmax_is_put_behind_what_ends_in_shares(last: nn.Module) -> None:
    torch.manual_seed(1)
    module = nn.Sequential(nn.Flatten(), nn.Linear(784, 5), last).eval()
    seen = look(Query(model=offered(module), images=(bytes(range(196)) * 4,)))
    output = module(torch.from_numpy(seen.trace.images.copy())).detach()
    expected = output.exp() if isinstance(last, nn.LogSoftmax) else output
    np.testing.assert_allclose(seen.prediction.probabilities, expected, rtol=1e-6)
    assert [step.id for step in seen.steps] == ["input", "0", "1", "2"]


def test_a_drawing_is_stretched_and_the_same_in_all_planes() -> None:
    model = offered(nets.colours().eval(), taken=Input((3, 64, 48)))
    drawing = np.zeros((28, 28), dtype=np.uint8)
    drawing[:, 14:] = 255
    seen = look(Query(model=model, images=(drawing.tobytes(),)))
    picture = seen.values["input"][0]
    assert picture.shape == (3, 64, 48)
    assert np.array_equal(picture[0], picture[2])
    assert (picture[0, :, :20].max(), picture[0, :, 28:].min()) == (0, 1)
    sentence = view(Query(model=model, images=(drawing.tobytes(),))).texts["sentence"]
    assert "3 × 64 × 48" in sentence
    assert "all three colour planes" in sentence


def test_what_fails_half_way_shows_what_came_before_and_the_repair() -> None:
    seen = view(Query(model=offered(nets.Broken().eval()), step="first"))
    assert [step.id for step in seen.steps] == ["input", "flat", "first"]
    assert "nn.Linear(in_features=12" in seen.failure
    assert seen.prediction.labels == ()
    assert seen.figure


def sent(query: Query) -> int:
    """Return how many bytes of a reply travel."""
    return len(handlers.reply(replies.write(view(query))).body)


def test_a_large_reply_is_bounded_and_means_are_means() -> None:
    torch.manual_seed(0)
    model = offered(nets.colours().eval(), taken=Input((3, 224, 224)))
    drawing = bytes(range(196)) * 4
    seen = view(Query(model=model, images=(drawing,), step="0", unit=5))
    assert len(orjson.dumps(replies.write(seen))) < 1_500_000
    for each in seen.steps:
        assert sent(Query(model=model, images=(drawing,), step=each.id, unit=5)) <= LARGEST
    step = seen.steps[1]
    whole = look(Query(model=model, images=(drawing,))).values["0"][0]
    assert step.block == (1, 11, 11)
    np.testing.assert_allclose(
        seen.tensors["0"][3, 2, 4], whole[3, 22:33, 44:55].mean(), rtol=1e-5, atol=1e-6
    )


def test_a_reply_of_resnet_is_bounded_at_its_largest_step() -> None:
    from torchvision import models

    torch.manual_seed(0)
    made = models.resnet18(weights=None).eval()
    model = offered(made, taken=Input((3, 224, 224)))
    assert (
        sent(Query(model=model, images=(bytes(range(196)) * 4,), step="layer4.1.relu#2")) <= LARGEST
    )


def test_a_module_that_is_trained_meanwhile_is_run_anew() -> None:
    module = nets.autoencoder().eval()
    model = offered(module)
    first = look(Query(model=model)).values["1"].copy()
    with torch.no_grad():
        module.get_parameter("1.bias").add_(1)
    np.testing.assert_allclose(look(Query(model=model)).values["1"], first + 1, rtol=1e-5)
