"""The strongest contributors of one unit, theirs, and so on down to the pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from explorer import kinds
from explorer.maths.arithmetic import Feeding, contributors
from explorer.network.scene import Scene
from explorer.records import Step
from explorer.sections.base import Section

EDGES = 12  # contributors drawn at a pinned unit
BOUNDS = (1, 64)  # of how many may be asked for
FOLLOWED = 100  # units for each of them, over all steps: a deep network would have 100,000


def section(scene: Scene) -> Section:
    """Return the contributors of the pinned unit, theirs, and so on, with what is left out.

    Each edge is weight × activation: what the lower unit adds to the upper one's sum, of a Linear
    or of a convolution's patch. ReLU and Flatten pass a value on, so a path goes through them unit
    for unit, a MaxPool that of the pixel that won, and what only moves values the one that stands
    there now, whichever of its tensors it is of. Where tensors are added it goes on in both, and a
    normalization with kept statistics is a product and a bias. A gate is the weight of what it
    lets through, and each number that asks for a row of a table adds what that row has there. A
    path ends where a layer does none of these, or where something happened between that no hook
    sees. Of many units of a step only the first are followed, those that the strongest lead to;
    `unfollowed` is how many are not.
    """
    unit = scene.query.unit
    if unit is None:
        return None, ()
    most, place = int(scene.option("edges", EDGES, *BOUNDS)), scene.places[scene.step.id]
    walk = _Walk({place: {unit: None}}, max(most, FOLLOWED * most // max(1, place)))
    while walk.waiting:
        place = max(walk.waiting)  # every other step that is waiting stands before it
        _down(walk, scene, scene.steps[place], list(walk.waiting.pop(place)), most)
    found = {"edges": walk.edges, "left": walk.left, "unfollowed": walk.unfollowed}
    return {"step": scene.query.step, "unit": unit, **found}, ()


@dataclass(slots=True)
class _Walk:
    """What a walk down the network collects.

    `waiting` are units by the places of their steps, `most` of a step are followed.
    """

    waiting: dict[int, dict[int, None]]
    most: int
    edges: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)
    unfollowed: int = 0

    def edge(self, below: Step, source: int, step: Step, target: int, value: float | None) -> None:
        """Draw one edge."""
        self.edges.append(
            {"from": below.id, "source": source, "to": step.id, "target": target, "value": value}
        )


def _down(walk: _Walk, scene: Scene, step: Step, units: list[int], most: int) -> None:
    """Go from some units of a step to those of the steps before it that make them."""
    kind, subject = kinds.BY_NAME[step.kind], scene.subject(step)
    # The first sum met gets as many as asked for; further down a few of each are enough, for they
    # are many.
    count = max(2, most // 4) if walk.left else most
    followed = units[: walk.most] if subject.sources else []
    walk.unfollowed += len(units) - len(followed) if subject.sources else 0
    for upper in followed:
        found = kind.feeding(subject, upper)
        if found is None:
            continue
        for index, value in _strongest(walk, found, step, upper, count):
            source = subject.sources[found.tensor(index)]
            if source is None:
                continue
            at, unit = scene.places[source], int(found.places[index])
            walk.edge(scene.steps[at], unit, step, upper, value)
            walk.waiting.setdefault(at, {})[unit] = None


def _strongest(
    walk: _Walk, found: Feeding, step: Step, upper: int, count: int
) -> list[tuple[int, float | None]]:
    """Return which products of a unit are the strongest, and say what is left out.

    Of a value that is handed on there is one, and no product.
    """
    if found.products is None:
        return [(0, None)]
    strongest = contributors(found.products, count)
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
    pairs = zip(strongest.indices.tolist(), strongest.products.tolist(), strict=True)
    return [(index, product) for index, product in pairs if product != 0.0]
