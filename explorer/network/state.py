"""What tells one state of a module, or of what it is fed, from another: all that people change.

That are its parts, weights, options and attributes, the hooks on it, and how often each tensor was
written to; not whether it trains, for a pass is in eval mode anyway.
"""

from __future__ import annotations

import dataclasses
from collections import UserDict, deque
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.network.functions import pointer, version
from explorer.network.options import PLAIN

LONGEST = 1000  # things in a collection whose changes are told; a vocabulary has more
# What every module has and no pass asks for: all but its parts, its weights and the hooks on it.
HELD = (
    *("_modules", "_parameters", "_buffers", "_forward_hooks", "_forward_pre_hooks"),
    *("_backward_hooks", "_backward_pre_hooks"),
)
APART = frozenset(vars(nn.Module())).difference(HELD)


@dataclass(frozen=True, slots=True)
class State:
    """A state, equal to another where nothing was changed between them.

    Things are told by their identity, and are `held` so that no other gets it meanwhile.
    """

    marks: tuple[Hashable, ...]
    held: tuple[Any, ...] = field(compare=False, repr=False)


def state(value: Any) -> State:
    """Return what changes when anything of a module, or of nested tensors, is changed."""
    telling = _Telling()
    telling.each((value,))
    return State(tuple(telling.marks), tuple(telling.held))


class _Telling:
    __slots__ = ("_met", "held", "marks")

    def __init__(self) -> None:
        self.marks: list[Hashable] = []
        self.held: list[Any] = []
        self._met: set[int] = set()

    def each(self, values: Collection[Any]) -> None:
        """Write down things, and what is in them: of a large network thousands, in 1 ms."""
        self.marks.append(len(values))
        if len(values) > LONGEST:
            return
        self.marks += map(id, values)
        self.held += values
        for value in values:
            if value.__class__ not in PLAIN and id(value) not in self._met:
                self._met.add(id(value))  # it may hold itself
                self._inside(value)

    def _named(self, values: Mapping[Any, Any]) -> None:
        if len(values) <= LONGEST:
            self.marks += values
        self.each(values.values())

    def _inside(self, value: Any) -> None:
        if isinstance(value, torch.Tensor):
            self._tensor(value)
        elif isinstance(value, dict):
            self._named(value)
        elif isinstance(value, nn.Module):
            self._module(value)
        elif isinstance(value, tuple | list | deque):
            self.each(value)
        elif isinstance(value, set | frozenset):
            self.marks.append(frozenset(value))  # put back, they may stand in another order
        elif isinstance(value, UserDict):
            self._named(value)
        elif isinstance(value, np.ndarray):
            self.marks.append(value.tobytes())
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = dataclasses.fields(value)
            self._named({each.name: getattr(value, each.name, None) for each in fields})

    def _tensor(self, tensor: torch.Tensor) -> None:
        self.marks.append(version(tensor))
        if type(tensor) in {torch.Tensor, nn.Parameter}:  # others may have no memory of their own
            self.marks.append(pointer(tensor))  # `.data = …` and `.half()` exchange it, uncounted

    def _module(self, module: nn.Module) -> None:
        self.each((module.__class__,))
        attributes = {name: each for name, each in vars(module).items() if name not in APART}
        for name in HELD:  # most are empty
            if not attributes.get(name, True):
                del attributes[name]
        self._named(attributes)
        if isinstance(module, torch.jit.ScriptModule):  # which keeps them elsewhere
            self.each((*module.parameters(), *module.buffers()))
