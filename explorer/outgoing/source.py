"""The text of a network: what builds it, as people would write it in a notebook."""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

KNOWN = frozenset({"torch", "nn"}) | frozenset(dir(builtins))
FUNCTIONAL = "import torch.nn.functional as F\n\n\n"

Span = tuple[int, int, int, int]  # first line and byte, last line and byte, from 0


@dataclass(frozen=True, slots=True)
class Source:
    """`text` is what has to stand before, `build` the expression that makes the network."""

    text: str
    build: str


@cache
def of(builder: Callable[[], Any]) -> Source:
    """Return how a builder (a class or a function without arguments) is written down.

    In full, if it needs nothing but torch; else it is imported, from the file that has it. What was
    made in a running program has no text at all: then only its name is left.
    """
    name = builder.__name__
    try:
        text = plain(textwrap.dedent(inspect.getsource(builder)))
    except (OSError, TypeError):
        text = ""
    others = set(_free(text)) if text.startswith(("class ", "def ")) else {name}
    if others <= {"F"}:
        return Source(FUNCTIONAL * bool(others) + text, f"{name}()")
    if "<" in builder.__qualname__ or builder.__module__ == "__main__":
        return Source("", f"{name}()")
    top = builder.__qualname__.partition(".")[0]
    return Source(f"from {builder.__module__} import {top}\n", f"{builder.__qualname__}()")


def plain(text: str) -> str:
    """Return Python without what a notebook does without: annotations, docstrings and comments."""
    lines = [line.encode("utf-8") for line in text.splitlines()]
    for first, start, last, end in sorted((*_notes(ast.parse(text), lines), *_comments(text)))[
        ::-1
    ]:
        lines[first : last + 1] = [lines[first][:start].rstrip() + lines[last][end:]]
        if not lines[first].strip():
            lines[first] = b"\0"
    kept = "\n".join(line.decode("utf-8") for line in lines if line != b"\0")
    return re.sub(r":\n\n+(?= )", ":\n", kept).strip() + "\n"


def _notes(tree: ast.Module, lines: list[bytes]) -> Iterator[Span]:
    """Yield where docstrings and annotations stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node, clean=False
        ):
            yield _span(node.body[0])
        if isinstance(node, ast.FunctionDef) and node.returns:
            first, _, last, end = _span(node.returns)
            yield first, lines[first].rindex(b"->", 0, node.returns.col_offset), last, end
        if isinstance(node, ast.arg) and node.annotation:
            first, start, *_ = _span(node)
            yield first, start + len(node.arg.encode("utf-8")), *_span(node.annotation)[2:]
        if isinstance(node, ast.AnnAssign) and node.value:
            yield *_span(node.target)[2:], *_span(node.annotation)[2:]


def _comments(text: str) -> Iterator[Span]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            before = len(token.line[: token.start[1]].encode("utf-8"))
            place = token.start[0] - 1
            yield place, before, place, before + len(token.string.encode("utf-8"))


def _span(node: Any) -> Span:
    return node.lineno - 1, node.col_offset, node.end_lineno - 1, node.end_col_offset


def _free(text: str) -> Iterator[str]:
    """Yield the names a text needs from elsewhere, apart from torch, nn and Python's own."""
    tree = ast.parse(text)
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    bound |= {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in bound | KNOWN:
            yield node.id
