"""Drawings as they come are read like clean scans of the same drawing."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.incoming.images import Decisions, prepare
from explorer.records import Pixels, Query
from explorer.viewing import view
from tests.drawings import clothes
from tests.incoming import photographs

SEEDS = range(3)


def shirt(pixels: Pixels) -> bool:
    seen = view(Query(images=(pixels.tobytes(),), show=()))
    return int(seen.prediction.probabilities[0].argmax()) == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", photographs.KINDS)
def test_a_shirt_is_a_shirt_in_whatever_picture(kind: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    ink = photographs.drawing(
        clothes.tees()[(0, 2, 4)[seed]],
        pen=random.uniform(0.9, 1.4),
        share=random.uniform(0.6, 0.75),
    )
    page = photographs.KINDS[kind](photographs.on_paper(ink), random)
    prepared = prepare(photographs.stored(page, random), Decisions())
    assert shirt(prepared.pixels)
    assert prepared.pixels.max() == 255
    assert np.count_nonzero(prepared.pixels) < 392  # its outline, not a surface


@pytest.mark.parametrize("pen", [0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_a_pen_of_any_width_is_as_bright(pen: float) -> None:
    ink = photographs.drawing(clothes.tees()[0], size=(1000, 1000), pen=pen)
    prepared = prepare(photographs.stored(photographs.on_paper(ink), kind="PNG"), Decisions())
    assert prepared.pixels.max() == 255
    assert shirt(prepared.pixels)


def test_a_turned_and_cut_picture_is_the_cut_of_the_turned_one() -> None:
    ink = photographs.drawing(clothes.tees()[0])
    page = photographs.on_paper(ink)
    page[:40] = 0.1
    by_hand = prepare(
        photographs.stored(np.rot90(page, 1), kind="PNG"),
        Decisions(turn=90, box=(0, 0.2, 1, 1)),
    )
    cut = prepare(photographs.stored(page[80:], kind="PNG"), Decisions())
    assert [stage.name for stage in by_hand.stages][2] == "hand"
    assert np.abs(by_hand.pixels.astype(int) - cut.pixels).mean() < 8
    assert shirt(by_hand.pixels)


@pytest.mark.parametrize("box", [(1, 1, 0, 0), (0.5, 0.5, 0.5, 0.5), (-3, -3, 9, 9), (1, 1, 1, 1)])
def test_any_rectangle_is_one(box: tuple[float, float, float, float]) -> None:
    page = photographs.on_paper(photographs.drawing(clothes.tees()[0]))
    for turn in (0.0, 7.5, -33.0, 180.0, 725.0):
        data = photographs.stored(page, kind="PNG")
        assert prepare(data, Decisions(turn=turn, box=box)).pixels.shape == (28, 28)
