"""Two runs side by side: the other one's values, and how far apart the two are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from explorer import kinds
from explorer.figures import arrays
from explorer.network.scene import Scene, look
from explorer.sections.base import Section

MOST = 4096  # units whose switching is told one by one


def section(scene: Scene) -> Section:
    """Return the other side of a comparison.

    Its values, its prediction, and how far apart the two are at every step.
    """
    seen = opposite(scene)
    if seen is None:
        return None, ()
    query, other = scene.query, seen.query
    apart = {}
    for step in scene.steps:
        one, two = scene.values[step.id][query.focus], seen.values[step.id][other.focus]
        difference = two.astype(np.float64) - one
        told: dict[str, Any] = {
            "largest": float(np.abs(difference).max()),
            "changed": int(np.count_nonzero(difference)),
        }
        if kinds.BY_NAME[step.kind].switches and difference.size <= MOST:
            told["switched"] = np.flatnonzero(((one > 0) != (two > 0)).reshape(-1)).tolist()
        apart[step.id] = told
    shares = seen.prediction.probabilities[other.focus]
    kept = {step.id: step.block for step in seen.steps}
    return {
        "focus": other.focus,
        "checkpoint": other.checkpoint,
        "tensors": {
            name: arrays.means(seen.values[name][other.focus], block)
            for name, block in kept.items()
        },
        "probabilities": shares.tolist(),
        "winner": int(shares.argmax()) if shares.size else None,
        "apart": apart,
    }, ()


def opposite(scene: Scene) -> Scene | None:
    """Return the other side of a comparison, B; what the query does not say about it is as in A."""
    query, asked = scene.query, scene.query.versus
    if asked is None:
        return None
    other = replace(
        query,
        checkpoint=query.checkpoint if asked.checkpoint is None else asked.checkpoint,
        focus=query.focus if asked.image is None else asked.image,
        edits=query.edits if asked.edits is None else asked.edits,
        versus=None,
    )
    return look(other, device=str(scene.device))
