"""The whole fraction of softmax at a temperature, and every row of the batch."""

from __future__ import annotations

import numpy as np

from explorer.maths.arithmetic import softmax_terms
from explorer.network.doing import near
from explorer.network.scene import Scene
from explorer.network.steps import NAMED
from explorer.records import Check
from explorer.sections.base import Section, check
from explorer.words import say

BOUNDS = (0.05, 20.0)  # of the temperature


def section(scene: Scene) -> Section:
    """Return the fraction of the focused image at a temperature, and every row of the batch."""
    temperature, logits = scene.option("temperature", 1.0, *BOUNDS), scene.logits
    if logits is None or logits.shape[1] > NAMED:
        return None, ()
    parts = softmax_terms(logits[scene.query.focus], temperature)
    rows = [softmax_terms(row, temperature).probabilities.tolist() for row in logits]
    data = {
        "temperature": temperature,
        "logits": logits[scene.query.focus].tolist(),
        "maximum": parts.maximum,
        "shifted": parts.shifted.tolist(),
        "exponentials": parts.exponentials.tolist(),
        "denominator": parts.denominator,
        "probabilities": parts.probabilities.tolist(),
        "naive_overflows": parts.naive_overflows,
        "rows": rows,
    }
    total = float(parts.exponentials.sum() / parts.denominator)
    checks = [check(scene, "parts", total, 1.0, 1e-12)]
    if temperature == 1.0:
        shown = scene.prediction.probabilities[scene.query.focus]
        apart = float(np.abs(parts.probabilities - shown).max())
        words = say(scene.query.language, "check.torch")
        own = near(scene.happened[scene.steps[-1].id].node)  # the module's own softmax, in its type
        checks.append(Check("torch", words, apart, 0.0, apart, 4 * own))
    return data, tuple(checks)
