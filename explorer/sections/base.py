"""What all sections share: their type, and one way to state an identity."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from torch import nn

from explorer.errors import InvalidQuery
from explorer.kinds.base import FLOAT32, identity
from explorer.maths.leaves import changed
from explorer.network import zoo
from explorer.network.scene import Scene
from explorer.records import Check

__all__ = ["FLOAT32", "Section", "again", "check", "hooked"]

LOG = logging.getLogger("explorer")
T = TypeVar("T")

# JSON-ready data, except that mappings may hold arrays (`replies` encodes them), and the checks
# that prove it; None where there is nothing to say.
Section = tuple[dict[str, Any] | None, tuple[Check, ...]]


def again(scene: Scene, run: Callable[[], T]) -> T | None:
    """Return what running the network, or parts of it, once more comes to.

    None where somebody's own module does not bear it, though its pass went well: it may take two
    images at most, write to what it receives, or leave autograd nothing to follow.
    """
    if not zoo.own(scene.card.name):
        return run()
    try:
        return run()
    except InvalidQuery:
        raise
    except Exception:  # whatever a stranger's code raises: the panel says that it is not possible
        LOG.info("A module does not bear to be run once more", exc_info=True)
        return None


def check(scene: Scene, key: str, left: float, right: float, tolerance: float) -> Check:
    """Return an identity of two numbers with the sentence that names it."""
    return identity(scene.query.language, key, left, right, tolerance)


def hooked(module: nn.Module | None, proofs: Sequence[Check]) -> bool:
    """Whether a layer's arithmetic is not that of its step because somebody's hook changes it."""
    if module is None or all(each.passed for each in proofs):
        return False
    return changed(module)
