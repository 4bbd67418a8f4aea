"""A pass that fails is said with the layer it reached, and what it answered need not be one tensor."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules import module as internals

from explorer.errors import UntraceableModel
from explorer.network import zoo
from explorer.network.tracing import trace
from tests.network.modules import Forward
from tests.network.passes import inputs, network, outputs, rows, times


def test_a_wrong_shape_is_said_with_the_layer_that_met_it() -> None:
    model = nn.Sequential(
        nn.Flatten(), nn.Sequential(nn.Linear(784, 5), nn.ReLU(), nn.Linear(6, 2))
    )
    with pytest.raises(UntraceableModel) as caught:
        trace(model, torch.zeros(1, 28, 28))
    assert caught.value.key == "trace.failed.size"
    assert caught.value.values["step"] == "1.2"
    assert "failed at 1.2: RuntimeError" in str(caught.value)
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_an_image_of_another_size_meets_the_first_linear_layer() -> None:
    with pytest.raises(UntraceableModel) as caught:
        trace(zoo.load("fashion-mlp"), torch.zeros(1, 27, 28))
    assert caught.value.values["step"] == "linear_relu_stack.0"


def test_a_failure_inside_a_container_names_the_container() -> None:
    block = Forward(lambda self, x: self.inner(x)["nothing"], inner=times(1))
    with pytest.raises(UntraceableModel) as caught:
        trace(nn.Sequential(times(2), block), rows([1.0, 2.0]))
    assert caught.value.values["step"] == "1"


def test_a_failure_behind_the_layers_is_not_said_to_be_at_the_input() -> None:
    model = Forward(lambda self, x: self.first(x).view(3, 3, 7), first=times(1))
    with pytest.raises(UntraceableModel) as caught:
        trace(model, rows([1.0, 2.0]))
    assert caught.value.values["step"] != "input"


def test_a_long_reason_is_cut_to_one_short_line() -> None:
    def fail(_self: Any, _x: torch.Tensor) -> Any:
        raise LookupError("long " * 200 + "\nsecond line")

    with pytest.raises(UntraceableModel) as caught:
        trace(nn.Sequential(Forward(fail)), rows([1.0]))
    reason = str(caught.value.values["reason"])
    assert reason.startswith("LookupError: long long")
    assert len(reason) == 200
    assert reason.endswith("…")


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        (lambda out: out, True),
        (lambda out: (out, out), True),
        (lambda out: {"logits": out}, True),
        (lambda _: None, False),
        (lambda out: out[0], False),
        (lambda out: out[:, None], False),
        (lambda out: out.sum(), False),
        (lambda out: out[:2], False),
        (lambda out: out[:, :1], False),
        (lambda out: out.long(), False),
    ],
)
def test_an_output_need_not_be_one_row_per_image_and_it_is_said_whether_it_is(
    answer: Callable[[Any], Any], rows: bool
) -> None:
    traced = trace(Forward(lambda self, x: answer(self.first(x)), first=times(1)), torch.ones(3, 2))
    expected = answer(torch.ones(3, 2))
    assert traced.rows == rows
    assert type(traced.output) is (
        np.ndarray if isinstance(expected, torch.Tensor) else type(expected)
    )
    found = np.array(traced.output["logits"] if isinstance(expected, dict) else traced.output)
    wanted = expected["logits"] if isinstance(expected, dict) else expected
    if wanted is not None:
        assert (
            found.tolist() == [each.tolist() for each in wanted]
            if isinstance(wanted, tuple)
            else found.tolist() == wanted.tolist()
        )


def test_a_layer_that_answers_without_a_tensor_is_passed_over() -> None:
    seen: list[float] = []
    monitor = Forward(lambda _self, x: seen.append(float(x.sum())))

    def forward(self: Any, x: torch.Tensor) -> Any:
        y = self.first(x)
        self.monitor(y)
        return y

    traced = trace(Forward(forward, first=times(2), monitor=monitor), rows([1.0, 2.0]))
    assert outputs(traced) == {"first": [[2, 4]]}
    assert traced.output.tolist() == [[2, 4]]
    assert set(seen) == {6.0}


def test_a_network_that_calls_none_of_its_layers_is_its_functions() -> None:
    traced = trace(Forward(lambda _self, x: 2 * x + 1, first=times(1)), rows([1.0, 2.0]))
    assert outputs(traced) == {}
    assert [(node.op, node.inside) for node in traced.graph.nodes] == [("mul", -1), ("add", -1)]
    assert traced.values[1][0].tolist() == traced.output.tolist() == [[3, 5]]


def test_a_layer_that_fails_inside_a_try_leaves_the_others_right() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        try:
            self.wrong(torch.zeros(1, 9))
        except RuntimeError:
            return self.last(self.noisy(x))
        raise AssertionError

    traced = trace(
        Forward(forward, wrong=times(1), noisy=nn.Dropout(), last=times(2)), rows([1.0, -1.0])
    )
    assert outputs(traced) == {"noisy": [[1, -1]], "last": [[2, -2]]}
    assert inputs(traced) == {"noisy": [[1, -1]], "last": [[1, -1]]}


@pytest.mark.parametrize("error", [RuntimeError, KeyError, KeyboardInterrupt])
def test_a_failed_pass_leaves_no_trace(error: type[BaseException]) -> None:
    def fail(_self: Any, _x: torch.Tensor) -> Any:
        raise error("no")

    model = nn.Sequential(times(1), nn.Dropout(), Forward(fail)).train()
    model[1].eval()
    state = torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else UntraceableModel):
        trace(model, rows([1.0, 2.0]))
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert not internals._global_forward_hooks
    assert torch.equal(torch.get_rng_state(), state)
    assert trace(network(), rows([1.0, -3.0])).output.tolist() == [[3.5, 1]], (
        "and the next one gets its turn"
    )


def test_a_layer_that_failed_inside_another_leaves_the_others_input_as_it_was() -> None:
    def fail(_self: Any, _x: torch.Tensor) -> Any:
        raise ValueError("tried in vain")

    bad = Forward(fail)

    def forward(_self: Any, x: torch.Tensor) -> Any:
        with suppress(ValueError):
            bad(10 * x)
        return x + 1

    traced = trace(nn.Sequential(times(2), Forward(forward), bad_last(bad)), rows([1.0, 2.0]))
    assert inputs(traced)["1"] == [[2, 4]]
    assert outputs(traced) == {"0": [[2, 4]], "1": [[3, 5]], "2.last": [[3, 5]]}


def bad_last(bad: nn.Module) -> nn.Module:
    """A container that registers a module and never calls it."""
    return Forward(lambda self, x: self.last(x), bad=bad, last=times(1))


def test_a_failure_in_the_models_own_lines_is_said_to_be_in_its_forward() -> None:
    model = Forward(lambda self, x: self.first(x).view(3, 3, 7), first=times(1))
    with pytest.raises(UntraceableModel) as caught:
        trace(model, rows([1.0, 2.0]))
    assert caught.value.values["step"] == "forward"
