"""Where the sheet is: a second look inside an even part with straight sides that holds the drawing.

A page on a desk, a scan with black edges, a screenshot between bars, a window below its title, a
black pad on a white page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.incoming.hand import laid
from explorer.incoming.morphology import (
    Grey,
    Mask,
    closed,
    cornered,
    filled,
    grown,
    labels,
    opened,
    outline,
    patched,
    ramp,
    shrunk,
    solidity,
    steps,
    tiles,
)
from explorer.incoming.paper import FEW, FLAT, NOISE, SMALL, STROKE

LEAST, MOST = 0.08, 0.985  # of the picture's area
SOLID = 0.94  # of its convex hull is filled by a sheet
CORNERED = 0.93  # of its convex hull lies between its corners
ALONE = 0.88  # of what is around it is unlike the sheet
STRONG = 0.5  # strokes on it against its own difference from what is around
CROSSED = 0.03  # of the strokes run on beyond its edge
WHOLE = 0.7  # of the strokes keep to the sheet: what crosses its edge beside them are fingers
SURE = 0.5  # a likelier sheet is one
RIM = 0.12  # of its rim is covered by strokes
BOLD = 0.75  # of the usual mark: fainter ones are printed lines or the grain of the desk
SAME = 0.85  # of two parts' pixels in common: they are one
INNER = 3  # pixels of the small picture along a sheet's edge that may be half beyond it
LEVEL = 1.0  # degrees: a sheet turned by less lies straight
BOTH = 0.15  # of its longer sides' length is the least of its shorter sides that are seen
AGREED = 0.7  # of the lengths of its edges agree on how far it is turned

Pair = tuple[Grey, Grey]  # darker and lighter


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Where a sheet may be in the small picture, (h, w), and how likely it is one, 0 to 1."""

    mask: Mask
    factor: int
    likely: float


def sheet(planes: Iterable[Grey]) -> Sheet | None:
    """Return what is most like a sheet in a picture, if anything is.

    Looked at in the first plane, (H, W) of 0 to 1, that shows one for sure.
    """
    best = None
    for plane in planes:
        found = _sheet(plane)
        if found and (best is None or found.likely > best.likely):
            best = found
        if best and best.likely >= SURE:
            break
    return best


def _sheet(grey: Grey) -> Sheet | None:
    """Return what is most like a sheet in one plane (H, W).

    What is narrower than a window is smoothed away first: a wide one for bold strokes, a narrow one
    for a sheet of which a filled drawing leaves a narrow rim.
    """
    factor = -(-max(grey.shape) // SMALL)
    strokes = _strokes(grey, factor)
    blocks = tiles(grey, factor)
    extremes = blocks.min(axis=(1, 3)), blocks.max(axis=(1, 3))
    small = blocks.mean(axis=(1, 3)).astype(np.float32)
    window = max(3, max(small.shape) // STROKE | 1)
    best, most = None, 0.0
    known: list[Mask] = []
    for each in (window, max(3, window // 3 | 1)):
        still = closed(small, each)
        calm = opened(still, each)
        for part in _parts(calm):
            mask, beneath = _whole(_cornered(part, still, each)), filled(calm, part)
            if any(_alike(mask, other) for other in known):
                continue  # the wide window has seen what crosses its edge
            known.append(mask)
            marks = _marks(shrunk(mask, INNER), beneath, strokes, extremes)
            likely = _likelihood(mask, calm, marks)
            inked = likely * float(marks[shrunk(mask, INNER)].sum())
            if inked > most:
                best, most = Sheet(mask, factor, likely), inked
    return best


def _parts(calm: Grey) -> Iterator[Mask]:
    """Yield the large even parts, (h, w) each."""
    parts = labels(steps(calm) < FLAT)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    for number in np.nonzero(sizes >= LEAST * parts.size)[0]:
        yield parts == number


def _alike(mask: Mask, other: Mask) -> bool:
    return float((mask & other).sum()) > SAME * float((mask | other).sum())


def _marks(inner: Mask, beneath: Grey, strokes: Pair, extremes: Pair) -> Grey:
    """Return what stands out from a sheet, and outside it what strokes there are, (h, w).

    Dark or light, whichever is more: the paper between two dark strokes is no light stroke.
    """
    apart = np.maximum(beneath - extremes[0], 0), np.maximum(extremes[1] - beneath, 0)
    dark, light = (float(np.square(each[inner]).sum()) for each in apart)
    way = int(light > dark)
    return np.where(inner, np.maximum(strokes[way], apart[way]), strokes[way])


def _likelihood(mask: Mask, calm: Grey, marks: Grey) -> float:
    """Return how surely a part is a sheet with a drawing on it: 0 for no, 1 for yes."""
    share = float(mask.mean())
    outside = ~mask
    far = ~grown(mask, 1)
    outside = far if far.any() else outside
    if not LEAST <= share <= MOST or not outside.any():
        return 0.0
    inner = shrunk(mask, INNER)
    level = float(np.median(calm[inner])) if inner.any() else 0.0
    difference = float(np.median(np.abs(calm[outside] - level)))
    ring = grown(mask, 5) & ~grown(mask, 1)
    around = np.abs(calm - level)[ring if ring.any() else outside]
    on_it = marks[inner & (marks > NOISE)]
    if on_it.size <= FEW * inner.sum() or difference < FLAT:
        return 0.0
    ink = _usual(on_it)
    rim = inner & ~shrunk(mask, 2 * INNER)
    return float(
        np.prod(
            [
                ramp(solidity(mask), SOLID - 0.03, SOLID),
                ramp(cornered(mask), CORNERED - 0.03, CORNERED),
                ramp(float((around > FLAT).mean()), ALONE - 0.1, ALONE),
                ramp(ink / difference, STRONG - 0.2, STRONG),
                1
                - ramp(_crossing(mask, marks / np.maximum(calm, level / 2)), CROSSED / 2, CROSSED),
                1 - ramp(float((marks[rim] > BOLD * ink).mean()), RIM / 2, RIM),
            ]
        )
    )


def _crossing(mask: Mask, strokes: Grey) -> float:
    """Return which share of the strokes on a part belongs to ones that go on outside it.

    Strokes are shares of the light here: a shadow takes as much from the ink as from the paper.
    Fingers that hold the sheet go on outside; the drawing does not, and counts by its outline.
    """
    on_it = strokes[shrunk(mask, INNER) & (strokes > NOISE)]
    if not on_it.size:
        return 0.0
    drawn = strokes > BOLD * _usual(on_it)
    parts = labels(grown(drawn, 1))
    outer = ~mask
    both = np.intersect1d(parts[drawn & shrunk(mask, 1)], parts[drawn & outer])
    beyond = np.isin(parts, both[both > 0])
    rims = drawn & mask & ~shrunk(drawn, 1)
    kept = float((rims & ~beyond).sum() / max(1, rims.sum()))
    crossing = float((beyond & drawn & outer).sum() / max(1, (drawn & mask).sum()))
    return crossing * (1 - ramp(kept, WHOLE - 0.4, WHOLE))


def _usual(marks: Grey) -> float:
    """Return how much a drawing stands out: the mean, in which faint marks hardly count."""
    return float((marks**3).sum() / (marks**2).sum())


def _strokes(grey: Grey, factor: int) -> tuple[Grey, Grey]:
    """Return how much the strongest dark, and light, stroke in each block stands out, (h, w)."""
    window = max(3, max(grey.shape) // STROKE | 1)
    dark, light = closed(grey, window) - grey, grey - opened(grey, window)
    return tiles(dark, factor).max(axis=(1, 3)), tiles(light, factor).max(axis=(1, 3))


def _cornered(part: Mask, still: Grey, window: int) -> Mask:
    """Return a part up to its edge and into its corners, which the window does not reach.

    What lies near it belongs to it if it is more like it than like what is farther off.
    """
    near, beyond = grown(part, window // 2 + 1), ~grown(part, window + 1)
    if not beyond.any():
        return part
    own, other = (np.abs(still - filled(still, known)) for known in (part, beyond))
    parts = labels(part | (near & (own < np.minimum(other, FLAT))))
    return np.asarray(parts == np.bincount(parts[part]).argmax())


def _whole(part: Mask) -> Mask:
    """Return a part with its holes filled and its soft rim added."""
    return patched(grown(part, 1))


def cut(picture: Image.Image, found: Sheet) -> tuple[Image.Image, float]:
    """Return the sheet alone, upright, and by how many degrees it lay turned clockwise.

    Beyond its edge, in the corners, is more of its paper.
    """
    mask = shrunk(found.mask, 1)
    on_it = mask.repeat(found.factor, axis=0).repeat(found.factor, axis=1)
    on_it = on_it[: picture.height, : picture.width]
    picture, on_it = _boxed(picture, on_it)
    turn = tilt(found.mask)
    if abs(turn) < LEVEL:
        return laid(picture, on_it), 0.0
    wide = picture.rotate(turn, Image.Resampling.BILINEAR, expand=True)
    known = np.asarray(Image.fromarray(on_it).convert("L").rotate(turn, expand=True)) > 0
    wide, known = _boxed(wide, shrunk(known, 1))
    return laid(wide, known), turn


def tilt(mask: Mask) -> float:
    """Return by how many degrees a mask's straight edges are turned clockwise, -45 to 45.

    Edges that lie along the picture's own say nothing, nor does a single one: a shadow has that.
    """
    points = np.array(outline(mask), dtype=np.float64)
    nexts = np.roll(points, -1, axis=0)
    limits = np.array([mask.shape[1], mask.shape[0]])
    framed = ((points == nexts) & ((points == 0) | (points >= limits - 1))).any(axis=1)
    along = (nexts - points)[~framed]
    # the fourth power takes quarters of a turn for none; long edges count for more than steps
    edges = along[:, 0] + 1j * along[:, 1]
    lengths = np.abs(edges)
    quarters = (edges / np.maximum(lengths, 1e-9)) ** 4 * lengths**2
    whole = float(np.abs(quarters).sum())
    if whole == 0 or abs(quarters.sum()) < AGREED * whole:
        return 0.0
    angle = float(np.angle(quarters.sum()) / 4)
    level = edges * np.exp(-1j * angle)
    across = np.abs(level.real) > np.abs(level.imag)
    sides = sorted((float(lengths[across].sum()), float(lengths[~across].sum())))
    return float(np.degrees(angle)) if sides[0] > BOTH * sides[1] else 0.0


def _boxed(picture: Image.Image, mask: Mask) -> tuple[Image.Image, Mask]:
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    return picture.crop((left, top, right, bottom)), mask[top:bottom, left:right]
