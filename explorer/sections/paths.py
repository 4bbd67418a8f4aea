"""The strongest contributors of one unit, theirs, and so on down to the pixels."""

from __future__ import annotations

from typing import Any

from explorer.maths.arithmetic import contributors
from explorer.network.scene import Scene
from explorer.sections.base import Section
from explorer.sections.unit import summed

EDGES = 12  # contributors drawn at a pinned unit


def section(scene: Scene) -> Section:
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
    front, started = {chosen: 1.0}, False
    for place in range(scene.index, 0, -1):
        step, below = scene.steps[place], identifiers[place - 1]
        lower: dict[int, float] = {}
        for upper in front:
            total = summed(scene, step, upper) if step.kind in {"linear", "logits"} else None
            if total is None:
                lower[upper] = 1.0
                edges.append(
                    {"from": below, "source": upper, "to": step.id, "target": upper, "value": None}
                )
                continue
            # The first sum met gets as many as asked for; further down a few of each are enough,
            # for they are many.
            found = contributors(total.products, max(2, wanted // 4) if started else wanted)
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
        front, started = lower, started or step.kind in {"linear", "logits"}
    return {"step": scene.query.step, "unit": chosen, "edges": edges, "left": left}, ()
