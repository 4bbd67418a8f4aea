"""The graph is found once; later passes go a shorter way, and leave it where it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.tracing import Intervention, trace
from tests.network.modules import Forward
from tests.network.test_graph import X, linear


def test_the_short_way_is_left_when_the_network_takes_another() -> None:
    model = Forward(lambda self, x: self.b(self.a(x)), a=linear(), b=nn.ReLU(), c=linear()).eval()
    forwards: list[Callable[..., Any]] = [
        lambda self, x: self.b(self.a(x)),
        lambda self, x: self.b(F.relu(self.a(x))),
        lambda self, x: self.b(self.c(self.a(x))),
        lambda self, x: F.relu(self.b(self.a(x))),
        lambda self, x: self.b(self.a(x).mul_(2)),
        lambda self, x: self.a(self.b(x)),
        lambda self, x: [self.b(self.a(x)), self.a(x)][1],
        lambda self, x: [self.b(self.a(x)), self.b(x)][0],
        lambda self, x: [self.a(x), self.c(x)][1],
        lambda self, x: [self.c(x), self.a(x)][1],
        lambda self, x: [self.c(x), self.a(x)][0],
        lambda self, x: self.b(self.a(x)),
    ]
    for forward in forwards:
        model.function = forward
        for _ in range(2):
            traced = trace(model, X)
            with torch.no_grad():
                assert np.array_equal(traced.output, model(X).numpy())
            for call in traced.calls:
                module = model.get_submodule(call.path)
                assert np.array_equal(
                    call.output, module(torch.from_numpy(call.input.copy())).detach().numpy()
                )


def test_a_write_of_the_short_way_is_seen() -> None:
    model = Forward(lambda self, x: self.b(self.a(x)), a=linear(), b=nn.ReLU()).eval()
    trace(model, X)

    def forward(self: Any, x: torch.Tensor) -> Any:
        middle = self.a(x)
        out = self.b(middle)
        middle.zero_()
        return out

    model.function = forward
    with torch.no_grad():
        expected = model.get_submodule("a")(X).numpy()
    assert np.array_equal(trace(model, X).calls[0].output, expected)


def test_the_short_way_copies_where_somebody_may_hold_what_passes() -> None:
    model = nn.Sequential(linear(), nn.ReLU(), linear()).eval()
    trace(model, X)
    kept: list[torch.Tensor] = []
    expected = trace(model, X)
    handle = model[1].register_forward_hook(lambda _module, _args, answer: kept.append(answer))
    for _ in range(2):
        traced = trace(model, X)
        for each in kept:
            each.fill_(9)
        assert np.array_equal(traced.calls[1].output, expected.calls[1].output)
    handle.remove()
    for call in expected.calls:
        assert not call.output.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            call.output[0] = 9


def test_a_layer_that_trains_in_the_short_way_comes_back_as_it_was() -> None:
    model = Forward(lambda self, x: self.b(self.a(x)), a=nn.BatchNorm1d(4), b=nn.ReLU())

    def forward(self: Any, x: torch.Tensor) -> Any:
        self.a.train()
        return self.b(self.a(x))

    model.function = forward
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for _ in range(3):
        trace(model, X)
        for name, value in model.state_dict().items():
            assert torch.equal(value, before[name]), name


def test_an_edit_goes_the_short_way_too() -> None:
    model = nn.Sequential(linear(), nn.ReLU(), linear()).eval()
    plain = trace(model, X)
    edits = [Intervention("0", (1,), values=3.0), Intervention("input", values=1.0)]
    for _ in range(2):
        edited = trace(model, X, interventions=edits)
        assert (edited.images == 1).all()
        assert (edited.calls[0].output[:, 1] == 3).all()
        with torch.no_grad():
            expected = model[2](torch.from_numpy(edited.calls[1].output.copy())).numpy()
        assert np.array_equal(edited.output, expected)
        assert np.array_equal(trace(model, X).output, plain.output)
