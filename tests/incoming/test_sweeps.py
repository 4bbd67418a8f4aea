"""No threshold with a cliff: whatever is wrong with a picture grows, and no step of it is misread.

At each step the drawing is a T-shirt first, or the page says that it may have been misread.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.incoming.images import Decisions, prepare
from explorer.records import Query
from explorer.viewing import view
from tests.drawings import clothes
from tests.incoming import photographs
from tests.incoming.photographs import Grey, Random

STEPS = 8
SHIRT = 0
Kind = Callable[[Grey, Random, float], Grey]
# What grows, and from how little to how much.
SWEPT: dict[str, tuple[Kind, float, float]] = {
    "light from one side": (photographs.sided, 0.05, 0.75),
    "lamp": (photographs.cornered, 0.05, 0.7),
    "hard shadow": (photographs.shadowed, 0.05, 0.75),
    "soft shadow": (
        lambda page, random, by: photographs.shadowed(page, random, by, 0.03),
        0.05,
        0.75,
    ),
    "grid": (photographs.ruled, 0.02, 0.6),
    "ruled": (lambda page, random, by: photographs.ruled(page, random, by, grid=False), 0.02, 0.6),
    "tilted grid": (
        lambda page, random, by: photographs.ruled(page, random, 0.25, tilt=by),
        0,
        0.08,
    ),
    "desk": (photographs.desk, 0.05, 0.85),
    "turned on a desk": (lambda page, random, by: photographs.desk(page, random, 0.25, by), 0, 24),
    "scan edges": (lambda page, random, by: photographs.edged(page, random, round(by)), 2, 40),
    "bars": (photographs.barred, 0, 0.9),
}


@pytest.mark.parametrize("kind", SWEPT)
def test_no_step_of_a_sweep_is_misread_without_a_word(kind: str) -> None:
    spoil, least, most = SWEPT[kind]
    page = photographs.on_paper(photographs.drawing(clothes.tees()[2], size=(300, 250), share=0.66))
    wrong = []
    for strength in np.linspace(least, most, STEPS):
        random = np.random.default_rng(7)  # the same place, ever stronger
        spoilt = spoil(page, random, float(strength))
        prepared = prepare(photographs.stored(spoilt, random), Decisions())
        seen = view(Query(images=(prepared.pixels.tobytes(),), show=()))
        said = [*prepared.doubts, *seen.notices]
        answer = int(seen.prediction.probabilities[0].argmax())
        if answer != SHIRT and not said:
            wrong.append(f"{strength:.2f}: class {answer}")
    assert wrong == []
