"""A frame drawn around the drawing: a second look inside it, as inside a sheet.

Nothing is drawn outside of it, and what is inside touches it nowhere and is not small beside it: a
bag has its handle outside, a pocket is small.
"""

from __future__ import annotations

import numpy as np

from explorer.incoming.morphology import (
    Grey,
    Mask,
    closed,
    cornered,
    extents,
    grown,
    labels,
    patched,
    ramp,
    solidity,
    tiles,
)
from explorer.incoming.paper import NOISE, SMALL, STROKE
from explorer.incoming.sheet import Sheet

SOLID = 0.87, 0.92  # of its convex hull is filled; it may be drawn by hand
CORNERED = 0.88, 0.92  # of its convex hull lies between its corners
OUTER = 0.02, 0.08  # of the strokes are outside
LARGE = 0.1, 0.2  # of the page
INNER = 0.3, 0.45  # of its length or width is drawn upon


def frame(grey: Grey) -> Sheet | None:
    """Return what is most like the inside of a frame in a picture (H, W), if anything is."""
    factor = -(-max(grey.shape) // SMALL)
    dark = grey if float(np.median(grey)) > 0.5 else 1 - grey
    fill = closed(dark, max(3, max(grey.shape) // STROKE | 1))
    strokes = tiles(fill - dark, factor).max(axis=(1, 3)) > NOISE
    parts = labels(~strokes)
    edge = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    best = None
    for number in np.nonzero(np.bincount(parts.ravel()) >= LARGE[0] * parts.size)[0]:
        if number and number not in edge:
            mask = patched(parts == number)
            likely = _likelihood(mask, strokes)
            if likely and (best is None or likely > best.likely):
                best = Sheet(mask, factor, likely)
    return best


def _likelihood(mask: Mask, strokes: Mask) -> float:
    """Return how surely a part (h, w) is the inside of a frame: 0 for no, 1 for yes."""
    inner = strokes & mask
    if not inner.any():
        return 0.0
    drawn, inside, every = (extents(each) for each in (inner, mask, strokes))
    line = max(1, int((inside - every).min()))  # its width, where nothing else is beyond it
    outer = strokes & ~grown(mask, 1 + round(1.5 * line))
    sizes = (drawn[:2] + drawn[2:]) / (inside[:2] + inside[2:])
    return float(
        np.prod(
            [
                ramp(solidity(mask), *SOLID),
                ramp(cornered(mask), *CORNERED),
                1 - ramp(float(outer.sum() / strokes.sum()), *OUTER),
                ramp(float(sizes.max()), *INNER),
                ramp(float(mask.mean()), *LARGE),
            ]
        )
    )
