"""Whose tensor is this? Every tensor of a pass by identity and version, with the call that made it.

Values are kept by reference. What is about to be written in place is copied first; where something
was written unseen a slot is `lost`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

import torch
from torch import nn

from explorer.graphs import PART
from explorer.network import functions
from explorer.network.functions import pointer, tensors

INPUT, CONSTANT = -1, -2  # in place of a call's index


class Slot:
    """One tensor at one version: a reference, or a copy made before somebody wrote to it."""

    __slots__ = ("kept", "tensor", "version")

    def __init__(self, tensor: torch.Tensor, *, copy: bool) -> None:
        self.tensor = tensor
        self.version = functions.version(tensor)
        self.kept = functions.copy(tensor) if copy or self.version < 0 else None

    @property
    def lost(self) -> bool:
        """Whether somebody wrote to it and no copy was made before."""
        return self.kept is None and functions.version(self.tensor) != self.version


# What a call received: the index of the call it came from, which of its outputs, and the values.
Received = tuple[int, int, Slot]


class Raw:
    """One call as it was seen. `frame` is the module call it was made in, or is.

    `constants` is what it was given beside tensors.
    """

    __slots__ = ("constants", "frame", "inside", "leaf", "op", "outs", "received")

    def __init__(
        self, op: str, frame: int, received: list[Received], outs: list[Slot], leaf: bool
    ) -> None:
        self.op, self.frame, self.received, self.outs, self.leaf = op, frame, received, outs, leaf
        self.inside = -1
        self.constants = ""


class Ledger:
    """The calls of a pass and the tensors between them. `keep` is shown what may be written to."""

    def __init__(
        self,
        paths: Mapping[nn.Module, str],
        keep: Callable[[torch.Tensor], None],
        *,
        copies: bool,
    ) -> None:
        self.calls: list[Raw] = []
        self.slots: list[Slot] = []
        self._paths, self._keep, self.copies = paths, keep, copies
        self._owners: dict[int, Received] = {}
        self._writers: dict[int, list[tuple[int, torch.Tensor]]] = {}
        self._waiting: list[Slot] = []  # not yet under their memory
        self._memory: dict[int, list[Slot]] = {}
        self._alive: list[torch.Tensor] = []
        self._names: dict[int, str] | None = None

    def feed(self, inputs: Any) -> list[Slot]:
        """Take the module's inputs as the first values there are."""
        slots = [self._slot(each) for each in tensors(inputs)]
        for place, slot in enumerate(slots):
            self._owners[id(slot.tensor)] = (INPUT, place, slot)
        return slots

    def add(
        self, op: str, frame: int, received: list[Received], outs: list[torch.Tensor], leaf: bool
    ) -> int:
        """Note a call and its outputs; return its index."""
        index = len(self.calls)
        slots = [self._slot(each) for each in outs]
        self.calls.append(Raw(op, frame, received, slots, leaf))
        for place, slot in enumerate(slots):
            self._owners[id(slot.tensor)] = (index, place, slot)
        return index

    def rename(self, tensor: torch.Tensor, received: Received) -> None:
        """Take a tensor for another name of one that is known."""
        self._owners[id(tensor)] = received
        self._alive.append(tensor)

    def origins(self, values: Any, frame: int) -> list[Received]:
        """Return where each of the tensors in `values` came from."""
        return [self._origin(each, frame) for each in tensors(values)]

    def save(self, targets: list[torch.Tensor]) -> None:
        """Copy what is about to be overwritten: all values that look at the same memory."""
        for slot in self._waiting:
            self._memory.setdefault(pointer(slot.tensor), []).append(slot)
        self._waiting.clear()
        for target in targets:
            self._keep(target)
            for slot in self._memory.pop(pointer(target), ()):
                if slot.kept is None and not slot.lost:
                    slot.kept = functions.copy(slot.tensor)

    def wrote(self, targets: list[torch.Tensor], index: int) -> None:
        """Note which call wrote to some tensors last."""
        for target in targets:
            self._writers.setdefault(pointer(target), []).append((index, target))

    @property
    def names(self) -> Mapping[int, str]:
        """What was there before: parameters, buffers and tensors in plain attributes, by id."""
        if self._names is None:
            self._names = {}
            for module, path in self._paths.items():
                held = {**module.__dict__, **module._buffers, **module._parameters}
                for name, value in held.items():
                    if name not in {"_buffers", "_parameters", "_modules"}:
                        for each in tensors(value):
                            self._names.setdefault(id(each), f"{path}.{name}".lstrip("."))
        return self._names

    def _slot(self, tensor: torch.Tensor) -> Slot:
        slot = Slot(tensor, copy=self.copies)
        self.slots.append(slot)
        self._waiting.append(slot)
        return slot

    def _origin(self, tensor: torch.Tensor, frame: int) -> Received:
        known = self._owners.get(id(tensor))
        if known is not None:
            same = not self.copies and known[2].version == functions.version(tensor) >= 0
            return known if same or known[0] == CONSTANT else self._written(tensor, frame, known)
        if (wrote := self._writer(tensor)) is not None:
            return (*wrote, self._slot(tensor))
        if isinstance(tensor, nn.Parameter) or id(tensor) in self.names:
            return (CONSTANT, 0, Slot(tensor, copy=False))
        return self._unseen(tensor, frame)

    def _written(self, tensor: torch.Tensor, frame: int, known: Received) -> Received:
        """Return the origin of a tensor that was, or may have been, written to meanwhile."""
        index, output, slot = known
        wrote = self._writer(tensor)
        if wrote is not None and wrote[0] > index:
            return (*wrote, self._slot(tensor))
        if slot.kept is not None and not functions.equal(slot.kept, tensor):
            return self._unseen(tensor, frame)  # where nobody counts
        return (index, output, self._slot(tensor))

    def _unseen(self, tensor: torch.Tensor, frame: int) -> Received:
        """Note a call of nobody knows what, which made this tensor."""
        self.add("unseen", frame, [], [tensor], leaf=False)
        return self._owners[id(tensor)]

    def _writer(self, tensor: torch.Tensor) -> tuple[int, int] | None:
        """Return the call that wrote last to values of a tensor, and which of its outputs it is.

        PART where it is none of them, as when only some of its columns were written.
        """
        for index, target in reversed(self._writers.get(pointer(tensor), ())):
            if _met(target, tensor) is Met.NOWHERE:
                continue
            outs = self.calls[index].outs
            whole = (_met(out.tensor, tensor) is Met.WHOLE for out in outs)
            return index, next((place for place, same in enumerate(whole) if same), PART)
        return None


class Met(Enum):
    """How two views of some memory lie: one value on the other, some on some, or apart."""

    WHOLE = auto()
    SOME = auto()
    NOWHERE = auto()


def _met(one: torch.Tensor, other: torch.Tensor) -> Met:
    """Return how two tensors lie on each other."""
    if one is other:
        return Met.WHOLE
    if pointer(one) != pointer(other):
        return Met.NOWHERE
    ways = [(each.dtype, each.shape, each.stride(), each.storage_offset()) for each in (one, other)]
    if ways[0] == ways[1]:
        return Met.WHOLE
    if one.dtype != other.dtype:
        return Met.SOME
    count = one.untyped_storage().nbytes() // one.element_size()
    places = torch.arange(count, device="cpu")
    a, b = (places.as_strided(*each[1:]).reshape(-1) for each in ways)
    if torch.equal(a, b):
        return Met.WHOLE
    return Met.SOME if bool(torch.isin(a, b).any()) else Met.NOWHERE
