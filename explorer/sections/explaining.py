"""Where a number comes from.

The optional sections of a view, each with the identity that proves it.

A section is a function of the scene that returns JSON-ready data and its checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.maths import ablation, linearity
from explorer.maths.arithmetic import (
    UnitSum,
    contributors,
    relu_margin,
    softmax_terms,
    terms,
    unit_sum,
)
from explorer.network.editing import covers
from explorer.network.scene import Scene
from explorer.outgoing.replies import tensor
from explorer.records import PIXELS, SIDE, Check, Floats, Step
from explorer.words import say

Section = tuple[dict[str, Any] | None, tuple[Check, ...]]

TERMS = 5  # terms of either sign written out, unless the query's options say otherwise
EDGES = 12  # contributors drawn at a pinned unit
FLOAT32 = float(np.finfo(np.float32).eps)


def unit(scene: Scene) -> Section:
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
    check = _check(scene, "pixel", grey / 255, value, FLOAT32)
    return {"row": row, "column": column, "grey": grey}, (check,)


def _flatten(scene: Scene, chosen: int, value: float) -> Section:
    row, column = divmod(chosen, SIDE)
    pixel = float(scene.before[scene.query.focus].reshape(-1)[chosen])
    return {"row": row, "column": column, "source": source(scene)}, (
        _check(scene, "same", pixel, value, 0.0),
    )


def _linear(scene: Scene, chosen: int, value: float) -> Section:
    total = _sum(scene, scene.step, chosen)
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
            "weights": tensor(total.weights),
            "inputs": tensor(total.inputs),
            "products": tensor(total.products.astype(np.float32)),
        },
    }
    listed = sum(term.product for term in (*wanted.positive, *wanted.negative))
    scale = float(np.abs(total.products).sum()) + abs(total.bias)
    return told, (
        _check(scene, "terms", listed + wanted.rest + total.bias, value, 4 * FLOAT32 * scale),
    )


def _relu(scene: Scene, chosen: int, value: float) -> Section:
    margin = relu_margin(float(scene.before[scene.query.focus].reshape(-1)[chosen]))
    told = {
        "z": margin.value,
        "distance": margin.distance,
        "on": margin.on,
        "source": source(scene),
    }
    return told, (_check(scene, "relu", margin.output, value, 0.0),)


def _softmax(scene: Scene, chosen: int, value: float) -> Section:
    parts = softmax_terms(scene.before[scene.query.focus])
    told = {
        "logit": float(scene.before[scene.query.focus][chosen]),
        "maximum": parts.maximum,
        "source": source(scene),
    }
    told |= {"exponential": float(parts.exponentials[chosen]), "denominator": parts.denominator}
    return told, (
        _check(scene, "fraction", float(parts.probabilities[chosen]), value, 4 * FLOAT32),
    )


UNITS: Mapping[str, Callable[[Scene, int, float], Section]] = {
    "input": _input,
    "flatten": _flatten,
    "linear": _linear,
    "logits": _linear,
    "relu": _relu,
    "softmax": _softmax,
}


def softmax(scene: Scene) -> Section:
    """Return the whole fraction of the focused image at a temperature, and every row of the batch."""
    temperature = scene.option("temperature", 1.0, 0.05, 20.0)
    parts = softmax_terms(scene.trace.output[scene.query.focus], temperature)
    rows = [softmax_terms(row, temperature).probabilities.tolist() for row in scene.trace.output]
    told = {
        "temperature": temperature,
        "logits": scene.trace.output[scene.query.focus].tolist(),
        "maximum": parts.maximum,
        "shifted": parts.shifted.tolist(),
        "exponentials": parts.exponentials.tolist(),
        "denominator": parts.denominator,
        "probabilities": parts.probabilities.tolist(),
        "naive_overflows": parts.naive_overflows,
        "rows": rows,
    }
    total = float(parts.exponentials.sum() / parts.denominator)
    checks = [_check(scene, "parts", total, 1.0, 1e-12)]
    if temperature == 1.0:
        shown = scene.prediction.probabilities[scene.query.focus]
        apart = float(np.abs(parts.probabilities - shown).max())
        checks.append(
            Check("torch", say(scene.query.language, "check.torch"), apart, 0.0, apart, 4 * FLOAT32)
        )
    return told, tuple(checks)


def linear(scene: Scene) -> Section:
    """Return the linear map that the network is around the focused image, and how far its nearest kinks are."""
    device = next(scene.model.parameters()).device
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(device)
    seen = linearity.linear_view(scene.model, image, device=device)
    modules = ablation.chain(scene.model, image)
    kinks = linearity.boundaries(modules, image) if modules is not None else ()
    relus = [step.id for step in scene.steps if step.kind == "relu"]
    told = {
        "exact": seen.exact,
        "weights": tensor(seen.weights),
        "products": tensor(seen.products.astype(np.float32)),
        "contribution": seen.contribution.tolist(),
        "bias": seen.bias.tolist(),
        "logits": seen.logits.tolist(),
        "remainder": seen.remainder.tolist(),
        "radii": list(linearity.RADII),
        "boundaries": [
            {
                "step": step,
                "within": list(kink.within),
                "unit": kink.unit,
                "distance": kink.distance,
            }
            for step, kink in zip(relus, kinks, strict=False)
        ],
    }
    if not seen.exact:
        return told, ()
    worst = int(seen.residual.argmax())
    left = float(seen.contribution[worst] + seen.bias[worst])
    scale = float(np.abs(seen.products[worst]).sum() + abs(seen.bias[worst]))
    return told, (
        _check(scene, "linear", left, float(seen.logits[worst]), 64 * FLOAT32 * max(1.0, scale)),
    )


def paths(scene: Scene) -> Section:
    """Return the strongest contributors of the pinned unit, theirs, and so on down to the pixels, with what is left out.

    Each edge is weight × activation: what the lower unit adds to the upper one's sum. ReLU and
    Flatten pass a value on unchanged, so a path goes through them unit for unit.
    """
    chosen = scene.query.unit
    if chosen is None:
        return None, ()
    wanted = int(scene.option("edges", EDGES, 1, 64))
    edges: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    identifiers = [step.id for step in scene.steps]
    front, summed = {chosen: 1.0}, False
    for place in range(scene.index, 0, -1):
        step, below = scene.steps[place], identifiers[place - 1]
        lower: dict[int, float] = {}
        for upper in front:
            total = _sum(scene, step, upper) if step.kind in {"linear", "logits"} else None
            if total is None:
                lower[upper] = 1.0
                edges.append(
                    {"from": below, "source": upper, "to": step.id, "target": upper, "value": None}
                )
                continue
            # The first sum met gets as many as asked for; further down a few of each are enough,
            # for they are many.
            found = contributors(total.products, max(2, wanted // 4) if summed else wanted)
            rest = {
                "positive": found.positive_rest,
                "negative": found.negative_rest,
                "count": found.rest_count,
            }
            left.append(
                {"step": step.id, "unit": upper, "bias": total.bias, "total": total.total, **rest}
            )
            for index, product in zip(found.indices.tolist(), found.products.tolist(), strict=True):
                if product != 0.0:
                    lower[index] = 1.0
                    edges.append(
                        {
                            "from": below,
                            "source": index,
                            "to": step.id,
                            "target": upper,
                            "value": product,
                        }
                    )
        front, summed = lower, summed or step.kind in {"linear", "logits"}
    return {"step": scene.query.step, "unit": chosen, "edges": edges, "left": left}, ()


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


def _sum(scene: Scene, step: Step, chosen: int) -> UnitSum | None:
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


def _check(scene: Scene, key: str, left: float, right: float, tolerance: float) -> Check:
    return Check(
        key, say(scene.query.language, f"check.{key}"), left, right, abs(left - right), tolerance
    )
