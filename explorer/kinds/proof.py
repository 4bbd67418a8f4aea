"""What a call did, against which its kind is held."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from explorer.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What a call received, each (N, …), and put out, (N, …); `near` is what its type may lose.

    `dtypes` are the types of what was received, `layer` the module that was called, if it was one.
    """

    received: tuple[Floats, ...]
    output: Floats
    near: float
    dtypes: tuple[str, ...] = ()
    layer: nn.Module | None = None
