"""Ink to 28×28: cut to the subject, its longer edge scaled to 28, in the middle of black."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.incoming.morphology import Box, Grey, Mask, extents, grown, labels, tiles
from explorer.incoming.paper import NOISE, PEAK
from explorer.records import SIDE

FAINT = 0.12  # ink fainter than this share of the strongest is paper
SPECK = 0.01  # of the largest part's energy; less, and apart, is a speck
# A part far off must be the larger to count: its share of the energy times its share of the length
# must exceed this much for each length of the subject in between, up to so many lengths.
APART, FARTHEST = 0.1, 0.4
HUGS, SLIVER = 0.06, 10.0  # what keeps this near to the picture's edge counts this much less
STRONG = 0.3  # ink fainter than this share of the strongest widens the frame only if it is much
MARGIN = 20  # the page's margin is its longer edge divided by this
ALONG = 5  # each margin is looked at in so many pieces
RECURS = 25  # percentile of them: what so few of them are without belongs to the paper
PRINTED = 1.8  # times as strong is what is drawn upon it
COARSE = 256  # pixels along the longer edge of the picture in which parts are told apart


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The subject as (28, 28) of 0 to 1, its size before shrinking, and the doubt about specks."""

    grey: Grey
    size: tuple[int, int] | None
    doubt: float


def fitted(ink: Grey) -> Fitted:
    """Return ink (H, W) cut to the subject and scaled so that its brightest pixel is 1."""
    standing = ink[ink > NOISE]
    if not standing.size:
        return Fitted(np.zeros((SIDE, SIDE), dtype=np.float32), None, 0.0)
    peak = float(np.percentile(standing, PEAK))
    pattern = min(PRINTED * printed(ink), peak / 2)
    threshold = max(NOISE, FAINT * peak, pattern)
    kept, doubt = dusted(np.where(ink > threshold, ink, 0) / peak)
    peak = float(np.percentile(ink[kept], PEAK))  # of the subject alone, not of a thumb beside it
    top, bottom, left, right = _box(np.where(kept, ink / peak, 0))
    rim = max(NOISE / 2, FAINT * peak / 2, pattern)
    cut = np.where(ink > rim, ink, 0)[top:bottom, left:right]
    small = bright(framed((cut / peak).clip(0, 1).astype(np.float32)))
    return Fitted(small, (int(right - left), int(bottom - top)), doubt)


def printed(ink: Grey) -> float:
    """Return how strong ink (H, W) recurs all around the margin, as the paper's pattern does."""
    deep = max(1, max(ink.shape) // MARGIN)
    pieces = [
        np.percentile(piece, 99.5)
        for side in (ink[:deep], ink[-deep:], ink[:, :deep].T, ink[:, -deep:].T)
        for piece in np.array_split(side, ALONG, axis=1)
        if piece.size
    ]
    return float(np.percentile(pieces, RECURS))


def bright(small: Grey) -> Grey:
    """Return (28, 28) with the brightness that thin strokes have lost in shrinking.

    Full ink stays as it is. The fainter the brightest pixel, the more the usual stroke counts
    instead of the brightest crossing.
    """
    top = float(small.max())
    if top <= 0:
        return small
    usual = float(np.percentile(small[small > top / 4], 75))
    return (small / (top * top + (1 - top) * usual)).clip(0, 1).astype(np.float32)


def dusted(ink: Grey) -> tuple[Mask, float]:
    """Return where ink is that belongs to the subject, and the doubt whether more or less does."""
    inked = ink > 0
    if max(ink.shape) <= 2 * SIDE:
        return inked, 0.0
    factor = -(-max(ink.shape) // COARSE)
    blocks = tiles(np.square(ink), factor, beyond="constant").sum(axis=(1, 3))
    parts = labels(grown(blocks > 0, 1))
    weights = np.bincount(parts.ravel(), weights=blocks.ravel()).astype(np.float64)
    weights[0] = 0
    edge = np.zeros(parts.shape, dtype=np.bool_)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    weights[np.unique(parts[edge])] *= 1 / SLIVER  # the subject is whole
    boxes = [extents(parts == part) if weights[part] > 0 else None for part in range(len(weights))]
    share = weights / weights.max()
    belongs = np.zeros(len(weights))
    whole = boxes[int(weights.argmax())]
    for part in np.argsort(-weights):
        box = boxes[part]
        if box is None or whole is None:
            continue
        belongs[part] = _belonging(float(share[part]), box, whole, blocks.shape)
        if belongs[part] > 1:
            whole = np.minimum(box, whole)
    main = belongs > 1
    large = (
        main[parts].repeat(factor, axis=0).repeat(factor, axis=1)[: ink.shape[0], : ink.shape[1]]
    )
    doubtful = (belongs > 0.5) & (belongs < 3)
    return inked & large, _widening(parts, main, doubtful)


def _belonging(share: float, box: Box, whole: Box, shape: tuple[int, ...]) -> float:
    """Return how surely a part with this share of the energy belongs to the rest: 1 is the limit.

    Boxes are (top, left, -bottom, -right), so that the smaller of each two encloses both.
    """
    longest = max(-whole[2] - whole[0], -whole[3] - whole[1])
    gap = max(0, *(whole[:2] + box[2:]), *(box[:2] + whole[2:])) / longest
    length = min(1.0, max(-box[2] - box[0], -box[3] - box[1]) / longest)
    far = share * length / max(APART * min(gap, FARTHEST), 1e-9)
    depths = (-box[2], -box[3], shape[0] - box[0], shape[1] - box[1])
    reaches = min(*box[:2], box[2] + shape[0], box[3] + shape[1]) <= 0
    if gap > 0 and (reaches or min(depths) < HUGS * max(shape)):
        far /= SLIVER
    return float(min(share / SPECK, far))


def _box(ink: Grey) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of ink (H, W), 1 for the strongest.

    Faint ink beyond the strong counts if there is enough of it, the more the farther out.
    """
    ends = []
    for axis in (1, 0):
        energy = np.square(ink).sum(axis=axis)
        strong = np.nonzero((ink > STRONG).any(axis=axis))[0]
        ends += [
            _end(energy, int(strong[0])),
            len(energy) - _end(energy[::-1], len(energy) - 1 - int(strong[-1])),
        ]
    return ends[0], ends[1], ends[2], ends[3]


def _end(energy: Grey, strong: int) -> int:
    """Return where the frame begins if strong ink begins at `strong`."""
    limit = SPECK * float(energy.sum())
    beyond = np.cumsum(energy[:strong])
    if not strong or beyond[-1] <= limit:
        return strong
    return int(np.argmax(beyond > np.clip(2 * limit - beyond[-1], 0, limit)))


def framed(grey: Grey) -> Grey:
    """Return a picture (H, W) scaled to fit (28, 28) and centred on black."""
    height, width = grey.shape
    scale = SIDE / max(height, width)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    # Areas are averaged when shrinking, which is what a sensor does; growing should not make steps.
    filtered = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    small = Image.fromarray(grey.astype(np.float32)).resize((across, down), filtered)
    frame = np.zeros((SIDE, SIDE), dtype=np.float32)
    # an odd pixel goes above and left, as in the data set
    top, left = (SIDE - down + 1) // 2, (SIDE - across + 1) // 2
    frame[top : top + down, left : left + across] = np.asarray(small)
    return frame


def _widening(parts: np.ndarray, main: Mask, doubtful: Mask) -> float:
    """Return by which share the doubtful parts would widen (or do widen) the frame."""
    sure = np.isin(parts, np.nonzero(main & ~doubtful)[0])
    either = np.isin(parts, np.nonzero(main | doubtful)[0])
    if not doubtful.any() or not sure.any():
        return 0.0
    return max(_extent(either) / _extent(sure) - 1, 0.0)


def _extent(mask: Mask) -> int:
    top, left, bottom, right = extents(mask)
    return int(max(-bottom - top, -right - left))
