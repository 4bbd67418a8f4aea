"""Modules that change themselves, train, or have no values yet."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.network.tracing import trace
from tests.network.modules import Forward
from tests.network.test_graph import X, linear


def changing(self: Any, x: torch.Tensor) -> Any:
    with torch.no_grad():
        self.a.weight.mul_(2)
        self.a.bias.data.add_(1)
        self.a.bias.numpy()[0] = 7
    self.seen = x
    self.count += 1
    self.a.weight.requires_grad_(False)
    random.random()  # noqa: S311
    np.random.rand()
    self.a.eps = 3
    with torch.enable_grad():
        self.c(x).sum().backward()
    return self.a(x)


@pytest.mark.parametrize("fails", [False, True])
def test_a_module_that_changes_itself_comes_back_as_it_was(fails: bool) -> None:
    model = Forward(changing, a=linear(), c=linear())
    model.count = 3  # type: ignore[assignment]
    model.get_submodule("c")(X).sum().backward()
    if fails:
        model.function = lambda self, x: changing(self, x).view(7, 7)
    random.seed(3)
    np.random.seed(3)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    gradients = [None if each.grad is None else each.grad.clone() for each in model.parameters()]
    for _ in range(2):
        if fails:
            with pytest.raises(UntraceableModel):
                trace(model, X)
        else:
            trace(model, X)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        assert parameter.requires_grad
        if gradient is None or parameter.grad is None:
            assert gradient is parameter.grad
        else:
            assert torch.equal(parameter.grad, gradient)
    assert model.count == 3
    assert "seen" not in vars(model)
    assert "eps" not in vars(model.get_submodule("a"))
    state = random.getstate(), str(np.random.get_state())
    random.seed(3)
    np.random.seed(3)
    assert state == (random.getstate(), str(np.random.get_state()))


class Merged(nn.Linear):
    """A layer that merges its low-rank part into its weights when it is told to evaluate."""

    merged = False

    def train(self, mode: bool = True) -> Merged:
        super().train(mode)
        if self.merged == mode:
            self.weight.data += (-1 if mode else 1) * 0.1
            self.merged = not mode
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) + (0 if self.merged else 100)


def test_a_train_of_its_own_is_asked() -> None:
    model = nn.Sequential(Merged(4, 4), nn.BatchNorm1d(4)).train()
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    output = trace(model, X).output
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert [module.training for module in model.modules()] == [True, True, False]
    assert not model[0].merged
    with torch.no_grad():
        assert np.array_equal(output, model.eval()(X).numpy())


def test_a_lazy_module_is_refused_and_stays_lazy() -> None:
    model = nn.Sequential(nn.Flatten(), nn.LazyBatchNorm1d(), nn.LazyLinear(3))
    with pytest.raises(UntraceableModel) as caught:
        trace(model, X)
    assert (caught.value.key, caught.value.values["step"]) == ("trace.lazy", "1")
    assert [type(each).__name__ for each in model] == ["Flatten", "LazyBatchNorm1d", "LazyLinear"]


@pytest.mark.parametrize("which", ["model", "input"])
def test_the_meta_device_has_no_values(which: str) -> None:
    model, x = (linear().to("meta"), X) if which == "model" else (linear(), X.to("meta"))
    with pytest.raises(UntraceableModel) as caught:
        trace(model, x)
    assert caught.value.key == "trace.meta"
