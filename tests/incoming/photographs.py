"""Drawings as they come: photographed, scanned, on printed paper, in screenshots. Nothing on disk."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.drawings.lines import Design

Grey = NDArray[np.float64]
SIDE = 28
PAPER, INK = 0.92, 0.2
Random = np.random.Generator


def drawing(
    design: Design,
    *,
    size: tuple[int, int] = (480, 400),
    pen: float = 1.2,
    share: float = 0.72,
    turn: float = 0.0,
) -> Grey:
    """Return how much ink lies on a page (H, W), 0 to 1, of a design's lines drawn with a pen."""
    width, height = size
    scale = share * min(size) / SIDE
    page = Image.new("L", (2 * width, 2 * height))
    brush = ImageDraw.Draw(page)
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    thick = max(1, round(2 * pen * scale))
    for line in (*design.bodies, *design.details):
        points = [
            (
                2 * (width / 2 + cosine * (x - 14) - sine * (y - 14)),
                2 * (height / 2 + sine * (x - 14) + cosine * (y - 14)),
            )
            for x, y in line
        ]
        brush.line(points, fill=255, width=thick, joint="curve")
        for x, y in points:
            brush.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
    return np.asarray(page.reduce(2), dtype=np.float64) / 255


def on_paper(ink: Grey, *, paper: float | Grey = PAPER, pen: float = INK) -> Grey:
    """Return a page (H, W) of 0 to 1: ink takes a share of the paper's light."""
    return np.asarray(paper * (1 - ink * (1 - pen / PAPER)))


def stored(page: Grey, random: Random | None = None, *, kind: str = "JPEG") -> bytes:
    """Return a page as a file, with a sensor's grain if there is a source of randomness."""
    grain = random.normal(0, 0.008, page.shape) if random is not None else 0.0
    values = np.rint(255 * (page + grain)).clip(0, 255).astype(np.uint8)
    return written(Image.fromarray(values), kind)


def written(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def across(shape: tuple[int, ...], angle: float) -> Grey:
    """Return 0 to 1 from one side of a page to the other."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    along = np.cos(angle) * x + np.sin(angle) * y
    return np.asarray((along - along.min()) / np.ptp(along))


def sided(page: Grey, random: Random, strength: float = 0.5) -> Grey:
    """Light from one side: the far one has only `1 - strength` of it."""
    return page * (1 - strength * across(page.shape, random.uniform(0, 2 * np.pi)))


def cornered(page: Grey, random: Random, strength: float = 0.4) -> Grey:
    """A lamp over some place of the page: the corners are darker."""
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width] / max(page.shape)
    at = random.uniform(0.4, 0.6, 2) * (height, width) / max(page.shape)
    away = np.hypot(y - at[0], x - at[1])
    return np.asarray(page * (1 - strength * np.square(away / away.max())))


def shadowed(page: Grey, random: Random, strength: float = 0.45, soft: float = 0.002) -> Grey:
    """A shadow over one side of the page, with a hard or a soft edge."""
    where = across(page.shape, random.uniform(0, 2 * np.pi))
    at = random.uniform(0.55, 0.8)
    inside = 1 / (1 + np.exp(-np.clip((where - at) / soft, -50, 50)))
    return np.asarray(page * (1 - strength * inside))


def ruled(
    page: Grey, random: Random, strength: float = 0.25, *, grid: bool = True, tilt: float = 0.0
) -> Grey:
    """Printed lines, which take a share of the light; the ink lies upon them."""
    gap, width = random.uniform(14, 34), random.uniform(1.0, 1.8)
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    lines = np.clip(width / 2 + 0.5 - np.abs((y + tilt * x) % gap - gap / 2), 0, 1)
    if grid:
        lines = np.maximum(
            lines, np.clip(width / 2 + 0.5 - np.abs((x - tilt * y) % gap - gap / 2), 0, 1)
        )
    return np.asarray(np.minimum(page, PAPER * (1 - strength * lines)))


def desk(page: Grey, random: Random, level: float = 0.25, turn: float = 0.0) -> Grey:
    """The page lies on a desk, turned by some degrees."""
    sheet = Image.fromarray(np.rint(255 * page).clip(0, 255).astype(np.uint8))
    there = Image.new("L", sheet.size, 255)
    sheet, there = (
        each.rotate(turn, Image.Resampling.BILINEAR, expand=True) for each in (sheet, there)
    )
    margin = [int(each) for each in random.integers(24, 70, 4)]
    ground = Image.new(
        "L",
        (sheet.width + margin[0] + margin[1], sheet.height + margin[2] + margin[3]),
        round(255 * level),
    )
    ground.paste(sheet, (margin[0], margin[2]), there)
    return np.asarray(ground, dtype=np.float64) / 255


def edged(page: Grey, random: Random, width: int = 12) -> Grey:
    """A scan whose lid was open: black along some sides."""
    result = page.copy()
    sides = random.permutation(4)[: random.integers(1, 4)]
    for side in sides:
        part = (slice(0, width), slice(-width, None))[side % 2]
        result[(part, slice(None)) if side < 2 else (slice(None), part)] = 0.02
    return result


def barred(page: Grey, random: Random, level: float = 0.0) -> Grey:
    """A telephone's screenshot: bars above and below."""
    above, below = (int(each) for each in random.integers(60, 300, 2))
    return np.pad(page, ((above, below), (0, 0)), constant_values=level)


def window(page: Grey, random: Random) -> Grey:
    """A dark window with a title bar and its button; light strokes."""
    dark = 1 - page
    bar = np.full((int(random.integers(20, 50)), page.shape[1]), random.uniform(0.18, 0.35))
    bar[8:14, 10:16] = 0.7
    return np.vstack([bar, 0.1 + 0.85 * dark])


def pad(page: Grey, random: Random) -> Grey:
    """A black pad with white strokes on a white page."""
    return np.pad(1 - page / PAPER, int(random.integers(30, 140)), constant_values=1.0)


def specked(page: Grey, random: Random) -> Grey:
    """Forty specks of dust."""
    result = page.copy()
    for y, x in random.integers(2, np.array(page.shape) - 5, (40, 2)):
        result[y : y + 3, x : x + 3] = 0.1
    return result


KINDS: dict[str, Callable[[Grey, Random], Grey]] = {
    "light from one side": lambda page, random: sided(page, random, random.uniform(0.2, 0.6)),
    "lamp": lambda page, random: cornered(page, random, random.uniform(0.2, 0.55)),
    "hard shadow": lambda page, random: shadowed(page, random, random.uniform(0.15, 0.6)),
    "soft shadow": lambda page, random: shadowed(page, random, random.uniform(0.15, 0.6), 0.03),
    "grid": lambda page, random: ruled(page, random, random.uniform(0.08, 0.5)),
    "ruled": lambda page, random: ruled(page, random, random.uniform(0.08, 0.5), grid=False),
    "tilted grid": lambda page, random: ruled(
        page, random, random.uniform(0.1, 0.4), tilt=random.uniform(-0.06, 0.06)
    ),
    "desk": lambda page, random: desk(page, random, random.uniform(0.08, 0.5)),
    "turned on a desk": lambda page, random: desk(
        page, random, random.uniform(0.1, 0.45), random.uniform(-8, 8)
    ),
    "far turned on a desk": lambda page, random: desk(
        page, random, random.uniform(0.1, 0.45), random.choice((-1, 1)) * random.uniform(10, 24)
    ),
    "scan edges": lambda page, random: edged(page, random, int(random.integers(4, 30))),
    "bars": barred,
    "window": window,
    "pad": pad,
    "specks": specked,
}
