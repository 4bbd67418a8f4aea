"""What was measured of a shipped network on a whole test set: one file of numbers beside its card.

The file is named after the weights that its units belong to, so that numbers of other weights are
never taken for these. `python -m explorer.learning.liking` writes it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer import places
from explorer.errors import UnusableWeights
from explorer.records import Floats

Counts = NDArray[np.int64]

BINS = 10  # of confidence, each a tenth wide
FILE = "liking-{sha256}.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """What the n units of one step do over the test images, or its n maps where it has some.

    `means` (n, C) float32 is the mean output by the images' class; `on` (n,) counts the images for
    which the output is above 0, of a map anywhere. `maps` says that these are maps.
    """

    means: Floats
    on: Counts
    maps: bool


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How often one checkpoint is right.

    `confusion` (C, C) counts images by their class (rows) and the answer (columns). `bins` (10, 2)
    counts the answers, and those that are right, by the tenth in which their probability lies.
    """

    confusion: Counts
    bins: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """All of one file: of how many `images`, the `units` by step, the `outcomes` by sha256."""

    images: int
    units: Mapping[str, Units]
    outcomes: Mapping[str, Outcome]


def place(model: str, sha256: str) -> Path:
    """Return where the numbers of a model lie whose usual weights have a sha256."""
    return places.MODELS / model / FILE.format(sha256=sha256)


def tenth(shares: Floats) -> Counts:
    """Return the bin (N,) of probabilities (N,) from 0 to 1; 1 itself lies in the last."""
    found: Counts = np.minimum((shares * BINS).astype(np.int64), BINS - 1)
    return found


def write(path: Path, measured: Measured) -> None:
    """Write the numbers, all compressed."""
    arrays: dict[str, Any] = {"images": np.int64(measured.images)}
    for step, units in measured.units.items():
        arrays[f"means/{step}"] = units.means.astype(np.float32)
        arrays[f"on/{step}"] = units.on.astype(np.uint32)
        arrays[f"maps/{step}"] = np.bool_(units.maps)
    for sha256, outcome in measured.outcomes.items():
        arrays[f"confusion/{sha256}"] = outcome.confusion.astype(np.uint32)
        arrays[f"bins/{sha256}"] = outcome.bins.astype(np.uint32)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


@cache
def load(path: Path) -> Measured | None:
    """Return the numbers of a file, None where there is none; read when first asked for.

    Raises:
        UnusableWeights: for a file that is damaged.
    """
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as found:
            return _read({name: found[name] for name in found.files})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UnusableWeights("zoo.measured", file=path.name, model=path.parent.name) from error


def _read(arrays: Mapping[str, Any]) -> Measured:
    """Return what the arrays of a file say, by the first part of their names."""
    units, outcomes = {}, {}
    for name in arrays:
        kind, _, of = name.partition("/")
        if kind == "means":
            on = arrays[f"on/{of}"].astype(np.int64)
            means = arrays[name].astype(np.float32)
            units[of] = Units(means, on, bool(arrays[f"maps/{of}"]))
        elif kind == "confusion":
            bins = arrays[f"bins/{of}"].astype(np.int64)
            outcomes[of] = Outcome(arrays[name].astype(np.int64), bins)
    return Measured(int(arrays["images"]), units, outcomes)
