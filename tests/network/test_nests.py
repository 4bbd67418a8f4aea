"""Several inputs, nests of outputs, and values that float32 cannot hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.network.tracing import Intervention, trace
from tests.network.modules import Forward
from tests.network.test_graph import X, linear, wired


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
