"""More pictures of drawings: what else is printed, lies, or is shown around them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.drawings.lines import Design
from tests.incoming.photographs import PAPER, SIDE, Grey, Random, across, desk, ruled


def _image(page: Grey) -> Image.Image:
    return Image.fromarray(np.rint(255 * page).clip(0, 255).astype(np.uint8))


def _grey(picture: Image.Image) -> Grey:
    return np.asarray(picture, dtype=np.float64) / 255


def filled(design: Design, *, share: float = 0.84) -> Grey:
    """Return the ink of a design's bodies, filled, on a page (400, 480)."""
    page = Image.new("L", (480, 400))
    scale = share * 400 / SIDE
    for body in design.bodies:
        points = [(240 + scale * (x - 14), 200 + scale * (y - 14)) for x, y in body]
        ImageDraw.Draw(page).polygon(points, fill=255)
    return _grey(page)


def notebook(page: Grey, random: Random) -> Grey:
    """A leaf of an exercise book: lines, a margin, holes along one side."""
    leaf = ruled(page, random, random.uniform(0.15, 0.4), tilt=random.uniform(-0.02, 0.02))
    at = round(random.uniform(0.87, 0.92) * page.shape[1])
    leaf[:, at : at + 2] *= 0.6
    picture = _image(leaf)
    pen = ImageDraw.Draw(picture)
    for y in map(float, np.linspace(0.15, 0.85, int(random.choice([2, 4]))) * page.shape[0]):
        pen.ellipse((10, y - 6, 22, y + 6), fill=int(random.integers(20, 120)))
    return _grey(picture)


def perforated(page: Grey, random: Random) -> Grey:
    """A leaf torn from a spiral: many small holes along one side."""
    picture = _image(page)
    pen = ImageDraw.Draw(picture)
    for y in range(6, page.shape[0], 16):
        pen.ellipse((8, y - 4, 16, y + 4), fill=int(random.integers(20, 60)))
    return _grey(picture)


def millimetres(page: Grey, random: Random) -> Grey:
    """Graph paper: faint lines close together, every fifth one darker, not quite level."""
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    tilt, strength = random.uniform(-0.012, 0.012), random.uniform(0.2, 0.35)
    y, x = y + tilt * x, x - tilt * y
    lines = np.zeros(page.shape)
    for gap, share in ((7, 0.35), (35, 1.0)):
        for along in (y, x):
            near = np.clip(1.2 - np.abs(along % gap - gap / 2), 0, 1)
            lines = np.maximum(lines, share * near)
    return np.asarray(np.minimum(page, PAPER * (1 - strength * lines)))


def application(page: Grey, random: Random, *, dark: bool = False) -> Grey:
    """A drawing program's screenshot: a clock above, tools and a bar below, no edge in between."""
    above, below = (int(each) for each in random.integers(40, 110, 2))
    paper = np.pad(page / PAPER, ((above, below), (0, 0)), constant_values=1.0)
    picture = _image(paper)
    pen = ImageDraw.Draw(picture)
    height, width = paper.shape
    pen.text((0.05 * width, 0.2 * above), "12:45", fill=20)
    pen.rectangle((0.85 * width, 0.2 * above, 0.92 * width, 0.2 * above + 8), fill=20)
    for x in map(float, np.linspace(0.1, 0.9, 5) * width):
        y = height - 0.6 * below
        pen.ellipse((x - 9, y - 9, x + 9, y + 9), outline=20, width=2)
    pen.rectangle((0.35 * width, height - 8, 0.65 * width, height - 5), fill=20)
    shown = _grey(picture)
    return 1 - 0.9 * shown if dark else shown


def desktop(page: Grey, random: Random) -> Grey:
    """A window on a desktop: a title bar with three buttons, around it another grey."""
    bar = np.full((30, page.shape[1]), 0.88)
    for x in (12, 32, 52):
        bar[8:20, x : x + 12] = 0.6
    inside = np.vstack([bar, page / PAPER])
    return np.pad(inside, 30, constant_values=random.uniform(0.3, 0.6))


def second(page: Grey, random: Random) -> Grey:
    """An empty sheet that sticks out from under the other."""
    lying = desk(page, random, 2.0, random.uniform(-8, 8))  # a light that no desk has
    wide = np.pad(lying, 90, constant_values=2.0)
    ground = Image.new("L", wide.shape[::-1], round(255 * random.uniform(0.1, 0.35)))
    away = random.uniform(0, 2 * np.pi)
    other = Image.new("L", page.shape[::-1], round(255 * random.uniform(0.6, 0.75)))
    turned = other.rotate(random.uniform(-20, 20), expand=True)
    there = Image.new("L", other.size, 255).rotate(random.uniform(-20, 20), expand=True)
    at = (
        int((wide.shape[1] - turned.width) / 2 + 150 * np.cos(away)),
        int((wide.shape[0] - turned.height) / 2 + 150 * np.sin(away)),
    )
    ground.paste(turned, at, there.resize(turned.size))
    return np.where(wide > 0.99, _grey(ground), wide)


def printed(page: Grey, random: Random) -> Grey:
    """Squared paper that lies turned on a desk."""
    squared = ruled(page, random, random.uniform(0.15, 0.3))
    turn = random.choice((-1, 1)) * random.uniform(8, 12)
    return desk(squared, random, random.uniform(0.1, 0.3), turn)


def armed(page: Grey, random: Random) -> Grey:
    """The soft shadow of an arm that reaches in from the edge."""
    height, width = page.shape
    shade = Image.new("L", (width, height))
    away = random.uniform(0, 2 * np.pi)
    start = width / 2 + width * np.cos(away), height / 2 + width * np.sin(away)
    end = width / 2 + 0.36 * width * np.cos(away), height / 2 + 0.36 * height * np.sin(away)
    pen = ImageDraw.Draw(shade)
    pen.line((*start, *end), fill=255, width=int(random.uniform(40, 60)))
    soft = _grey(shade.filter(ImageFilter.GaussianBlur(random.uniform(8, 12))))
    return np.asarray(page * (1 - random.uniform(0.3, 0.45) * soft))


def wedge(page: Grey, random: Random) -> Grey:
    """A sheet cut off above, where a sliver of the desk is left along one edge."""
    lying = desk(page, random, random.uniform(0.1, 0.3), random.choice((-2.0, 2.0)))
    rows = np.nonzero((lying > 0.7).mean(axis=1) > 0.05)[0]
    return lying[rows[0] - 1 : rows[-1] - 30]


def crumpled(page: Grey, random: Random) -> Grey:
    """Paper with folds, each with a shade on one side."""
    light = np.ones(page.shape)
    for _ in range(20):
        away = across(page.shape, random.uniform(0, 2 * np.pi)) - random.uniform(0.1, 0.9)
        light *= 1 - random.uniform(0, 0.12) * (away > 0) * np.exp(-np.abs(away) / 0.12)
    return np.asarray(page * light)


def dithered(page: Grey, random: Random) -> Grey:
    """A scan of one bit: greys are black dots, the more the darker."""
    return _grey(_image(page * random.uniform(0.85, 0.95)).convert("1").convert("L"))


KINDS: dict[str, Callable[[Grey, Random], Grey]] = {
    "notebook": notebook,
    "perforated": perforated,
    "millimetres": millimetres,
    "application": application,
    "dark application": lambda page, random: application(page, random, dark=True),
    "desktop": desktop,
    "second sheet": second,
    "printed sheet turned on a desk": printed,
    "arm": armed,
    "wedge of the desk": wedge,
    "crumpled": crumpled,
    "dithered": dithered,
}
