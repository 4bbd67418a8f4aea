"""What people change: perturbations of the input, and edits of units as tracing applies them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from explorer.errors import InvalidQuery
from explorer.maths import perturbations
from explorer.network import batches
from explorer.network.steps import ROOT
from explorer.network.tracing import Intervention
from explorer.records import Edit, Floats, Input, Pixels, Trace

WHOLE = frozenset({"bool", "uint8", "int8", "int16", "int32", "int64"})  # types without fractions


def perturbed(
    images: tuple[bytes, ...], options: Mapping[str, str | float], of: Input
) -> tuple[bytes, ...]:
    """Return the images under every perturbation that the options name, in the order of NAMES.

    Grey values are rounded to whole numbers, as a picture file would hold them.

    Raises:
        InvalidQuery: for an amount outside its range.
    """
    wanted = [
        name
        for name in perturbations.NAMES
        if name in options and options[name] != perturbations.RANGES[name][2]
    ]
    if not wanted:
        return images
    return tuple(_each(image, wanted, options, of) for image in images)


def _each(
    image: bytes, wanted: Sequence[str], options: Mapping[str, str | float], of: Input
) -> bytes:
    planes = np.frombuffer(image, dtype=np.uint8).reshape(-1, *of.shape[-2:])
    return b"".join(_plane(plane, wanted, options) for plane in planes)


def _plane(pixels: Pixels, wanted: Sequence[str], options: Mapping[str, str | float]) -> bytes:
    for name in wanted:
        amount = options[name]
        if isinstance(amount, str):
            raise InvalidQuery(
                "query.number", field=f"options.{name}", received=repr(amount), limit="1,000,000"
            )
        pixels = np.rint(255 * perturbations.apply(pixels, name, amount)).astype(np.uint8)
    return pixels.tobytes()


def interventions(
    edits: Sequence[Edit], plain: Trace, run: Callable[[str, bool], Trace]
) -> tuple[Intervention, ...]:
    """Return edits as what `tracing.trace` applies, checked against a plain pass of the same.

    `run` gives the plain pass of another checkpoint on the same images, for values patched from
    there, or of what that has learnt.

    Raises:
        InvalidQuery: for a step, unit or image that does not exist, or a patch without a source.
    """
    outputs = plain.outputs
    found = []
    for number, asked in enumerate(edits):
        edit = replace(asked, step=traced(asked.step))
        if edit.step not in outputs:
            known = ", ".join(each or ROOT for each in outputs)
            shown = any(node.id == edit.step for node in plain.graph.steps)
            key = "edit.function" if shown else "query.step"
            raise InvalidQuery(key, received=edit.step, known=known)
        batch = batches.of_step(plain, edit.step)
        if batch is None and plain.graph.batch is not None:
            raise InvalidQuery("edit.whole", step=edit.step)
        size = outputs[edit.step].size // plain.count
        for unit in edit.units:
            if unit >= size:
                raise InvalidQuery("query.unit", received=unit, step=edit.step, high=size - 1)
        found.append(replace(_one(edit, number, plain, run), batch=batch))
        _fits(found[-1], plain)
    return tuple(found)


def _fits(wanted: Intervention, plain: Trace) -> None:
    """Refuse to make of whole numbers, as tokens are, what their type cannot hold."""
    kind = plain.graph.dtype(wanted.step)
    if kind not in WHOLE:
        return
    values = plain.outputs[wanted.step].astype(np.float64)
    kept = values if isinstance(wanted.values, float | int) else 0.0
    made = wanted.scale * kept + np.asarray(wanted.values, np.float64)
    low, high = (0, 1) if kind == "bool" else (np.iinfo(kind).min, np.iinfo(kind).max)
    if not ((made == np.rint(made)) & (made >= low) & (made <= high)).all():
        raise InvalidQuery("edit.type", step=wanted.step, type=kind)


def _one(edit: Edit, number: int, plain: Trace, run: Callable[[str, bool], Trace]) -> Intervention:
    units = edit.units or None
    match edit.action:
        case "off":
            return Intervention(edit.step, units)
        case "clamp":
            return Intervention(edit.step, units, values=edit.value)
        case "scale":
            return Intervention(edit.step, units, scale=edit.value)
        case "patch":
            return Intervention(edit.step, units, values=_source(edit, number, plain, run))


def _source(edit: Edit, number: int, plain: Trace, run: Callable[[str, bool], Trace]) -> Floats:
    """Return the values to patch in, (units,) float32."""
    if edit.source is None:
        raise InvalidQuery("edit.source", field=f"edits[{number}]")
    if edit.source.image >= plain.count:
        high = plain.count - 1
        raise InvalidQuery("query.focus", received=edit.source.image, count=plain.count, high=high)
    outputs = run(edit.source.checkpoint, edit.source.learnt).outputs
    batch = batches.of_step(plain, edit.step)
    images = batches.per_image(outputs[edit.step], plain.count, batch)
    values = images[edit.source.image].reshape(-1)
    found: Floats = values[np.array(edit.units)] if edit.units else values
    return found


def traced(step: str) -> str:
    """Return a step's id in its trace; that of a module that is one layer itself is empty."""
    return "" if step == ROOT else step


def covers(edits: Sequence[Edit], step: str, unit: int) -> bool:
    """Whether some edit changes one unit of a step."""
    return any(edit.covers(step, unit) for edit in edits)
