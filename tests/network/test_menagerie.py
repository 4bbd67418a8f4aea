"""Every module of the menagerie: values, output, wiring and the module itself are as without us."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.parametrize import ParametrizationList

from explorer.network.functions import tensors
from explorer.network.tracing import trace
from explorer.records import Trace
from tests.network.menagerie import UNSEEN, modules

MODULES = modules()
# torchvision's classification models, each with the smallest picture that goes through it.
PICTURES = {
    "alexnet": 64,
    "convnext_tiny": 32,
    "densenet121": 32,
    "efficientnet_b0": 32,
    "googlenet": 32,
    "inception_v3": 75,
    "mnasnet0_5": 32,
    "mobilenet_v2": 32,
    "mobilenet_v3_small": 32,
    "regnet_y_400mf": 32,
    "resnet18": 32,
    "resnet50": 32,
    "shufflenet_v2_x0_5": 32,
    "squeezenet1_1": 32,
    "swin_t": 32,
    "vgg11_bn": 32,
    "maxvit": 32,
    "vit": 32,
}


def fed(model: nn.Module, inputs: Any) -> Any:
    if isinstance(inputs, dict):
        return model(**inputs)
    return model(*(inputs if isinstance(inputs, tuple) else (inputs,)))


def array(tensor: torch.Tensor) -> bytes:
    tensor = tensor.detach().to_dense() if tensor.is_sparse else tensor.detach()
    tensor = torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor
    return tensor.resolve_neg().float().contiguous().numpy().tobytes()


def plainly(copy: nn.Module, inputs: Any) -> tuple[list[tuple[str, list[bytes]]], list[bytes]]:
    """Run a twin with plain hooks on what has no children; return outputs by path, and the answer."""
    copy.eval()
    seen: list[tuple[str, list[bytes]]] = []
    hidden = {
        inner
        for each in copy.modules()
        if isinstance(each, ParametrizationList)
        for inner in each.modules()
    }
    for path, module in copy.named_modules():
        if not [*module.children()] and module not in hidden:
            module.register_forward_hook(
                lambda _module, _args, answer, path=path: seen.append(
                    (path, [array(each) for each in tensors(answer)])
                )
            )
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.no_grad():
            answer = fed(copy, deepcopy(inputs))
    finally:
        torch.backends.mha.set_fastpath_enabled(True)
    return seen, [array(each) for each in tensors(answer)]


def fingerprint(model: nn.Module) -> str:
    """Return a hash of everything that a module is: weights, modes, options, hooks, gradients."""
    found = hashlib.sha256()
    for path, module in model.named_modules():
        options = {
            name: (id(value), repr(value)) if not isinstance(value, torch.Tensor) else id(value)
            for name, value in vars(module).items()
            if not name.startswith("_")
        }
        hooks = [*module._forward_hooks], [*module._forward_pre_hooks]
        found.update(repr((path, module.training, options, hooks)).encode())
    for name, value in model.state_dict(keep_vars=True).items():
        about = name, id(value), value.requires_grad, value.device, value.dtype, id(value.grad)
        found.update(repr(about).encode())
        found.update(array(value))
        found.update(b"" if value.grad is None else array(value.grad))
    return found.hexdigest()


def dice() -> tuple[Any, ...]:
    return random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist()


def answered(output: Any) -> list[bytes]:
    """Return the arrays of an answer, in order."""
    if isinstance(output, np.ndarray):
        return [output.tobytes()]
    if isinstance(output, dict):
        return [each for part in output.values() for each in answered(part)]
    if isinstance(output, tuple | list):
        return [each for part in output for each in answered(part)]
    if hasattr(output, "__dataclass_fields__"):
        return [each for part in vars(output).values() for each in answered(part)]
    return []


def wired(traced: Trace, *, unseen: bool) -> None:
    """Every tensor came from a call before, and is what that call answered, bit for bit."""
    graph = traced.graph
    assert any(node.op == "unseen" for node in graph.nodes) == unseen
    assert len({node.id for node in graph.nodes}) == len(graph.nodes)
    for place, node in enumerate(graph.nodes):
        for origin, values in zip(node.received, traced.received[place], strict=True):
            if origin.place == "call":
                assert origin.call < place or graph.nodes[origin.call].inside == place
                source = traced.values[origin.call]
                if values.shape == source[origin.output].shape:
                    assert values.tobytes() == source[origin.output].tobytes(), node.id
            elif origin.place == "input":
                assert values.tobytes() == traced.inputs[origin.output].tobytes(), node.id
        for output, values in zip(node.outputs, traced.values[place], strict=True):
            assert values.shape == output.shape + ((2,) if "complex" in output.dtype else ())


def compared(build: Callable[[], nn.Module], inputs: Any, *, unseen: bool = False) -> None:
    torch.manual_seed(5)
    model = build().train()
    torch.manual_seed(5)
    numbers = dice()
    twin = build()
    torch.manual_seed(5)
    leaves, answer = plainly(twin, inputs)
    torch.manual_seed(5)
    before = fingerprint(model)
    for _ in range(2):
        torch.manual_seed(5)
        random.setstate(numbers[0])
        traced = trace(model, inputs)
        assert fingerprint(model) == before
        assert dice()[2] == numbers[2]
        assert answered(traced.output) == answer
        childless = {path for path, each in model.named_modules() if not [*each.children()]}
        opened = "" in childless and all(call.path for call in traced.calls)
        if opened:  # a model without layers, whose functions are its steps
            assert any(node.functional and node.inside < 0 for node in traced.graph.nodes)
            leaves = [each for each in leaves if each[0]]
        found = [
            (call.path, [values.tobytes() for values in call.outputs])
            for call in traced.calls
            if call.path in childless
        ]
        assert found == [each for each in leaves if each[1]]
        wired(traced, unseen=unseen)


def test_there_are_enough() -> None:
    assert len(MODULES) + len(PICTURES) >= 120


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_traced_as_it_is(name: str) -> None:
    compared(*MODULES[name], unseen=name in UNSEEN)


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_a_model_of_torchvision_is_traced_as_it_is(name: str) -> None:
    from torchvision import models

    special = {
        "vit": lambda: models.VisionTransformer(32, 8, 2, 4, 32, 64, num_classes=5),
        "maxvit": lambda: models.MaxVit((32, 32), 16, 4, [16, 16], [1, 1], 8, 0.0, num_classes=5),
    }
    options = {"googlenet": {"init_weights": False}, "inception_v3": {"init_weights": False}}
    build = special.get(name) or (
        lambda: models.get_model(name, weights=None, num_classes=5, **options.get(name, {}))
    )
    picture = torch.rand(1, 3, PICTURES[name], PICTURES[name])
    compared(build, picture)
