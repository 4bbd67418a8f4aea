"""What a trace says of a pass is what happened in it, and the module comes back as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules import module as internals

from explorer.errors import UntraceableModel
from explorer.network import zoo
from explorer.network.tracing import Intervention, trace
from explorer.records import Floats, Trace

LAYERS = ("flatten", *(f"linear_relu_stack.{number}" for number in range(5)))


@pytest.fixture(autouse=True)
def _no_hook_is_left() -> Iterator[None]:
    yield
    assert not internals._global_forward_hooks
    assert not internals._global_forward_pre_hooks


def linear(weight: Sequence[Sequence[float]], bias: Sequence[float] | None = None) -> nn.Linear:
    values = torch.tensor(weight)
    layer = nn.Linear(values.shape[1], values.shape[0])
    with torch.no_grad():
        layer.weight.copy_(values)
        layer.bias.copy_(torch.tensor(bias) if bias is not None else torch.zeros(len(values)))
    return layer


def times(factor: float) -> nn.Linear:
    return linear([[factor, 0.0], [0.0, factor]])


def network() -> nn.Sequential:
    """Of (1, −3): z = (1, −3, 2), a = (1, 0, 2), logits = (1 + 0 + 2 + 0.5, 1 − 0) = (3.5, 1)."""
    return nn.Sequential(
        linear([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]),
        nn.ReLU(),
        linear([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0]], [0.5, 0.0]),
    )


def rows(*values: Sequence[float]) -> torch.Tensor:
    return torch.tensor(values)


def outputs(traced: Trace) -> dict[str, list[Any]]:
    return {call.step: call.output.tolist() for call in traced.calls}


def inputs(traced: Trace) -> dict[str, list[Any]]:
    return {call.step: call.input.tolist() for call in traced.calls}


def same(one: Trace, other: Trace) -> bool:
    arrays = [
        [
            each.images,
            each.output,
            *(call.input for call in each.calls),
            *(call.output for call in each.calls),
        ]
        for each in (one, other)
    ]
    return [call.step for call in one.calls] == [call.step for call in other.calls] and all(
        np.array_equal(mine, yours) for mine, yours in zip(*arrays, strict=True)
    )


class Forward(nn.Module):
    """A module whose forward pass a test writes.

    The children given by name, and a function of it and the input.
    """

    def __init__(self, function: Callable[[Any, torch.Tensor], Any], **children: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(self, x)


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
    assert inputs(traced)["first"] in ([], [[1, -1]]), "nothing, or the truth"


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
    assert traced.calls[0].kind == "other"
    assert np.array_equal(traced.calls[1].input, expected[:, -1])
    changed = trace(model, x, [Intervention("cell", values=1.0)])
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
    traced = trace(model, rows([1.0, 2.0]), [Intervention("pair", (1,), values=7.0)])
    assert traced.output.tolist() == [[0, 5]]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_is_handed_out_as_float32(dtype: torch.dtype) -> None:
    traced = trace(network().to(dtype), rows([1.0, -3.0]).to(dtype))
    assert outputs(traced) == {"0": [[1, -3, 2]], "1": [[1, 0, 2]], "2": [[3.5, 1]]}
    arrays = [traced.images, traced.output, *(call.output for call in traced.calls)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_whole_numbers_go_into_an_embedding() -> None:
    model = Forward(
        lambda self, x: self.table(x).sum(1),
        table=nn.Embedding.from_pretrained(rows([1.0, 2.0], [3.0, 5.0])),
    )
    traced = trace(model, torch.tensor([[0, 1, 1]]))
    assert traced.images.dtype == np.float32
    assert traced.calls[0].input.tolist() == [[0, 1, 1]]
    assert traced.output.tolist() == [[7, 12]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_images_that_want_a_gradient_keep_none_of_ours(dtype: torch.dtype) -> None:
    x = rows([1.0, -3.0]).to(dtype).requires_grad_()
    traced = trace(network().to(dtype), x)
    assert traced.output.tolist() == [[3.5, 1]]
    assert x.requires_grad
    assert x.grad is None


def test_a_pass_in_inference_mode_is_traced_too() -> None:
    with torch.inference_mode():
        assert trace(network(), rows([1.0, -3.0])).output.tolist() == [[3.5, 1]]


def test_images_made_in_inference_mode_are_traced_too() -> None:
    with torch.inference_mode():
        x = rows([1.0, -3.0])
    assert trace(network(), x).output.tolist() == [[3.5, 1]]


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
    model, x = zoo.load(name), torch.rand(3, 28, 28, generator=torch.Generator().manual_seed(5))
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


# ---------------------------------------------------------------- what cannot be traced


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
        (lambda out: (out, out), False),
        (lambda out: {"logits": out}, False),
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


def test_a_network_that_calls_none_of_its_layers_is_one_step_that_opens() -> None:
    traced = trace(Forward(lambda _self, x: 2 * x + 1, first=times(1)), rows([1.0, 2.0]))
    assert outputs(traced) == {"": [[3, 5]]}
    assert [(node.op, node.inside) for node in traced.graph.nodes] == [
        ("mul", 2),
        ("add", 2),
        ("Forward", -1),
    ]


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


# ---------------------------------------------------------------- what is left as it was


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
    trace(model, rows([1.0, -3.0]), [Intervention("1")])
    for parameter, (values, gradient, wanted) in zip(model.parameters(), before, strict=True):
        assert torch.equal(parameter, values)
        assert parameter.grad is gradient
        assert parameter.requires_grad == wanted


@pytest.mark.parametrize("edits", [(), (Intervention("input", values=1.0),)])
def test_the_callers_images_stay(edits: Sequence[Intervention]) -> None:
    x = rows([1.0, -3.0])
    traced = trace(nn.Sequential(nn.ReLU(inplace=True), times(1)), x, edits)
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


# ---------------------------------------------------------------- other people's hooks


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
    edited = trace(model, rows([1.0, -3.0]), [Intervention("1", (0,), values=10.0)])
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


# ---------------------------------------------------------------- several threads


def test_a_call_in_another_thread_is_not_part_of_the_trace() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        out = self.first(x)
        other = threading.Thread(target=lambda: (self.first(10 * x), self.noisy(x), self.second(x)))
        other.start()
        other.join()
        return self.second(self.noisy(out))

    second = times(3)
    second.register_forward_hook(lambda *_: None)
    model = Forward(forward, first=times(2), noisy=nn.Dropout(), second=second)
    traced = trace(model, rows([1.0, -1.0]))
    assert outputs(traced) == {"first": [[2, -2]], "noisy": [[2, -2]], "second": [[6, -6]]}
    assert inputs(traced) == {"first": [[1, -1]], "noisy": [[2, -2]], "second": [[2, -2]]}


def test_many_threads_on_one_network_each_get_their_own_trace() -> None:
    model = zoo.load("course-sequential")
    batches = torch.rand(6, 2, 28, 28, generator=torch.Generator().manual_seed(3))
    alone = [trace(model, images) for images in batches]
    edited = [trace(model, images, [Intervention("2", (0, 3), values=2.0)]) for images in batches]
    done = threading.Event()

    def plain() -> None:
        while not done.is_set():
            with torch.no_grad():
                model(batches[0])

    def work(number: int) -> bool:
        for _ in range(25):
            if not same(trace(model, batches[number]), alone[number]):
                return False
            changed = trace(model, batches[number], [Intervention("2", (0, 3), values=2.0)])
            if not same(changed, edited[number]):
                return False
        return True

    with ThreadPoolExecutor(8) as threads:
        others = [threads.submit(plain) for _ in range(2)]
        try:
            assert list(threads.map(work, range(6))) == [True] * 6
        finally:
            done.set()
    assert not [each for each in others if each.exception()]


# ---------------------------------------------------------------- interventions


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
    traced = trace(network(), rows([1.0, -3.0]), [edit])
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
        network(), rows([1.0, -3.0], [1.0, -3.0]), [Intervention("1", (0, 2), values=values)]
    )
    assert outputs(traced)["1"] == [[1, 0, 2], [3, 0, 4]]
    assert traced.output.tolist() == [[3.5, 1], [7.5, 3]]


def test_edits_of_one_step_are_made_one_after_the_other() -> None:
    edits = [
        Intervention("1", values=1.0),
        Intervention("1", (1,), scale=5.0),
        Intervention("1", (2,)),
    ]
    assert outputs(trace(network(), rows([1.0, -3.0]), edits))["1"] == [[1, 5, 0]]


def test_the_second_call_of_a_layer_is_edited_alone() -> None:
    model = Forward(
        lambda self, x: self.relu(self.b(self.relu(self.a(x)))),
        a=times(1),
        b=times(2),
        relu=nn.ReLU(),
    )
    second = trace(model, rows([4.0, 5.0]), [Intervention("relu#2", (0,))])
    assert outputs(second) == {"a": [[4, 5]], "relu": [[4, 5]], "b": [[8, 10]], "relu#2": [[0, 10]]}
    first = trace(model, rows([4.0, 5.0]), [Intervention("relu", (0,))])
    assert outputs(first) == {"a": [[4, 5]], "relu": [[0, 5]], "b": [[0, 10]], "relu#2": [[0, 10]]}


@pytest.mark.parametrize("before", [nn.ReLU(), nn.ReLU(inplace=True)])
def test_an_edit_before_and_after_an_in_place_module_holds(before: nn.Module) -> None:
    model = nn.Sequential(times(1), before, times(1))
    traced = trace(
        model,
        rows([1.0, -3.0]),
        [Intervention("0", (1,), values=-7.0), Intervention("1", (0,), values=6.0)],
    )
    assert outputs(traced) == {"0": [[1, -7]], "1": [[6, 0]], "2": [[6, 0]]}
    assert inputs(traced)["1"] == [[1, -7]]


def test_units_of_images_and_maps_are_flat_indices() -> None:
    model = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), linear([[1.0, 1.0, 1.0, 1.0]]))
    x = torch.arange(16.0).reshape(1, 1, 4, 4)  # the pools' largest: 5, 7, 13, 15
    assert trace(model, x).calls[0].output.tolist() == [[[[5, 7], [13, 15]]]]
    assert trace(model, x, [Intervention("0", (2,), values=-1.0)]).calls[0].output.tolist() == [
        [[[5, 7], [-1, 15]]]
    ]
    traced = trace(model, x, [Intervention("input", (5,), values=100.0)])
    assert traced.images[0, 0, 1, 1] == 100
    assert traced.output.tolist() == [[135]]


def test_an_edit_is_gone_after_its_pass() -> None:
    model = network()
    trace(model, rows([1.0, -3.0]), [Intervention("1", values=50.0)])
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
    traced = trace(model, x, [Intervention("linear_relu_stack.1", units, scale=1.5, values=0.25)])
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


# ---------------------------------------------------------------- modules within modules


def test_a_thread_inside_a_layer_that_enters_it_again_does_not_change_what_it_received() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        if threading.current_thread() is threading.main_thread():
            other = threading.Thread(target=lambda: self(10 * x))
            other.start()
            other.join()
        return x + 1

    model = nn.Sequential(times(2), Forward(forward), nn.ReLU(inplace=True))
    assert inputs(trace(model, rows([1.0, 2.0])))["1"] == [[2, 4]]


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


def test_a_layer_of_nobody_called_inside_a_layer_is_no_step() -> None:
    stranger = times(7)
    model = nn.Sequential(Forward(lambda _self, x: stranger(x)), times(1))
    assert outputs(trace(model, rows([1.0, 2.0]))) == {"0": [[7, 14]], "1": [[7, 14]]}


def test_a_failure_in_the_models_own_lines_is_said_to_be_in_its_forward() -> None:
    model = Forward(lambda self, x: self.first(x).view(3, 3, 7), first=times(1))
    with pytest.raises(UntraceableModel) as caught:
        trace(model, rows([1.0, 2.0]))
    assert caught.value.values["step"] == "forward"
