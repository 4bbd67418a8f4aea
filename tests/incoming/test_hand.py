"""Turned clockwise, then cut: a spot on white paper says where each part of it went."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from explorer.incoming import hand
from explorer.incoming.images import Decisions, prepare
from explorer.incoming.stages import Stage


def paper(x: int, y: int, width: int = 400, height: int = 200) -> Image.Image:
    """Return white paper with a dark spot of 20 × 20 pixels around (x, y)."""
    values = np.full((height, width), 255, dtype=np.uint8)
    values[y - 10 : y + 10, x - 10 : x + 10] = 0
    return Image.fromarray(values).convert("RGB")


def spot(picture: Image.Image) -> tuple[float, float] | None:
    """Return the middle of what is dark as shares of width and height; None without any."""
    rows, columns = np.nonzero(np.asarray(picture.convert("L")) < 100)
    if not rows.size:
        return None
    return (columns.mean() + 0.5) / picture.width, (rows.mean() + 0.5) / picture.height


def near(*place: float) -> object:
    return pytest.approx(place, abs=0.03)


@pytest.mark.parametrize(
    ("degrees", "place"),
    [(0, (0.9, 0.2)), (90, (0.8, 0.9)), (180, (0.1, 0.8)), (270, (0.2, 0.1)), (-90, (0.2, 0.1))],
)
def test_quarters_go_clockwise(degrees: float, place: tuple[float, float]) -> None:
    turned = hand.turned(paper(360, 40), degrees)
    assert turned.size == ((400, 200) if degrees % 180 == 0 else (200, 400))
    assert spot(turned) == near(*place)


def test_a_few_degrees_go_clockwise_and_the_corners_are_paper() -> None:
    picture = paper(380, 100)
    for degrees, lower in ((10, True), (-10, False)):
        turned = hand.turned(picture, degrees)
        found = spot(turned)
        assert found
        assert (found[1] > 0.5) == lower
        assert np.asarray(turned).min(axis=2)[0, 0] > 230
        assert np.asarray(turned).min(axis=2)[-1, 0] > 230


def test_a_box_is_left_top_right_bottom_as_shares() -> None:
    cut = hand.cropped(paper(300, 50), (0.5, 0.0, 1.0, 0.5))
    assert cut.size == (200, 100)
    assert spot(cut) == near(0.5, 0.5)
    assert hand.cropped(paper(300, 50), (0.0, 0.5, 0.5, 1.0)).size == (200, 100)
    assert hand.cropped(paper(300, 50), (0.1, 0.2, 0.4, 0.9)).size == (120, 140)
    assert spot(hand.cropped(paper(300, 50), (0.0, 0.5, 0.5, 1.0))) is None


def test_something_is_always_left() -> None:
    for box in ((0.5, 0.5, 0.5, 0.5), (1, 1, 0.99, 1), (7, 7, 9, 9), (-1, -1, -1, -1)):
        left, top, right, bottom = hand.bounded(box)
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert min(right - left, bottom - top) >= hand.NARROWEST - 1e-9
        assert min(hand.cropped(paper(300, 50), box).size) >= 4


def by_hand(picture: Image.Image, turn: float, box: hand.Box) -> Stage:
    """Return the stage of what was done by hand."""
    written = io.BytesIO()
    picture.save(written, "PNG")
    stages = prepare(written.getvalue(), Decisions(turn=turn, box=box)).stages
    return next(stage for stage in stages if stage.name == "hand")


def test_a_picture_is_turned_before_it_is_cut() -> None:
    picture = paper(100, 50)  # upper left, so upper right once it is turned
    there = by_hand(picture, 90, (0.5, 0.0, 1.0, 0.5))
    assert there.size == (100, 200)
    assert there.picture.min() < 60
    assert by_hand(picture, 90, (0.0, 0.0, 0.5, 0.5)).picture.min() > 200


def test_a_part_of_a_large_picture_has_all_its_pixels() -> None:
    assert by_hand(paper(600, 600, 2000, 2000), 0, (0.25, 0.25, 0.5, 0.5)).size == (500, 500)
    whole = by_hand(paper(600, 600, 2000, 2000), 180, hand.WHOLE)
    assert max(whole.size) <= 512
