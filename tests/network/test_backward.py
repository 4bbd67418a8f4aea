"""One backward pass through a module: autograd's own numbers, and nothing of the module changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.graphs import Answer
from explorer.network import zoo
from explorer.network.backward import Backward, backward
from explorer.network.tracing import trace
from tests.nets import Net

IMAGE = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(4))


def passed(
    model: nn.Module, image: torch.Tensor = IMAGE, label: int = 1, ends: str | None = None
) -> Backward | None:
    seen = trace(model, image)
    graph = seen.graph
    return backward(
        model,
        image,
        label,
        calls=seen.calls,
        begins=graph.input,
        ends=ends,
        answer=graph.answer,
    )


def expected(model: nn.Module, image: torch.Tensor, label: int) -> dict[str, Any]:
    """What `loss.backward()` leaves in a copy of its own, as everybody writes it."""
    import copy

    other = copy.deepcopy(model).requires_grad_()
    functional.cross_entropy(other(image), torch.tensor([label])).backward()
    return {name: each.grad for name, each in other.named_parameters()}


def state(model: nn.Module) -> list[object]:
    """Everything of a module that must be as before."""
    digest = hashlib.sha256()
    for each in model.state_dict().values():
        digest.update(each.numpy().tobytes())
    parts: list[object] = [digest.hexdigest()]
    for name, each in model.named_parameters():
        parts += [name, id(each), each.requires_grad, id(each.grad), each._version]
    for module in model.modules():
        hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks)
        parts += [module.training, *(len(each) for each in hooks), sorted(vars(module))]
    return parts


@pytest.mark.parametrize("make", [lambda: zoo.load("fashion-mlp"), lambda: Net().eval()])
def test_bit_for_bit_what_loss_backward_leaves(make: Callable[[], nn.Module]) -> None:
    model = make()
    image = IMAGE if model is zoo.load("fashion-mlp") else IMAGE[None]
    seen = passed(model, image)
    assert seen is not None
    for name, grad in expected(model, image, 1).items():
        np.testing.assert_array_equal(seen.parameters[name], grad.numpy())
    assert all(not each.flags.writeable for each in seen.parameters.values() if each is not None)


def test_the_module_is_as_before() -> None:
    model = zoo.load("fashion-mlp")
    mine = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    mine(IMAGE).sum().backward()  # it has gradients of its own
    for each in (model, mine):
        trace(each, IMAGE)
        before = state(each)
        assert passed(each) is not None
        assert state(each) == before
    assert not any(each.requires_grad for each in model.parameters())


class Odd(nn.Module):
    """Raises in its second pass, and counts its passes."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(28, 2)
        self.count = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.count += 1
        if torch.is_grad_enabled():
            raise RuntimeError("not with gradients")
        scores: torch.Tensor = self.layer(x.mean(1))
        return scores


def test_a_pass_that_fails_leaves_nothing_behind() -> None:
    model = Odd().eval()
    trace(model, IMAGE)
    before, count = state(model), model.count
    assert passed(model) is None
    assert state(model) == before
    assert model.count == count


class Plain(nn.Module):
    """Cut off from autograd."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(28, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            scores: torch.Tensor = self.layer(x.mean(1))
            return scores


def test_what_autograd_cannot_follow_is_none() -> None:
    assert passed(Plain().eval()) is None


def test_slopes_before_a_relu_that_overwrites_its_input() -> None:
    """x = 1: z = (2, −2), a = (2, 0), logits = a; p − onehot(1) = (p₀, p₁ − 1)."""
    first = nn.Linear(1, 2, bias=False)
    model = nn.Sequential(first, nn.ReLU(inplace=True)).eval()
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[2.0], [-2.0]]))
    seen = passed(model, torch.ones(1, 1))
    assert seen is not None
    share = float(torch.softmax(torch.tensor([2.0, 0.0]), 0)[0])
    assert seen.slopes["1"] == pytest.approx(np.array([share, -share]), rel=1e-6)
    assert seen.slopes["0"] == pytest.approx(np.array([share, 0.0]), rel=1e-6)
    assert seen.values["0"].tolist() == [2, -2]
    assert seen.values["1"].tolist() == [2, 0]
    assert seen.slopes["input"] == pytest.approx(np.array([2 * share]), rel=1e-6)


class Twice(nn.Module):
    """One layer called twice: each call has a slope of its own, the weight has one of both."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2, bias=False)
        with torch.no_grad():
            self.layer.weight.copy_(torch.tensor([[0.0, 1.0], [2.0, 0.0]]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.layer(self.layer(x))
        return scores


def test_a_layer_called_twice() -> None:
    """x = (1, 0): first (0, 2), then (2, 0); δ = (p₀ − 1, p₁) = (−s, s)."""
    seen = passed(Twice().eval(), torch.tensor([[1.0, 0.0]]), 0)
    assert seen is not None
    slope = float(torch.softmax(torch.tensor([2.0, 0.0]), 0)[1])
    assert seen.slopes["layer#2"] == pytest.approx(np.array([-slope, slope]), rel=1e-6)
    assert seen.slopes["layer"] == pytest.approx(np.array([2 * slope, -slope]), rel=1e-6)
    both = np.array([[2 * slope, -2 * slope], [-slope, 2 * slope]])
    assert seen.parameters["layer.weight"] == pytest.approx(both, rel=1e-6)


ENDS: list[tuple[nn.Module, Answer]] = [
    (nn.Softmax(dim=1), Answer("softmax")),
    (nn.LogSoftmax(dim=1), Answer("log_softmax")),
]


@pytest.mark.parametrize(("last", "answer"), ENDS)
@pytest.mark.parametrize("ends", [None, "1"])
def test_the_loss_is_that_of_the_logits_whatever_ends_the_network(
    last: nn.Module, answer: Answer, ends: str | None
) -> None:
    line = nn.Sequential(nn.Flatten(), nn.Linear(784, 5)).eval()
    model = nn.Sequential(*line, last).eval()
    assert trace(model, IMAGE).graph.answer == answer
    seen = passed(model, ends=ends)
    assert seen is not None
    with torch.no_grad():
        loss = float(functional.cross_entropy(line(IMAGE), torch.tensor([1])))
    assert seen.loss == pytest.approx(loss, rel=1e-5)
    grad, found = expected(line, IMAGE, 1)["1.weight"], seen.parameters["1.weight"]
    assert found is not None
    np.testing.assert_allclose(found, grad, rtol=1e-3, atol=1e-7)
