"""The steps of one pass, named in order: each with where its input comes from and its colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer import kinds
from explorer.figures import arrays
from explorer.records import Floats, Input, Step, Trace

SOFTMAX = "softmax"


def named(
    passed: Trace, values: Mapping[str, Floats], picture: Input, classes: int
) -> tuple[Step, ...]:
    """Return the steps of a pass: the input, every call, and what `values` has behind them.

    A Linear that ends the network gives the logits. Their colours are still to be found.
    """
    calls = passed.calls
    rows = [("input", kinds.INPUT.name, "", "")]
    for call in calls:
        kind = kinds.at_end(call.kind) if call is calls[-1] else call.kind
        rows.append((call.step, kind, call.module, call.path))
    if len(rows) < len(values):
        rows.append((SOFTMAX, kinds.SHARES.name, "Softmax", ""))
    steps = []
    for step, kind, module, path in rows:
        shape = values[step].shape
        known = kinds.BY_NAME[kind]
        steps.append(
            Step(
                step,
                kind,
                module,
                path,
                shape,
                scale=known.colours(picture),
                grid=known.grid(shape[1:]),
                named=known.named and shape[1:] == (classes,),
                switches=known.switches,
            )
        )
    return tuple(steps)


def sources(
    steps: tuple[Step, ...],
    inputs: Mapping[str, Floats],
    values: Mapping[str, Floats],
    focus: int,
) -> dict[str, str | None]:
    """Return the step whose output goes into each step: the last one before it with these values.

    None where something happened between that no hook sees.
    """
    bits = {step.id: _bits(values[step.id][focus]) for step in steps}
    sources: dict[str, str | None] = {steps[0].id: None}
    for place, step in enumerate(steps[1:], 1):
        entering = inputs[step.id]
        wanted = _bits(entering[focus]) if len(entering) > focus else b""
        sources[step.id] = next(
            (before.id for before in reversed(steps[:place]) if bits[before.id] == wanted), None
        )
    return sources


def coloured(
    steps: tuple[Step, ...],
    of: Mapping[str, str | None],
    inputs: Mapping[str, Floats],
    values: Mapping[str, Floats],
    *,
    focus: int,
    picture: Input,
) -> tuple[Step, ...]:
    """Return the steps with the limits of their scales for the focused image.

    A kind that joins the scale of what goes in (`of` says which step that is) shares one limit with
    it, so that a value has one colour before and after.
    """
    known = {step.id: kinds.BY_NAME[step.kind] for step in steps}
    first: dict[str, str] = {}
    for step in steps:
        source = of[step.id]
        joined = known[step.id].joins and source is not None
        first[step.id] = first[source] if joined and source is not None else step.id
    found: dict[str, tuple[float, tuple[str, ...]]] = {}
    for one in dict.fromkeys(first.values()):
        over = tuple(step.id for step in steps if first[step.id] == one)
        end = known[one].end(picture)
        if end is not None:
            found[one] = end, ()
            continue
        entering = [inputs[one][focus]] if known[one].joins else []
        found[one] = arrays.limit(*entering, *(values[each][focus] for each in over)), over
    scale = {step.id: step.scale for step in steps}
    return tuple(
        replace(
            step,
            scale=scale[first[step.id]],
            limit=found[first[step.id]][0],
            over=found[first[step.id]][1],
        )
        for step in steps
    )


def _bits(values: Floats) -> bytes:
    """Return an image's values as bytes, so that what is not a number is equal to itself."""
    return np.ascontiguousarray(values).tobytes()
