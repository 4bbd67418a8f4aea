"""What the pinned unit likes: its mean output for each class of the test images."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer import kinds
from explorer.network import measured, zoo
from explorer.network.measured import Measured
from explorer.network.scene import Scene
from explorer.sections.base import Section


def section(scene: Scene) -> Section:
    """Return the means of the pinned unit, or of the map in which it lies, by class.

    Nothing is computed here: the numbers were measured once with the whole test set, for the
    usual checkpoint alone. Where there are none, `reason` says why, the end of a sentence's name.
    """
    unit = scene.query.unit
    if unit is None:
        return None, ()
    found = numbers(scene.card)
    if zoo.own(scene.card.name) or found is None:
        return {"known": False, "reason": "own" if zoo.own(scene.card.name) else "none"}, ()
    if replaced(scene):
        return {"known": False, "reason": "taught"}, ()
    if (scene.query.checkpoint or scene.card.default) != scene.card.default:
        usual = scene.card.checkpoint(scene.card.default).called(scene.query.language)
        return {"known": False, "reason": "age", "age": usual}, ()
    units = found.units.get(scene.step.id)
    if units is None:
        return {"known": False, "reason": "step"}, ()
    values = scene.after[scene.query.focus]
    place = unit // max(1, values[0].size) if units.maps else unit
    data: dict[str, Any] = {
        "known": True,
        "unit": unit,
        "map": int(place) if units.maps else None,
        "means": units.means[place].tolist(),
        "value": float(np.mean(values[place]) if units.maps else values.reshape(-1)[unit]),
        "on": int(units.on[place]),
        "images": found.images,
        "switches": kinds.BY_NAME[scene.step.kind].switches,
    }
    return data, ()


def replaced(scene: Scene) -> bool:
    """Whether what has learnt is shown: other weights than those of which anything was measured."""
    return scene.query.taught is not None and scene.query.taught.replaces


def numbers(card: zoo.Card) -> Measured | None:
    """Return what was measured of a shipped card; None where nothing was, or of other weights."""
    if card.default not in {each.name for each in card.checkpoints}:
        return None
    return measured.load(measured.place(card.name, card.checkpoint(card.default).sha256))
