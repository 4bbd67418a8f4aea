"""What all sections share: their type, and one way to state an identity."""

from __future__ import annotations

from typing import Any

from explorer.kinds.base import FLOAT32, identity
from explorer.network.scene import Scene
from explorer.records import Check

__all__ = ["FLOAT32", "Section", "check"]

# JSON-ready data, except that mappings may hold arrays (`replies` encodes them), and the checks
# that prove it; None where there is nothing to say.
Section = tuple[dict[str, Any] | None, tuple[Check, ...]]


def check(scene: Scene, key: str, left: float, right: float, tolerance: float) -> Check:
    """Return an identity of two numbers with the sentence that names it."""
    return identity(scene.query.language, key, left, right, tolerance)
