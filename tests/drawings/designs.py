"""What the drawings show.

For each class some designs, each a list of bodies (closed) and details (open strokes).

Coordinates are in a 28×28 frame, x to the right, y down. Garments are given by their right half and
mirrored about x = 14; shoes look to the left. The even designs are for development, the odd ones
are held out.
"""

from __future__ import annotations

from tests.drawings.clothes import coats, dresses, pullovers, shirts, tees, trousers
from tests.drawings.lines import Design
from tests.drawings.shoes import boots, sandals
from tests.drawings.sneakers import sneakers


def bags() -> list[Design]:
    return [
        Design(
            (((3, 12), (25, 12), (25, 25), (3, 25), (3, 12)),),
            (((9, 12), (9, 6), (19, 6), (19, 12)),),
        ),
        Design(
            (((4, 11), (24, 11), (26.4, 25.6), (1.6, 25.6), (4, 11)),),
            (((8.6, 11), (10, 5), (14, 3), (18, 5), (19.4, 11)), ((3.4, 15), (24.6, 15))),
        ),
        Design(
            (((2, 10), (26, 10), (26, 24), (2, 24), (2, 10)),),
            (((2, 10), (14, 17), (26, 10)), ((9, 10), (10, 4.6), (18, 4.6), (19, 10))),
        ),
        Design(
            (((5, 9), (23, 9), (23, 26), (5, 26), (5, 9)),),
            (((9.6, 9), (9.6, 2.4), (18.4, 2.4), (18.4, 9)),),
        ),
        Design(
            (
                (
                    (2, 13),
                    (4, 10.6),
                    (24, 10.6),
                    (26, 13),
                    (26, 23),
                    (24, 25),
                    (4, 25),
                    (2, 23),
                    (2, 13),
                ),
            ),
            (
                ((8, 10.6), (10.6, 6), (17.4, 6), (20, 10.6)),
                ((2, 15.6), (26, 15.6)),
                ((13, 15), (15, 15), (15, 17.6), (13, 17.6), (13, 15)),
            ),
        ),
        Design(
            (((3.4, 12.4), (24.6, 12.4), (26, 24.6), (2, 24.6), (3.4, 12.4)),),
            (((7, 12.4), (8.6, 6.4), (14, 3.8), (19.4, 6.4), (21, 12.4)),),
        ),
    ]


DESIGNS: tuple[tuple[Design, ...], ...] = tuple(
    tuple(made())
    for made in (tees, trousers, pullovers, dresses, coats, sandals, shirts, sneakers, bags, boots)
)
