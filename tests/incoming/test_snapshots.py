"""Drawings among other things: the same outline on the pad as from a clean scan, and no more."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.incoming.images import Decisions, prepare
from explorer.incoming.morphology import grown
from explorer.incoming.sheet import tilt
from explorer.records import Pixels, Query
from explorer.viewing import view
from tests.drawings import clothes
from tests.drawings.designs import DESIGNS
from tests.drawings.lines import Design
from tests.incoming import photographs, snapshots

INKED = 70  # of 255
MOST = 0.08  # of the outline may be missing, or as much be too much


def answer(pixels: Pixels) -> int:
    seen = view(Query(images=(pixels.tobytes(),), show=()))
    return int(seen.prediction.probabilities[0].argmax())


def clean(design: Design) -> Pixels:
    page = photographs.on_paper(photographs.drawing(design, size=(800, 800)))
    return prepare(photographs.stored(page, kind="PNG"), Decisions()).pixels


def apart(found: Pixels, expected: Pixels) -> tuple[float, float]:
    """Return what is too much and what is missing by more than two pixels, as shares."""
    got, want = found > INKED, expected > INKED
    more, less = got & ~grown(want, 2), want & ~grown(got, 2)
    return float(more.sum() / want.sum()), float(less.sum() / want.sum())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", snapshots.KINDS)
def test_the_outline_alone_is_on_the_pad(kind: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    design = (clothes.tees()[0], clothes.tees()[2], DESIGNS[9][0])[seed]
    ink = photographs.drawing(design, pen=random.uniform(0.9, 1.3), share=random.uniform(0.5, 0.62))
    page = snapshots.KINDS[kind](photographs.on_paper(ink), random)
    found, expected = prepare(photographs.stored(page, random), Decisions()), clean(design)
    assert max(apart(found.pixels, expected)) < MOST
    assert answer(found.pixels) == answer(expected)


@pytest.mark.parametrize("design", [clothes.tees()[0], DESIGNS[4][0], DESIGNS[8][0]])
def test_a_filled_drawing_leaves_a_narrow_rim_of_its_sheet(design: Design) -> None:
    random = np.random.default_rng(5)
    page = photographs.on_paper(snapshots.filled(design))
    lying = photographs.desk(page, random, 0.55, 9.0)
    found = prepare(photographs.stored(lying, random), Decisions())
    expected = prepare(photographs.stored(page, kind="PNG"), Decisions())
    assert max(apart(found.pixels, expected.pixels)) < MOST
    assert "sheet" in [stage.name for stage in found.stages]


def test_a_yellow_note_on_a_light_board_is_a_sheet() -> None:
    ink = photographs.drawing(clothes.tees()[0], size=(300, 300), share=0.6)[..., None]
    note = np.array([0.98, 0.9, 0.4]) * (1 - 0.85 * ink)
    board = np.full((640, 700, 3), 0.9)
    board[150:450, 180:480] = note
    picture = Image.fromarray(np.rint(255 * board).astype(np.uint8))
    found = prepare(photographs.written(picture), Decisions())
    assert "sheet" in [stage.name for stage in found.stages]
    assert max(apart(found.pixels, clean(clothes.tees()[0]))) < MOST


@pytest.mark.parametrize("turn", [-14.0, 14.0, 30.0])
def test_a_sheet_that_lies_turned_is_turned_upright(turn: float) -> None:
    random = np.random.default_rng(1)
    page = photographs.on_paper(photographs.drawing(clothes.tees()[0], share=0.6))
    lying = photographs.desk(page, random, 0.2, turn)
    found = prepare(photographs.stored(lying, random), Decisions())
    sheet = next(stage for stage in found.stages if stage.name == "sheet")
    assert float(str(sheet.values["turn"])) == pytest.approx(-turn, abs=1.5)
    assert max(apart(found.pixels, clean(clothes.tees()[0]))) < MOST


def test_what_has_a_single_edge_is_not_turned() -> None:
    y, x = np.mgrid[0:96, 0:120]
    assert tilt(y > 0.4 * x + 20) == 0.0
    half = (y > 0.4 * x) & (y > 60 - 2.5 * x)  # two edges, at right angles
    assert tilt(half) == pytest.approx(np.degrees(np.arctan(0.4)), abs=1.5)


def test_who_turned_a_sheet_by_much_is_told() -> None:
    page = photographs.on_paper(photographs.drawing(clothes.tees()[0], share=0.6))
    for turn, said in ((15.0, False), (40.0, True)):
        lying = photographs.desk(page, np.random.default_rng(1), 0.2, turn)
        assert ("turned" in prepare(photographs.stored(lying), Decisions()).doubts) == said
