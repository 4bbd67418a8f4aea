"""What a network is taught: a record of its own, for all who ask for a lesson or give one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Optimizer = Literal["sgd", "momentum", "adam"]


@dataclass(frozen=True, slots=True)
class Taught:
    """What the drawing in focus is said to be, a class, and what the network learns from that.

    `steps` of an optimizer at a learning rate, each on this drawing alone, from the weights of the
    checkpoint. Where gradients are `summed`, none is set to zero between two backward passes.
    `frozen` are paths of modules whose own parameters have `requires_grad=False`.
    With `shown` the network that everything is shown of is the one that has learnt this.
    """

    label: int
    steps: int = 0
    rate: float = 0.01
    optimizer: Optimizer = "sgd"
    summed: bool = False
    frozen: tuple[str, ...] = ()
    shown: bool = False

    @property
    def replaces(self) -> bool:
        """Whether what has learnt stands in the place of the network: without a step, nothing."""
        return self.shown and self.steps > 0
