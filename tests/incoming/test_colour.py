"""Colours to grey: what differs in colour alone, and what transparent parts lie on."""

from __future__ import annotations

import numpy as np
from PIL import Image

from explorer.incoming import colour

GREEN, RED = (0, 150, 0), (255, 20, 0)  # of one lightness: 88 of 255


def drawn(ink: tuple[int, ...], paper: tuple[int, ...]) -> Image.Image:
    picture = np.full((40, 40, len(paper)), paper, dtype=np.uint8)
    picture[10:30, 18:22] = ink
    return Image.fromarray(picture)


def test_a_drawing_that_differs_in_colour_alone_is_dark_on_light() -> None:
    for ink, paper in ((RED, GREEN), (GREEN, RED)):
        seen, note = colour.grey(drawn(ink, paper))
        assert note == "image.note.colour"
        assert seen[0, 0] > 0.95
        assert seen[20, 20] < seen[0, 0] - 0.3


def test_what_differs_in_lightness_is_its_lightness() -> None:
    seen, note = colour.grey(drawn((0, 0, 0), (255, 255, 255)))
    assert (note, seen[0, 0], seen[20, 20]) == ("image.note.grey", 1, 0)


def test_transparent_paper_is_white_under_dark_strokes_and_black_under_light_ones() -> None:
    dark, note = colour.laid(drawn((0, 0, 0, 255), (0, 0, 0, 0)))
    assert (note, dark.getpixel((0, 0))) == ("image.note.alpha", (255, 255, 255))
    light, note = colour.laid(drawn((255, 255, 255, 255), (0, 0, 0, 0)))
    assert (note, light.getpixel((0, 0))) == ("image.note.veil", (0, 0, 0))
