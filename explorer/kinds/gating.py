"""nn.GLU: of two halves the one is let through as far as the other says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from explorer.kinds import exchange
from explorer.kinds.base import Explanation, Kind, Subject
from explorer.kinds.layers import Like
from explorer.maths.arithmetic import Feeding
from explorer.maths.digits import digits, factor, short

NEAR = 16  # roundings of σ and a product


class Gating(Kind):
    """Gated linear units."""

    name = "gating"
    written = "y[i] = a[i]·σ(b[i]), σ(z) = 1 / (1 + exp(−z))"
    typed = True
    types = (nn.GLU,)
    likes: Mapping[str, Like] = {"glu": Like("input dim", nn.GLU)}

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and the dimension that is cut in two."""
        return {**super().blanks(subject), "dim": getattr(subject.module, "dim", "…")}

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the value of the first half, that of the second, and what σ makes of it."""
        made, found = subject.exchange, _halves(subject, unit)
        if found is None:
            return {}, ()
        a, b, gate = found.value, found.other, found.gate
        one, other = (
            exchange.span(made, 0, each, subject.focus) for each in (found.first, found.second)
        )
        name = exchange.name(made, unit, subject.values.shape)
        lines = [
            f"{name} = x{one}·σ(x{other}) = {digits(a)}·σ({digits(b)})",
            f"σ({digits(b)}) = 1 / (1 + exp({digits(-b)})) = {digits(gate)}",
            f"{name} = {digits(a)}·{factor(gate)} = {short(a * gate)}",
        ]
        own = exchange.own(made, 0, found.first, subject.focus)
        data: dict[str, Any] = {"formulas": lines, "source": subject.source}
        data |= {} if own is None else {"from": int(own)}
        near = NEAR * subject.near * max(abs(a * gate), 1e-30)
        return data, (subject.check("again", a * gate, value, near),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return the value of the first half times its gate."""
        found = _halves(subject, unit)
        if found is None:
            return None
        own = exchange.own(subject.exchange, 0, found.first, subject.focus)
        if own is None:
            return None
        product = found.value * found.gate
        return Feeding(own.reshape(1), np.array([product]), 0.0, product)


@dataclass(frozen=True, slots=True)
class Halves:
    """A value of the first half and one of the second, where they lie, and σ of that, the gate."""

    value: float
    other: float
    first: list[int]
    second: list[int]
    gate: float


def _halves(subject: Subject, unit: int) -> Halves | None:
    """Return what makes one value; None where it is not known."""
    made, module = subject.exchange, subject.module
    if not isinstance(module, nn.GLU) or not made.received or not made.answers:
        return None
    whole = made.received[0]
    first = exchange.index(made, unit, subject.values.shape, subject.focus)
    second = list(first)
    second[module.dim] += whole.shape[module.dim] // 2
    a, b = (float(whole[tuple(place)]) for place in (first, second))
    with np.errstate(over="ignore"):
        return Halves(a, b, first, second, float(1 / (1 + np.exp(-np.float64(b)))))
