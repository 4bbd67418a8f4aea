"""The hooks of one pass: what was called, in what order, and with what.

Modules are watched by hooks of their own, the functions and operators between them by a function
mode. Values and origins are the ledger's; here is who ran when.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as internals
from torch.nn.utils.parametrize import ParametrizationList
from torch.overrides import TorchFunctionMode

from explorer.network import functions
from explorer.network.exchanging import Weights
from explorer.network.functions import tensors
from explorer.network.ledger import Ledger, Received
from explorer.network.options import constants
from explorer.network.restoring import Keeper

# What an edit makes of the output of a call: path (None for the input), number, output.
Edit = Callable[[str | None, int, torch.Tensor], torch.Tensor]


class Frame:
    """A module that is running, or was."""

    __slots__ = (
        "before",
        "call",
        "calls",
        "closed",
        "constants",
        "exchanged",
        "module",
        "parent",
        "path",
        "received",
        "start",
        "wrote",
    )

    def __init__(self, module: nn.Module, path: str, parent: int, start: int, closed: bool) -> None:
        self.module, self.path, self.parent, self.start = module, path, parent, start
        self.closed = closed  # whether it is one of torch's own layers, whose inside is known
        self.call = 0
        self.calls = False  # whether it called another module
        self.wrote: list[torch.Tensor] = []  # what a closed one wrote to
        self.received: list[Received] = []
        self.constants = ""
        self.exchanged = False  # whether its weights were others than it holds
        self.before = sys.exception()  # what was being handled when it began


class Failure:
    """Where an error came up: the innermost module call, and the function if it was in one."""

    __slots__ = ("error", "frame", "op", "received")

    def __init__(self, error: BaseException, frame: int, op: str, received: list[Received]) -> None:
        self.error, self.frame, self.op, self.received = error, frame, op, received


class Recorder(TorchFunctionMode):
    """Follows one pass of one thread. It is `asleep` while a trace within this one runs.

    `wild` says that somebody reached for the memory of a tensor itself, `keywords` that a module
    was called with some.
    """

    def __init__(
        self,
        paths: Mapping[nn.Module, str],
        ledger: Ledger,
        keeper: Keeper,
        edit: Edit | None = None,
    ) -> None:
        super().__init__()
        self.paths, self.ledger = paths, ledger
        self.frames: list[Frame] = []
        self.failure: Failure | None = None
        self.names: list[tuple[str, str]] = []  # what the inputs are called, and their ways
        self.asleep = self.wild = self.keywords = False
        self.edit, self._backward = edit, keeper.save_gradients
        self._exchanged = Weights(paths, keeper).exchanged
        self._thread = threading.get_ident()
        self._stack: list[int] = []
        self._counts: dict[str, int] = {}
        self._handles: list[Any] = []
        self._closed: set[nn.Module] = set()

    # ---------------------------------------------------------------- modules

    def watch(self) -> None:
        """Put hooks on every module, before and behind everybody else's.

        What computes a parametrised weight is no layer and is left alone.
        """
        hidden = {
            inner
            for module in self.paths
            if isinstance(module, ParametrizationList)
            for inner in module.modules()
        }
        foreign = internals._global_forward_hooks or internals._global_forward_pre_hooks
        forward, before = nn.Module.register_forward_hook, nn.Module.register_forward_pre_hook
        for module in self.paths:  # through the class: scripted modules refuse the method alone
            if module in hidden:
                continue
            enter = self._enter
            if module._forward_pre_hooks:
                self._handles.append(before(module, self._open, prepend=True))
                enter = self._receive
            elif not foreign and not module._forward_hooks and functions.known(module):
                self._closed.add(module)
            self._handles.append(before(module, enter, with_kwargs=True))
            self._handles.append(forward(module, self._leave, with_kwargs=True, always_call=True))

    def unwatch(self) -> None:
        """Remove our own handles, and nobody else's."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def _deaf(self) -> bool:
        """Whether what runs is not ours, or stands for something else, as inside of vmap."""
        return self.asleep or threading.get_ident() != self._thread or functions.transforming()

    def __deepcopy__(self, _: Any) -> Recorder:
        """Return itself: whoever copies a module in forward() copies its hooks, not all of this."""
        return self

    def _enter(self, module: nn.Module, args: Any, kwargs: Mapping[str, Any]) -> None:
        if not self._deaf() and module in self.paths:  # else a copy, made on the way
            with torch._C.DisableTorchFunction():
                received = self.origins((args, kwargs) if kwargs else args)
                self.keywords = self.keywords or bool(kwargs)
                frame = self._push(module)
                frame.received, frame.constants = received, constants(args, kwargs)

    def _open(self, module: nn.Module, _: Any) -> None:
        if not self._deaf() and module in self.paths:
            self._push(module)

    def _receive(self, module: nn.Module, args: Any, kwargs: Mapping[str, Any]) -> None:
        if not self._deaf() and self._stack and self.frames[self._stack[-1]].module is module:
            frame = self.frames[self._stack[-1]]
            with torch._C.DisableTorchFunction():
                frame.received = self.origins((args, kwargs))
                frame.constants = constants(args, kwargs)

    def _push(self, module: nn.Module) -> Frame:
        parent = self._stack[-1] if self._stack else -1
        start, closed = len(self.ledger.calls), module in self._closed
        frame = Frame(module, self.paths[module], parent, start, closed)
        frame.exchanged = self._exchanged(module)
        self._stack.append(len(self.frames))
        self.frames.append(frame)
        return frame

    def _leave(self, module: nn.Module, _args: Any, _kwargs: Any, answer: Any) -> Any:
        place = -1 if self._deaf() else self._pop(module)
        if place < 0:
            return None
        frame, error = self.frames[place], sys.exception()
        if error is not None and error is not frame.before:  # it did not return
            self._failed(error, "", frame.received, place)
            return None
        frame.call = self._counts[frame.path] = self._counts.get(frame.path, 0) + 1
        if frame.parent >= 0:
            self.frames[frame.parent].calls = True
        frame.calls = frame.calls or self._opens(frame)
        if frame.calls:
            return None
        with torch._C.DisableTorchFunction():
            return self._leaf(place, frame, answer)

    def _opens(self, frame: Frame) -> bool:
        """Whether a model that calls no module is written in functions, which are its steps."""
        inside = len(self.ledger.calls) > frame.start
        return frame.parent < 0 and inside and not functions.known(frame.module)

    def _pop(self, module: nn.Module) -> int:
        """Return the frame of a module that ends, −1 if it never began."""
        if not any(self.frames[place].module is module for place in self._stack):
            return -1
        while self.frames[place := self._stack.pop()].module is not module:
            pass
        return place

    def _leaf(self, place: int, frame: Frame, answer: Any) -> Any:
        outs, changed = tensors(answer), None
        if outs and self.edit:
            edited = self.edit(frame.path, frame.call, outs[0])
            if edited is not outs[0]:
                old = outs[0]
                changed = functions.mapped(answer, lambda each: edited if each is old else each)
                outs = tensors(changed)
        name = functions.type_name(frame.module)
        index = self.ledger.add(name, place, frame.received, outs, leaf=True)
        self.ledger.calls[index].constants = frame.constants
        for raw in self.ledger.calls[frame.start : index]:
            raw.inside = index
        self.ledger.wrote(frame.wrote, index)
        return changed

    def _failed(self, error: BaseException, op: str, received: list[Received], place: int) -> None:
        if self.failure is None or self.failure.error is not error:  # the innermost comes first
            self.failure = Failure(error, place, op, received)

    # ---------------------------------------------------------------- functions

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run one of torch's functions and note what came of it."""
        kwargs = kwargs or {}
        name = func.__name__
        if self.asleep or name in functions.QUESTIONS or functions.transforming():
            return func(*args, **kwargs)
        if name == "__get__":
            name = getattr(getattr(func, "__self__", None), "__name__", name)
            if name not in functions.DOORS and not isinstance(answer := func(*args), torch.Tensor):
                return answer
        if name in functions.DOORS:
            self.wild = True
            self.ledger.save(tensors(args))
        if name == "backward":
            self._backward()
        targets = tensors(functions.written(func, name, args, kwargs))
        if targets:
            self.ledger.save(targets)
        if not self._stack or self.frames[self._stack[-1]].closed:
            if targets and self._stack:
                self.frames[self._stack[-1]].wrote += targets
            return func(*args, **kwargs)
        name, order = functions.ordered(name, args)
        received = self.origins((order, kwargs) if kwargs else order)
        try:
            answer = func(*args, **kwargs)
        except Exception as error:
            self._failed(error, functions.called(name), received, self._stack[-1])
            raise
        outs = tensors(answer)
        outs += [each for each in targets if not any(each is out for out in outs)]
        if outs:
            index = self._note(name, received, outs, targets)
            if index >= 0:
                self.ledger.calls[index].constants = constants(order, kwargs)
        return answer

    def _note(
        self,
        name: str,
        received: list[Received],
        outs: list[torch.Tensor],
        targets: list[torch.Tensor],
    ) -> int:
        """Note a call of a function, which wrote to some targets, and return its index.

        −1 where it only gave another name to what it received.
        """
        if len(outs) == 1 and received and not targets:
            same = outs[0] is received[0][2].tensor
            if name in functions.NAMES or (same and name in functions.IDLE):
                self.ledger.rename(outs[0], received[0])
                return -1
        place = self._stack[-1]
        index = self.ledger.add(functions.called(name), place, received, outs, leaf=False)
        self.ledger.wrote(targets, index)
        return index

    def origins(self, values: Any) -> list[Received]:
        """Return where the tensors in `values` came from."""
        return self.ledger.origins(values, self._stack[-1] if self._stack else -1)


@contextmanager
def hooked(hooks: Mapping[nn.Module, Callable[..., Any]]) -> Iterator[None]:
    """Have each module's forward hook called; then remove our own handles, and nobody else's."""
    add = nn.Module.register_forward_hook  # scripted modules refuse the method alone
    handles = [add(module, hook) for module, hook in hooks.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
