"""How often the present checkpoint is right: by its confidence, and class by class."""

from __future__ import annotations

import numpy as np

from explorer.network import zoo
from explorer.network.measured import BINS, tenth
from explorer.network.scene import Scene
from explorer.sections.base import Section
from explorer.sections.likes import numbers, replaced


def section(scene: Scene) -> Section:
    """Return how often answers as sure as the present one were right, and the confusion matrix.

    Measured once with the whole test set. Where there are no numbers of these very weights,
    `reason` says why, the end of a sentence's name.
    """
    if zoo.own(scene.card.name):
        return {"known": False, "reason": "own"}, ()
    if replaced(scene):
        return {"known": False, "reason": "taught"}, ()
    found, age = numbers(scene.card), scene.card.age(scene.query.checkpoint)
    if age is None or not age.shipped:
        return {
            "known": False,
            "reason": "untrained" if age is None else "brought" if age.given else "here",
        }, ()
    outcome = None if found is None else found.outcomes.get(age.sha256)
    if found is None or outcome is None:
        return {"known": False, "reason": "none"}, ()
    shares = scene.prediction.probabilities[scene.query.focus]
    share = shares.max(keepdims=True)
    place = int(tenth(share)[0])
    return {
        "known": True,
        "images": found.images,
        "share": float(share[0]),
        "low": place / BINS,
        "high": (place + 1) / BINS,
        "count": int(outcome.bins[place, 0]),
        "right": int(outcome.bins[place, 1]),
        "bins": outcome.bins.tolist(),
        "confusion": outcome.confusion.tolist(),
        "now": int(np.argmax(shares)),
    }, ()
