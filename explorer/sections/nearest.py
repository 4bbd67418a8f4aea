"""The test images nearest to the drawing, in the space of the current step."""

from __future__ import annotations

from explorer.maths import spaces
from explorer.network.scene import Scene
from explorer.sections import crowd
from explorer.sections.base import Section


def section(scene: Scene) -> Section:
    """Return the nine images whose outputs of the current step are nearest to the drawing's.

    By Euclidean distance, which stands with each; at the input that of the pixels, as the network
    receives them. Where there is nothing to show, `state` says why.
    """
    space, state = crowd.space(scene)
    if space is None:
        return state, ()
    found = spaces.nearest(space, crowd.point(scene), crowd.SHOWN)
    count, shown = crowd.pictures(scene, found)
    return {
        **state,
        "step": scene.step.id,
        "numbers": space.values.shape[1],
        "count": count,
        "nine": shown,
        "edited": bool(scene.query.edits),
    }, ()
