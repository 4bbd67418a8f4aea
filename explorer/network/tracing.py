"""trace(model, images) -> Trace: the only module that registers hooks on anybody's network.

Every leaf module is watched by a forward hook. Values are copied when they pass, because a later
in-place operation would overwrite them; modules that may write to their own input are watched on
entry too. What hooks cannot see (functional calls, operators between modules) shows as an input
that is nobody's output.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from explorer.errors import UntraceableModel
from explorer.kinds import kind_of
from explorer.records import Call, Floats, Trace

INPUT = "input"
LONGEST = 200
NOTHING: Floats = np.zeros(0, dtype=np.float32)
NOTHING.setflags(write=False)
# Types whose forward never writes to its input: what they received can be copied when they return,
# by the same hook.
READERS = frozenset(
    {
        nn.Flatten,
        nn.Linear,
        nn.ReLU,
        nn.Softmax,
        nn.Conv2d,
        nn.MaxPool2d,
        nn.AvgPool2d,
        nn.Identity,
        nn.LayerNorm,
    }
)

# Hooks sit on modules that all threads share: one pass at a time, and each hook answers only to the
# thread that set it.
# The same turn is for whoever needs the process's random numbers to himself, as building an
# untrained network does.
turn = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Intervention:
    """What an edit does to the output of one step: out[:, units] = scale · out[:, units] + values.

    `step` is a module path, `path#2` for its second call, or `input` for the images. `units` are
    flat indices without the batch dimension, None for all. `values` is a number, or an array
    (units,) or (N, units) float32.
    """

    step: str
    units: Sequence[int] | None = None
    scale: float = 0.0
    values: float | Floats = 0.0


def trace(
    model: nn.Module, images: torch.Tensor, interventions: Sequence[Intervention] = ()
) -> Trace:
    """Run one forward pass in eval mode and return what every leaf module received and answered.

    `images` is (N, …) float32 on the model's device. The module comes back as it was: modes,
    buffers, random state and other people's hooks; only our own handles are removed. Calls are in
    execution order; a module called twice gives two of them.

    Raises:
        UntraceableModel: when the pass fails, naming the module reached, or does not return one
            tensor (N, C).
    """
    with turn, torch.no_grad(), _unchanged(model, images.device) as modules:
        recorder = _Recorder(modules, interventions)
        fed = recorder.edited(
            INPUT, images.detach().clone()
        )  # the first layer may write to what it is given
        kept = _kept(fed)
        try:
            recorder.watch()
            output = model(fed)
        except Exception as error:
            raise UntraceableModel(
                "trace.failed",
                step=_reached(error, modules),
                reason=_short(error),
                shape=f"(N, {', '.join(map(str, images.shape[1:]))})",
            ) from error
        finally:
            recorder.leave()
        if not isinstance(output, torch.Tensor) or output.dim() != 2 or len(output) != len(images):
            raise UntraceableModel("trace.output", received=_described(output), count=len(images))
        if not recorder.calls:
            raise UntraceableModel("trace.silent", model=type(model).__name__)
        return Trace(kept, tuple(recorder.calls), _kept(output))


class _Recorder:
    """The hooks of one pass, and what they saw."""

    def __init__(
        self, modules: Mapping[nn.Module, str], interventions: Sequence[Intervention]
    ) -> None:
        self.calls: list[Call] = []
        self._paths = modules
        self._owner = threading.get_ident()
        self._counts: dict[str, int] = {}
        self._enters = False  # whether what goes in is copied on entry, not on return
        self._entered: list[tuple[nn.Module, Floats]] = []
        self._handles: list[Any] = []
        self._edits: dict[str, list[Intervention]] = {}
        for each in interventions:
            self._edits.setdefault(each.step, []).append(each)

    def watch(self) -> None:
        """Register one hook for all modules, which costs a third of one for each.

        Apart where it would come too early.

        A hook for all runs before a module's own hooks. Where somebody's own hook may change the
        output, ours is put behind it.
        """
        leaves = [module for module in self._paths if not module._modules]
        self._enters = not all(_reads(module) for module in leaves)
        if self._enters:
            self._handles.append(register_module_forward_pre_hook(self._before))
        self._handles.append(register_module_forward_hook(self._after))
        for module in leaves:
            if module._forward_pre_hooks and self._enters:
                self._handles.append(module.register_forward_pre_hook(self._enter))
            if module._forward_hooks:
                self._handles.append(module.register_forward_hook(self._behind))

    def leave(self) -> None:
        """Remove our own handles, and nobody else's."""
        for handle in self._handles:
            handle.remove()

    def _before(self, module: nn.Module, given: tuple[Any, ...]) -> None:
        if not module._modules and not module._forward_pre_hooks:
            self._enter(module, given)

    def _enter(self, module: nn.Module, given: tuple[Any, ...]) -> None:
        if threading.get_ident() == self._owner and module in self._paths:
            self._entered.append((module, _kept(_first(given))))

    def _after(self, module: nn.Module, given: tuple[Any, ...], answer: Any) -> Any:
        if module._modules or threading.get_ident() != self._owner or module._forward_hooks:
            return None
        return self._record(module, given, answer)

    def _behind(self, module: nn.Module, given: tuple[Any, ...], answer: Any) -> Any:
        return self._record(module, given, answer) if threading.get_ident() == self._owner else None

    def _record(self, module: nn.Module, given: tuple[Any, ...], answer: Any) -> Any:
        path = self._paths.get(module)
        if (
            path is None
        ):  # a module of somebody else's, called inside a forward pass without being registered
            return None
        kind = kind_of(module)
        received = self._received(module) if self._enters else _kept(_first(given))
        count = self._counts[path] = self._counts.get(path, 0) + 1
        tensor = _first((answer,))
        if tensor is None:
            raise TypeError(
                f"{type(module).__name__} returned {type(answer).__name__}, expected a tensor"
            )
        edited = (
            self.edited(path if count == 1 else f"{path}#{count}", tensor)
            if self._edits
            else tensor
        )
        self.calls.append(Call(path, count, kind, type(module).__name__, received, _kept(edited)))
        return None if edited is tensor else _replaced(answer, tensor, edited)

    def _received(self, module: nn.Module) -> Floats:
        """Return what a module was entered with.

        One that failed inside somebody's `try` leaves its own behind.
        """
        while True:
            entered, kept = self._entered.pop()
            if entered is module:
                return kept

    def edited(self, step: str, tensor: torch.Tensor) -> torch.Tensor:
        """Return the output of a step after the interventions on it.

        Without any, the tensor itself.
        """
        wanted = self._edits.get(step)
        return edited(tensor, wanted) if wanted else tensor


def edited(tensor: torch.Tensor, interventions: Sequence[Intervention]) -> torch.Tensor:
    """Return a copy of an output (N, …) after interventions, in their order."""
    changed = tensor.detach().clone(memory_format=torch.contiguous_format)
    flat = changed.view(len(changed), -1)
    for each in interventions:
        values = torch.tensor(each.values, dtype=flat.dtype, device=flat.device)
        if each.units is None:
            flat.copy_(each.scale * flat + values)
        else:
            units = torch.as_tensor(each.units, dtype=torch.long, device=flat.device)
            flat[:, units] = each.scale * flat[:, units] + values
    return changed


def _kept(tensor: torch.Tensor | None) -> Floats:
    """Return a read-only float32 copy on the CPU; of nothing, an empty array."""
    if tensor is None:
        return NOTHING
    if tensor.dtype is torch.float32 and tensor.is_cpu:
        kept = np.array(
            tensor.numpy(force=tensor.requires_grad)
        )  # half the time of the general way
    else:
        kept = tensor.detach().to("cpu", torch.float32, copy=True).numpy()
    kept.setflags(write=False)
    return kept


def _first(values: Sequence[Any]) -> torch.Tensor | None:
    """Return the first tensor among values and the sequences in them, as of an LSTM's (output, (h, c))."""
    for value in values:
        if isinstance(value, torch.Tensor):
            return value
        if isinstance(value, tuple | list) and (found := _first(value)) is not None:
            return found
    return None


def _replaced(answer: Any, old: torch.Tensor, new: torch.Tensor) -> Any:
    """Return an answer with one tensor exchanged, wherever it sits."""
    if answer is old:
        return new
    if isinstance(answer, tuple | list):
        parts = [_replaced(each, old, new) for each in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else type(answer)(parts)
    return answer


def _reads(module: nn.Module) -> bool:
    """Whether a module is known not to write to its input, so that it can still be copied when the module returns."""
    return type(module) in READERS and not getattr(module, "inplace", False)


def _paths(model: nn.Module) -> dict[nn.Module, str]:
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


@contextmanager
def _unchanged(model: nn.Module, device: torch.device) -> Iterator[dict[nn.Module, str]]:
    """Put every module into eval mode and give them with their paths.

    Then restore modes, buffers and random state.
    """
    modules = _paths(model)
    modes = [(module, module.training) for module in modules]
    buffers = [
        (module, name, buffer, buffer.clone())
        for module in modules
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]
    accelerator = torch.get_device_module(device) if device.type != "cpu" else None
    state = torch.default_generator.get_state()
    theirs = accelerator.get_rng_state(device) if accelerator else None
    try:
        for module, training in modes:
            if training:
                module.training = False
        yield modules
    finally:
        for module, training in modes:
            module.training = training
        for module, name, buffer, kept in buffers:
            module._buffers[name] = buffer  # the pass may have put another tensor in its place
            buffer.copy_(kept)
        torch.default_generator.set_state(state)
        if accelerator:
            accelerator.set_rng_state(theirs, device)


def _reached(error: BaseException, paths: Mapping[nn.Module, str]) -> str:
    """Return the path of the innermost module whose code was running when the pass failed.

    The model itself is `forward`.
    """
    reached, frame = INPUT, error.__traceback__
    while frame is not None:
        running = frame.tb_frame.f_locals.get("self")
        if isinstance(running, nn.Module) and running in paths:
            reached = paths[running] or "forward"
        frame = frame.tb_next
    return reached


def _short(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _described(output: Any) -> str:
    return (
        f"torch.Size({list(output.shape)})"
        if isinstance(output, torch.Tensor)
        else type(output).__name__
    )
