"""What a drawing is made of."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


Line = tuple[Point, ...]


CENTRE = 14.0


@dataclass(frozen=True, slots=True)
class Design:
    """One thing: outlines that can be filled, and lines upon them."""

    bodies: tuple[Line, ...]
    details: tuple[Line, ...] = ()


def mirrored(*half: Point) -> Line:
    """Close a right half, given as offsets from the centre from top to bottom, with its mirror image."""
    right = tuple((CENTRE + x, y) for x, y in half)
    left = tuple((CENTRE - x, y) for x, y in reversed(half))
    return (*right, *left, right[0])


def both(*half: Point) -> tuple[Line, Line]:
    """Return a stroke and its mirror image."""
    return tuple((CENTRE + x, y) for x, y in half), tuple((CENTRE - x, y) for x, y in half)


def upper(
    neck: float,
    shoulder: float,
    cuff: Point,
    inner: Point,
    armpit: Point,
    hem: Point,
    top: float = 4.0,
) -> Line:
    """A garment with sleeves.

    From the neck over shoulder and cuff, back to the armpit and down to the hem.
    """
    return mirrored((neck, top), (shoulder, top + 1.6), cuff, inner, armpit, hem)
