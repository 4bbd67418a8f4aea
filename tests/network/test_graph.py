"""The graph of a pass: every call, and from which earlier output each tensor came, as drawn by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.answers import ended
from explorer.network.tracing import Intervention, trace
from explorer.records import Trace
from tests.network.modules import Forward


def wired(traced: Trace) -> dict[str, list[str]]:
    """Return every step with what it received: `input`, `step`, `step:1`, `step:part`, `=name`."""
    nodes = traced.graph.nodes

    def name(place: str, call: int, output: int, weight: str) -> str:
        if place == "parameter":
            return f"={weight}"
        start = "input" if place == "input" else nodes[call].id
        return start if not output else f"{start}:{output if output > 0 else 'part'}"

    return {
        node.id: [name(each.place, each.call, each.output, each.name) for each in node.received]
        for node in traced.graph.steps
    }


def linear(size: int = 4) -> nn.Linear:
    return nn.Linear(size, size)


X = torch.rand(2, 4, generator=torch.Generator().manual_seed(1))


# ---------------------------------------------------------------- hand-drawn


def residual(self: Any, x: torch.Tensor) -> Any:
    return self.b(F.relu(self.a(x)) + x)


def in_place(self: Any, x: torch.Tensor) -> Any:
    out = self.a(x)
    out += x
    return self.b(out)


def through_a_view(self: Any, x: torch.Tensor) -> Any:
    out = self.a(x)
    out[:, 0] = 0
    return self.b(out)


def through_a_part(self: Any, x: torch.Tensor) -> Any:
    out = self.a(x)
    out[:, :2].mul_(2)
    return self.b(out)


def joined(self: Any, x: torch.Tensor) -> Any:
    one, two = x.chunk(2, 1)
    return self.b(torch.cat([self.part(one), two], 1))


def equal_values(self: Any, x: torch.Tensor) -> Any:
    one, two = self.zero(x), self.nought(x)
    return self.b(two) + one


def twice(self: Any, x: torch.Tensor) -> Any:
    return self.a(self.a(x))


def weights(self: Any, x: torch.Tensor) -> Any:
    return x @ self.a.weight + self.shift


def cell(self: Any, x: torch.Tensor) -> Any:
    out, (_, c) = self.lstm(x[None])
    return self.a(c[0] + out[0])


def named(self: Any, x: torch.Tensor) -> Any:
    return self.a(input=x.detach())


def zeros() -> nn.Linear:
    layer = linear()
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def shifted() -> nn.Module:
    module = Forward(weights, a=linear(), b=nn.ReLU())
    module.shift = torch.ones(4)
    module.function = lambda self, x: self.b(weights(self, x))
    return module


@pytest.mark.parametrize(
    ("model", "drawn"),
    [
        (nn.Sequential(linear(), nn.ReLU()), {"0": ["input"], "1": ["0"]}),
        (
            Forward(residual, a=linear(), b=linear()),
            {"a": ["input"], "..relu": ["a"], "..add": ["..relu", "input"], "b": ["..add"]},
        ),
        (
            Forward(in_place, a=linear(), b=linear()),
            {"a": ["input"], "..add_": ["a", "input"], "b": ["..add_"]},
        ),
        (
            Forward(through_a_view, a=linear(), b=linear()),
            {"a": ["input"], "..setitem": ["a"], "b": ["..setitem"]},
        ),
        (
            Forward(through_a_part, a=linear(), b=linear()),
            {"a": ["input"], "..getitem": ["a"], "..mul_": ["..getitem"], "b": ["..mul_:part"]},
        ),
        (
            Forward(joined, part=linear(2), b=linear()),
            {
                "..chunk": ["input"],
                "part": ["..chunk"],
                "..cat": ["part", "..chunk:1"],
                "b": ["..cat"],
            },
        ),
        (
            Forward(equal_values, zero=zeros(), nought=zeros(), b=linear()),
            {"zero": ["input"], "nought": ["input"], "b": ["nought"], "..add": ["b", "zero"]},
        ),
        (Forward(twice, a=linear()), {"a": ["input"], "a#2": ["a"]}),
        (
            shifted(),
            {
                "..matmul": ["input", "=a.weight"],
                "..add": ["..matmul", "=shift"],
                "b": ["..add"],
            },
        ),
        (
            Forward(cell, lstm=nn.LSTM(4, 4), a=linear()),
            {
                "..getitem": ["input"],
                "lstm": ["..getitem"],
                "..getitem#2": ["lstm:2"],
                "..getitem#3": ["lstm"],
                "..add": ["..getitem#2", "..getitem#3"],
                "a": ["..add"],
            },
        ),
        (Forward(named, a=linear()), {"a": ["input"]}),
    ],
)
def test_edges_are_as_drawn_by_hand(model: nn.Module, drawn: dict[str, list[str]]) -> None:
    assert wired(trace(model, X)) == drawn
    assert wired(trace(model, X)) == drawn, "the second time as well"


def test_values_of_functions_are_those_of_the_plain_formula() -> None:
    model = Forward(residual, a=linear(), b=linear()).eval()
    traced = trace(model, X)
    with torch.no_grad():
        a = model.get_submodule("a")(X)
        expected = [a, a.relu(), a.relu() + X, model(X)]
    for values, wanted in zip(traced.values, expected, strict=True):
        assert values[0].tobytes() == wanted.numpy().tobytes()
    assert traced.received[2][1].tobytes() == X.numpy().tobytes()


def test_what_was_overwritten_is_what_it_was() -> None:
    model = Forward(in_place, a=linear(), b=linear()).eval()
    traced = trace(model, X)
    with torch.no_grad():
        a = model.get_submodule("a")(X)
    assert np.array_equal(traced.values[0][0], a.numpy())
    assert np.array_equal(traced.received[1][0], a.numpy())
    assert np.array_equal(traced.values[1][0], (a + X).numpy())


def test_groups_are_the_modules_that_called_others() -> None:
    block = Forward(residual, a=linear(), b=linear())
    graph = trace(nn.Sequential(block, nn.ReLU(), block), X).graph
    assert [(each.id, each.module, each.parent) for each in graph.groups] == [
        ("", "Sequential", -1),
        ("0", "Forward", 0),
        ("0#2", "Forward", 0),
    ]
    assert [node.id for node in graph.steps if node.group == 2] == [
        "0.a#2",
        "0#2..relu",
        "0#2..add",
        "0.b#2",
    ]


def test_ids_never_collide() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        x = self.input(self.softmax(x))
        return self.f(self.f(self.g(x))) + self.g.weight.sum() * 0

    model = Forward(
        forward, input=linear(), softmax=nn.Softmax(1), f=nn.ReLU(), g=linear(), **{"f#2": linear()}
    )
    model.function = lambda self, x: self.get_submodule("f#2")(forward(self, x))
    graph = trace(model, X).graph
    ids = [node.id for node in graph.nodes] + [graph.input, graph.softmax]
    assert len(set(ids)) == len(ids)
    assert {"input", "softmax", "f", "f#2", "f#2..", "input..", "softmax.."} <= set(ids)
    plain = trace(nn.Sequential(linear()), X).graph
    assert (plain.input, plain.softmax) == ("input", "softmax")


def test_the_input_is_edited_by_its_own_id() -> None:
    model = nn.ModuleDict({"input": nn.ReLU()})
    whole = Forward(lambda self, x: self.inner["input"](x) * 1, inner=model)
    whole = Forward(lambda self, x: self.input(x), input=nn.ReLU())
    edited = trace(whole, X, interventions=[Intervention("input..", values=3.0)])
    assert (edited.images == 3).all()
    behind = trace(whole, X, interventions=[Intervention("input", values=3.0)])
    assert np.array_equal(behind.images, X.numpy())
    assert (behind.output == 3).all()


def test_what_nobody_can_see_is_said() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        middle = self.a(x)
        with torch._C.DisableTorchFunction():
            middle = 2 * middle
        return self.a(middle)

    model = Forward(forward, a=linear())
    traced = trace(model, X)
    assert wired(traced) == {"a": ["input"], "..unseen": [], "a#2": ["..unseen"]}
    assert [note.key for note in traced.notes] == ["trace.note.unseen"]
    assert np.array_equal(traced.values[1][0], 2 * traced.values[0][0])


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("end", "answer"),
    [
        (linear(), "logits"),
        (nn.Softmax(1), "softmax"),
        (nn.LogSoftmax(1), "log_softmax"),
        (nn.Sigmoid(), "sigmoid"),
        (nn.Sequential(nn.Softmax(1), nn.Dropout()), "softmax"),
        (nn.Sequential(nn.Softmax(1), linear()), "logits"),
        (Forward(lambda _, x: x.softmax(1)), "softmax"),
        (Forward(lambda _, x: torch.sigmoid(x.clone())), "sigmoid"),
        (Forward(lambda _, x: F.log_softmax(x, dim=1)), "log_softmax"),
        (Forward(lambda _, x: x.softmax(1) * 3), "logits"),
        (Forward(lambda _, x: (x.softmax(1), x)), "softmax"),
        (Forward(lambda _, x: x.sum(1)), "other"),
    ],
)
def test_what_an_answer_went_through_last(end: nn.Module, answer: str) -> None:
    graph = trace(nn.Sequential(linear(), end), X).graph
    assert graph.answer.went == answer
    assert ended(graph) == (answer not in {"logits", "other"})
    assert trace(nn.Sequential(linear(), end), X).graph.answer.went == answer
