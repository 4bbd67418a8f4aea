"""What all sections share: their type, and one way to state an identity."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.network.scene import Scene
from explorer.records import Check
from explorer.words import say

# JSON-ready data, except that mappings may hold arrays (`replies` encodes them), and the checks
# that prove it; None where there is nothing to say.
Section = tuple[dict[str, Any] | None, tuple[Check, ...]]

FLOAT32 = float(np.finfo(np.float32).eps)


def check(scene: Scene, key: str, left: float, right: float, tolerance: float) -> Check:
    """Return an identity of two numbers with the sentence that names it."""
    return Check(
        key, say(scene.query.language, f"check.{key}"), left, right, abs(left - right), tolerance
    )
