"""Modules that take pictures, as strangers build them: every part of a view, at every step."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import prune

from explorer.lessons import Taught
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.outgoing import replies
from explorer.records import Check, Edit, Query
from explorer.ui import handlers
from explorer.viewing import view
from tests.network.modules import Forward
from tests.test_menagerie import SHOWN as ONCE

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))
SHOWN = (*ONCE, "gradient", "lesson")


class Counting(nn.Module):
    """Counts its passes in a buffer and an attribute, and answers by the count."""

    passes: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("passes", torch.zeros(()))
        self.layer = nn.Linear(784, 5)
        self.seen = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.passes += 1
        self.seen += 1
        answer: torch.Tensor = self.layer(x.flatten(1)) * self.passes
        return answer


class Dropping(nn.Dropout):
    """Monte Carlo dropout: on in eval mode too."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.dropout(x, 0.5, training=True)


def layers(*more: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 5), *more)


def forward(function: Callable[..., Any]) -> Callable[[], nn.Module]:
    return lambda: Forward(function, a=nn.Linear(784, 5), b=nn.Linear(5, 5))


def pruned() -> nn.Module:
    model = layers(nn.ReLU(), nn.Linear(5, 4))
    for place in (1, 3):
        prune.random_unstructured(model[place], "weight", 0.4)
    return model


def hooked() -> nn.Module:
    model = layers(nn.ReLU(), nn.Linear(5, 4))
    model[1].register_forward_hook(lambda _module, _args, answer: answer * 2)
    return model


def written(self: Any, x: Any) -> Any:
    x.mul_(2)
    return self.a(x.flatten(1))


def added(self: Any, x: Any) -> Any:
    y = self.a(x.flatten(1))
    y = y + self.b(y)
    y += self.b(y)
    return y


def choosy(self: Any, x: Any) -> Any:
    if len(x) > 2:
        raise ValueError("two at most")
    return self.a(x.flatten(1))


def averaged(self: Any, x: Any) -> Any:
    y = self.a(x.flatten(1))
    return (y.softmax(1) + self.b(y).softmax(1)) / 2


def by_hand(self: Any, x: Any) -> Any:
    powers = self.a(x.flatten(1)).exp()
    return powers / powers.sum(1, keepdim=True)


def cast(self: Any, x: Any) -> Any:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return self.b(self.a(x.flatten(1))).float()


def untied(self: Any, x: Any) -> Any:
    y = self.a(x.flatten(1))
    return y.relu() @ self.b.weight.t() + F.linear(self.b(y), self.b.weight)


def tied() -> nn.Module:
    model = layers(nn.Linear(5, 5), nn.Tanh(), nn.Linear(5, 5))
    model[4].weight = model[2].weight
    return model


def maps() -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, 28)),
        nn.Conv2d(1, 4, 3, stride=2),
        nn.BatchNorm2d(4),
        nn.GELU(),
        nn.AvgPool2d(2),
        nn.GroupNorm(2, 4),
        nn.Flatten(),
        nn.LayerNorm(144),
        nn.Linear(144, 5),
    )


MODULES: dict[str, Callable[[], nn.Module]] = {
    "scripted": lambda: torch.jit.script(layers()),
    "pruned": pruned,
    "hooked": hooked,
    "writes to its input": forward(written),
    "adds in place": forward(added),
    "two pictures at most": forward(choosy),
    "counting": Counting,
    "quantised": lambda: torch.ao.quantization.quantize_dynamic(layers(), {nn.Linear}),
    "brain floats": lambda: layers(nn.ReLU(), nn.Linear(5, 4)).bfloat16(),
    "brain maps": lambda: maps().bfloat16(),
    "halves": lambda: layers(nn.ReLU(), nn.Linear(5, 4)).half(),
    "half maps": lambda: maps().half(),
    "cast": forward(cast),
    "dropping": lambda: layers(Dropping(), nn.Linear(5, 4)),
    "functional dropping": forward(lambda self, x: F.dropout(self.a(x.flatten(1)), training=True)),
    "squeezed shares": forward(
        lambda self, x: self.a(x.flatten(1)).softmax(1).unsqueeze(2).squeeze(2)
    ),
    "dropout behind shares": lambda: layers(nn.Softmax(1), nn.Dropout()),
    "shares in one layer": lambda: nn.Sequential(
        nn.Flatten(),
        Forward(
            lambda self, x: F.softmax(F.linear(x, self.w.weight), -1),
            w=nn.Embedding(5, 784),
        ),
    ),
    "reused": forward(lambda self, x: self.b(self.b(self.a(x.flatten(1))).tanh())),
    "tied": tied,
    "weights in functions too": forward(untied),
    "residual": forward(lambda self, x: (y := self.a(x.flatten(1))) + self.b(y)),
    "relu at the end": lambda: layers(nn.ReLU()),
    "averaged shares": forward(averaged),
    "averaged by modules": lambda: Forward(
        lambda self, x: (self.s(self.a(x.flatten(1))) + self.t(self.b(x.flatten(1)))) / 2,
        **{"a": nn.Linear(784, 5), "b": nn.Linear(784, 5), "s": nn.Softmax(1), "t": nn.Softmax(1)},
    ),
    "shares by hand": forward(by_hand),
    "clamped shares": forward(lambda self, x: self.a(x.flatten(1)).softmax(1).clamp(1e-6, 1)),
}


def offered(model: nn.Module) -> str:
    return zoo.offer(card_of("mine"), model).name


def built(name: str) -> nn.Module:
    torch.manual_seed(5)
    with warnings.catch_warnings():  # that torch would have other means of it
        warnings.simplefilter("ignore")
        model = MODULES[name]()
    return model.eval()


@pytest.mark.filterwarnings("ignore:quantized")
@pytest.mark.parametrize("name", MODULES)
def test_every_part_of_a_view_is_there_at_every_step(name: str) -> None:
    model = offered(built(name))
    failed: dict[tuple[str, str], Check] = {}
    for step in look(Query(model=model, images=PICTURES)).steps:
        last = max(0, math.prod(step.shape[1:]) - 1)
        query = Query(model=model, images=PICTURES, focus=1, step=step.id, unit=last, show=SHOWN)
        seen = view(replace(query, taught=Taught(1, 1)))
        assert orjson.dumps(replies.write(seen))
        assert seen.figure
        failed |= {(step.id, each.key): each for each in seen.checks if not each.passed}
    assert not failed


@pytest.mark.parametrize("name", ["counting", "dropping", "writes to its input", "hooked"])
def test_a_module_comes_back_as_it_was_whatever_is_shown(name: str) -> None:
    model = built(name)
    before = {key: each.clone() for key, each in model.state_dict().items()}
    attributes = {key: each for key, each in vars(model).items() if not key.startswith("_")}
    random = torch.get_rng_state()
    lesson = Taught(1, 1)
    query = Query(model=offered(model), images=PICTURES, unit=0, show=SHOWN, taught=lesson)
    first = look(query).prediction.probabilities
    for _ in range(2):
        view(query)
    assert torch.equal(torch.get_rng_state(), random)
    assert {key: vars(model)[key] for key in attributes} == attributes
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key]), key
    if name != "dropping":
        np.testing.assert_array_equal(look(query).prediction.probabilities, first)


@pytest.mark.parametrize(
    "name", ["squeezed shares", "averaged shares", "shares by hand", "clamped shares"]
)
def test_shares_are_shown_as_they_are_however_they_were_made(name: str) -> None:
    model = built(name)
    seen = look(Query(model=offered(model), images=PICTURES))
    with torch.no_grad():
        expected = deepcopy(model)(torch.from_numpy(seen.trace.images.copy()))
    np.testing.assert_allclose(seen.prediction.probabilities, expected, rtol=1e-6)
    assert not [step.id for step in seen.steps if step.id == "softmax"]


def test_what_ends_in_no_numbers_is_no_answer_and_the_first_such_step_is_named() -> None:
    model = Forward(
        lambda self, x: self.b((self.a(x.flatten(1)) * 0 - 1).sqrt()),
        a=nn.Linear(784, 5),
        b=nn.Linear(5, 5),
    ).eval()
    seen = view(Query(model=offered(model), images=PICTURES, step="b"))
    assert "..sqrt" in seen.failure
    assert seen.prediction.labels == ()
    assert not [each for each in seen.checks if not each.passed]
    assert seen.figure


def test_a_softmax_over_the_batch_is_not_explained_as_one_over_classes() -> None:
    model = offered(layers(nn.Softmax(dim=0)).eval())
    seen = view(Query(model=model, images=PICTURES, step="2", unit=1, show=("unit", "softmax")))
    assert [each.key for each in seen.checks if not each.passed] == ["sum"]  # and it does not


def test_a_hook_that_changes_an_answer_is_named_instead_of_a_sum_that_is_another() -> None:
    model = offered(hooked().eval())
    seen = view(Query(model=model, images=PICTURES, step="1", unit=2, show=("unit", "linear")))
    assert seen.sections["unit"]["hooked"]
    assert "pictures" not in seen.sections["unit"]
    weights = seen.sections["linear"]["weights"]
    twin = hooked().eval()
    twin.load_state_dict(zoo.load(model).state_dict())
    picture = torch.frombuffer(bytearray(PICTURES[0]), dtype=torch.uint8).float() / 255
    slopes = torch.func.jacrev(lambda x: twin(x[None])[0])(picture.view(28, 28))
    np.testing.assert_allclose(weights, slopes.reshape(4, -1).detach(), rtol=1e-4, atol=1e-6)


def test_a_scripted_module_has_a_report_and_its_values() -> None:
    query = {"model": offered(built("scripted"))}
    assert "Sequential" in handlers.report(query)
    assert handlers.archive(query)


def test_an_edit_behind_shares_is_no_broken_sum() -> None:
    model = offered(layers(nn.LogSoftmax(1), nn.Identity()).eval())
    edits = (Edit("2", (0,), "scale", 2.0),)
    seen = view(Query(model=model, images=PICTURES, edits=edits))
    assert not [each.key for each in seen.checks if not each.passed]


def test_an_answer_that_is_no_shares_goes_through_a_softmax_though_nothing_in_it_is_negative() -> (
    None
):
    seen = look(Query(model=offered(built("relu at the end")), images=PICTURES))
    np.testing.assert_allclose(seen.prediction.probabilities.sum(1), 1, rtol=1e-6)
    assert seen.steps[-1].id == "softmax"
