"""The strongest contributors of one unit, theirs, and so on down to the pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from explorer import kinds
from explorer.maths.arithmetic import Doubles, Feeding, contributors
from explorer.network.scene import Scene
from explorer.records import Step
from explorer.sections.base import Section

EDGES = 12  # contributors drawn at a pinned unit
BOUNDS = (1, 64)  # of how many may be asked for


def section(scene: Scene) -> Section:
    """Return the contributors of the pinned unit, theirs, and so on, with what is left out.

    Each edge is weight × activation: what the lower unit adds to the upper one's sum, of a Linear
    or of a convolution's patch. ReLU and Flatten pass a value on, so a path goes through them unit
    for unit, and a MaxPool that of the pixel that won. It ends where a layer does neither, or where
    something happened between that no hook sees.
    """
    unit = scene.query.unit
    if unit is None:
        return None, ()
    most = int(scene.option("edges", EDGES, *BOUNDS))
    walk, front, step = _Walk(), [unit], scene.step
    while front and (source := scene.sources[step.id]) is not None:
        below = scene.steps[scene.places[source]]
        front = _down(walk, scene, step, below, front, most)
        step = below
    return {"step": scene.query.step, "unit": unit, "edges": walk.edges, "left": walk.left}, ()


@dataclass(slots=True)
class _Walk:
    """What a walk down the network collects."""

    edges: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)

    def edge(self, below: Step, source: int, step: Step, target: int, value: float | None) -> int:
        """Draw one edge and return the unit it comes from."""
        self.edges.append(
            {"from": below.id, "source": source, "to": step.id, "target": target, "value": value}
        )
        return source


def _down(
    walk: _Walk, scene: Scene, step: Step, below: Step, front: list[int], most: int
) -> list[int]:
    """Go from some units of a step to those of the step below that make them."""
    kind, lower = kinds.BY_NAME[step.kind], dict[int, None]()
    subject = scene.subject(step)
    # The first sum met gets as many as asked for; further down a few of each are enough, for they
    # are many.
    count = max(2, most // 4) if walk.left else most
    for upper in front:
        found = kind.feeding(subject, upper)
        if found is None:
            continue
        if found.products is None:
            lower[walk.edge(below, int(found.places[0]), step, upper, None)] = None
        else:
            lower |= dict.fromkeys(
                _contributors(walk, found, found.products, below, step, upper, count)
            )
    return list(lower)


def _contributors(
    walk: _Walk, found: Feeding, products: Doubles, below: Step, step: Step, upper: int, count: int
) -> list[int]:
    """Draw the strongest contributors of one unit, say what is left out, and return them."""
    strongest = contributors(products, count)
    walk.left.append(
        {
            "step": step.id,
            "unit": upper,
            "bias": found.bias,
            "total": found.total,
            "positive": strongest.positive_rest,
            "negative": strongest.negative_rest,
            "count": strongest.rest_count,
        }
    )
    places = found.places[strongest.indices]
    pairs = zip(places.tolist(), strongest.products.tolist(), strict=True)
    return [
        walk.edge(below, index, step, upper, product) for index, product in pairs if product != 0.0
    ]
