"""Padding: more around every map, a number, its mirror image, its edge or its other side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from explorer.figures import arrays
from explorer.kinds.base import Subject
from explorer.kinds.function import Function
from explorer.kinds.keeping import kept
from explorer.kinds.layers import Like
from explorer.kinds.moving import Moving
from explorer.records import Floats

MODES: Mapping[str, tuple[type[nn.Module], ...]] = {
    "constant": (nn.ConstantPad1d, nn.ConstantPad2d, nn.ConstantPad3d),
    "reflect": (nn.ReflectionPad1d, nn.ReflectionPad2d, nn.ReflectionPad3d),
    "replicate": (nn.ReplicationPad1d, nn.ReplicationPad2d, nn.ReplicationPad3d),
    "circular": (nn.CircularPad1d, nn.CircularPad2d, nn.CircularPad3d),
}
OUTSIDE = -1  # in place of a place: the number that is put around
LETTERS = {1: "i", 2: "k t", 3: "k r c", 4: "k d r c"}


class Padded(nn.Module):
    """What `F.pad` does, as a layer."""

    def __init__(self, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> None:
        super().__init__()
        self.padding, self.mode, self.value = pad, mode, value


class Padding(Moving):
    """No number changes; more of them stand around."""

    name = "padding"
    types = tuple(each for types in MODES.values() for each in types)
    functions = ()
    likes: Mapping[str, Like] = {"pad": Like("input pad mode value", Padded)}

    def formula(self, subject: Subject) -> str:
        """Return where each value inside stood, `r − 2` behind two rows that are put before."""
        widths, letters = _widths(subject), LETTERS.get(subject.entering.ndim, "").split()
        if not letters or len(widths) > len(letters):
            return Function.formula(self, subject)
        before = [0] * (len(letters) - len(widths)) + [first for first, _ in reversed(widths)]
        stood = (
            f"{letter} {'−' if first > 0 else '+'} {abs(first)}" if first else letter
            for letter, first in zip(letters, before, strict=True)
        )
        return f"y[{', '.join(letters)}] = x[{', '.join(stood)}]"

    def way(self, subject: Subject) -> str:
        """Return what is put around."""
        return _mode(subject.module)

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and the number that is put around."""
        return {**super().blanks(subject), "value": f"{_constant(subject.module):g}"}

    def stood(self, subject: Subject, unit: int) -> tuple[int, int] | float | None:
        """Return the place of a value in what goes in, or the number that is put around."""
        places = kept(subject, "padded", None, lambda: _placed(subject))
        if places.shape != subject.values.shape:
            return None
        place = int(places[tuple(arrays.place(unit, places.shape))])
        return _constant(subject.module) if place == OUTSIDE else (0, place)


def _mode(module: nn.Module | None) -> str:
    if isinstance(module, Padded):
        return module.mode
    return next((mode for mode, types in MODES.items() if isinstance(module, types)), "constant")


def _constant(module: Any) -> float:
    return float(getattr(module, "value", 0.0))


def _widths(subject: Subject) -> list[tuple[int, int]]:
    """Return how many are put before and behind, the last dimension first."""
    module: Any = subject.module
    numbers = [int(each) for each in getattr(module, "padding", ())]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _placed(subject: Subject) -> Floats:
    """Return for every value of one image which of those that go in it is, or OUTSIDE.

    An empty array where batches are padded, not images.
    """
    entering, widths = subject.entering, _widths(subject)
    if len(widths) > entering.ndim:
        return np.empty(0, dtype=np.float32)
    places = torch.arange(entering.size, dtype=torch.float64).reshape(1, *entering.shape)
    mode, plain = _mode(subject.module), [number for pair in widths for number in pair]
    around = {"value": OUTSIDE} if mode == "constant" else {}
    found: Floats = F.pad(places, plain, mode, **around)[0].numpy()
    return found
