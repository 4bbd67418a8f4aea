"""A 28×28 drawing in the size that another network takes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image

from explorer.records import SIDE, Input

KEPT = 32  # drawings: those of a batch, and a few strokes before


@lru_cache(KEPT)
def fitted(drawing: bytes, of: Input) -> bytes:
    """Return a drawing of 784 grey values as `of.shape`, the same in every colour plane.

    It is stretched to the size with linear interpolation; a smaller one gets the mean of the area.
    """
    picture = Image.fromarray(np.frombuffer(drawing, dtype=np.uint8).reshape(SIDE, SIDE))
    height, width = of.shape[-2:]
    resized = picture.resize((width, height), Image.Resampling.BILINEAR)
    plane = np.asarray(resized)
    return np.broadcast_to(plane, of.shape).tobytes()
