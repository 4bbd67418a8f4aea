"""Modules and calls of functions as Python writes them, for the lines of PyTorch on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explorer.kinds.exchange import TENSOR

LONGEST = 160  # letters between the brackets
TOKEN = re.compile(
    rf"""(?P<text>b?'(?:\\.|[^'\\])*'|b?"(?:\\.|[^"\\])*")|(?P<open>\w*\[)|(?P<close>\])"""
    rf"|(?P<tensor>{TENSOR})|(?P<strange>\w+#\d+)|(?P<comma>,\ )|(?P<rest>.)"
)
SLICE = re.compile(r"slice\[([^,\[\]]+), ([^,\[\]]+), ([^,\[\]]+)\]")
BRACKETS = {"tuple[": "()", "Size[": "()", "list[": "[]", "dict[": "{}", "set[": "{}"}


def expression(path: str, of: str = "model") -> str:
    """Return the Python expression for a module path.

    `linear_relu_stack.0` is `model.linear_relu_stack[0]`.
    """
    return of + "".join(
        f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".") if part
    )


def statement(name: str, constants: str, count: int) -> str:
    """Return a line of somebody's forward(): `y = add(x1, 2)`, of an index `y = x1; y[x2] = 0`."""
    texts = arguments(constants) if constants else []
    if name != "setitem" or len(texts) != 3:
        return f"y = {call(name, constants, count)}"
    first, index, value = texts
    return f"y = {first}; y[{index.removeprefix('(').removesuffix(')')}] = {value}"


def call(name: str, constants: str, count: int) -> str:
    """Return a call of a function, `add(x1, 2)`; `constants` is as `Exchange` has it.

    `count` is how many tensors it was given, which are x1, x2, …
    """
    if not constants:
        names = ", ".join(f"x{place}" for place in range(1, count + 1))
        return f"{name}({names or '…'})"
    first, *others = [each for each in arguments(constants) if not _silent(each)] or ["…"]
    if name == "getitem" and len(others) == 1:
        return f"{first}[{others[0].removeprefix('(').removesuffix(')')}]"
    inner = ", ".join((first, *others))
    return f"{name}({inner if len(inner) <= LONGEST else f'{inner[:LONGEST]}…'})"


def arguments(constants: str) -> list[str]:
    """Return every argument of a call as Python writes it: `(list[·, ·], 1)` is `[x1, x2]`, `1`."""
    parts = [""]
    for piece, deep in _pieces(SLICE.sub(_slice, constants[1:-1]).replace("Ellipsis", "...")):
        if piece == ", " and not deep:
            parts.append("")
        else:
            parts[-1] += piece
    return [part for part in parts if part]


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a text of `Exchange.constants` is made of, in Python, and how deep it lies."""
    number, closing, commas = 0, list[str](), list[int]()
    for found in TOKEN.finditer(text):
        piece, kind = found[0], found.lastgroup
        if commas and kind != "close":  # −1 as long as nothing stands between the brackets
            commas[-1] = max(0, commas[-1]) + (kind == "comma")
        if kind == "open":
            closing.append(BRACKETS.get(piece, "]")[-1])
            piece = BRACKETS.get(piece, piece + "]")[:-1]
            commas.append(-1)
        elif kind == "close":
            piece = closing.pop()
            piece = f",{piece}" if commas.pop() == 0 and piece == ")" else piece  # a tuple of one
        elif kind == "tensor":
            number += 1
            piece = f"x{number}"
        elif kind == "strange":  # what nobody can write down
            piece = "…"
        yield piece, len(closing)


def _slice(found: re.Match[str]) -> str:
    """Return a slice as it stands between brackets, `0:2` or `:`."""
    first, last, step = ("" if each == "None" else each for each in found.groups())
    return f"{first}:{last}:{step}" if step else f"{first}:{last}"


def _silent(argument: str) -> bool:
    """Whether an option says nothing: torch's own for itself, or one that was left open."""
    return argument.startswith("_") or argument.endswith("=None")
