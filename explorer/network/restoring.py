"""Whatever a pass does to a module, its tensors and the process is undone, also after a failure."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.network.compiled import compiler
from explorer.network.functions import version

HELD = ("_parameters", "_buffers", "_modules")  # dictionaries that a forward pass may change
OURS = frozenset(vars(nn.Module()))  # what torch itself keeps in every module, hooks among it
WRITTEN = (list, dict, set, deque)  # of attributes, what a forward pass may write to
COMPARED = (
    *(torch.float32, torch.float64, torch.float16, torch.bfloat16),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
)


def paths_of(model: nn.Module) -> dict[nn.Module, str]:
    """Return every module with its path, as `named_modules` does, in a third of the time."""
    paths = {model: ""}

    def walk(parent: nn.Module, prefix: str) -> None:
        for name, child in parent._modules.items():
            if child is not None and child not in paths:
                paths[child] = prefix + name
                if child._modules:
                    walk(child, f"{prefix}{name}.")

    walk(model, "")
    return paths


class Switched:
    """Put every module into eval mode and give them with their paths; then restore the modes.

    It is enough where it is known that a pass changes nothing else. A class, because a generator
    takes longer to enter and leave than a layer to run.
    """

    __slots__ = ("_modes", "_paths", "_weights")

    def __init__(self, model: nn.Module) -> None:
        self._paths = paths_of(model)

    def __enter__(self) -> dict[nn.Module, str]:
        self._modes = [(module, module.training) for module in self._paths]
        training = [(module, False) for module, mode in self._modes if mode]
        self._weights = _weights(self._modes) if training else []
        if training:
            try:
                _switch(training, forced=False)
            except BaseException:
                self.__exit__()
                raise
        return self._paths

    def __exit__(self, *_: object) -> None:
        _switch(self._modes, forced=True)
        for parameter, kept in self._weights:
            _write(parameter, kept)


@contextmanager
def evaluating(model: nn.Module, device: torch.device) -> Iterator[dict[nn.Module, str]]:
    """Put every module into eval mode and give them with their paths.

    Then restore modes, buffers and random state. A module with a `train()` of its own is asked
    through it, as `model.eval()` would, and gets its weights back bit for bit.
    """
    paths = paths_of(model)
    modes = [(module, module.training) for module in paths]
    buffers = [
        (buffer, buffer.clone())
        for module in paths
        for buffer in module._buffers.values()
        if buffer is not None
    ]
    weights = _weights(modes)
    accelerator = torch.get_device_module(device) if device.type not in {"cpu", "meta"} else None
    state = torch.default_generator.get_state()
    theirs = accelerator.get_rng_state(device) if accelerator else None
    try:
        _switch([(module, False) for module, training in modes if training], forced=False)
        yield paths
    finally:
        _switch(modes, forced=True)
        for buffer, kept in buffers:
            if not _same(buffer, kept):  # a write makes whoever counts them run the module anew
                _write(buffer, kept)
        for parameter, kept in weights:
            _write(parameter, kept)
        torch.default_generator.set_state(state)
        if accelerator:
            accelerator.set_rng_state(theirs, device)


def _same(tensor: torch.Tensor, values: torch.Tensor) -> bool:
    """Whether two tensors hold the same bits; False where that is not easily seen."""
    if tensor.layout is not torch.strided or tensor.is_meta or tensor.dtype not in COMPARED:
        return False
    signs = (tensor, values) if tensor.is_floating_point() else ()
    return torch.equal(tensor, values) and (
        not signs or torch.equal(*(torch.signbit(each) for each in signs))
    )


def _write(tensor: torch.Tensor, values: torch.Tensor) -> None:
    if tensor.is_inference():  # made in inference mode, it can be written to in no other
        with torch.inference_mode():
            tensor.copy_(values)
    else:
        tensor.copy_(values)


def _own(module: nn.Module) -> bool:
    """Whether a module decides for itself what train and eval mean."""
    return type(module).train is not nn.Module.train and not isinstance(
        module, torch.jit.ScriptModule
    )


def _weights(modes: list[tuple[nn.Module, bool]]) -> list[tuple[nn.Parameter, torch.Tensor]]:
    """Return the parameters that a module's own `train()` may change, with copies."""
    own = {
        parameter
        for module, training in modes
        if training and _own(module)
        for parameter in module.parameters()
    }
    return [(parameter, parameter.detach().clone()) for parameter in own]


def _switch(modes: list[tuple[nn.Module, bool]], *, forced: bool) -> None:
    """Give modules their modes, parents first.

    Inside one that decides for itself flags are only set where they are `forced`.
    """
    if not [module for module, mode in modes if module.training is not mode]:
        return
    own = [(module, mode) for module, mode in modes if _own(module)]
    for module, mode in own:
        if module.training != mode:
            module.train(mode)
    decided = {inner for module, _ in own for inner in module.modules()}
    for module, mode in modes:
        if module.training != mode and (forced or module not in decided):
            if isinstance(module, torch.jit.ScriptModule):
                module.training = mode
            else:
                module.__dict__["training"] = mode  # a tenth of the time


class Keeper:
    """What a module holds besides modes and buffers: its weights, options, attributes, gradients.

    `restless` is True after `restore` where a pass had changed any of it, `drew` where it took
    random numbers.
    """

    def __init__(self, paths: Mapping[nn.Module, str]) -> None:
        self.restless = self.drew = False
        self._attributes = [(module, module.__dict__.copy()) for module in paths]
        self._contents = [
            (held, held.copy())
            for _, attributes in self._attributes
            for name, held in attributes.items()
            if isinstance(held, WRITTEN) and name not in OURS
        ]
        self._held = [
            (held, held.copy()) for module in paths for name in HELD if (held := _of(module, name))
        ]
        self._parameters = [
            (parameter, parameter.requires_grad, parameter.grad)
            for module in paths
            for parameter in module._parameters.values()
            if parameter is not None
        ]
        self._buffers = [
            (buffer, version(buffer))
            for module in paths
            for buffer in module._buffers.values()
            if buffer is not None
        ]
        self._memory: dict[int, torch.Tensor] | None = None
        self.saved: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []
        self._random = random.getstate()
        self._drawn = torch.default_generator.get_state()
        self._numbers = np.random.get_state(legacy=False)

    def save(self, tensor: torch.Tensor) -> None:
        """Copy the weight or gradient whose memory a tensor looks at: it may be written to."""
        if self._memory is None:
            held = [(each, each.grad) for each, _, _ in self._parameters]
            flat = [each for pair in held for each in pair if each is not None]
            self._memory = {each.data_ptr(): each for each in flat if not each.is_meta}
        if tensor.layout is not torch.strided or tensor.is_meta:
            return
        found = self._memory.pop(tensor.untyped_storage().data_ptr(), None)
        if found is not None:
            self.saved.append((found, found.data, found.detach().clone()))

    def save_gradients(self) -> None:
        """Copy every gradient there is: a backward pass adds to them."""
        for parameter, _, gradient in self._parameters:
            if gradient is not None and parameter.grad is gradient:
                self.save(gradient)

    def restore(self) -> None:
        """Put everything back."""
        for module, before in self._attributes:
            now = module.__dict__
            if now.keys() != before.keys() or any(now[name] is not before[name] for name in before):
                self.restless = True
                now.clear()
                now.update(before)
        for collection, contents in self._contents:
            if not _alike(collection, contents):
                self.restless = True
                _fill(collection, contents)
        for held, before in self._held:
            if held.keys() != before.keys() or any(held[name] is not before[name] for name in held):
                self.restless = True
                held.clear()
                held.update(before)
        for tensor, memory, kept in self.saved:
            self.restless = True
            tensor.data = memory
            tensor.data.copy_(kept)
        for parameter, wanted, gradient in self._parameters:
            if parameter.requires_grad != wanted:
                parameter.requires_grad_(wanted)
            if parameter.grad is not gradient:
                self.restless = True
                parameter.grad = gradient
        if any(version(buffer) != before for buffer, before in self._buffers):
            self.restless = True
        self._redraw()
        self.restless = self.restless or self.drew

    def _redraw(self) -> None:
        """Put the random numbers back, wherever they come from."""
        if not torch.equal(torch.default_generator.get_state(), self._drawn):
            self.drew = True  # put back by `evaluating`, as buffers are
        if random.getstate() != self._random:
            self.drew = True
            random.setstate(self._random)
        now, before = np.random.get_state(legacy=False)["state"], self._numbers["state"]
        if now["pos"] != before["pos"] or not np.array_equal(now["key"], before["key"]):
            self.drew = True
            np.random.set_state(self._numbers)


def _alike(one: Any, other: Any) -> bool:
    """Whether two collections hold the very same things in the same order; a set, in any."""
    if len(one) != len(other):
        return False
    if isinstance(one, set):
        return bool(one == other)
    pairs = zip(one, other, strict=True)
    if isinstance(one, dict):
        return all(key is was and one[key] is other[was] for key, was in pairs)
    return all(each is was for each, was in pairs)


def _fill(collection: Any, contents: Any) -> None:
    """Give a list, a dict, a set or a deque its contents back; it stays the same object."""
    collection.clear()
    add = collection.extend if isinstance(collection, list | deque) else collection.update
    add(contents)


def _of(module: nn.Module, name: str) -> dict[str, Any] | None:
    held = module.__dict__.get(name)
    return held if isinstance(held, dict) and held else None


@contextmanager
def plainly() -> Iterator[None]:
    """Run modules as Python wrote them: compiled ones eagerly, attention without its fused path."""
    with ExitStack() as stack:
        if compiler() is not None:
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        fused = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)
        stack.callback(torch.backends.mha.set_fastpath_enabled, fused)
        yield
