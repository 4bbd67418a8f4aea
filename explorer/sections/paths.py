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
    for unit, a MaxPool that of the pixel that won, and what only moves values the one that stands
    there now, whichever of its tensors it is of. It ends where a layer does none of these, or where
    something happened between that no hook sees.
    """
    unit = scene.query.unit
    if unit is None:
        return None, ()
    most = int(scene.option("edges", EDGES, *BOUNDS))
    walk = _Walk({scene.places[scene.step.id]: {unit: None}})
    while walk.waiting:
        place = max(walk.waiting)  # every other step that is waiting stands before it
        _down(walk, scene, scene.steps[place], list(walk.waiting.pop(place)), most)
    return {"step": scene.query.step, "unit": unit, "edges": walk.edges, "left": walk.left}, ()


@dataclass(slots=True)
class _Walk:
    """What a walk down the network collects; `waiting` are units by the places of their steps."""

    waiting: dict[int, dict[int, None]]
    edges: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)

    def edge(self, below: Step, source: int, step: Step, target: int, value: float | None) -> int:
        """Draw one edge and return the unit it comes from."""
        self.edges.append(
            {"from": below.id, "source": source, "to": step.id, "target": target, "value": value}
        )
        return source


def _down(walk: _Walk, scene: Scene, step: Step, units: list[int], most: int) -> None:
    """Go from some units of a step to those of the steps before it that make them."""
    kind, subject = kinds.BY_NAME[step.kind], scene.subject(step)
    # The first sum met gets as many as asked for; further down a few of each are enough, for they
    # are many.
    count = max(2, most // 4) if walk.left else most
    for upper in units:
        found = kind.feeding(subject, upper) if subject.sources else None
        source = subject.sources[found.received] if found is not None else None
        if found is None or source is None:
            continue
        below, at = scene.steps[scene.places[source]], scene.places[source]
        lower = walk.waiting.setdefault(at, {})
        if found.products is None:
            lower[walk.edge(below, int(found.places[0]), step, upper, None)] = None
        else:
            lower |= dict.fromkeys(
                _contributors(walk, found, found.products, below, step, upper, count)
            )


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
