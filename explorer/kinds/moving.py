"""permute, expand, stack, an index and their kin: values that are there already, at other places.

Where a value stood is never guessed: the call is made again, on the numbers of the places.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import torch

from explorer.figures import arrays
from explorer.kinds import spelling
from explorer.kinds.base import Explanation, Subject
from explorer.kinds.exchange import Exchange
from explorer.kinds.function import Function

NAMES = (
    *("permute", "transpose", "t", "T", "mT", "swapaxes", "swapdims", "movedim", "moveaxis"),
    *("expand", "broadcast_to", "repeat", "tile", "repeat_interleave", "flip", "roll", "rot90"),
    *("chunk", "split", "tensor_split", "unbind", "narrow", "select", "getitem", "diagonal"),
)
JOINING = ("stack", "hstack", "vstack", "dstack")  # all others take one tensor; a second is places
CONSTANTS = {"Ellipsis": ...}


class Moving(Function):
    """No number changes: each is one of those that go in."""

    name = "moving"
    functions = (*NAMES, *JOINING)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which value it is of which tensor that goes in."""
        found = _stood(subject, unit)
        if found is None:
            return {}, ()
        number, place = found
        part = subject.received[number][subject.focus]
        stood = float(part.reshape(-1)[place])
        source = subject.sources[number] if number < len(subject.sources) else None
        before, after = _written(place, part.shape), _written(unit, subject.values.shape)
        letter = "x" if len(subject.received) == 1 else f"x{number + 1}"
        return {
            "formulas": [f"y[{after}] = {letter}[{before}] = {stood:.6g}"],
            "from": place,
            "source": source,
        }, (subject.check("taken", stood, value, 0.0),)


def _written(place: int, shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, arrays.place(place, shape)))


def _stood(subject: Subject, unit: int) -> tuple[int, int] | None:
    """Return which received tensor a value is of, and its place among that image's own values.

    None where it is another image's, or where the call cannot be made again.
    """
    made, focus = subject.exchange, subject.focus
    name = subject.step.module.removesuffix("_")
    if len(made.received) > 1 and name not in JOINING:
        return None
    numbers = _again(name, made)
    if numbers is None or not made.answers or numbers.shape != made.answers[0].shape:
        return None
    index = arrays.place(unit, subject.values.shape)
    if made.batch is not None:
        index.insert(made.batch, focus)
    place = int(numbers[tuple(index[: numbers.ndim])])
    number = 0
    while place >= made.received[number].size:
        place -= made.received[number].size
        number += 1
    whole, batch = made.received[number], made.batches[number]
    stood = arrays.place(place, whole.shape)
    if batch is None:
        return number, place
    if stood.pop(batch) != focus:
        return None
    rest = (*whole.shape[:batch], *whole.shape[batch + 1 :])
    return number, int(np.ravel_multi_index(stood, rest)) if rest else 0


def _again(name: str, made: Exchange) -> torch.Tensor | None:
    """Return what a call makes of the places of all that it received, counted in one row."""
    given, first = [], 0
    for each in made.received:
        given.append(torch.arange(first, first + each.size).reshape(each.shape))
        first += each.size
    texts = spelling.arguments(made.constants) or [f"x{at}" for at in range(1, len(given) + 1)]
    try:
        positions, options = _read(texts, given)
        answer = _call(name, positions, options)
    except (ValueError, SyntaxError, TypeError, RuntimeError, IndexError, AttributeError):
        return None
    answer = answer[0] if isinstance(answer, tuple | list) and answer else answer
    return answer if isinstance(answer, torch.Tensor) else None


def _call(name: str, positions: list[Any], options: dict[str, Any]) -> Any:
    """Call one of torch's functions, a tensor's method or property, or an index by its name."""
    first, *others = positions
    if name == "getitem":
        return first[others[0]]
    function = getattr(torch, name, None) or getattr(torch.Tensor, name)
    if not callable(function):
        return getattr(first, name)
    method = not isinstance(first, list) and hasattr(torch.Tensor, name)
    return getattr(first, name)(*others, **options) if method else function(*positions, **options)


def _read(texts: list[str], given: list[torch.Tensor]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call, by their places and by name, from how they are written."""
    parsed = ast.parse(f"f({', '.join(_indexed(each) for each in texts)})", mode="eval").body
    if not isinstance(parsed, ast.Call):
        raise TypeError(texts)
    named = {str(each.arg): _value(each.value, given) for each in parsed.keywords}
    return [_value(each, given) for each in parsed.args], named


def _indexed(text: str) -> str:
    """Return an argument as an expression; slices are written as such only between brackets."""
    inner = text.removeprefix("(").removesuffix(")")
    return f"i[{inner}]" if ":" in text else text


def _value(node: ast.expr, given: list[torch.Tensor]) -> Any:
    """Return what an expression stands for: literals, slices, and x1, x2, … for the tensors."""
    if isinstance(node, ast.Name):
        known = CONSTANTS.get(node.id)
        return given[int(node.id.removeprefix("x")) - 1] if known is None else known
    if isinstance(node, ast.Subscript):
        return _value(node.slice, given)
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if each is None else _value(each, given) for each in ends))
    if isinstance(node, ast.Tuple | ast.List):
        parts = [_value(each, given) for each in node.elts]
        return tuple(parts) if isinstance(node, ast.Tuple) else parts
    return ast.literal_eval(node)
