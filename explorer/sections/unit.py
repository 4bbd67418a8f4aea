"""How the value of one unit comes about: symbols, numbers, terms, and where its inputs come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import nn

from explorer.maths.arithmetic import UnitSum, relu_margin, softmax_terms, terms, unit_sum
from explorer.network.editing import covers
from explorer.network.scene import Scene
from explorer.records import PIXELS, SIDE, Floats, Step
from explorer.sections.base import FLOAT32, Section, check

TERMS = 5  # terms of either sign written out, unless the query's options say otherwise


def section(scene: Scene) -> Section:
    """Return how the pinned unit's value comes about.

    Symbols, numbers, terms, and the step its inputs come from.
    """
    chosen = scene.query.unit
    if chosen is None:
        return None, ()
    step = scene.step
    value = float(scene.after[scene.query.focus].reshape(-1)[chosen])
    told: dict[str, Any] = {"step": step.id, "kind": step.kind, "unit": chosen, "value": value}
    if covers(scene.query.edits, step.id, chosen):
        return {**told, "edited": True, "natural": _natural(scene, chosen)}, ()
    explain = UNITS.get(step.kind)
    if explain is None:
        return told, ()
    more, checks = explain(scene, chosen, value)
    return {**told, **(more or {})}, checks


def _natural(scene: Scene, chosen: int) -> float:
    """Return what an edited unit would have been in the pass without edits."""
    outputs = {
        "input": scene.plain.images,
        **{call.step: call.output for call in scene.plain.calls},
    }
    return float(outputs[scene.step.id][scene.query.focus].reshape(-1)[chosen])


def _input(scene: Scene, chosen: int, value: float) -> Section:
    row, column = divmod(chosen, SIDE)
    grey = scene.pixels[scene.query.focus][chosen]
    same = check(scene, "pixel", grey / 255, value, FLOAT32)
    return {"row": row, "column": column, "grey": grey}, (same,)


def _flatten(scene: Scene, chosen: int, value: float) -> Section:
    row, column = divmod(chosen, SIDE)
    pixel = float(scene.before[scene.query.focus].reshape(-1)[chosen])
    return {"row": row, "column": column, "source": source(scene)}, (
        check(scene, "same", pixel, value, 0.0),
    )


def _linear(scene: Scene, chosen: int, value: float) -> Section:
    total = summed(scene, scene.step, chosen)
    if total is None:
        return {}, ()
    wanted = terms(total, int(scene.option("terms", TERMS, 0, PIXELS)))
    written = [
        [
            {
                "index": term.index,
                "weight": term.weight,
                "input": term.input,
                "product": term.product,
            }
            for term in side
        ]
        for side in (wanted.positive, wanted.negative)
    ]
    told: dict[str, Any] = {
        "positive": written[0],
        "negative": written[1],
        "rest": wanted.rest,
        "rest_count": wanted.rest_count,
        "bias": total.bias,
        "total": total.total,
        "inputs": int(total.inputs.size),
        "source": source(scene),
        "pictures": {
            "weights": total.weights,
            "inputs": total.inputs,
            "products": total.products.astype(np.float32),
        },
    }
    listed = sum(term.product for term in (*wanted.positive, *wanted.negative))
    scale = float(np.abs(total.products).sum()) + abs(total.bias)
    return told, (
        check(scene, "terms", listed + wanted.rest + total.bias, value, 4 * FLOAT32 * scale),
    )


def _relu(scene: Scene, chosen: int, value: float) -> Section:
    margin = relu_margin(float(scene.before[scene.query.focus].reshape(-1)[chosen]))
    told = {
        "z": margin.value,
        "distance": margin.distance,
        "on": margin.on,
        "source": source(scene),
    }
    return told, (check(scene, "relu", margin.output, value, 0.0),)


def _softmax(scene: Scene, chosen: int, value: float) -> Section:
    parts = softmax_terms(scene.before[scene.query.focus])
    told = {
        "logit": float(scene.before[scene.query.focus][chosen]),
        "maximum": parts.maximum,
        "source": source(scene),
    }
    told |= {"exponential": float(parts.exponentials[chosen]), "denominator": parts.denominator}
    return told, (check(scene, "fraction", float(parts.probabilities[chosen]), value, 4 * FLOAT32),)


UNITS: Mapping[str, Callable[[Scene, int, float], Section]] = {
    "input": _input,
    "flatten": _flatten,
    "linear": _linear,
    "logits": _linear,
    "relu": _relu,
    "softmax": _softmax,
}


def source(scene: Scene) -> str | None:
    """Return the step whose output went into the current one.

    None if something happened between that no hook sees.
    """
    return came_from(scene, scene.index, scene.before)


def came_from(scene: Scene, index: int, given: Floats) -> str | None:
    """Return the last step before `index` whose values are `given`."""
    for step in reversed(scene.steps[:index]):
        values = scene.values[step.id]
        if values is given or (
            values.size == given.size and np.array_equal(values.reshape(-1), given.reshape(-1))
        ):
            return step.id
    return None


def summed(scene: Scene, step: Step, chosen: int) -> UnitSum | None:
    """Return one unit of a Linear on one vector as the sum it is.

    None where the module is none, or has other inputs.
    """
    module = scene.model.get_submodule(step.path)
    call = next(call for call in scene.trace.calls if call.step == step.id)
    given = call.input[scene.query.focus]
    if not isinstance(module, nn.Linear) or given.ndim != 1:
        return None
    bias = 0.0 if module.bias is None else float(module.bias[chosen])
    return unit_sum(module.weight[chosen].detach().to("cpu").numpy(), given, bias)
