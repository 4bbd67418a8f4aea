"""What a call did, against which its kind is held."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What a call received, each (N, …), and put out, (N, …); `near` is what its type may lose."""

    received: tuple[Floats, ...]
    output: Floats
    near: float
