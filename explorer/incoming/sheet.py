"""Where the sheet is: a second look inside an even part with straight sides that holds the drawing.

A page on a desk, a scan with black edges, a screenshot between bars, a window below its title, a
black pad on a white page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.incoming.hand import laid
from explorer.incoming.morphology import (
    Grey,
    Mask,
    closed,
    cornered,
    grown,
    labels,
    opened,
    shrunk,
    solidity,
    steps,
)
from explorer.incoming.paper import FEW, FLAT, NOISE, SMALL, STROKE

LEAST, MOST = 0.08, 0.985  # of the picture's area
SOLID = 0.96  # of its convex hull is filled by a sheet
CORNERED = 0.94  # of its convex hull lies between its corners
ALONE = 0.88  # of what is around it is unlike the sheet
STRONG = 0.5  # strokes on it against its own difference from what is around
CROSSED = 0.03  # of the strokes run on beyond its edge
RIM = 0.12  # of its rim is covered by strokes


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Where a sheet may be in the small picture, (h, w), and how likely it is one, 0 to 1."""

    mask: Mask
    factor: int
    likely: float


def sheet(grey: Grey) -> Sheet | None:
    """Return what is most like a sheet in a picture (H, W) of 0 to 1, if anything is."""
    factor = -(-max(grey.shape) // SMALL)
    strokes = _strokes(grey, factor)
    small = _blocks(grey, factor).mean(axis=(1, 3))
    window = max(3, max(small.shape) // STROKE | 1)
    still = closed(small.astype(np.float32), window)
    calm, even = opened(still, window), labels(steps(still) < FLAT)
    parts = labels(steps(calm) < FLAT)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    best, most = None, 0.0
    for part in np.nonzero(sizes >= LEAST * parts.size)[0]:
        mask = _whole(_cornered(parts == part, even, window))
        likely = max(_likelihood(mask, calm, each) for each in strokes)
        inked = likely * max(float(each[shrunk(mask, 2)].sum()) for each in strokes)
        if inked > most:
            best, most = Sheet(mask, factor, likely), inked
    return best


def _likelihood(mask: Mask, calm: Grey, strokes: Grey) -> float:
    """Return how surely a part is a sheet with a drawing on it: 0 for no, 1 for yes."""
    share = float(mask.mean())
    outside = ~mask
    far = ~grown(mask, 1)
    outside = far if far.any() else outside
    if not LEAST <= share <= MOST or not outside.any():
        return 0.0
    inner = shrunk(mask, 2)
    level = float(np.median(calm[inner])) if inner.any() else 0.0
    around = np.abs(calm[outside] - level)
    difference = float(np.median(around))
    on_it = strokes[inner & (strokes > NOISE)]
    if on_it.size <= FEW * inner.sum() or difference < FLAT:
        return 0.0
    ink = float(np.percentile(on_it, 90))
    rim = mask & ~shrunk(mask, 4) & shrunk(mask, 1)
    return float(
        np.prod(
            [
                _ramp(solidity(mask), SOLID - 0.02, SOLID + 0.01),
                _ramp(cornered(mask), CORNERED - 0.02, CORNERED),
                _ramp(float((around > difference / 2).mean()), ALONE - 0.1, ALONE),
                _ramp(ink / difference, STRONG - 0.2, STRONG),
                1 - _ramp(_crossing(mask, strokes, ink), CROSSED / 2, CROSSED),
                1 - _ramp(float((strokes[rim] > ink / 2).mean()), RIM / 2, RIM),
            ]
        )
    )


def _crossing(mask: Mask, strokes: Grey, ink: float) -> float:
    """Return which share of the strokes on a part belongs to ones that go on outside it."""
    drawn = strokes > ink / 2
    parts = labels(grown(drawn, 1))
    outer = ~mask
    both = np.intersect1d(parts[drawn & shrunk(mask, 1)], parts[drawn & outer])
    both = both[both > 0]
    return float((np.isin(parts, both) & drawn & outer).sum() / max(1, (drawn & mask).sum()))


def _strokes(grey: Grey, factor: int) -> tuple[Grey, Grey]:
    """Return how much the strongest dark, and light, stroke in each block stands out, (h, w)."""
    window = max(3, max(grey.shape) // STROKE | 1)
    dark, light = closed(grey, window) - grey, grey - opened(grey, window)
    return _blocks(dark, factor).max(axis=(1, 3)), _blocks(light, factor).max(axis=(1, 3))


def _cornered(part: Mask, even: NDArray[np.int32], window: int) -> Mask:
    """Return a part with its corners: of a sheet that lies turned the window reaches none."""
    own = np.bincount(even[part]).argmax()
    return part | (grown(part, window // 2 + 1) & (even == own)) if own else part


def _whole(part: Mask) -> Mask:
    """Return a part with its holes filled and its soft rim added."""
    wide = grown(part, 1)
    beyond = labels(np.pad(~wide, 1, constant_values=True))
    return np.asarray(beyond != beyond[0, 0])[1:-1, 1:-1]


def _blocks(grey: Grey, factor: int) -> Grey:
    height, width = grey.shape
    whole = np.pad(grey, ((0, -height % factor), (0, -width % factor)), mode="edge")
    return whole.reshape(whole.shape[0] // factor, factor, whole.shape[1] // factor, factor)


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def cut(picture: Image.Image, found: Sheet) -> Image.Image:
    """Return the sheet alone, and beyond its edge, in the corners, more of its paper."""
    mask = shrunk(found.mask, 1)
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    top, left = found.factor * int(rows[0]), found.factor * int(columns[0])
    bottom = min(picture.height, found.factor * (int(rows[-1]) + 1))
    right = min(picture.width, found.factor * (int(columns[-1]) + 1))
    on_it = mask.repeat(found.factor, axis=0).repeat(found.factor, axis=1)[top:bottom, left:right]
    return laid(picture.crop((left, top, right, bottom)), on_it)
