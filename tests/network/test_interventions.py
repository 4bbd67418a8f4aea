"""An edit changes what comes after it, as by hand, and nothing before."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.tracing import Intervention, trace
from explorer.records import Floats
from tests.network.modules import Forward
from tests.network.passes import inputs, linear, network, outputs, rows, times


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Intervention("1", (2,)), {"1": [1, 0, 0], "2": [1.5, 1]}),
        (Intervention("1"), {"1": [0, 0, 0], "2": [0.5, 0]}),
        (Intervention("0", (1,), values=4.0), {"0": [1, 4, 2], "1": [1, 4, 2], "2": [7.5, -3]}),
        (Intervention("0", values=-1.0), {"0": [-1, -1, -1], "1": [0, 0, 0], "2": [0.5, 0]}),
        (Intervention("1", (0,), scale=3.0), {"1": [3, 0, 2], "2": [5.5, 3]}),
        (Intervention("1", scale=2.0), {"1": [2, 0, 4], "2": [6.5, 2]}),
        (Intervention("1", (1, 0), scale=2.0, values=1.0), {"1": [3, 1, 2], "2": [6.5, 2]}),
        (
            Intervention("1", (2, 0), values=np.array([7, 5], np.float32)),
            {"1": [5, 0, 7], "2": [12.5, 5]},
        ),
        (
            Intervention("1", values=np.array([3, 2, 1], np.float32)),
            {"1": [3, 2, 1], "2": [6.5, 1]},
        ),
        (Intervention("2", (1,), values=9.0), {"2": [3.5, 9]}),
        (
            Intervention("input", (1,), values=2.0),
            {"input": [1, 2], "0": [1, 2, -3], "1": [1, 2, 0], "2": [3.5, -1]},
        ),
        (Intervention("elsewhere"), {}),
    ],
)
def test_an_edit_changes_what_comes_after_as_by_hand_and_nothing_before(
    edit: Intervention, expected: dict[str, list[float]]
) -> None:
    traced = trace(network(), rows([1.0, -3.0]), interventions=[edit])
    plain = {"input": [1, -3], "0": [1, -3, 2], "1": [1, 0, 2], "2": [3.5, 1]}
    found = {
        "input": traced.images[0].tolist(),
        **{call.step: call.output[0].tolist() for call in traced.calls},
    }
    assert found == plain | expected
    assert traced.output[0].tolist() == found["2"]
    assert [call.input[0].tolist() for call in traced.calls] == [
        found["input"],
        found["0"],
        found["1"],
    ]


def test_values_may_differ_from_image_to_image() -> None:
    values: Floats = np.array([[1, 2], [3, 4]], dtype=np.float32)
    traced = trace(
        network(),
        rows([1.0, -3.0], [1.0, -3.0]),
        interventions=[Intervention("1", (0, 2), values=values)],
    )
    assert outputs(traced)["1"] == [[1, 0, 2], [3, 0, 4]]
    assert traced.output.tolist() == [[3.5, 1], [7.5, 3]]


def test_edits_of_one_step_are_made_one_after_the_other() -> None:
    edits = [
        Intervention("1", values=1.0),
        Intervention("1", (1,), scale=5.0),
        Intervention("1", (2,)),
    ]
    assert outputs(trace(network(), rows([1.0, -3.0]), interventions=edits))["1"] == [[1, 5, 0]]


def test_the_second_call_of_a_layer_is_edited_alone() -> None:
    model = Forward(
        lambda self, x: self.relu(self.b(self.relu(self.a(x)))),
        a=times(1),
        b=times(2),
        relu=nn.ReLU(),
    )
    second = trace(model, rows([4.0, 5.0]), interventions=[Intervention("relu#2", (0,))])
    assert outputs(second) == {"a": [[4, 5]], "relu": [[4, 5]], "b": [[8, 10]], "relu#2": [[0, 10]]}
    first = trace(model, rows([4.0, 5.0]), interventions=[Intervention("relu", (0,))])
    assert outputs(first) == {"a": [[4, 5]], "relu": [[0, 5]], "b": [[0, 10]], "relu#2": [[0, 10]]}


@pytest.mark.parametrize("before", [nn.ReLU(), nn.ReLU(inplace=True)])
def test_an_edit_before_and_after_an_in_place_module_holds(before: nn.Module) -> None:
    model = nn.Sequential(times(1), before, times(1))
    traced = trace(
        model,
        rows([1.0, -3.0]),
        interventions=[Intervention("0", (1,), values=-7.0), Intervention("1", (0,), values=6.0)],
    )
    assert outputs(traced) == {"0": [[1, -7]], "1": [[6, 0]], "2": [[6, 0]]}
    assert inputs(traced)["1"] == [[1, -7]]


def test_units_of_images_and_maps_are_flat_indices() -> None:
    model = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), linear([[1.0, 1.0, 1.0, 1.0]]))
    x = torch.arange(16.0).reshape(1, 1, 4, 4)  # the pools' largest: 5, 7, 13, 15
    assert trace(model, x).calls[0].output.tolist() == [[[[5, 7], [13, 15]]]]
    assert trace(model, x, interventions=[Intervention("0", (2,), values=-1.0)]).calls[
        0
    ].output.tolist() == [[[[5, 7], [-1, 15]]]]
    traced = trace(model, x, interventions=[Intervention("input", (5,), values=100.0)])
    assert traced.images[0, 0, 1, 1] == 100
    assert traced.output.tolist() == [[135]]


def test_an_edit_is_gone_after_its_pass() -> None:
    model = network()
    trace(model, rows([1.0, -3.0]), interventions=[Intervention("1", values=50.0)])
    assert (
        model(rows([1.0, -3.0])).tolist()
        == trace(model, rows([1.0, -3.0])).output.tolist()
        == [[3.5, 1]]
    )


def test_an_edited_course_network_is_the_rest_of_it_run_on_the_edited_values() -> None:
    model, x = (
        zoo.load("fashion-mlp"),
        torch.rand(2, 28, 28, generator=torch.Generator().manual_seed(8)),
    )
    plain = trace(model, x)
    units = (0, 17, 511)
    traced = trace(
        model, x, interventions=[Intervention("linear_relu_stack.1", units, scale=1.5, values=0.25)]
    )
    assert all(
        np.array_equal(a.output, b.output)
        for a, b in zip(plain.calls[:2], traced.calls[:2], strict=True)
    )
    hidden = plain.calls[2].output.copy()
    hidden[:, units] = np.float32(1.5) * hidden[:, units] + np.float32(0.25)
    assert np.array_equal(traced.calls[2].output, hidden)
    stack = model.get_submodule("linear_relu_stack")
    assert isinstance(stack, nn.Sequential)
    assert np.array_equal(traced.output, stack[2:](torch.from_numpy(hidden)).numpy())
    assert not np.array_equal(traced.output, plain.output)
