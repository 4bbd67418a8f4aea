"""What a picture might have looked like.

Moved, turned, scaled, blurred, noisy, brighter, flatter. Plain numpy.

Images are grey, 0 black to 1 white; what moves in from outside is black, as in the data set.
Positions are read between pixels by bilinear interpolation, so whole shifts are exact. A
perturbation at its neutral amount is the image itself, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.errors import InvalidQuery
from explorer.records import Floats, Pixels

Perturbation = Literal[
    "shift_x", "shift_y", "rotate", "scale", "noise", "blur", "brightness", "contrast"
]
Amounts = NDArray[np.float64]

NAMES: tuple[Perturbation, ...] = get_args(Perturbation)
SEED = 0  # the noise of every sweep is the same drawing, only its strength grows

# Lowest amount, highest, the one that changes nothing, and the step between two. Units are in the
# comment.
RANGES: Mapping[str, tuple[float, float, float, float]] = MappingProxyType(
    {
        "shift_x": (-8.0, 8.0, 0.0, 0.4),  # pixels to the right
        "shift_y": (-8.0, 8.0, 0.0, 0.4),  # pixels down
        "rotate": (-45.0, 45.0, 0.0, 2.25),  # degrees, counter-clockwise
        "scale": (0.5, 1.5, 1.0, 0.025),  # times as large, about the centre
        "noise": (0.0, 0.5, 0.0, 0.0125),  # standard deviation in grey values
        "blur": (0.0, 3.0, 0.0, 0.075),  # standard deviation of the Gaussian in pixels
        "brightness": (-0.5, 0.5, 0.0, 0.025),  # grey values added
        "contrast": (0.0, 2.0, 1.0, 0.05),  # factor on the distance from mid-grey
    }
)


def amounts(name: str) -> Amounts:
    """Return the amounts (K,) of a sweep, lowest to highest; the neutral one is among them exactly.

    Raises:
        InvalidQuery: for a perturbation that does not exist.
    """
    low, high, neutral, step = _range(name)
    steps = np.arange(round((low - neutral) / step), round((high - neutral) / step) + 1)
    return np.asarray(
        np.round(neutral + steps * step, 4), dtype=np.float64
    )  # 1.2, not 1.2000000000000002


def apply(pixels: Pixels, name: str, amount: float) -> Floats:
    """Return one image, (H, W) uint8, perturbed by one amount: (H, W) float32 from 0 to 1.

    Raises:
        InvalidQuery: for a perturbation that does not exist, or an amount outside its range.
    """
    low, high, _, _ = _range(name)
    if not low <= amount <= high:  # neither is what is not a number
        raise InvalidQuery("perturbation.amount", received=amount, name=name, low=low, high=high)
    image: Floats = _perturbed(pixels, name, np.array([float(amount)]))[0]
    return image


def sweep(pixels: Pixels, name: str) -> tuple[Amounts, Floats]:
    """Return the amounts (K,) of one perturbation and the image (H, W) uint8 under each.

    (K, H, W) float32, 0 to 1.

    Raises:
        InvalidQuery: for a perturbation that does not exist.
    """
    chosen = amounts(name)
    return chosen, _perturbed(pixels, name, chosen)


def _range(name: str) -> tuple[float, float, float, float]:
    if name not in RANGES:
        raise InvalidQuery(
            "query.choice", field="perturbation", received=str(name)[:60], choices=", ".join(NAMES)
        )
    return RANGES[name]


def _perturbed(pixels: Pixels, name: str, chosen: Amounts) -> Floats:
    """Return (K, H, W) float32, read-only: the image under every amount (K,)."""
    image = pixels.astype(np.float64) / 255
    by = chosen[:, None, None]
    match name:
        case "shift_x" | "shift_y" | "rotate" | "scale":
            changed = _moved(image, name, chosen)
        case "noise":
            changed = image + by * np.random.default_rng(SEED).standard_normal(image.shape)
        case "blur":
            changed = _blurred(image, chosen)
        case "brightness":
            changed = image + by
        case _:
            changed = 0.5 + by * (image - 0.5)
    result = changed.clip(0, 1).astype(np.float32)
    result[chosen == RANGES[name][2]] = pixels / np.float32(
        255
    )  # no rounding where nothing changes
    result.setflags(write=False)
    return result


def _moved(image: NDArray[np.float64], name: str, chosen: Amounts) -> NDArray[np.float64]:
    """Return the image (H, W) as it is after moving by each amount (K,).

    Every pixel asks where it came from.
    """
    height, width = image.shape
    middle, centre = (height - 1) / 2, (width - 1) / 2
    down, across = np.mgrid[0:height, 0:width].astype(np.float64)  # each (H, W)
    down, across = down - middle, across - centre
    shape = (len(chosen), *image.shape)
    by = chosen[:, None, None]
    match name:
        case "shift_x":
            rows, columns = np.broadcast_to(down, shape), across - by
        case "shift_y":
            rows, columns = down - by, np.broadcast_to(across, shape)
        case "scale":
            rows, columns = down / by, across / by
        case _:  # the axis of rows points down, so counter-clockwise to the eye is this way round
            cosine, sine = np.cos(np.radians(by)), np.sin(np.radians(by))
            rows, columns = cosine * down + sine * across, cosine * across - sine * down
    return _read(image, rows + middle, columns + centre)


def _read(
    image: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the image between its pixels, bilinearly, at positions (K, H, W).

    Outside everything is black.
    """
    wide = np.pad(image, 1).ravel()  # a black frame; positions beyond it are held on it
    high, side = image.shape[0] + 2, image.shape[1] + 2
    rows, columns = (rows + 1).clip(0, high - 1), (columns + 1).clip(0, side - 1)
    top, left = np.minimum(rows.astype(int), high - 2), np.minimum(columns.astype(int), side - 2)
    below, right = rows - top, columns - left
    at = top * side + left
    upper = wide[at] * (1 - right) + wide[at + 1] * right
    lower = wide[at + side] * (1 - right) + wide[at + side + 1] * right
    return np.asarray(upper * (1 - below) + lower * below)


def _blurred(image: NDArray[np.float64], chosen: Amounts) -> NDArray[np.float64]:
    """Return the image (H, W) under a Gaussian of each standard deviation (K,).

    Beyond its edges lies black.

    A blur is B · image · Cᵀ, with weights between rows in B (H, H) and between columns in C (W, W).
    Each weight is a sample of the Gaussian over the sum of all its samples, also those beyond the
    edge, so light runs out there as it would on paper.
    """
    rows, columns = (_gaussian(size, chosen) for size in image.shape)
    return np.asarray(rows @ image @ columns.transpose(0, 2, 1))


def _gaussian(size: int, chosen: Amounts) -> NDArray[np.float64]:
    """Return the weights (K, size, size) between the places of a line for each deviation (K,)."""
    spread = np.maximum(chosen, 1e-3)[:, None, None]
    apart = np.arange(size)[:, None] - np.arange(size)
    everywhere = np.arange(-size, size + 1)
    weights = np.exp(-0.5 * (apart / spread) ** 2)
    weights /= np.exp(-0.5 * (everywhere / spread) ** 2).sum(axis=-1, keepdims=True)
    return np.asarray(weights)
