"""Edits as PyTorch: one function each, applied by forward hooks, and what patches copy."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

from explorer.kinds.spelling import expression
from explorer.outgoing.forward import number, reached
from explorer.outgoing.program import WIDTH, Network, built
from explorer.records import Edit, Language, Step
from explorer.words import say

SHORT = 40  # characters of units that stay in their line


def sources(
    network: Network,
    edits: Sequence[Edit],
    checkpoints: Mapping[str, str | None],
    language: Language,
) -> list[str]:
    """Return the lines that compute what patches copy, before anything is changed."""
    lines: list[str] = []
    names: dict[str | None, str] = {network.file: "model"}
    for place, edit in enumerate(edits, 1):
        if edit.action != "patch":
            continue
        if edit.source is None:
            raise ValueError(f"edit {place} is a patch without a source")
        image = edit.source.image
        comment = say(language, "snippet.source", step=edit.step, image=image + 1)
        lines += ["", f"# {comment}"]
        file = checkpoints[edit.source.checkpoint]
        if file not in names:
            names[file] = f"source_{place}"
            lines.append(built(names[file], network, file))
        lines += reached(network, names[file], _step(network, edit))
        lines.append(f"patch_{place} = reached[{image}].flatten()[{_units(edit)}].clone()")
    return lines


def hooked(network: Network, edits: Sequence[Edit], language: Language) -> list[str]:
    """Return one function for each edit, and the forward hooks that apply them in order."""
    lines = ["", f"# {say(language, 'snippet.edits')}"] if edits else []
    hooks: list[str] = []
    for place, edit in enumerate(edits, 1):
        step = _step(network, edit)
        lines += [
            f"def edit_{place}(module, args, output):",
            *_counted(network, step, f"edit_{place}"),
            "    output = output.clone()",
            f"    output.flatten(1)[:, {_units(edit)}] {_change(edit, place)}",
            "    return output",
            "",
            "",
        ]
        if step.path:
            hooks.append(f"{expression(step.path)}.register_forward_hook(edit_{place})")
    return lines + hooks if hooks else lines[:-2]


def literal(value: float) -> str:
    """Return a number as Python writes it, also those that are none."""
    return repr(float(value)) if math.isfinite(value) else f'float("{value}")'


def _step(network: Network, edit: Edit) -> Step:
    return next(step for step in network.steps if step.id == edit.step)


def _counted(network: Network, step: Step, name: str) -> list[str]:
    """Return the lines that let only one of several calls of a layer through."""
    if sum(each.path == step.path for each in network.layers) < 2:
        return []
    return [
        f'    {name}.calls = getattr({name}, "calls", 0) + 1',
        f"    if {name}.calls != {number(step)}:",
        "        return output",
    ]


def _change(edit: Edit, place: int) -> str:
    match edit.action:
        case "off":
            return "= 0.0"
        case "clamp":
            return f"= {literal(edit.value)}"
        case "scale":
            return f"*= {literal(edit.value)}"
        case "patch":
            return f"= patch_{place}"


def _units(edit: Edit) -> str:
    """Return what stands between the brackets for an edit's units.

    Many of them on lines of their own.
    """
    listed = ", ".join(map(str, edit.units))
    if len(listed) > SHORT:
        rows = textwrap.wrap(listed, WIDTH - 8)
        listed = "".join(f"\n        {row}" for row in rows) + "\n    "
    return f"[{listed}]" if listed else ":"
