"""Designs to 28×28 pixels, as an unsteady hand with a soft pen would put them on the pad."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from explorer.records import SIDE, Pixels
from tests.drawings.lines import Design, Line

Kind = Literal["outline", "thick", "filled", "shaded"]
KINDS: tuple[Kind, ...] = ("outline", "thick", "filled", "shaded")
FINE = 8  # subpixels per pixel
WIDTHS = {"outline": 1.5, "thick": 2.9, "filled": 1.2, "shaded": 1.2}  # of the pen, in pixels


def render(design: Design, kind: Kind, seed: int | None = None) -> Pixels:
    """Return a design as (28, 28) uint8. Without a seed it stands as designed.

    With one it is moved and wobbled by it.
    """
    move = _hand(seed)
    canvas = Image.new("L", (SIDE * FINE, SIDE * FINE))
    pen = ImageDraw.Draw(canvas)
    bodies, details = (
        [move(line) for line in design.bodies],
        [move(line) for line in design.details],
    )
    width = (
        WIDTHS[kind]
        if seed is None
        else WIDTHS[kind] * (0.85 + 0.3 * np.random.default_rng(seed + 99).random())
    )
    match kind:
        case "outline" | "thick":
            for line in (*bodies, *details):
                _stroke(pen, line, 255, width)
        case "filled":
            for line in bodies:
                pen.polygon(line, fill=235)
                _stroke(pen, line, 235, width)
            for line in details:
                _outside(pen, line, 235, width, canvas)
        case "shaded":
            for line in bodies:
                pen.polygon(line, fill=140)
                _stroke(pen, line, 215, width)
            for line in details:
                _stroke(pen, line, 240, width)
    soft = canvas.filter(ImageFilter.GaussianBlur(0.25 * FINE)).resize(
        (SIDE, SIDE), Image.Resampling.BOX
    )
    return np.asarray(soft, dtype=np.uint8)


def _stroke(pen: ImageDraw.ImageDraw, line: Line, grey: int, width: float) -> None:
    pen.line(line, fill=grey, width=round(width * FINE), joint="curve")
    radius = width * FINE / 2
    for x, y in (line[0], line[-1]):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=grey)


def _outside(
    pen: ImageDraw.ImageDraw, line: Line, grey: int, width: float, canvas: Image.Image
) -> None:
    """Draw what reaches beyond a fill, such as a handle or a strap.

    Upon the fill it would not be seen.
    """
    middle = line[len(line) // 2]
    at = (
        min(SIDE * FINE - 1, max(0, int(middle[0]))),
        min(SIDE * FINE - 1, max(0, int(middle[1]))),
    )
    if canvas.getpixel(at) == 0:
        _stroke(pen, line, grey, 1.6 * width)


def _hand(seed: int | None) -> Callable[[Line], Line]:
    """Return how a hand moves a line.

    To the fine grid, and with a seed turned, scaled, shifted and wobbled.
    """
    if seed is None:
        return lambda line: tuple((x * FINE, y * FINE) for x, y in line)
    random = np.random.default_rng(seed)
    turn, zoom = random.normal(0, 0.05), random.uniform(0.78, 1.0)
    shift = random.uniform(-1.5, 1.5, 2)
    cosine, sine = zoom * math.cos(turn), zoom * math.sin(turn)
    waves: NDArray[np.float64] = random.uniform(0, 2 * math.pi, (2, 2))

    def move(line: Line) -> Line:
        moved = []
        for x, y in _dense(line):
            wobble_x = 0.3 * math.sin(0.7 * y + waves[0, 0]) + 0.2 * math.sin(1.7 * x + waves[0, 1])
            wobble_y = 0.3 * math.sin(0.7 * x + waves[1, 0]) + 0.2 * math.sin(1.7 * y + waves[1, 1])
            u, v = x - 14, y - 14
            moved.append(
                (
                    FINE * (14 + cosine * u - sine * v + shift[0] + wobble_x),
                    FINE * (14 + sine * u + cosine * v + shift[1] + wobble_y),
                )
            )
        return tuple(moved)

    return move


def _dense(line: Line) -> Line:
    """Put points between the corners, so that straight lines can wobble too."""
    points = [line[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        steps = max(1, round(math.hypot(x1 - x0, y1 - y0)))
        points += [
            (x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps) for k in range(1, steps + 1)
        ]
    return tuple(points)
