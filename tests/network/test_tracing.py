"""What a trace says of a pass is what happened in it, and the module comes back as it was."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.tracing import Intervention, trace
from tests.network.modules import Forward
from tests.network.passes import LAYERS, inputs, linear, network, outputs, rows, times

# ---------------------------------------------------------------- what is captured


def test_a_small_network_is_traced_as_worked_out_by_hand() -> None:
    traced = trace(network(), rows([1.0, -3.0]))
    assert traced.images.tolist() == [[1, -3]]
    assert inputs(traced) == {"0": [[1, -3]], "1": [[1, -3, 2]], "2": [[1, 0, 2]]}
    assert outputs(traced) == {"0": [[1, -3, 2]], "1": [[1, 0, 2]], "2": [[3.5, 1]]}
    assert traced.output.tolist() == [[3.5, 1]]
    assert [(call.kind, call.module) for call in traced.calls] == [
        ("linear", "Linear"),
        ("relu", "ReLU"),
        ("linear", "Linear"),
    ]


def test_an_in_place_relu_does_not_overwrite_what_was_before_it() -> None:
    model = nn.Sequential(linear([[1.0], [2.0], [-1.0]], [-4.0, -4.0, -1.0]), nn.ReLU(inplace=True))
    traced = trace(model, rows([2.0]))
    assert outputs(traced) == {"0": [[-2, 0, -3]], "1": [[0, 0, 0]]}
    assert inputs(traced)["1"] == [[-2, 0, -3]]


def test_a_residual_sum_in_place_does_not_overwrite_what_a_layer_answered() -> None:
    def block(self: Any, x: torch.Tensor) -> Any:
        out = self.first(x)
        out += x
        return self.second(out)

    traced = trace(Forward(block, first=times(2), second=times(10)), rows([1.0, -3.0]))
    assert outputs(traced) == {"first": [[2, -6]], "second": [[30, -90]]}
    assert inputs(traced)["second"] == [[3, -9]], (
        "the sum is nobody's output, but the next one's input"
    )


def test_a_write_that_the_version_counter_misses_is_seen_all_the_same() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        out = self.first(x)
        out.data.clamp_(min=0)
        return self.second(out)

    traced = trace(Forward(forward, first=times(2), second=times(10)), rows([1.0, -3.0]))
    assert outputs(traced) == {"first": [[2, -6]], "second": [[20, 0]]}
    assert inputs(traced)["second"] == [[2, 0]]


def test_a_layer_used_twice_gives_two_steps() -> None:
    model = Forward(
        lambda self, x: self.relu(self.b(self.relu(self.a(x)))),
        a=times(1),
        b=times(-1),
        relu=nn.ReLU(),
    )
    traced = trace(model, rows([4.0, -5.0]))
    assert [(call.path, call.call) for call in traced.calls] == [
        ("a", 1),
        ("relu", 1),
        ("b", 1),
        ("relu", 2),
    ]
    assert outputs(traced) == {"a": [[4, -5]], "relu": [[4, 0]], "b": [[-4, 0]], "relu#2": [[0, 0]]}
    assert inputs(traced)["relu#2"] == [[-4, 0]]


def test_calls_come_in_the_order_of_execution() -> None:
    model = Forward(lambda self, x: self.a(self.b(x)), a=times(3), never=times(5), b=nn.ReLU())
    assert outputs(trace(model, rows([1.0, -1.0]))) == {"b": [[1, 0]], "a": [[3, 0]]}
    assert [call.step for call in trace(model, rows([1.0, -1.0])).calls] == ["b", "a"]


def test_paths_are_those_of_named_modules() -> None:
    inner = nn.ModuleDict({"deep": nn.Sequential(times(2), nn.ReLU())})
    model = Forward(
        lambda self, x: self.list[1](self.inner["deep"](x)),
        inner=inner,
        list=nn.ModuleList([times(5)] * 2),
    )
    names = {module: name for name, module in model.named_modules()}
    traced = trace(model, rows([1.0, -1.0]))
    assert [call.path for call in traced.calls] == ["inner.deep.0", "inner.deep.1", "list.0"]
    assert {call.path for call in traced.calls} <= set(names.values())


def test_one_module_under_two_names_has_the_first() -> None:
    shared = times(2)
    traced = trace(nn.Sequential(shared, shared), rows([1.0, -1.0]))
    assert outputs(traced) == {"0": [[2, -2]], "0#2": [[4, -4]]}


def test_one_module_in_two_containers_has_the_name_named_modules_gives() -> None:
    shared = times(2)
    model = nn.Sequential(nn.Sequential(shared, nn.ReLU()), shared)
    expected = next(name for name, module in model.named_modules() if module is shared)
    assert expected == "0.0"
    assert list(outputs(trace(model, rows([1.0, -1.0])))) == ["0.0", "0.1", "0.0#2"]


def test_a_network_of_one_layer_is_one_call() -> None:
    traced = trace(times(2), rows([1.0, -1.0]))
    assert [(call.path, call.output.tolist()) for call in traced.calls] == [("", [[2, -2]])]


def test_a_layer_called_by_keyword_is_seen() -> None:
    model = Forward(
        lambda self, x: self.second(self.first(input=x)), first=times(2), second=nn.Dropout()
    )
    traced = trace(model, rows([1.0, -1.0]))
    assert outputs(traced) == {"first": [[2, -2]], "second": [[2, -2]]}
    assert inputs(traced)["second"] == [[2, -2]]
    assert inputs(traced)["first"] == [[1, -1]]


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_layer_that_answers_with_a_tuple_is_kept_by_its_first_tensor(
    kind: type[nn.LSTM | nn.GRU],
) -> None:
    cell = kind(4, 3, batch_first=True)
    head = linear([[1.0, 1.0, 1.0]])
    model = Forward(lambda self, x: self.head(self.cell(x)[0][:, -1]), cell=cell, head=head)
    x = torch.rand(2, 5, 4)
    traced = trace(model, x)
    with torch.no_grad():
        expected = cell(x)[0].numpy()
    assert np.array_equal(traced.calls[0].output, expected)
    assert traced.calls[0].kind == "recurrent"
    assert np.array_equal(traced.calls[1].input, expected[:, -1])
    changed = trace(model, x, interventions=[Intervention("cell", values=1.0)])
    assert changed.output.tolist() == [[3], [3]]


class Pair(NamedTuple):
    one: torch.Tensor
    two: torch.Tensor


def test_a_named_tuple_can_be_edited_too() -> None:
    two = Forward(lambda _, x: Pair(x, -x))
    model = Forward(
        lambda self, x: self.last(self.pair(x).one + self.pair(x).two), pair=two, last=times(1)
    )
    assert trace(model, rows([1.0, 2.0])).output.tolist() == [[0, 0]]
    traced = trace(model, rows([1.0, 2.0]), interventions=[Intervention("pair", (1,), values=7.0)])
    assert traced.output.tolist() == [[0, 5]]


@pytest.mark.parametrize("count", range(1, 9))
def test_every_image_of_a_batch_is_its_own(count: int) -> None:
    x = torch.arange(2.0 * count).reshape(count, 2) - 3
    traced = trace(network(), x)
    z = [[a, b, -a - b] for a, b in x.tolist()]
    after = [[max(0.0, value) for value in row] for row in z]
    assert outputs(traced) == {
        "0": z,
        "1": after,
        "2": [[sum(row) + 0.5, row[0] - row[1]] for row in after],
    }


def test_what_is_handed_out_is_a_copy_that_nobody_can_change() -> None:
    inner, x = network(), rows([1.0, -3.0])
    model = nn.Sequential(nn.Identity(), inner)
    kept: list[torch.Tensor] = []
    handle = inner[0].register_forward_hook(lambda _module, _given, answer: kept.append(answer))
    traced = trace(model, x)
    handle.remove()
    arrays = [
        traced.images,
        traced.output,
        *(call.input for call in traced.calls),
        *(c.output for c in traced.calls),
    ]
    for array in arrays:
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 9
    x.fill_(9)
    kept[0].fill_(9)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(9)
    assert traced.images.tolist() == traced.calls[0].output.tolist() == [[1, -3]]
    assert outputs(traced)["1.0"] == [[1, -3, 2]]
    assert traced.output.tolist() == [[3.5, 1]]


@pytest.mark.parametrize("name", zoo.cards())
def test_a_shipped_networks_output_is_the_plain_one_bit_for_bit(name: str) -> None:
    shape = (3, *zoo.card(name).input.shape)
    model, x = zoo.load(name), torch.rand(shape, generator=torch.Generator().manual_seed(5))
    traced = trace(model, x)
    with torch.no_grad():
        expected = model(x).numpy()
    assert traced.output.tobytes() == expected.tobytes()
    assert traced.calls[-1].output.tobytes() == expected.tobytes()
    assert np.array_equal(traced.images, x.numpy())


def test_the_courses_layers_are_the_courses() -> None:
    traced = trace(zoo.load("fashion-mlp"), torch.zeros(3, 28, 28))
    assert tuple(call.step for call in traced.calls) == LAYERS
    assert [call.kind for call in traced.calls] == [
        "flatten",
        "linear",
        "relu",
        "linear",
        "relu",
        "linear",
    ]
    assert [call.output.shape for call in traced.calls] == [(3, 784), *[(3, 512)] * 4, (3, 10)]


# ---------------------------------------------------------------- modules within modules


def test_a_layer_of_nobody_called_inside_a_layer_is_no_step() -> None:
    stranger = times(7)
    model = nn.Sequential(Forward(lambda _self, x: stranger(x)), times(1))
    assert outputs(trace(model, rows([1.0, 2.0]))) == {"0": [[7, 14]], "1": [[7, 14]]}
