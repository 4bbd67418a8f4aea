"""A call that only moves values, made again on the numbers of their places.

What it was given beside values is read as it was written (`Exchange.constants`), and tensors that
say which values are meant, such as a mask, are handed over as they were.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.kinds import spelling
from explorer.kinds.exchange import Exchange
from explorer.records import Floats

JOINING = ("stack", "hstack", "vstack", "dstack")  # of which every tensor is moved
CHOOSING = ("where", "masked_fill")  # of each place one of two
# What writes values over others, as `x[index] = value` does, and which argument is written.
WRITING = {
    **{"setitem": 2, "index_put": 2, "masked_scatter": 2, "index_fill": 3, "index_copy": 3},
    **{"scatter": 3, "select_scatter": 1, "slice_scatter": 1},
}
WRITTEN = {"value", "values", "source", "src"}  # its names
# What puts values in order, or picks some, and says their places; and where its dimension stands.
RANKING = {
    **dict.fromkeys(("sort", "mode", "median", "cummax", "cummin"), 1),
    **dict.fromkeys(("topk", "kthvalue"), 2),
}
LARGER = {"maximum": True, "max": True, "minimum": False, "min": False}
UNPOOLING = ("max_unpool1d", "max_unpool2d", "max_unpool3d")
NAMED = {"where": ("condition", "input", "other"), "masked_fill": ("input", "mask", "value")}
FIRST, SECOND = -1, -2  # in place of a place: the value is none that goes in, but one of the two
POINTERS = frozenset({"bool", "uint8", "int8", "int16", "int32", "int64"})
EXACT = 2**24  # whole numbers below it are the same in float32, as which all values are kept


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a call made of places: `numbers` has that of each value, counted through all received.

    Where the call itself gave a value it has FIRST or SECOND, of the texts in `constants`.
    """

    numbers: torch.Tensor
    constants: tuple[str, str] = ("", "")

    def constant(self, place: int) -> float | None:
        """Return the number that a call gave; None where it is none that can be read."""
        try:
            return float(self.constants[-1 - place])
        except ValueError:
            return None


def through(layer: nn.Module | None, made: Exchange) -> Replay | None:
    """Return what a layer of torch's own makes of the places of what it received."""
    if layer is None or len(made.received) != 1:
        return None
    with torch.no_grad():
        return _around(type(layer).forward(layer, _counted(made)))


def _counted(made: Exchange) -> torch.Tensor:
    """Return the places of the first tensor from 1 on: what is put around it is 0."""
    return (_places(made)[0] + 1).double()  # many functions know no whole numbers


def _around(counted: torch.Tensor) -> Replay:
    """Return the places that a call was made with `_counted`: FIRST where there was nothing."""
    return Replay(counted.long() - 1, ("0", ""))


def called(name: str, made: Exchange) -> Replay | None:
    """Return what a function of torch makes of the places of all that it received.

    None where the call cannot be made again.
    """
    texts = spelling.arguments(made.constants)
    texts = texts or [f"x{at}" for at in range(1, len(made.received) + 1)]
    try:
        return WAYS.get(name, _moved)(name, texts, made)
    except (ValueError, SyntaxError, TypeError, RuntimeError, IndexError, AttributeError, KeyError):
        return None


def _moved(name: str, texts: list[str], made: Exchange) -> Replay | None:
    """Return what a function makes of places where they are whole numbers like others to it."""
    positions, options = _read(texts, _tensors(name, texts, made))
    answer = _call(name, positions, options)
    answer = answer[0] if isinstance(answer, tuple | list) and answer else answer
    return Replay(answer) if isinstance(answer, torch.Tensor) else None


def _places(made: Exchange) -> list[torch.Tensor]:
    """Return for every tensor that was received the places of its values, counted through all."""
    found, first = [], 0
    for each in made.received:
        found.append(torch.arange(first, first + each.size).reshape(each.shape))
        first += each.size
    return found


def _tensors(name: str, texts: list[str], made: Exchange, also: str = "") -> list[torch.Tensor]:
    """Return what a call is given: places of what is moved, all else as it was.

    Moved is the first, and what is written over it.

    Raises:
        ValueError: for a tensor that is neither.
    """
    tensors = _places(made)
    if name in JOINING:
        return tensors
    (moved, *_) = [each.removeprefix("input=") for each in texts if each.startswith("input=")] or [
        "x1"
    ]
    for place, values in enumerate(made.received):
        if f"x{place + 1}" not in (moved, also):
            tensors[place] = _as_it_was(values, made.dtypes[place])
    return tensors


def _as_it_was(values: Floats, dtype: str) -> torch.Tensor:
    """Return a tensor that says which values are meant, in its own type."""
    if dtype not in POINTERS or (np.abs(values) >= EXACT).any():
        raise ValueError(dtype)
    return torch.from_numpy(values.copy()).to(getattr(torch, dtype))


def _chosen(name: str, texts: list[str], made: Exchange) -> Replay:
    """Return of every place that of the first or of the second, as a condition says."""
    known = [each for each in texts if "=" not in each]
    named = dict(each.split("=", 1) for each in texts if "=" in each)
    taken = [*known, *(named[each] for each in NAMED[name][len(known) :])]
    if name == "masked_fill":
        second, condition, first = taken
    else:  # x.where(condition, y) is called by the same name as torch.where(condition, x, y)
        before, behind = (_dtype(each, made) == "bool" for each in taken[:2])
        if before == behind:
            raise ValueError(texts)
        condition, first, second = taken if before else [taken[1], taken[0], taken[2]]
    places, at = _places(made), int(condition[1:]) - 1
    asked = _as_it_was(made.received[at], made.dtypes[at])
    one, other = (
        places[int(text[1:]) - 1] if _dtype(text, made) else torch.tensor(mark)
        for text, mark in ((first, FIRST), (second, SECOND))
    )
    return Replay(torch.where(asked, one, other), (first, second))


def _overwritten(name: str, texts: list[str], made: Exchange) -> Replay:
    """Return the places that were there, over some of which others are written, or a number.

    Raises:
        ValueError: where they are added up, so that a value is none that was there.
    """
    if any(each.startswith(("reduce=", "accumulate=")) or each == "True" for each in texts):
        raise ValueError(texts)
    named = (at for at, each in enumerate(texts) if each.partition("=")[0] in WRITTEN)
    place = next(named, WRITING[name])
    key, sign, value = texts[place].rpartition("=")
    tensors = _tensors(name, texts, made, also=value)
    number = value if _dtype(value, made) else str(FIRST)
    positions, options = _read(
        [*texts[:place], f"{key}{sign}{number}", *texts[place + 1 :]], tensors
    )
    if name != "setitem":
        return Replay(_call(name, positions, options), (value, ""))
    before, index, source = positions
    answer = before.clone()
    answer[index] = source
    return Replay(answer, (value, ""))


def _ranked(name: str, texts: list[str], made: Exchange) -> Replay:
    """Return the places that a call says itself beside the values that it answers."""
    places, answers = _places(made)[0], [torch.from_numpy(each.copy()) for each in made.answers]
    if len(answers) == 1:  # of all values together
        found = (torch.from_numpy(made.received[0].copy()) == answers[0]).nonzero()[0]
        return Replay(places[tuple(found)])
    named = [each.removeprefix("dim=") for each in texts if each.startswith("dim=")]
    known = [each for each in texts if "=" not in each][RANKING[name] :]
    dim = int((named or known or ["-1"])[0])
    index = answers[1].long()
    if index.ndim == places.ndim:
        return Replay(places.gather(dim, index))
    return Replay(places.gather(dim, index.unsqueeze(dim)).squeeze(dim))


def _larger(name: str, _: list[str], made: Exchange) -> Replay:
    """Return of every place that of the larger of two, or of the smaller."""
    more = LARGER[name]
    one, other = (torch.from_numpy(each.copy()) for each in made.received)
    first = (one >= other if more else one <= other) | one.isnan()
    a, b = _places(made)
    return Replay(torch.where(first, a, b))


def _unpooled(name: str, _: list[str], made: Exchange) -> Replay:
    """Return the places where the maxima of a pool came from, and zeros around them."""
    dimensions = UNPOOLING.index(name) + 1
    places, shape = _places(made)[0], made.answers[0].shape
    went = _as_it_was(made.received[1], made.dtypes[1]).flatten(-dimensions)
    size = math.prod(shape[-dimensions:])
    numbers = torch.full((*went.shape[:-1], size), FIRST)
    return Replay(numbers.scatter(-1, went, places.flatten(-dimensions)).reshape(shape), ("0", ""))


def _windows(name: str, texts: list[str], made: Exchange) -> Replay | None:
    """Return the places under windows, zeros beyond the edge; a tensor's own unfold has none."""
    if "dilation=" not in made.constants:
        return _moved(name, texts, made)
    positions, options = _read(texts, [_counted(made)])
    return _around(torch.nn.functional.unfold(*positions, **options))


def _dtype(text: str, made: Exchange) -> str:
    """Return the type of a tensor that an argument is; "" of what is none."""
    return made.dtypes[int(text[1:]) - 1] if text[0] == "x" and text[1:].isdigit() else ""


def _call(name: str, positions: list[Any], options: dict[str, Any]) -> Any:
    """Call one of torch's functions, a tensor's method or property, or an index by its name."""
    if not positions:  # all of them by name
        return getattr(torch, name)(**options)
    first, *others = positions
    if name == "getitem":
        return first[others[0]]
    function = getattr(torch, name, None) or getattr(torch.Tensor, name)
    if not callable(function):
        return getattr(first, name)
    method = not isinstance(first, list) and hasattr(torch.Tensor, name)
    return getattr(first, name)(*others, **options) if method else function(*positions, **options)


def _read(texts: list[str], tensors: list[torch.Tensor]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call, by their places and by name, from how they are written."""
    parsed = ast.parse(f"f({', '.join(_indexed(each) for each in texts)})", mode="eval").body
    if not isinstance(parsed, ast.Call):
        raise TypeError(texts)
    named = {str(each.arg): _value(each.value, tensors) for each in parsed.keywords}
    return [_value(each, tensors) for each in parsed.args], named


def _indexed(text: str) -> str:
    """Return an argument as an expression; slices are written as such only between brackets."""
    inner = text.removeprefix("(").removesuffix(")")
    return f"i[{inner}]" if ":" in text else text


def _value(node: ast.expr, tensors: list[torch.Tensor]) -> Any:
    """Return what an expression stands for: literals, slices, and x1, x2, … for the tensors."""
    if isinstance(node, ast.Name):
        return tensors[int(node.id.removeprefix("x")) - 1]
    if isinstance(node, ast.Subscript):
        return _value(node.slice, tensors)
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if each is None else _value(each, tensors) for each in ends))
    if isinstance(node, ast.Tuple | ast.List):
        parts = [_value(each, tensors) for each in node.elts]
        return tuple(parts) if isinstance(node, ast.Tuple) else parts
    return ast.literal_eval(node)


WAYS: Mapping[str, Callable[[str, list[str], Exchange], Replay | None]] = {
    **dict.fromkeys(CHOOSING, _chosen),
    **dict.fromkeys(WRITING, _overwritten),
    **dict.fromkeys(RANKING, _ranked),
    **dict.fromkeys(LARGER, _larger),
    **dict.fromkeys(UNPOOLING, _unpooled),
    "unfold": _windows,
    "expand_as": lambda _name, _texts, made: Replay(_places(made)[0].expand(made.answers[0].shape)),
}
