"""What the bare paper would look like under this light, and the ink that stands out from it.

Light may fall from one side, fade towards the corners, or be cut by a shadow's edge. Two estimates
come together: narrow strokes are closed up where they are, which follows every slope and step; and
from the outside, the flat parts that reach the edge, paper is laid under what is wider than that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from explorer.incoming import shade
from explorer.incoming.morphology import (
    Grey,
    Mask,
    closed,
    filled,
    labels,
    opened,
    spread,
    steps,
    tiles,
)

NOISE = 0.08  # differences from the paper smaller than this are paper, not ink
SHADE = 0.15  # border pixels this close to their median are paper, in whatever light
FLAT = 0.07  # between neighbours of the small picture; more is an edge
GRAIN = 0.03  # how far pixels are from the median around them, in the mean; more is averaged away
COARSEST = 150  # pixels along the longer edge of a picture that is not averaged further
SMALL = 128  # pixels along the longer edge of the small picture
STROKE = 10  # a stroke is narrower than the longer edge divided by this
BOLD = 0.7  # of the darkest stroke; what is fainter may be a shadow's edge
PENS = 3.5  # times as wide as its usual stroke is what a pen draws at most
PEAK = 99.5  # percentile of what stands out that counts as full ink; a glint is not the peak
FEW = 0.002  # of all pixels; fewer are no strokes
PALE = 0.12  # of the darkest; a surface that is paler is paper in another light
DEEP = 0.25  # of the paper's level; darker paper is not brightened further


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What stands out in one direction.

    `ink` (H, W) is how much darker (or lighter) than the paper each pixel is, as if the light were
    even; `paper` (H, W) is the paper; `energy` is the sum of the squares of what surely is ink.
    """

    ink: Grey
    paper: Grey
    energy: float
    span: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Both directions, and the doubts, 0 to 1.

    `doubt`, whether what reaches the edge is paper; `shadow`, whether a shadow has left traces.
    """

    dark: Ink
    light: Ink
    doubt: float
    shadow: float


def quiet(grey: Grey) -> Grey:
    """Return a picture averaged over squares until its grain, such as dithering, hardly shows."""
    while max(grey.shape) > COARSEST and float(np.abs(grey - _calm(grey)).mean()) > GRAIN:
        grey = _reduced(grey, 2)
    return grey


def reading(grey: Grey) -> Reading:
    """Return what stands out from its paper in a picture (H, W) of 0 to 1, darker and lighter."""
    factor = -(-max(grey.shape) // SMALL)
    small = _reduced(grey, factor)
    calm = _calm(grey)
    widest = max(3, max(grey.shape) // STROKE | 1)
    fills = _fill(calm, widest), 1 - _fill(1 - calm, widest)
    usual, outside, doubt = _outside(small, grey, fills)
    beneath = filled(small, outside)
    wide = _enlarged(beneath, factor, grey.shape)
    beyond = _repeated(outside, factor, grey.shape)
    share = [
        _enlarged(_body(side, narrow, outside), factor, grey.shape)
        for side, narrow in (
            (beneath - small, _reduced(fills[0] - grey, factor)),
            (small - beneath, _reduced(grey - fills[1], factor)),
        )
    ]
    there, sure, shadow = _shadow(grey, calm, fills[0], filled(small, usual), factor)
    dark = _ink(grey, fills[0], wide, share[0] * (1 - there), beyond)
    dark = replace(dark, ink=dark.ink * sure)
    light = _ink(1 - grey, 1 - fills[1], 1 - wide, share[1], beyond, even=False)
    span = 1 - light.span[1], 1 - light.span[0]
    return Reading(dark, Ink(light.ink, 1 - light.paper, light.energy, span), doubt, shadow)


def _shadow(grey: Grey, calm: Grey, fill: Grey, lit: Grey, factor: int) -> tuple[Grey, Grey, float]:
    """Return how surely a shadow is at each pixel (H, W), what part there is ink, and the doubt.

    `lit` is the paper outside of shadows, (h, w).
    """
    none = np.zeros_like(grey), np.ones_like(grey), 0.0
    drawn = 1 - calm / np.maximum(fill, DEEP)
    standing = drawn[drawn > NOISE]
    if not standing.size:
        return none
    bold = drawn > BOLD * float(np.percentile(standing, PEAK))
    pen = float(np.median(drawn[bold]))
    dark = 1 - _reduced(grey, factor) / np.maximum(lit, DEEP)
    strokes = _reduced(spread(drawn, factor | 1), factor) > shade.PALER * pen
    found = shade.shade(dark, strokes, shade.Pen(pen, _width(bold) / factor), NOISE)
    if found is None:
        return none
    there, taken, paper = (
        _enlarged(each, factor, grey.shape) for each in (found.there, found.taken, lit)
    )
    sure = shade.ink(1 - grey / np.maximum(paper, DEEP), taken, pen)
    return there, 1 - there * (1 - sure), found.doubt


def _fill(calm: Grey, widest: int) -> Grey:
    """Return (H, W) without its dark strokes, closed up no wider than they are drawn.

    What is wider and fainter, as a hand's shadow, stays.
    """
    fill = closed(calm, widest)
    ink = fill - calm
    standing = ink[ink > NOISE]
    if not standing.size:
        return fill
    bold = ink > BOLD * float(np.percentile(standing, PEAK))
    return closed(calm, min(widest, max(5, round(PENS * _width(bold)) | 1)))


def _width(bold: Mask) -> float:
    """Return how wide strokes are, in pixels."""
    edges = sum(int(np.count_nonzero(np.diff(bold, axis=axis))) for axis in (0, 1))
    return 2 * np.count_nonzero(bold) / max(1, edges)


def plain(grey: Grey) -> Reading:
    """Return what stands out from one constant, the median of the border, in whatever light."""
    paper = np.full_like(grey, np.median(border(grey)))
    dark, light = np.maximum(paper - grey, 0), np.maximum(grey - paper, 0)
    energies = [float(np.square(each[each > NOISE]).sum()) for each in (dark, light)]
    return Reading(Ink(dark, paper, energies[0]), Ink(light, paper, energies[1]), 0.0, 0.0)


def border(grey: Grey) -> Grey:
    """Return the outermost rows and columns of (H, W), one after the other."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _outside(small: Grey, grey: Grey, fills: tuple[Grey, Grey]) -> tuple[Mask, Mask, float]:
    """Return the lit paper and all paper that reach the edge, (h, w), and how doubtful that is.

    A flat part at the edge that is not like the rest of it is a shadow or a desk if there are
    strokes darker (or lighter) than all of them; otherwise it is a thing cut off by the edge.
    """
    edge = np.zeros(small.shape, dtype=np.bool_)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    level = float(np.median(small[edge]))
    near = edge & (np.abs(small - level) <= SHADE)
    parts = labels(steps(small) < FLAT)
    touching = np.unique(parts[edge])
    means = {
        int(part): float(np.median(small[(parts == part) & edge])) for part in touching if part
    }
    other = [part for part, mean in means.items() if abs(mean - level) > SHADE]
    usual = np.isin(parts, [part for part in means if part not in other]) | near
    if not other:
        return usual, usual, 0.0
    all_of_them = [level, *(means[part] for part in other)]
    beyond = max(
        _stroke(grey, fills[0], min(all_of_them)),
        _stroke(1 - grey, 1 - fills[1], 1 - max(all_of_them)),
    )
    if beyond < NOISE:
        return usual, usual, max(0.0, beyond / NOISE)
    return usual, usual | np.isin(parts, other), max(0.0, 2 - beyond / NOISE)


def _stroke(grey: Grey, fill: Grey, level: float) -> float:
    """Return how much darker than a level the strokes are; 0 if there are hardly any."""
    strokes = grey[(fill - grey > NOISE) & (grey < level)]
    if strokes.size < FEW * grey.size:
        return 0.0
    return level - float(np.percentile(strokes, 25))


def _body(apart: Grey, narrow: Grey, outside: Mask) -> Grey:
    """Return for each pixel (h, w) how surely it belongs to something wider than a stroke, 0 to 1.

    The more of the picture is in its strokes, the darker a shading must be to be no shadow.
    """
    apart = np.where(outside, 0, apart)
    standing = apart[apart > NOISE]
    if not standing.size:
        return np.zeros_like(apart)
    peak = float(np.percentile(standing, PEAK))
    whole = float(np.square(np.maximum(apart, narrow)).sum())
    drawn = float(np.square(np.maximum(narrow, 0)).sum()) / max(whole, 1e-9)
    low = PALE * (1 + drawn)
    share = np.clip((apart / peak - low) / (1.3 * PALE), 0, 1).astype(np.float32)
    window = max(3, max(share.shape) // STROKE // 2 | 1)
    wide = spread(opened(share, window), window)  # what is narrower is a stroke or a shadow's edge
    return spread(np.minimum(share, wide), 3)  # the soft rim of a body belongs to it


def _ink(
    grey: Grey, fill: Grey, beneath: Grey, share: Grey, outside: Mask, *, even: bool = True
) -> Ink:
    """Return what is darker than the paper; `even` divides by the light, as ink on paper does."""
    paper = fill + share * np.maximum(beneath - fill, 0)
    known = outside if outside.any() else np.ones_like(outside)
    paper = paper - max(0.0, float(np.median((paper - grey)[known])))  # the crests of its noise
    level = float(np.median(paper[known]))
    apart = np.maximum(paper - grey, 0)
    ink = apart * (level / np.maximum(paper, DEEP * level + 1e-6)) if even else apart
    sure = np.minimum(apart, np.maximum(beneath - grey, 0))
    low, high = np.percentile(paper[known], [1, 99])
    energy = float(np.square(sure[sure > NOISE]).sum())
    return Ink(ink, paper, energy, (float(low), float(high)))


def _calm(grey: Grey) -> Grey:
    """Return the picture without its noise, by medians of 3 × 3."""
    eight = Image.fromarray(np.rint(255 * grey).clip(0, 255).astype(np.uint8))
    return np.asarray(eight.filter(ImageFilter.MedianFilter(3)), dtype=np.float32) / 255


def _reduced(grey: Grey, factor: int) -> Grey:
    return np.asarray(tiles(grey, factor).mean(axis=(1, 3)))


def _enlarged(small: Grey, factor: int, shape: tuple[int, ...]) -> Grey:
    size = small.shape[1] * factor, small.shape[0] * factor
    large = Image.fromarray(small.astype(np.float32)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(large)[: shape[0], : shape[1]]


def _repeated(small: Mask, factor: int, shape: tuple[int, ...]) -> Mask:
    return small.repeat(factor, axis=0).repeat(factor, axis=1)[: shape[0], : shape[1]]
