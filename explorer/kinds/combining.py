"""Operators of two tensors between layers, value by value: residual adds, gates, differences."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np

from explorer.kinds.base import Explanation, Kind, Subject

SIGNS: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "add": ("+", operator.add),
    "sub": ("−", operator.sub),
    "mul": ("·", operator.mul),
}


class Combining(Kind):
    """Two tensors, value by value; of one tensor and a number only the result is known."""

    name = "combining"
    functions = tuple(SIGNS)

    def formula(self, subject: Subject) -> str:
        """Return the operator."""
        sign, _ = _sign(subject)
        return f"y[i] = a[i] {sign} b[i]"

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return both values that one was made of."""
        if len(subject.received) != 2:
            return {}, ()
        shape = subject.values.shape
        try:
            one, two = (
                float(np.broadcast_to(each[subject.focus], shape).reshape(-1)[unit])
                for each in subject.received
            )
        except ValueError:  # one of them is not the images' own
            return {}, ()
        sign, of = _sign(subject)
        found = of(one, two)
        if abs(found - value) > 4 * subject.near * (abs(one) + abs(two) + abs(one * two)):
            return {}, ()  # with options of its own, as add(…, alpha=2)
        first, second = ((*(each or "…" for each in subject.sources), "…", "…"))[:2]
        return {
            "formulas": [
                f"a: {first}, b: {second}",
                f"y[{unit}] = {one:.6g} {sign} {two:.6g} = {found:.6g}",
            ],
            "from": unit,
            "source": subject.source,
        }, (subject.check("again", found, value, 4 * subject.near * (abs(one) + abs(two) + 1e-30)),)


def _sign(subject: Subject) -> tuple[str, Callable[[float, float], float]]:
    return SIGNS.get(subject.step.module.removesuffix("_"), SIGNS["add"])
