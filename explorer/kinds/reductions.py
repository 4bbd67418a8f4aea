"""What reductions make of some values: symbols, numbers line by line, and how near that must be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from explorer.maths.arithmetic import Doubles
from explorer.maths.digits import digits

SOME, MOST = 16, 6  # terms written out where these are all, and of more than that
SIGNS = {"n": "ₙ", "i": "ᵢ", "j": "ⱼ", "k": "ₖ", "l": "ₗ", "m": "ₘ", "t": "ₜ"}


@dataclass(frozen=True, slots=True)
class Options:
    """What a call was given: `free` is taken from the count of a variance, `power` a norm's."""

    free: float = 1.0
    power: float = 2.0


@dataclass(frozen=True, slots=True)
class Made:
    """What became of some values: the number, the lines behind `y = `, and the size of its parts.

    `won` is the place of the one value that it is, or that it is the place of. `before` are lines
    of their own.
    """

    total: float
    text: str
    size: float = 0.0
    won: int | None = None
    before: tuple[str, ...] = ()


Symbols = Callable[[str, Sequence[str], str, Options], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reduction: the end of its sentence's key, what it is in symbols, and in numbers.

    `symbols` is asked about a value, `x[i, j]`, and the letters that run; `made` about values (n,).
    `linear` says what each of so many is multiplied by, None where it is no sum of theirs.
    `chooses` says that it is one of them, `running` that each is made of those up to its own place.
    """

    way: str
    symbols: Symbols
    made: Callable[[Doubles, Options], Made]
    linear: Callable[[int], float] | None = None
    chooses: bool = False
    running: bool = False


def added(
    values: Doubles, text: Callable[[int], str] | None = None, bias: float | None = None
) -> str:
    """Return a sum in numbers: all terms (n,), or the largest and the rest, and the bias.

    `text` is how the term at a place is written, where they are products.
    """
    few = values.size <= (MOST if text else SOME)
    order = np.sort(np.argsort(-np.abs(values), kind="stable")[:MOST])
    chosen = [int(each) for each in (range(values.size) if few else order)]
    parts = [text(each) if text else digits(float(values[each])) for each in chosen]
    if not few:
        parts.append(digits(float(np.delete(values, chosen).sum())))
    if bias is not None:
        parts.append(digits(bias))
    return " + ".join([parts[0], *(_behind(each) for each in parts[1:])])


def _behind(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _each(sign: str, over: Sequence[str]) -> str:
    return " ".join(f"{sign}{SIGNS[each]}" for each in over)


def _set(name: str, value: str, over: Sequence[str]) -> str:
    return f"{name} {{ {value} : {', '.join(over)} }}"


def _listed(values: Doubles, order: Callable[[Doubles], Any]) -> str:
    """Return values as text; of many those next to the one that `order` finds, np.argmax or min."""
    if values.size <= SOME:
        return ", ".join(digits(float(each)) for each in values)
    ranked = np.sort(values)[::-1] if order is np.argmax else np.sort(values)
    return ", ".join(digits(float(each)) for each in ranked[:MOST]) + " …"


def _sum(values: Doubles, _: Options) -> Made:
    return Made(float(values.sum()), added(values), float(np.abs(values).sum()))


def _mean(values: Doubles, _: Options) -> Made:
    count = values.size
    size = float(np.abs(values).sum()) / count
    return Made(float(values.sum()) / count, f"({added(values)}) / {count}", size)


def _product(values: Doubles, _: Options) -> Made:
    total = float(values.prod())
    first, *others = (digits(float(each)) for each in values[:SOME])
    more = " · …" if values.size > SOME else ""
    text = " · ".join([first, *map(_behind, others)]) + more
    return Made(total, text, abs(total) * values.size)


def _extreme(values: Doubles, _: Options, *, name: str, of: Callable[[Doubles], Any]) -> Made:
    won = int(of(values))
    return Made(float(values[won]), f"{name}({_listed(values, of)})", won=won)


def _place(values: Doubles, _: Options, *, name: str, of: Callable[[Doubles], Any]) -> Made:
    won = int(of(values))
    return Made(float(won), f"{name}({_listed(values, of)})", won=won)


def _spread(values: Doubles, options: Options, *, root: bool) -> Made:
    mean, count = float(values.mean()), values.size - options.free
    squares = float(np.square(values - mean).sum())
    total = squares / count if count > 0 else math.nan
    text = f"{digits(squares)} / {count:g}"
    line = f"μ = {digits(mean)}, Σ (x − μ)² = {digits(squares)}"
    size = total + abs(mean) * math.sqrt(total)
    if root:
        return Made(math.sqrt(total), f"√({text})", math.sqrt(size), before=(line,))
    return Made(total, text, size, before=(line,))


def _logarithm(values: Doubles, _: Options) -> Made:
    top = float(values.max())
    powers = float(np.exp(values - top).sum()) if math.isfinite(top) else math.nan
    total = top + math.log(powers) if powers > 0 else top
    line = f"max = {digits(top)}, Σ exp(x − max) = {digits(powers)}"
    size = abs(top) + abs(total) + 1
    return Made(total, f"{digits(top)} + log({digits(powers)})", size, before=(line,))


def _norm(values: Doubles, options: Options) -> Made:
    size, power = np.abs(values), options.power
    if math.isinf(power):
        name, of = ("max", np.argmax) if power > 0 else ("min", np.argmin)
        return replace(_extreme(size, options, name=name, of=of), won=None)
    if power == 0:
        total = float(np.count_nonzero(values))
        return Made(total, "#{ x ≠ 0 }", total)
    whole = float((size**power).sum())
    total = whole ** (1 / power) if whole or power > 0 else math.inf
    line = f"Σ {_raised('x', power)} = {digits(whole)}"
    text = {1.0: digits(whole), 2.0: f"√{digits(whole)}"}
    shown = text.get(power, f"{digits(whole)}^(1/{power:g})")
    return Made(total, shown, total, before=(line,))


def _raised(value: str, power: float) -> str:
    square = f"({value})²" if "−" in value else f"{value}²"
    return {1.0: f"|{value}|", 2.0: square}.get(power, f"|{value}|^{power:g}")


def _normed(value: str, over: Sequence[str], _: str, options: Options) -> str:
    power, every = options.power, _each("Σ", over)
    if math.isinf(power):
        return _set("max" if power > 0 else "min", f"|{value}|", over)
    if power == 0:
        return _set("#", f"{value} ≠ 0", over)
    inner = f"{every} {_raised(value, power)}"
    return {1.0: inner, 2.0: f"√({inner})"}.get(power, f"({inner})^(1/{power:g})")


def _deviating(value: str, over: Sequence[str], count: str, options: Options) -> str:
    below = f"({count} − {options.free:g})" if options.free else count
    return f"{_each('Σ', over)} ({value} − μ)² / {below}"


def _logged(value: str, over: Sequence[str], *_: object) -> str:
    return f"log {_each('Σ', over)} exp({value})"


def _signed(sign: str, behind: str = "") -> Symbols:
    return lambda value, over, count, _: f"{_each(sign, over)} {value}{behind.format(count)}"


def _chosen(name: str) -> Symbols:
    return lambda value, over, *_: _set(name, value, over)


def _choice(name: str, of: Callable[[Doubles], Any]) -> Rule:
    way = {"max": "largest", "min": "smallest"}[name]
    return Rule(way, _chosen(name), partial(_extreme, name=name, of=of), chooses=True)


SUM = Rule("sum", _signed("Σ"), _sum, lambda _: 1.0)
PRODUCT = Rule("product", _signed("Π"), _product)
LOGARITHM = Rule("logarithm", _logged, _logarithm)
LARGEST, SMALLEST = _choice("max", np.argmax), _choice("min", np.argmin)
VARIANCE = Rule("variance", _deviating, partial(_spread, root=False))
DEVIATION = Rule(
    "deviation", lambda *asked: f"√({_deviating(*asked)})", partial(_spread, root=True)
)
NORM = Rule("norm", _normed, _norm)
RULES: Mapping[str, Rule] = {
    "sum": SUM,
    "mean": Rule("mean", _signed("Σ", " / {}"), _mean, lambda count: 1 / count),
    "prod": PRODUCT,
    **dict.fromkeys(("max", "amax"), LARGEST),
    **dict.fromkeys(("min", "amin"), SMALLEST),
    "argmax": Rule("argmax", _chosen("argmax"), partial(_place, name="argmax", of=np.argmax)),
    "argmin": Rule("argmin", _chosen("argmin"), partial(_place, name="argmin", of=np.argmin)),
    **dict.fromkeys(("var", "var_mean"), VARIANCE),
    **dict.fromkeys(("std", "std_mean"), DEVIATION),
    "logsumexp": LOGARITHM,
    **dict.fromkeys(("norm", "linalg_vector_norm", "linalg_norm", "linalg_matrix_norm"), NORM),
    "cumsum": replace(SUM, way="cumsum", running=True),
    "cumprod": replace(PRODUCT, way="cumprod", running=True),
    "logcumsumexp": replace(LOGARITHM, way="logcumsumexp", running=True),
}
