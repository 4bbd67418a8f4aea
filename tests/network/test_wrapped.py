"""Parametrised, compiled, scripted and nested: modules that are not called plainly."""

from __future__ import annotations

import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network.tracing import trace
from explorer.records import Trace
from tests.network.test_graph import X, linear, wired


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


@pytest.mark.parametrize("name", ["torch._dynamo", "torch._dynamo.eval_frame"])
def test_a_pass_runs_while_another_thread_imports_the_compiler(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    model = nn.Sequential(linear(), nn.ReLU())
    expected = trace(model, X).output
    half = ModuleType(name)  # as a module is before its names are there
    half.__spec__ = ModuleSpec(name, None)
    half.__spec__._initializing = True  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch._dynamo", half)
    monkeypatch.setitem(sys.modules, name, half)
    for _ in range(2):
        assert np.array_equal(trace(model, X).output, expected)


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
