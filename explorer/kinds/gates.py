"""One hidden unit at one time, written out: its gates and its state, in symbols and numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.maths.arithmetic import Doubles
from explorer.maths.digits import digits, factor
from explorer.maths.recurrence import Cell, Moment

FORMULAS: dict[str, str] = {
    "RNN_TANH": "h[t] = tanh(W_ih·x[t] + b_ih + W_hh·h[t−1] + b_hh)",
    "RNN_RELU": "h[t] = max(0, W_ih·x[t] + b_ih + W_hh·h[t−1] + b_hh)",
    "LSTM": (
        "i, f, o = σ(W_ih·x[t] + b_ih + W_hh·h[t−1] + b_hh); g = tanh(…); "
        "c[t] = f·c[t−1] + i·g; h[t] = o·tanh(c[t])"
    ),
    "GRU": (
        "r, z = σ(W_ih·x[t] + b_ih + W_hh·h[t−1] + b_hh); "
        "n = tanh(W_ih·x[t] + b_ih + r·(W_hh·h[t−1] + b_hh)); h[t] = (1 − z)·n + z·h[t−1]"
    ),
}


@dataclass(frozen=True, slots=True)
class Times:
    """How a moment is written behind x, h and c, `[3]`, and the one its state comes from, `[2]`.

    `_0` is what was there before the first.
    """

    now: str
    before: str


def written(cell: Cell, of: Moment, place: int, times: Times) -> list[str]:
    """Return the lines for one unit of the state: gates, memory, state, each in numbers.

    Of a projected state, `proj_size`, the unit that adds most is written out, then the sum.
    """
    if cell.projection is None:
        return [*_gates(cell, of, place, times), *_state(cell, of, place, times)]
    terms = cell.projection[place] * of.made
    most = int(np.abs(terms).argmax())
    return [
        *_gates(cell, of, most, times),
        *_state(cell, of, most, times),
        f"W_hr[{place}, {most}]·m[{most}] = {digits(float(terms[most]))}",
        f"h{times.now} = Σₖ W_hr[{place}, k]·m[k] = {digits(float(terms.sum()))}",
    ]


def _gates(cell: Cell, of: Moment, unit: int, times: Times) -> list[str]:
    """Return every gate: what x adds, what the state before adds, and the value."""
    lines = []
    for name, gate in of.gates.items():
        bend = "max(0, " if cell.mode == "RNN_RELU" else "tanh(" if name in "gnh" else "σ("
        share = f"{digits(float(of.gates['r'].value[unit]))}·" if name == "n" else ""
        symbols = f"W_hh·h{times.before} + b_hh"
        symbols = f"r·({symbols})" if name == "n" else symbols
        one, two = digits(float(gate.entering[unit])), factor(float(gate.carried[unit]))
        made = f"h{times.now}" if name == "h" else name
        lines.append(
            f"{made} = {bend}W_ih·x{times.now} + b_ih + {symbols})"
            f" = {bend}{one} + {share}{two}) = {digits(float(gate.value[unit]))}"
        )
    return lines


def _state(cell: Cell, of: Moment, unit: int, times: Times) -> list[str]:
    """Return what becomes of the gates: an LSTM's memory and state, a GRU's state."""
    value = {name: float(gate.value[unit]) for name, gate in of.gates.items()}
    made = f"h{times.now}" if cell.projection is None else f"m[{unit}]"
    total = digits(float(of.made[unit]))
    if cell.mode == "LSTM":
        kept, memory = float(of.kept[unit]), float(of.memory[unit])
        return [
            f"c{times.now} = f·c{times.before} + i·g = {_product(value['f'], kept)}"
            f" + {_product(value['i'], value['g'])} = {digits(memory)}",
            f"{made} = o·tanh(c{times.now}) = {_product(value['o'], float(np.tanh(memory)))}"
            f" = {total}",
        ]
    if cell.mode == "GRU":
        z, before = value["z"], float(of.before[unit])
        return [
            f"{made} = (1 − z)·n + z·h{times.before} = {_product(1 - z, value['n'])}"
            f" + {_product(z, before)} = {total}"
        ]
    return []


def _product(one: float, two: float) -> str:
    return f"{digits(one)}·{factor(two)}"


def largest(values: Doubles) -> float:
    """Return the end of a scale of rounding: the largest |value|, 1 at least."""
    return max(1.0, float(np.abs(values).max(initial=0.0)))
