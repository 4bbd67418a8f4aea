"""What people do to an upload by hand: turn it, and cut a rectangle out of it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from explorer.incoming.morphology import Mask, filled

Box = tuple[float, float, float, float]  # left, top, right, bottom, as shares of width and height
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
NARROWEST = 0.02  # of the width or height: what is left at least
QUARTERS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Return a picture turned clockwise; the corners that come in show what is beside them."""
    degrees %= 360
    if degrees == 0:
        return picture
    if degrees in QUARTERS:
        return picture.transpose(QUARTERS[int(degrees)])
    wide = picture.rotate(-degrees, Image.Resampling.BILINEAR, expand=True)
    known = Image.new("L", picture.size, 255).rotate(-degrees, expand=True)
    return laid(wide, np.asarray(known.resize(wide.size)) == 255)


def cropped(picture: Image.Image, box: Box) -> Image.Image:
    """Return what lies inside a box, at least one pixel wide and high."""
    left, top, right, bottom = bounded(box)
    edges = (
        int(left * picture.width),
        int(top * picture.height),
        max(int(left * picture.width) + 1, round(right * picture.width)),
        max(int(top * picture.height) + 1, round(bottom * picture.height)),
    )
    return picture if edges == (0, 0, *picture.size) else picture.crop(edges)


def bounded(box: Box) -> Box:
    """Return a box whose edges are in order, apart, and within the picture."""
    left, right = _apart(box[0], box[2])
    top, bottom = _apart(box[1], box[3])
    return left, top, right, bottom


def laid(picture: Image.Image, known: Mask) -> Image.Image:
    """Return a picture whose unknown pixels continue what is beside them."""
    if known.all() or not known.any():
        return picture
    values = np.asarray(picture, dtype=np.float32)
    on_it = known[..., None] if values.ndim == 3 else known
    whole = np.where(on_it, values, filled(values, known)).astype(np.float32)
    if picture.mode == "F":
        return Image.fromarray(whole)
    return Image.fromarray(np.rint(whole).clip(0, 255).astype(np.uint8))


def _apart(one: float, other: float) -> tuple[float, float]:
    low, high = sorted((min(1.0, max(0.0, one)), min(1.0, max(0.0, other))))
    low = min(low, 1 - NARROWEST)
    return low, max(high, low + NARROWEST)
