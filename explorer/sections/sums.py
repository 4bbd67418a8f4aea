"""Gradients that nobody has set to zero: what stands in `grad` after each backward pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import arrays
from explorer.maths.slopes import length
from explorer.network.scene import Scene
from explorer.network.teaching import Lesson
from explorer.records import Floats, Step
from explorer.sections.gradient import CELLS


def sums(scene: Scene, lesson: Lesson) -> dict[str, Any] | None:
    """Return `weight.grad` of the layer at hand after each of the last passes, as pictures.

    The layer is the current step's, else the nearest before it that has weights, else the first
    behind it. Of nn.Linear one unit's row is shown, the pinned one's or that of the steepest
    weight, as the units of the step `source` stand; of others the whole, as means of blocks.
    `pictures` are by the number of passes, `alone` is the length of the last one's own gradient.
    None where no layer has weights.
    """
    if not lesson.sums:
        return None
    step = _layer(scene, lesson)
    if step is None:
        return None
    name = _weight(step)
    found = [each[name] for each in lesson.sums if name in each]
    first = lesson.passes - len(found) + 1
    unit, pictures, block = _pictures(scene, step, found)
    return {
        "name": f"{name}.grad",
        "unit": unit,
        "source": None if unit is None else scene.sources[step.id],
        "block": list(block),
        "limit": arrays.limit(*pictures),
        "passes": lesson.passes,
        "alone": length([lesson.alone[name]]),
        "pictures": {
            str(count): {"norm": length([each]), "values": picture}
            for count, (each, picture) in enumerate(zip(found, pictures, strict=True), first)
        },
    }


def _layer(scene: Scene, lesson: Lesson) -> Step | None:
    """Return the step whose weights are shown."""
    before, behind = scene.steps[: scene.index + 1][::-1], scene.steps[scene.index + 1 :]
    for step in (*before, *behind):
        if scene.happened[step.id].call is not None and _weight(step) in lesson.sums[-1]:
            return step
    return None


def _weight(step: Step) -> str:
    return f"{step.path}.weight" if step.path else "weight"


def _pictures(
    scene: Scene, step: Step, found: list[Floats]
) -> tuple[int | None, list[Floats], tuple[int, ...]]:
    """Return the unit whose row is shown, if one is, the pictures, and the size of their blocks."""
    last, entering = found[-1], scene.inputs[step.id][scene.query.focus]
    if last.ndim == 2 and entering.ndim == 1 and entering.size == last.shape[1]:
        pinned = scene.query.unit if step.id == scene.step.id else None
        steepest = int(np.abs(last).max(axis=1).argmax())
        unit = steepest if pinned is None or pinned >= len(last) else pinned
        return unit, [each[unit] for each in found], ()
    flat = [each.reshape(len(each), -1) for each in found]
    block = arrays.blocks(flat[-1].shape, CELLS)
    return None, [arrays.means(each, block) for each in flat], block
