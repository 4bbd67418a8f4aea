"""The ages of a network: those shipped, those trained here, and those that somebody has brought.

The latter two come while the server runs and are in memory alone, a few at a time. Their names hold
a piece of their sha256: one name never stands for two weights, in no cache and no link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.records import Language
from explorer.words import say

TRAINED, BROUGHT = "trained-", "brought-"
MOST = 4  # files of weights that are kept; the oldest goes when one more is brought
DIGITS = 12  # of the sha256, in a name


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights of one age: `accuracy` on the 10,000 test images, 0 to 1; `sha256` of the file.

    Of one that was trained here or brought it is that on the first `tested` of them; `tested` is 0
    for those shipped, and `accuracy` None where there were no test images. `epoch` counts those
    that are complete, `batch` and `images` what has been seen since the first; 0 where nobody says.
    `given` is what somebody's file is called that was brought.
    """

    name: str
    file: str
    epoch: int
    accuracy: float | None
    sha256: str
    batch: int = 0
    images: int = 0
    tested: int = 0
    given: str = ""

    @property
    def shipped(self) -> bool:
        """Whether it comes with the program: what was measured once is known of it."""
        return not (self.tested or self.given)

    def called(self, language: Language) -> str:
        """Return the age in words, as `assets/web/base/age.js` has it."""
        if self.given:
            return say(language, "header.brought", file=self.given)
        name, count = ("epoch", self.epoch) if self.epoch else ("batch", self.batch)
        age = say(language, f"header.{name}", **{name: count})
        return say(language, "header.here", age=age) if self.tested else age


@dataclass(frozen=True, slots=True)
class Kept:
    """Weights in memory: what is known of them, and the safetensors file that they are."""

    checkpoint: Checkpoint
    data: bytes


class Shelf:
    """What is in memory: `put` replaces all that was trained here, `add` keeps the last brought."""

    def __init__(self) -> None:
        self._trained: Mapping[tuple[str, str], Kept] = {}
        self._brought: Mapping[tuple[str, str], Kept] = {}

    def put(self, model: str, found: Iterable[Kept]) -> bool:
        """Keep these of a training and no others; return whether some are gone by that."""
        before = self._trained
        self._trained = {(model, each.checkpoint.name): each for each in found}
        return not before.keys() <= self._trained.keys()

    def add(self, model: str, found: Kept) -> bool:
        """Keep what was brought last; return whether something is gone by that."""
        key = model, found.checkpoint.name
        others = {name: each for name, each in self._brought.items() if name != key}
        kept = [*others.items(), (key, found)]
        self._brought = dict(kept[-MOST:])
        return len(kept) > MOST

    def clear(self) -> None:
        """Let go of everything."""
        self._trained, self._brought = {}, {}

    def of(self, model: str) -> tuple[Kept, ...]:
        """Return what there is of a model, in order: trained here, then brought."""
        return tuple(each for name, each in self._all() if name == model)

    def listing(self) -> list[dict[str, Any]]:
        """Return what a page needs to know of each."""
        return [
            {
                **{"model": model, "bytes": len(each.data), "sha256": each.checkpoint.sha256},
                **known(each.checkpoint),
            }
            for model, each in self._all()
        ]

    def _all(self) -> list[tuple[str, Kept]]:
        both = (*self._trained.items(), *self._brought.items())
        return [(model, each) for (model, _), each in both]


def known(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what a page shows of an age."""
    names = ("name", "epoch", "batch", "images", "accuracy", "tested", "given")
    return {name: getattr(checkpoint, name) for name in names}


def kept(data: bytes, prefix: str, *, file: str = "", **measures: Any) -> Kept:
    """Return a safetensors file as an age, with a name of its own; `file` is called so without."""
    sha256 = hashlib.sha256(data).hexdigest()
    name = f"{prefix}{sha256[:DIGITS]}"
    called = file or f"{name}.safetensors"
    return Kept(Checkpoint(name, file=called, sha256=sha256, **measures), data)


HERE = Shelf()
