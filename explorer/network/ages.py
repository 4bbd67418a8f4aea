"""The ages of a network: those shipped, and those trained here while the server runs.

The latter are in memory alone, a few at a time. Their names hold a piece of their sha256: one name
never stands for two weights, in no cache and no link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.records import Language
from explorer.words import say

PREFIX = "trained-"
DIGITS = 12  # of the sha256, in a name


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights of one age: `accuracy` on the 10,000 test images, 0 to 1; `sha256` of the file.

    Of one that was trained here it is that on the first `tested` of them; `tested` is 0 for those
    shipped. `epoch` counts those that are complete, `batch` and `images` what has been seen since
    the first; 0 where the card does not say.
    """

    name: str
    file: str
    epoch: int
    accuracy: float
    sha256: str
    batch: int = 0
    images: int = 0
    tested: int = 0

    def called(self, language: Language) -> str:
        """Return the age in words, as `assets/web/base/age.js` has it."""
        name, count = ("epoch", self.epoch) if self.epoch else ("batch", self.batch)
        age = say(language, f"header.{name}", **{name: count})
        return say(language, "header.here", age=age) if self.tested else age


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights trained here: what is known of them, and the safetensors file that they are."""

    checkpoint: Checkpoint
    data: bytes


class Shelf:
    """The weights trained here, all of one network; `put` replaces all of them at once."""

    def __init__(self) -> None:
        self._kept: Mapping[tuple[str, str], Trained] = {}

    def put(self, model: str, found: Iterable[Trained]) -> bool:
        """Keep these and no others; return whether some are gone by that."""
        before = self._kept
        self._kept = {(model, each.checkpoint.name): each for each in found}
        return not before.keys() <= self._kept.keys()

    def of(self, model: str) -> tuple[Trained, ...]:
        """Return what was trained here of a model, in order."""
        return tuple(each for (name, _), each in self._kept.items() if name == model)

    def listing(self) -> list[dict[str, Any]]:
        """Return what a page needs to know of each."""
        return [
            {
                **{"model": model, "bytes": len(each.data), "sha256": each.checkpoint.sha256},
                **known(each.checkpoint),
            }
            for (model, _), each in self._kept.items()
        ]


def known(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what a page shows of an age."""
    names = ("name", "epoch", "batch", "images", "accuracy", "tested")
    return {name: getattr(checkpoint, name) for name in names}


def trained(data: bytes, **seen: Any) -> Trained:
    """Return weights as one that is trained here, with a name of its own."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Trained(Checkpoint(f"{PREFIX}{sha256[:DIGITS]}", sha256=sha256, **seen), data)


HERE = Shelf()
