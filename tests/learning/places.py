"""A tiny data set, made up."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer import places
from explorer.incoming import datasets
from explorer.learning.recipes import Recipe
from explorer.network import zoo

FILES = {True: "train", False: "t10k"}


TRAIN, TEST = 240, 50


TINY = Recipe(epochs=1, batch=40, early=(), kept=(1,))


ASSETS, DATA = places.MODELS, places.DATA


Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def made(count: int, seed: int) -> Arrays:
    """Pictures that a straight line can tell apart.

    Class k is a bright block at place k, on some noise.
    """
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = random.integers(0, 60, (count, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 5)
        image[4 + 11 * row : 13 + 11 * row, 2 + 5 * column : 6 + 5 * column] = 230
    return images, labels


def written(path: Path, values: NDArray[np.uint8]) -> None:
    """Write an idx file: magic number 0x08 (unsigned bytes) and dimensions, the sizes, the bytes."""
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(head + values.tobytes())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test works: data, and where models are to go."""

    data: Path
    models: Path
    test: Arrays


def forget() -> None:
    zoo.forget()
    datasets._test.cache_clear()


def snapshot() -> dict[str, int]:
    return {
        str(path): path.stat().st_mtime_ns for root in (ASSETS, DATA) for path in root.rglob("*")
    }
