"""The module comes back as it was: modes, buffers, weights, random numbers, other people's hooks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from copy import copy
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.modules import module as internals

from explorer.errors import UntraceableModel
from explorer.network.tracing import Intervention, trace
from tests.network.modules import Forward
from tests.network.passes import inputs, network, outputs, rows, same, times


def test_every_modules_own_mode_is_put_back() -> None:
    inner = nn.Sequential(nn.Dropout(), nn.ReLU())
    model = nn.Sequential(times(1), nn.BatchNorm1d(2), inner).train()
    model[1].eval()
    inner[1].eval()
    before = [module.training for module in model.modules()]
    assert before == [True, True, False, True, True, False]
    seen: list[bool] = []
    inner[0].register_forward_hook(lambda module, _given, _answer: seen.append(module.training))
    trace(model, rows([1.0, 2.0], [3.0, 4.0]))
    assert seen == [False], "the pass itself is in eval mode"
    assert [module.training for module in model.modules()] == before


def test_a_mode_that_the_forward_pass_switches_is_put_back() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        self.drop.train()
        return self.last(self.drop(x))

    model = Forward(forward, drop=nn.Dropout(), last=times(1)).eval()
    trace(model, rows([1.0, 2.0]))
    assert [module.training for module in model.modules()] == [False, False, False]


def test_a_training_batchnorm_counts_nothing() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), times(1)).train()
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    traced = trace(model, rows([4.0, 6.0]))
    assert traced.output.tolist() == [[pytest.approx(4, rel=1e-4), pytest.approx(6, rel=1e-4)]], (
        "mean 0, variance 1"
    )
    assert set(before) == {"0.running_mean", "0.running_var", "0.num_batches_tracked"}
    for name, buffer in model.named_buffers():
        assert torch.equal(buffer, before[name]), name


def counting(forward: Callable[[Any, torch.Tensor], Any]) -> nn.Module:
    layer = Forward(forward)
    layer.register_buffer("count", torch.tensor(5.0))
    return nn.Sequential(layer, times(1))


def test_a_buffer_written_to_in_the_pass_is_put_back() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        self.count += 1
        return x * self.count

    model = counting(forward)
    for _ in range(2):
        assert trace(model, rows([1.0, 2.0])).output.tolist() == [[6, 12]]
    assert [buffer.item() for buffer in model.buffers()] == [5]


def test_a_buffer_exchanged_in_the_pass_is_put_back() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        self.count = self.count + 1
        return x * self.count

    model = counting(forward)
    for _ in range(2):
        assert trace(model, rows([1.0, 2.0])).output.tolist() == [[6, 12]]
    assert [buffer.item() for buffer in model.buffers()] == [5]


def test_weights_and_gradients_stay() -> None:
    model = network()
    model(rows([1.0, -3.0])).sum().backward()
    before = [
        (parameter.clone(), parameter.grad, parameter.requires_grad)
        for parameter in model.parameters()
    ]
    trace(model, rows([1.0, -3.0]), interventions=[Intervention("1")])
    for parameter, (values, gradient, wanted) in zip(model.parameters(), before, strict=True):
        assert torch.equal(parameter, values)
        assert parameter.grad is gradient
        assert parameter.requires_grad == wanted


@pytest.mark.parametrize("edits", [(), (Intervention("input", values=1.0),)])
def test_the_callers_images_stay(edits: Sequence[Intervention]) -> None:
    x = rows([1.0, -3.0])
    traced = trace(nn.Sequential(nn.ReLU(inplace=True), times(1)), x, interventions=edits)
    assert traced.images.tolist() == ([[1, 1]] if edits else [[1, -3]])
    assert x.tolist() == [[1, -3]]


@pytest.mark.parametrize(
    "noisy",
    [
        nn.Dropout(),
        Forward(lambda _self, x: x + torch.rand(x.shape)),
        nn.Sequential(nn.Dropout(), nn.RReLU()),
    ],
)
def test_nobodys_random_numbers_are_used_up(noisy: nn.Module) -> None:
    model = nn.Sequential(times(1), noisy).train()
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    one = trace(model, rows([1.0, 2.0]))
    two = trace(model, rows([1.0, 2.0]))
    assert torch.equal(torch.rand(3), expected)
    assert same(one, two), "so the same pass is the same"


def test_other_peoples_hooks_stay_and_fire() -> None:
    model, fired = network(), list[str]()

    def note(name: str) -> Callable[..., None]:
        return lambda *_: fired.append(name)

    model[0].register_forward_pre_hook(note("before 0"))
    model[1].register_forward_hook(note("after 1"))
    model.register_forward_hook(note("after all"))
    everywhere = internals.register_module_forward_hook(note("any"))
    hooks = [dict(module._forward_hooks) for module in model.modules()]
    earlier = [dict(module._forward_pre_hooks) for module in model.modules()]
    try:
        traced = trace(model, rows([1.0, -3.0]))
        assert fired == ["before 0", "any", "any", "after 1", "any", "any", "after all"]
        assert len(internals._global_forward_hooks) == 1
    finally:
        everywhere.remove()
    assert [dict(module._forward_hooks) for module in model.modules()] == hooks
    assert [dict(module._forward_pre_hooks) for module in model.modules()] == earlier
    assert outputs(traced) == {"0": [[1, -3, 2]], "1": [[1, 0, 2]], "2": [[3.5, 1]]}


def test_a_hook_that_changes_an_output_is_seen() -> None:
    model = network()
    model[1].register_forward_hook(lambda _module, _given, answer: answer + 1)
    traced = trace(model, rows([1.0, -3.0]))
    assert outputs(traced) == {"0": [[1, -3, 2]], "1": [[2, 1, 3]], "2": [[6.5, 1]]}
    edited = trace(model, rows([1.0, -3.0]), interventions=[Intervention("1", (0,), values=10.0)])
    assert outputs(edited)["1"] == [[10, 1, 3]], "the edit comes last"


def test_a_hook_for_all_that_changes_outputs_is_seen() -> None:
    everywhere = internals.register_module_forward_hook(
        lambda module, _given, answer: answer + 1 if isinstance(module, nn.ReLU) else None
    )
    try:
        assert outputs(trace(network(), rows([1.0, -3.0])))["1"] == [[2, 1, 3]]
    finally:
        everywhere.remove()


@pytest.mark.parametrize("inplace", [False, True])
def test_a_hook_that_changes_an_input_is_seen(inplace: bool) -> None:
    model = nn.Sequential(times(1), nn.ReLU(inplace=inplace), times(2))
    model[1].register_forward_pre_hook(lambda _module, given: (given[0] - 10,))
    traced = trace(model, rows([1.0, 12.0]))
    assert outputs(traced) == {"0": [[1, 12]], "1": [[0, 2]], "2": [[0, 4]]}
    assert inputs(traced)["1"] == [[-9, 2]]


def test_a_hook_that_removes_itself_goes_once() -> None:
    relu, fired = nn.ReLU(), list[int]()
    model = Forward(lambda self, x: self.relu(self.relu(x)), relu=relu)

    def once(*_: object) -> None:
        fired.append(1)
        handle.remove()

    handle = relu.register_forward_hook(once)
    assert [call.step for call in trace(model, rows([1.0, 2.0])).calls] == ["relu", "relu#2"]
    assert fired == [1]
    assert not relu._forward_hooks


@pytest.mark.parametrize("fails", [False, True])
def test_collections_that_a_pass_writes_to_are_put_back(fails: bool) -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        y = self.last(x)
        self.log.append(y)
        self.cache["new"] = self.cache.pop("old")
        self.names.add("seen")
        self.recent.append(3)  # pushes the oldest out
        self.order.reverse()
        return y.view(7, 7) if fails else y

    model = Forward(forward, last=times(1)).eval()
    held: dict[str, Any] = {
        "log": [],
        "cache": {"old": rows([1.0]), "older": 2},
        "names": {"a"},
        "recent": deque([1, 2], maxlen=2),
        "order": [1, 2, 3],
    }
    expected = {name: copy(each) for name, each in held.items()}
    vars(model).update(held)
    with pytest.raises(UntraceableModel) if fails else nullcontext():
        trace(model, rows([1.0, 2.0]))
    for name, each in held.items():
        assert vars(model)[name] is each
        assert list(each) == list(expected[name]), name
    assert held["cache"]["old"] is expected["cache"]["old"]
