"""Is a picture like the ones learnt from? Four plain measures, and each one's usual range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.records import Pixels

LOW, HIGH = 0.25, 99.75  # percentiles of the training pictures that bound what is usual


def measures(images: Pixels) -> dict[str, NDArray[np.float64]]:
    """Return four measures of images (N, 28, 28) uint8, each as (N,) from 0 to 1.

    They are `ink`, the share of pixels that are not black; `mean`, the mean grey; `border`, the
    mean grey of the outermost rows and columns; `edges`, the mean absolute difference between
    neighbours.
    """
    grey = images.astype(np.float64) / 255
    frame = np.concatenate([grey[:, 0], grey[:, -1], grey[:, 1:-1, 0], grey[:, 1:-1, -1]], axis=1)
    across, down = np.abs(np.diff(grey, axis=2)), np.abs(np.diff(grey, axis=1))
    return {
        "ink": (images > 0).mean(axis=(1, 2)),
        "mean": grey.mean(axis=(1, 2)),
        "border": frame.mean(axis=1),
        "edges": (across.mean(axis=(1, 2)) + down.mean(axis=(1, 2))) / 2,
    }


def ranges(images: Pixels) -> dict[str, list[float]]:
    """Return the usual range [low, high] of every measure over many images (N, 28, 28) uint8."""
    return {
        name: [round(float(bound), 4) for bound in np.percentile(values, [LOW, HIGH])]
        for name, values in measures(images).items()
    }


def unlike(
    image: Pixels, usual: Mapping[str, Sequence[float]]
) -> tuple[tuple[str, float, float, float], ...]:
    """Return (measure, value, low, high) for every measure of an image (H, W) out of its range."""
    found = []
    for name, values in measures(image[None]).items():
        if name in usual:
            value, (low, high) = float(values[0]), usual[name]
            if not low <= value <= high:
                found.append((name, value, float(low), float(high)))
    return tuple(found)
