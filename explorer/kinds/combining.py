"""Operators between layers, value by value: residual adds, gates, differences, a number for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.kinds import spelling
from explorer.kinds.base import Explanation, Kind, Subject
from explorer.maths.arithmetic import Feeding
from explorer.maths.digits import digits

SIGNS: dict[str, tuple[str, Callable[..., Any]]] = {
    "add": ("+", np.add),
    "sub": ("−", np.subtract),
    "mul": ("·", np.multiply),
    "div": ("/", np.divide),
    "pow": ("^", np.power),
}
NAMES = {  # other names of the same, and what is written the other way round
    "subtract": "sub",
    "multiply": "mul",
    **dict.fromkeys(("truediv", "true_divide", "divide"), "div"),
}
TURNED = {"rsub": "sub"}  # called by that name; of `1 - x` torch's graph has a sub of 1 and x
NEGATIVE = ("neg", "negative")
OPTIONS = ("alpha=", "out=", "rounding_mode=")  # what is none of the two


@dataclass(frozen=True, slots=True)
class Operand:
    """One of two values that are combined: of a tensor that was received, and its place there.

    Without a place it is a number. `source` is the step that it comes from, "" where nobody saw.
    """

    value: float
    source: str | None = None
    received: int = 0
    place: int | None = None


class Combining(Kind):
    """Two tensors, value by value, or one and a number."""

    name = "combining"
    functions = (*SIGNS, *NAMES, *TURNED, *NEGATIVE)

    def way(self, subject: Subject) -> str:
        """Return whether one of them is a number, or a way around may join."""
        if _name(subject) in NEGATIVE:
            return "negative"
        if _number(subject):
            return "number"
        both = len(subject.sources) == 2 and all(subject.sources)
        return "around" if both and _name(subject) == "add" else ""

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the number of values, and the number that all are combined with."""
        return {**super().blanks(subject), "number": _number(subject)}

    def formula(self, subject: Subject) -> str:
        """Return the operator, with the numbers that the call was given, and how it rounds."""
        plain = self._plain(subject)
        rounding = [each.strip("'") for each in _option(subject, "rounding_mode")]
        return f"y[i] = {rounding[0]}({plain})" if rounding else f"y[i] = {plain}"

    def _plain(self, subject: Subject) -> str:
        if _name(subject) in NEGATIVE:
            return "−x[i]"
        sign, number = _sign(subject)[0], _number(subject)
        factor = "".join(f"{each} · " for each in _option(subject, "alpha"))
        if not number:
            return _joined("a[i]", sign, f"{factor}b[i]")
        if sign == SIGNS["mul"][0] or _operands(subject)[0]:
            return _joined(number, sign, f"{factor}x[i]")
        below = f"({number})" if number[0] in "-−" else number
        return _joined("x[i]", sign, f"{factor}{below}")

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return both values that one was made of, or the value and the number."""
        if _name(subject) in NEGATIVE:
            return _turned(subject, unit, value)
        found = _pair(subject, unit)
        if found is None:
            return {}, ()
        sign, of = _sign(subject)
        (one, first), (two, second) = ((each.value, each.source) for each in found)
        alpha = [float(each) for each in _option(subject, "alpha")]
        with np.errstate(all="ignore"):
            total = float(of(np.float64(one), np.float64(two) * (alpha[0] if alpha else 1.0)))
        base = f"({one:.6g})" if sign == "^" and one < 0 else f"{one:.6g}"
        numbers = (base, f"{two:.6g}" if two >= 0 else f"({two:.6g})")
        factor = "".join(f"{each:g} · " for each in alpha)
        sources = (first, second)
        names = [] if None in sources else [f"a: {first or '…'}, b: {second or '…'}"]
        source = first if first is not None else second
        size = abs(total) if sign in "·/^" else abs(one) + abs(two) * max([1.0, *map(abs, alpha)])
        rounded = 4 * max(1.0, abs(two) if sign == "^" else 0.0) * subject.near
        return {
            "formulas": [
                *names,
                f"y[{unit}] = {_joined(numbers[0], sign, factor + numbers[1])} = {total:.6g}",
            ],
            **({"from": unit} if subject.entering.shape == subject.values.shape else {}),
            "source": source or None,
        }, (subject.check("again", total, value, rounded * (size + 1e-30)),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return what each tensor adds to a unit; None where it is no sum, as of two that multiply.

        A number that is added is its bias, one that multiplies or divides a weight.
        """
        if _name(subject) in NEGATIVE:
            before = subject.entering.reshape(-1)
            if before.size != subject.values.size:
                return None
            weights: tuple[float, ...] = (-1.0,)
            found = [Operand(float(before[unit]), "", 0, unit)]
        else:
            found = _pair(subject, unit) or []
            weights = _weights(subject, found)
        parts = list(zip(weights, found, strict=False))
        tensors = [(weight, each) for weight, each in parts if each.place is not None]
        if not tensors:
            return None
        bias = sum(weight * each.value for weight, each in parts if each.place is None)
        products = np.array([weight * each.value for weight, each in tensors])
        return Feeding(
            np.array([each.place for _, each in tensors]),
            products,
            bias,
            float(products.sum()) + bias,
            tuple(each.received for _, each in tensors),
        )


def _weights(subject: Subject, found: list[Operand]) -> tuple[float, ...]:
    """Return what each of two operands is multiplied by where they make a sum, else nothing."""
    sign, numbers = _sign(subject)[0], [each.place is None for each in found]
    alpha = float((_option(subject, "alpha") or ["1"])[0])
    if sign in "+−":
        return 1.0, alpha if sign == "+" else -alpha
    if sign == "·" and any(numbers):
        first, second = (each.value for each in found)
        return (0.0, first) if numbers[0] else (second, 0.0)
    if sign == "/" and numbers == [False, True] and found[1].value:
        return 1 / found[1].value, 0.0
    return ()


def _turned(subject: Subject, unit: int, value: float) -> Explanation:
    """Return the value whose sign was turned."""
    if subject.entering.shape != subject.values.shape:
        return {}, ()
    before = float(subject.entering.reshape(-1)[unit])
    line = f"y[{unit}] = −x[{unit}] = −({before:.6g}) = {-before:.6g}"
    data = {"formulas": [line], "from": unit, "source": subject.source}
    return data, (subject.check("again", -before, value, 0.0),)


def _pair(subject: Subject, unit: int) -> list[Operand] | None:
    """Return both values of a unit in the order they are written.

    None where the call was given more than the two.
    """
    texts = _texts(subject)
    if (
        len(texts) != 2
        or _option(subject, "rounding_mode")
        or any("=" in each.removeprefix("other=") for each in texts)
    ):
        return None
    found: list[Operand] = []
    for text in (each.rpartition("=")[2] for each in texts):
        try:
            if not text.startswith("x"):
                found.append(Operand(float(text)))
                continue
            place = int(text[1:]) - 1
            values = subject.received[place][subject.focus]
            places = np.arange(values.size).reshape(values.shape)
            at = int(np.broadcast_to(places, subject.values.shape).reshape(-1)[unit])
        except ValueError:  # no number, or not the images' own
            return None
        number = not (subject.exchange.received[place].ndim or subject.sources[place])
        value, source = float(values.reshape(-1)[at]), subject.sources[place] or ""
        found.append(Operand(value) if number else Operand(value, source, place, at))
    return found[::-1] if _name(subject) in TURNED else found


def _joined(one: str, sign: str, two: str) -> str:
    """Return two operands with their sign between them; a power has no spaces."""
    return f"{one}^{two}" if sign == "^" else f"{one} {sign} {two}"


def _name(subject: Subject) -> str:
    return subject.step.module.removesuffix("_")


def _sign(subject: Subject) -> tuple[str, Callable[..., Any]]:
    name = _name(subject)
    return SIGNS.get(TURNED.get(name, NAMES.get(name, name)), SIGNS["add"])


def _texts(subject: Subject) -> list[str]:
    """Return what was combined as Python writes it, x1 and x2 for tensors, without options."""
    made = subject.exchange
    whole = [f"x{place}" for place in range(1, len(made.received) + 1)]
    texts = spelling.arguments(made.constants) or whole
    return [each for each in texts if not each.startswith(OPTIONS)]


def _option(subject: Subject, name: str) -> list[str]:
    """Return the value of an option that the call was given, none or one."""
    texts = (each.split("=") for each in spelling.arguments(subject.exchange.constants))
    return [each[1] for each in texts if each[0] == name]


def _operands(subject: Subject) -> list[str]:
    """Return the numbers that were combined in their order, as text, with "" for each tensor.

    A tensor without dimensions, as a weight that scales everything, is a number.
    """
    found = []
    for text in (each.rpartition("=")[2] for each in _texts(subject)):
        if not text.startswith("x"):
            found.append(text)
            continue
        tensor = subject.exchange.received[int(text[1:]) - 1]
        found.append("" if tensor.ndim else digits(float(tensor)))
    return found[::-1] if _name(subject) in TURNED else found


def _number(subject: Subject) -> str:
    """Return the number that all values are combined with; "" where two tensors are."""
    found = _operands(subject)
    return "".join(found) if len(found) == 2 and not all(found) else ""
