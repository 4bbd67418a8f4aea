"""What shapes of pictures a network may take."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.errors import NoStart
from explorer.records import Input

LARGEST, PLANES, LONGEST = 1024, (1, 3), 80  # pixels of a side, colour planes, letters of a reply


def picture(sizes: Sequence[int], received: object) -> Input:
    """Return the input of `sizes`, (H, W) or (planes, H, W) with one or three planes.

    Raises:
        NoStart: for anything else, naming what was received.
    """
    if (
        len(sizes) not in {2, 3}
        or not all(isinstance(each, int) and 1 <= each <= LARGEST for each in sizes)
        or (len(sizes) == 3 and sizes[0] not in PLANES)
    ):
        raise NoStart("own.shape", received=str(received)[:LONGEST], largest=LARGEST)
    return Input(tuple(sizes))
