"""A module that lives in a notebook is run anew after whatever is changed about it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.state import state
from explorer.network.tracing import trace
from explorer.records import Language, Query
from explorer.viewing import view
from explorer.words import LANGUAGES, say
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

X = torch.linspace(-2, 2, 8).view(2, 4)


class Living(nn.Sequential):
    """Layers, and attributes that its forward pass asks for."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(4, 4), nn.LeakyReLU(0.1), nn.Linear(4, 3))
        self.factor, self.factors, self.chosen = 1.0, [1.0, 2.0], {"on": np.ones(3, np.float32)}
        self.beside = torch.ones(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = super().forward(x)
        return out * self.factor * self.factors[0] * self.beside * torch.tensor(self.chosen["on"])


def factor(model: Any, _: Any) -> None:
    model.factor = 0.01


def factors(model: Any, _: Any) -> None:
    model.factors[0] = 0.5


def chosen(model: Any, _: Any) -> None:
    model.chosen["on"][1] = 3.0


def beside(model: Any, _: Any) -> None:
    model.beside[2] = 7.0


def option(model: Any, _: Any) -> None:
    model[1].negative_slope = 5.0


def hook(model: Any, _: Any) -> None:
    model[1].register_forward_hook(lambda _module, _args, answer: answer + 1)


def before(model: Any, _: Any) -> None:
    model[2].register_forward_pre_hook(lambda _module, args: (args[0] - 1,))


def added(model: Any, _: Any) -> None:
    model.append(nn.Tanh())


def exchanged(model: Any, _: Any) -> None:
    model[1] = nn.Sigmoid()


def data(model: Any, _: Any) -> None:
    model[0].weight.data = torch.eye(4)


def examples(_: Any, fed: torch.Tensor) -> None:
    fed.zero_()


@pytest.fixture
def living() -> Iterator[tuple[str, Living, torch.Tensor]]:
    torch.manual_seed(3)
    model, fed = Living().eval(), X.clone()
    yield zoo.offer(zoo.card_of("living", examples=fed), model).name, model, fed


CHANGES = (factor, factors, chosen, beside, option, hook, before, added, exchanged, data, examples)


@pytest.mark.parametrize("change", CHANGES)
def test_the_page_shows_the_module_as_it_is(
    living: tuple[str, Living, torch.Tensor], change: Callable[[Any, Any], None]
) -> None:
    name, model, fed = living
    look(Query(model=name))
    change(model, fed)
    with torch.no_grad():
        expected = model(fed).numpy()
    assert np.array_equal(look(Query(model=name)).trace.scores, expected)
    assert all(check.passed for check in view(Query(model=name)).checks)


def test_a_hook_in_the_place_of_another_is_told(living: tuple[str, Living, torch.Tensor]) -> None:
    name, model, fed = living
    for more in (1.0, 2.0, 3.0):  # each may get the memory, and so the identity, of the one before
        handle = model[1].register_forward_hook(lambda _m, _a, answer, more=more: answer + more)
        with torch.no_grad():
            expected = model(fed).numpy()
        assert np.array_equal(look(Query(model=name)).trace.scores, expected)
        handle.remove()


def test_a_state_is_one_where_nothing_was_changed() -> None:
    model = Living()
    told = state(model)
    trace(model, X)
    model.eval()
    assert state(model) == told
    assert hash(state(model)) == hash(told)
    model.held = {"itself": model, "all": [model]}  # type: ignore[assignment]
    assert state(model) == state(model) != told


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_layer_that_answers_with_what_it_got_is_seen(place: int) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)).eval()
    for _ in range(2):
        trace(model, X)
    model.insert(place, nn.Identity())
    assert [call.path for call in trace(model, X).calls] == ["0", "1", "2", "3"]


def test_a_layer_that_is_called_otherwise_is_seen() -> None:
    model = nn.Sequential(OrderedDict(a=nn.Linear(4, 4), b=nn.ReLU())).eval()
    for _ in range(2):
        trace(model, X)
    model.add_module("c", model._modules.pop("b"))
    assert [call.path for call in trace(model, X).calls] == ["a", "c"]


def test_a_batch_that_moves_is_seen() -> None:
    model = nn.LSTM(4, 3, batch_first=True).eval()
    x = torch.rand(2, 2, 4)
    assert trace(model, x, batch="found").graph.batch == 0
    model.batch_first = False
    assert trace(model, x, batch="found").graph.batch == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_module_that_runs_but_once_shows_that_pass_and_says_so(language: Language) -> None:
    calls: list[int] = []

    def once(self: Any, x: torch.Tensor) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise ValueError("once is enough")
        return self.a(x)

    layer = nn.Linear(4, 3)
    name = zoo.offer(zoo.card_of("once", examples=X), Forward(once, a=layer).eval()).name
    seen = view(Query(model=name, language=language))
    assert (
        say(language, "trace.note.once", reason="ValueError: once is enough")
        in (seen.texts["sentence"])
    )
    assert "forward" not in [check.key for check in seen.checks]
    with torch.no_grad():
        assert np.array_equal(look(Query(model=name)).trace.scores, layer(X).numpy())


@pytest.mark.parametrize("parts", [1, 2])
def test_an_empty_part_of_what_is_joined_is_left_out(parts: int) -> None:
    def function(self: Any, x: torch.Tensor) -> Any:
        joined = [x[:, None], x[:, None] + 1][:parts]
        return self.a(torch.cat([torch.empty(0), *joined, torch.empty(0)], 1).flatten(1))

    model = Forward(function, a=nn.Linear(4 * parts, 3))
    name = zoo.offer(zoo.card_of("joined", examples=X), model).name
    step = next(each.id for each in look(Query(model=name)).steps if "cat" in each.id)
    whole = torch.cat([X, X + 1][:parts], 1)
    for unit in range(4 * parts):
        seen = view(Query(model=name, step=step, unit=unit, focus=1, show=("unit",)))
        taken = next(check for check in seen.checks if check.key == "taken")
        assert (taken.left, taken.passed) == (float(whole[1, unit]), True)
        assert seen.sections["unit"]["from"] == unit % 4
