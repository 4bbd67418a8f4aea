"""Stops of the guided tour: the course's own lines, run as they stand, and what they print."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from types import CodeType
from typing import Any, Literal

import torch

from explorer.lessons import Taught
from explorer.records import Language
from explorer.words import say

SNEAKER = 7  # what the drawing is said to be where the gradient desk is shown
RATE = 1e-3  # the course's learning rate


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the walk, and the step of `model` that shows it on the page.

    `code` is what people read and what is run, but for two things. Imports are not run, as torch
    and nn are there already. And what is assigned to a name of `given` is not the course's: the
    page puts something of its own in that place, and marks the line. `looks` are expressions of
    ours, shown with their values below what the course prints; `comments` are keys of sentences by
    the line above which they stand. `values` are the blanks of the answer to the stop's question,
    as expressions. With `taught` the gradient desk is open, after so many steps of the optimizer;
    with `summed` it leaves zero_grad() out.
    """

    id: str
    model: str
    step: str
    view: Literal["explore", "weights"]
    code: str
    given: frozenset[str] = frozenset()
    looks: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    taught: int | None = None
    summed: bool = False


def listed(chapter: str, stops: Iterable[Stop]) -> list[dict[str, Any]]:
    """Return what the page knows of each stop before it asks: where it is shown."""
    return [
        {
            "id": stop.id,
            "chapter": chapter,
            "model": stop.model,
            "step": stop.step,
            "view": stop.view,
            "taught": _said(stop),
        }
        for stop in stops
    ]


def _said(stop: Stop) -> dict[str, Any] | None:
    if stop.taught is None:
        return None
    return asdict(Taught(SNEAKER, stop.taught, RATE, summed=stop.summed))


def read(
    stops: Iterable[Stop], contents: Mapping[str, Mapping[str, Any]], language: Language
) -> dict[str, dict[str, Any]]:
    """Return the code of every stop with what it gives, by id: see `written` and `run`."""
    return {stop.id: {**written(stop, language=language), **contents[stop.id]} for stop in stops}


@cache
def written(stop: Stop, *, language: Language) -> dict[str, Any]:
    """Return the code of a stop with its comments, and the numbers of its marked lines, from 0."""
    comments = dict(stop.comments)
    lines = []
    for line in stop.code.splitlines():
        key = comments.get(line.strip())
        if key:
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}# {say(language, f'course.comment.{key}')}")
        lines.append(line)
    code = "\n".join(lines)
    spans = [
        range(node.lineno - 1, node.end_lineno or node.lineno)
        for node in ast.parse(code).body
        if _names(node) & stop.given
    ]
    return {"code": code, "given": [line for span in spans for line in span]}


def run(stops: Iterable[Stop], space: dict[str, Any], **fixed: Any) -> dict[str, dict[str, Any]]:
    """Return what every stop gives, by id, run in order as in a notebook.

    `space` holds what the page gives, and everything that the lines assign; `fixed` is put back
    before each stop. Each has `output`, what it prints; `looks`, our own expressions with their
    values; and `values`, the blanks of its answer.
    """
    printed: list[str] = []

    def collect(*values: object) -> None:
        printed.append(" ".join(map(str, values)) + "\n")

    contents: dict[str, dict[str, Any]] = {}
    # A `print` of its own: sys.stdout belongs to every thread of the process and may not be
    # redirected.
    space |= {"__name__": "course", "print": collect, "torch": torch, "nn": torch.nn}
    with torch.inference_mode(mode=False), torch.enable_grad():
        for stop in stops:
            printed.clear()
            space |= fixed
            # the constant text of a chapter: nothing of anybody else gets here
            exec(_compiled(stop), space)  # noqa: S102
            values = {name: eval(text, space) for name, text in stop.values}  # noqa: S307
            contents[stop.id] = {
                "output": "".join(printed),
                "looks": _looked(stop, space),
                "values": values,
            }
    return contents


def _looked(stop: Stop, space: dict[str, Any]) -> str:
    """Return our own expressions with their values, as at a prompt."""
    # constant text, as above
    values = [repr(eval(look, space)) for look in stop.looks]  # noqa: S307
    return "\n".join(f">>> {look}\n{value}" for look, value in zip(stop.looks, values, strict=True))


@cache
def _compiled(stop: Stop) -> CodeType:
    """Return what is run of a stop: all but its imports, and what the page gives itself."""
    tree = ast.parse(stop.code)
    tree.body = [
        node
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom) and not _names(node) & stop.given
    ]
    return compile(tree, f"<course: {stop.id}>", "exec")


def _names(node: ast.stmt) -> set[str]:
    """Return the names that a statement assigns."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
