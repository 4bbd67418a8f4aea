"""The test images that excite the pinned unit most, with its value for each."""

from __future__ import annotations

from explorer.maths import spaces
from explorer.network.scene import Scene
from explorer.sections import crowd
from explorer.sections.base import Section


def section(scene: Scene) -> Section:
    """Return the nine images for which the pinned unit is largest, or the map in which it lies.

    Of a map it is its largest value. Where there is nothing to show, `state` says why.
    """
    unit = scene.query.unit
    if unit is None:
        return None, ()
    space, state = crowd.space(scene)
    if space is None:
        return state, ()
    count, shown = crowd.pictures(scene, spaces.strongest(space, unit, crowd.SHOWN))
    maps = None if space.peaks is None else space.peaks.shape[1]
    place = None if maps is None else unit * maps // space.values.shape[1]
    edited = bool(scene.query.edits)
    return {
        **state,
        "unit": unit,
        "map": place,
        "count": count,
        "nine": shown,
        "edited": edited,
    }, ()
