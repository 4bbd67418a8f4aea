"""Two runs side by side: the other one's values, and how far apart the two are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from explorer import kinds
from explorer.figures import arrays
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.records import Query
from explorer.sections.base import Section
from explorer.words import say

MOST = 4096  # units whose switching is told one by one


def section(scene: Scene) -> Section:
    """Return the other side of a comparison.

    Its values, its prediction, and how far apart the two are at every step that both of them have:
    where the way through a network depends on its values, they may go different ones.
    """
    side = opposite(scene)
    if side is None:
        return None, ()
    query, other = scene.query, side.query
    apart = {}
    for step in scene.steps:
        if not comparable(scene, side, step.id):
            continue
        one, two = scene.values[step.id][query.focus], side.values[step.id][other.focus]
        difference = two.astype(np.float64) - one
        numbers: dict[str, Any] = {
            "largest": float(np.abs(difference).max()),
            "changed": int(np.count_nonzero(difference)),
        }
        if kinds.BY_NAME[step.kind].switches and difference.size <= MOST:
            numbers["switched"] = np.flatnonzero(((one > 0) != (two > 0)).reshape(-1)).tolist()
        apart[step.id] = numbers
    shares = side.prediction.probabilities[other.focus]
    kept = {step.id: step.block for step in side.steps}
    return {
        "names": list(names(scene, side)),
        "focus": other.focus,
        "checkpoint": other.checkpoint,
        "tensors": {
            name: arrays.means(side.values[name][other.focus], block)
            for name, block in kept.items()
        },
        "probabilities": shares.tolist(),
        "winner": int(shares.argmax()) if shares.size else None,
        "apart": apart,
    }, ()


def comparable(scene: Scene, other: Scene, step: str) -> bool:
    """Whether both sides have a step, with values of one shape."""
    found = other.values.get(step)
    return found is not None and found.shape[1:] == scene.values[step].shape[1:]


def joined(scene: Scene) -> Scene:
    """Return a scene whose scales hold the values of both sides of a comparison, if it is one."""
    other = opposite(scene)
    if other is None:
        return scene
    ends = {step.id: step.limit for step in other.steps}
    steps = (
        replace(step, limit=max(step.limit, ends.get(step.id, step.limit))) for step in scene.steps
    )
    return replace(scene, steps=tuple(steps))


def names(scene: Scene, other: Scene) -> tuple[str, str]:
    """Return what the two sides of a comparison are called: by what they differ in."""
    query, asked = scene.query, scene.query.versus
    language = query.language
    now = say(language, "compare.now")
    if asked is None:
        return now, now
    pairs = []
    if asked.image is not None:
        both = (query.focus, asked.image)
        called = "compare.image" if scene.pixels else "inputs.called"
        pairs.append(tuple(say(language, called, index=image) for image in both))
    if asked.checkpoint is not None:
        here = learnt(_weights(scene, query.checkpoint), query)
        pairs.append((here, _weights(other, asked.checkpoint)))
    if asked.edits is not None:
        pairs.append((now, say(language, "compare.patched" if asked.edits else "compare.before")))
    one, two = zip(*pairs, strict=True) if pairs else ((now,), (now,))
    return " · ".join(one), " · ".join(two)


def _weights(scene: Scene, checkpoint: str) -> str:
    """Return what a checkpoint is called."""
    name, language = checkpoint or scene.card.default, scene.query.language
    known = scene.card.age(name)
    if known is not None:
        return known.called(language)
    return say(language, f"header.{name if name == zoo.GIVEN else zoo.UNTRAINED}")


def learnt(name: str, query: Query) -> str:
    """Return what weights are called, and the steps they have learnt since, if shown."""
    if query.taught is None or not query.taught.replaces:
        return name
    return say(query.language, "header.taught", age=name, count=query.taught.steps)


def opposite(scene: Scene) -> Scene | None:
    """Return the other side of a comparison, B; what the query does not say about it is as in A.

    Of another checkpoint it is the network as it was: what has been learnt is A's, and B knows of
    it only for values that are patched from there.
    """
    query, asked = scene.query, scene.query.versus
    if asked is None:
        return None
    same, device = asked.checkpoint is None, str(scene.device)
    other = replace(
        query,
        step=scene.trace.graph.input,  # the other side may not have the one that is shown
        unit=None,
        checkpoint=query.checkpoint if asked.checkpoint is None else asked.checkpoint,
        focus=query.focus if asked.image is None else asked.image,
        edits=query.edits if asked.edits is None else asked.edits,
        versus=None,
    )
    if same:
        return _at(look(other, device=device, model=scene.model, pupil=query.focus), query)
    other = replace(other, taught=query.taught and replace(query.taught, shown=False))
    return _at(look(other, device=device, pupil=query.focus), query)


def _at(scene: Scene, query: Query) -> Scene:
    """Return a scene at the step and the unit of a query, if it has that step."""
    if query.step not in scene.values:
        return scene
    return replace(scene, query=replace(scene.query, step=query.step, unit=query.unit))
