"""Ink to 28×28: cut to the subject, its longer edge scaled to 28, in the middle of black."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.incoming.morphology import Grey, Mask, grown, labels
from explorer.incoming.paper import NOISE, PEAK
from explorer.records import SIDE

FAINT = 0.12  # ink fainter than this share of the strongest is paper
SPECK = 0.01  # of the largest part's ink; less, and small and apart, is a speck
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
    threshold = max(NOISE, FAINT * peak)
    kept, doubt = dusted(np.where(ink > threshold, ink, 0))
    rows, columns = np.nonzero(kept)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    cut = np.where(ink > threshold / 2, ink, 0)[top:bottom, left:right]
    small = bright(framed((cut / peak).clip(0, 1).astype(np.float32)))
    return Fitted(small, (int(right - left), int(bottom - top)), doubt)


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
    """Return where ink is that belongs to the subject, and the doubt whether specks do."""
    inked = ink > 0
    if max(ink.shape) <= 2 * SIDE:
        return inked, 0.0
    factor = -(-max(ink.shape) // COARSE)
    blocks = _blocks(ink, factor)
    parts = labels(grown(blocks > 0, 1))
    weights = np.bincount(parts.ravel(), weights=blocks.ravel())
    weights[0] = 0
    share = weights / weights.max()
    main = share > SPECK
    large = (
        main[parts].repeat(factor, axis=0).repeat(factor, axis=1)[: ink.shape[0], : ink.shape[1]]
    )
    doubtful = (share > SPECK / 2) & (share < 3 * SPECK)
    return inked & large, _widening(parts, main, doubtful)


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
    rows, columns = np.nonzero(mask)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def _blocks(ink: Grey, factor: int) -> Grey:
    height, width = ink.shape
    whole = np.pad(ink, ((0, -height % factor), (0, -width % factor)))
    shape = whole.shape[0] // factor, factor, whole.shape[1] // factor, factor
    return np.asarray(whole.reshape(shape).sum(axis=(1, 3)))
