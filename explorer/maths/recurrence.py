"""Recurrent layers by hand: every gate of every moment, in float64.

Formulas: the documentation of `torch.nn.RNN`, `torch.nn.LSTM` and `torch.nn.GRU`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.maths.arithmetic import Doubles

Mode = Literal["RNN_TANH", "RNN_RELU", "LSTM", "GRU"]
# In the order in which their weights stand one below the other.
GATES: Mapping[Mode, tuple[str, ...]] = {
    "RNN_TANH": ("h",),
    "RNN_RELU": ("h",),
    "LSTM": ("i", "f", "g", "o"),
    "GRU": ("r", "z", "n"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """The weights of one layer and direction, for G gates of H hidden units each.

    `entering` is W_ih (G·H, F), `carried` W_hh (G·H, P), the biases are (G·H,). `projection` is the
    LSTM's W_hr (P, H); without it P = H.
    """

    mode: Mode
    entering: Doubles
    carried: Doubles
    entering_bias: Doubles
    carried_bias: Doubles
    projection: Doubles | None = None

    @property
    def size(self) -> int:
        """How many products one moment takes."""
        more = 0 if self.projection is None else self.projection.size
        return self.entering.size + self.carried.size + more


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """One gate at one moment, each (H,): W·x + b, W·h + b, and what its curve makes of both."""

    entering: Doubles
    carried: Doubles
    value: Doubles


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One cell at one time: `before` and `hidden` are the state h, (P,), before it and after it.

    `kept` and `memory` are the LSTM's c, (H,), and `made` what it is before its projection.
    """

    gates: Mapping[str, Gate]
    before: Doubles
    hidden: Doubles
    kept: Doubles
    memory: Doubles
    made: Doubles


def moment(cell: Cell, x: Doubles, before: Doubles, kept: Doubles) -> Moment:
    """Return what a cell makes of x (F,), the state before (P,) and, an LSTM, its memory (H,)."""
    names = GATES[cell.mode]
    entering = np.split(cell.entering @ x + cell.entering_bias, len(names))
    carried = np.split(cell.carried @ before + cell.carried_bias, len(names))
    gates: dict[str, Gate] = {}
    for name, one, two in zip(names, entering, carried, strict=True):
        share = gates["r"].value if name == "n" else 1.0
        gates[name] = Gate(one, two, _bent(cell.mode, name, one + share * two))
    memory = kept
    if cell.mode == "LSTM":
        memory = gates["f"].value * kept + gates["i"].value * gates["g"].value
        made = gates["o"].value * np.tanh(memory)
    elif cell.mode == "GRU":
        z = gates["z"].value
        made = (1 - z) * gates["n"].value + z * before
    else:
        made = gates["h"].value
    hidden = made if cell.projection is None else cell.projection @ made
    return Moment(gates, before, hidden, kept, memory, made)


def _bent(mode: Mode, gate: str, values: Doubles) -> Doubles:
    """Return the gate's nonlinearity: σ, for what is to be written tanh, or an RNN's ReLU."""
    result: Doubles
    if mode == "RNN_RELU":
        result = np.maximum(values, 0)
    elif gate in {"g", "n", "h"}:
        result = np.tanh(values)
    else:
        with np.errstate(over="ignore"):
            result = 1 / (1 + np.exp(-values))
    return result


def run(cell: Cell, sequence: Doubles, before: Doubles, kept: Doubles) -> tuple[Moment, ...]:
    """Return every moment of a cell over a sequence (T, F)."""
    found: list[Moment] = []
    for x in sequence:
        found.append(moment(cell, x, before, kept))
        before, kept = found[-1].hidden, found[-1].memory
    return tuple(found)


def unrolled(
    layers: Sequence[Sequence[Cell]],
    sequence: Doubles,
    states: Doubles,
    memories: Doubles,
    *,
    direction: int,
    time: int,
) -> Moment:
    """Return the last layer's moment at one time of a sequence (T, F), in one direction.

    `layers` hold one cell for each direction, the second goes from the end to the start. `states`
    (layers · directions, P) and `memories` (layers · directions, H) are those before the sequence.
    """
    for depth, cells in enumerate(layers[:-1]):
        made = []
        for number, cell in enumerate(cells):
            row = depth * len(cells) + number
            along = sequence[::-1] if number else sequence
            passed = run(cell, along, states[row], memories[row])
            found = np.stack([each.hidden for each in passed])
            made.append(found[::-1] if number else found)
        sequence = np.concatenate(made, axis=1)
    row = (len(layers) - 1) * len(layers[-1]) + direction
    along = sequence[time:][::-1] if direction else sequence[: time + 1]
    return run(layers[-1][direction], along, states[row], memories[row])[-1]
