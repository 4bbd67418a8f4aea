"""How the value of one unit comes about: symbols, numbers, terms, and its inputs' step."""

from __future__ import annotations

import math
from typing import Any

from explorer.network.batches import of_step, per_image
from explorer.network.editing import covers, traced
from explorer.network.scene import Scene
from explorer.sections.base import Section, hooked


def section(scene: Scene) -> Section:
    """Return how the pinned unit's value comes about, as its kind explains it."""
    unit, step = scene.query.unit, scene.step
    if unit is None:
        return None, ()
    value = float(scene.after[scene.query.focus].reshape(-1)[unit])
    data: dict[str, Any] = {"step": step.id, "kind": step.kind, "unit": unit, "value": value}
    if covers(scene.query.edits, step.id, unit):
        return {**data, "edited": True, "natural": natural(scene, unit)}, ()
    subject = scene.subject()
    explanation, checks = scene.kind.explain(subject, unit, value)
    if hooked(subject.module, checks):
        return {**data, "hooked": True}, ()
    # what is no number, or beyond all, is equal to nothing: there is nothing to be held against it
    return {**data, **explanation}, checks if math.isfinite(value) else ()


def natural(scene: Scene, unit: int) -> float:
    """Return what an edited unit would have been in the pass without edits."""
    plain, step = scene.plain, traced(scene.step.id)
    values = per_image(plain.outputs[step], plain.count, of_step(plain, step))
    return float(values[scene.query.focus].reshape(-1)[unit])
