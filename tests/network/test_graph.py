"""The graph of a pass: every call, and from which earlier output each tensor came, as drawn by hand."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.errors import UntraceableModel
from explorer.network.answers import ended
from explorer.network.tracing import Intervention, trace
from explorer.records import Trace
from tests.network.modules import Forward


def wired(traced: Trace) -> dict[str, list[str]]:
    """Return every step with what it received: `input`, `step`, `step:1`, or `=name`."""
    nodes = traced.graph.nodes

    def name(place: str, call: int, output: int, weight: str) -> str:
        if place == "parameter":
            return f"={weight}"
        start = "input" if place == "input" else nodes[call].id
        return start if not output else f"{start}:{output}"

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
            {"a": ["input"], "..getitem": ["a"], "..mul_": ["..getitem"], "b": ["..mul_"]},
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
    edited = trace(whole, X, [Intervention("input..", values=3.0)])
    assert (edited.images == 3).all()
    behind = trace(whole, X, [Intervention("input", values=3.0)])
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
        (Forward(lambda _, x: (x, x)), "other"),
        (Forward(lambda _, x: x.sum(1)), "other"),
    ],
)
def test_what_an_answer_went_through_last(end: nn.Module, answer: str) -> None:
    graph = trace(nn.Sequential(linear(), end), X).graph
    assert graph.answer == answer
    assert ended(graph) == (answer not in {"logits", "other"})
    assert trace(nn.Sequential(linear(), end), X).graph.answer == answer


# ---------------------------------------------------------------- inputs and outputs


@dataclass
class Pair:
    one: torch.Tensor
    two: torch.Tensor


def test_several_inputs_and_a_dict_of_outputs() -> None:
    model = Forward(lambda self, x, *, y: {"sum": self.a(x) + y, "y": [y]}, a=linear())
    traced = trace(model, {"y": 2 * X, "x": X})
    assert set(traced.output) == {"sum", "y"}
    assert np.array_equal(traced.output["y"][0], 2 * X.numpy())
    both = trace(Forward(lambda self, x, y: self.a(x) * y, a=linear()), (X, 3 * X))
    assert [each.tolist() for each in both.inputs] == [X.tolist(), (3 * X).tolist()]
    assert wired(both) == {"a": ["input"], "..mul": ["a", "input:1"]}


def test_a_dataclass_is_edited_and_answered() -> None:
    pair = Forward(lambda _, x: Pair(x, -x))
    model = Forward(lambda self, x: self.pair(x), pair=pair)
    traced = trace(model, X, [Intervention("pair", values=5.0)])
    assert isinstance(traced.output, Pair)
    assert (traced.output.one == 5).all()
    assert np.array_equal(traced.output.two, -X.numpy())


def test_nothing_to_feed_is_said() -> None:
    with pytest.raises(UntraceableModel) as caught:
        trace(linear(), {"x": 3})
    assert caught.value.key == "trace.inputs"


def test_a_complex_output_shows_both_parts() -> None:
    model = Forward(lambda self, x: self.f(x).abs(), f=Forward(lambda _, x: torch.fft.fft(x)))
    traced = trace(model, X)
    expected = torch.view_as_real(torch.fft.fft(X)).numpy()
    assert np.array_equal(traced.calls[0].output, expected)
    assert [note.key for note in traced.notes] == ["trace.note.complex"]
    assert traced.graph.nodes[traced.graph.answers[0].call].outputs[0].dtype == "float32"


def test_a_pending_sign_is_a_number_like_any_other() -> None:
    model = Forward(
        lambda self, x: self.f(x) * 1, f=Forward(lambda _, x: torch.fft.fft(x).conj().imag)
    )
    expected = torch.fft.fft(X).conj().imag.resolve_neg().numpy()
    assert np.array_equal(trace(model, X).calls[0].output, expected)


@pytest.mark.parametrize(
    ("values", "key", "count"),
    [
        (torch.tensor([[1e300, 1.0]], dtype=torch.float64), "trace.note.beyond", 1),
        (torch.tensor([[0.1, 1.0]], dtype=torch.float64), "trace.note.rounded", None),
        (torch.tensor([[16777217, 1]]), "trace.note.beyond", 1),
    ],
)
def test_what_float32_cannot_hold_is_said(
    values: torch.Tensor, key: str, count: int | None
) -> None:
    traced = trace(nn.Sequential(nn.Identity()), values)
    assert [(note.key, note.values.get("count")) for note in traced.notes] == [(key, count)]


def test_a_jagged_output_is_named() -> None:
    nested = Forward(lambda _, x: torch.nested.nested_tensor([x[0], x[1, :2]], layout=torch.jagged))
    with pytest.raises(UntraceableModel) as caught:
        trace(nn.Sequential(linear(), nested), X)
    assert (caught.value.key, caught.value.values["step"]) == ("trace.values", "1")


# ---------------------------------------------------------------- the short way


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
        edited = trace(model, X, edits)
        assert (edited.images == 1).all()
        assert (edited.calls[0].output[:, 1] == 3).all()
        with torch.no_grad():
            expected = model[2](torch.from_numpy(edited.calls[1].output.copy())).numpy()
        assert np.array_equal(edited.output, expected)
        assert np.array_equal(trace(model, X).output, plain.output)


# ---------------------------------------------------------------- nothing has changed


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


# ---------------------------------------------------------------- kinds of modules


def test_a_parametrised_layer_is_still_a_layer() -> None:
    model = nn.Sequential(linear(), nn.ReLU())
    nn.utils.parametrizations.weight_norm(model[0])
    for _ in range(2):
        traced = trace(model, X)
        assert [(call.step, call.module, call.kind) for call in traced.calls] == [
            ("0", "Linear", "linear"),
            ("1", "ReLU", "relu"),
        ]


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True])
def test_a_compiled_module_is_traced_as_the_one_it_wraps(inside: bool) -> None:
    plain = nn.Sequential(linear(), nn.ReLU(), linear()).eval()
    compiled: Any = torch.compile(plain, backend="eager")
    model = nn.Sequential(compiled, nn.Softmax(1)) if inside else compiled
    for _ in range(2):
        traced = trace(model, X)
        before = "0._orig_mod." if inside else ""
        assert [call.step for call in traced.calls][:3] == [f"{before}{each}" for each in "012"]
        with torch.no_grad():
            assert np.array_equal(traced.calls[2].output, plain(X).numpy())


@pytest.mark.filterwarnings("ignore:`torch.jit")
def test_a_scripted_module_is_one_opaque_step() -> None:
    scripted = torch.jit.script(nn.Sequential(linear(), nn.ReLU()))
    model = nn.Sequential(linear(), scripted)
    traced = trace(model, X)
    assert [(call.step, call.module) for call in traced.calls] == [
        ("0", "Linear"),
        ("1", "Sequential"),
    ]
    assert [node.opaque for node in traced.graph.nodes] == [False, True]
    assert [note.key for note in traced.notes] == ["trace.note.opaque"]
    with torch.no_grad():
        assert np.array_equal(traced.output, model(X).numpy())
    assert trace(scripted, X).graph.nodes[0].opaque


def test_the_layers_of_a_transformer_are_seen() -> None:
    model = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval()
    traced = trace(model, torch.rand(2, 3, 4))
    names = [call.step for call in traced.calls]
    assert [each for each in names if "dropout" not in each] == [
        "self_attn",
        "norm1",
        "linear1",
        "linear2",
        "norm2",
    ]
    assert "trace.note.attention" in [note.key for note in traced.notes]
    assert torch.backends.mha.get_fastpath_enabled()


def test_a_trace_inside_a_hook_ends_and_changes_neither() -> None:
    model, other = nn.Sequential(linear(), nn.ReLU()), nn.Sequential(linear())
    alone, inner = trace(model, X), list[Trace]()
    model[1].register_forward_hook(lambda *_: inner.append(trace(other, X)))
    model[0].register_forward_hook(lambda *_: inner.append(trace(model[1], X)))
    found: list[Trace] = []
    thread = threading.Thread(target=lambda: found.append(trace(model, X)), daemon=True)
    thread.start()
    thread.join(30)
    assert found
    assert wired(found[0]) == wired(alone)
    assert np.array_equal(found[0].output, alone.output)
    assert wired(inner[-1]) == {"0": ["input"]}
