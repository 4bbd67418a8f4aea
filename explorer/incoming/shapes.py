"""What shapes of pictures a network may take, and what mean and std they are normalised with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import index
from typing import Any

from explorer.errors import NoStart
from explorer.records import Input

LARGEST, PLANES, LONGEST = 1024, (1, 3), 80  # pixels of a side, colour planes, letters of a reply
# Grey values are 0 to 1 before; whoever gives a mean of 123.7 or a std of 58.4 counts to 255.
BOUNDS = {"mean": (-1.0, 1.0), "std": (1e-4, 10.0)}
NEUTRAL = {"mean": 0.0, "std": 1.0}

Numbers = float | Iterable[float] | str | None


def picture(sizes: Sequence[int], received: object) -> Input:
    """Return the input of `sizes`, (H, W) or (planes, H, W) with one or three planes.

    Raises:
        NoStart: for anything else, naming what was received.
    """
    if (
        len(sizes) not in {2, 3}
        or not all(type(each) is int and 1 <= each <= LARGEST for each in sizes)
        or (len(sizes) == 3 and sizes[0] not in PLANES)
    ):
        raise NoStart("own.shape", received=str(received)[:LONGEST], largest=LARGEST)
    return Input(tuple(sizes))


def listed(shape: Any) -> Input:
    """Return what a network takes, from the sizes that a program gave.

    Raises:
        NoStart: for what is no list of whole numbers, and for other sizes than `picture` takes.
    """
    try:
        sizes = [each if isinstance(each, bool) else index(each) for each in shape]
    except TypeError:
        sizes = []
    return picture(tuple(sizes), shape)


def read(text: str) -> Input:
    """Return what a network takes from `28x28`, `1x28x28` or `3x224x224`; from nothing the usual.

    Raises:
        NoStart: for anything else.
    """
    if not text:
        return Input()
    parts = text.lower().replace("×", "x").split("x")
    sizes = tuple(int(each) for each in parts if each.isascii() and each.isdigit())
    return picture(sizes if len(sizes) == len(parts) else (), text)


def normalised(of: Input, mean: Numbers = None, std: Numbers = None) -> Input:
    """Return an input with a mean and a std for each of its planes; as it is, if neither is given.

    Each is one number for all planes or one for each plane, as numbers or as `0.485,0.456,0.406`.
    Where only one of the two is given, the mean is 0, or the std is 1.

    Raises:
        NoStart: for what is no number, one out of bounds, or another number of planes.
    """
    both = {"mean": numbers("mean", mean), "std": numbers("std", std)}
    if not any(both.values()):
        return of
    planes = of.shape[0] if len(of.shape) == 3 else 1
    whole = {name: found or (NEUTRAL[name],) for name, found in both.items()}
    for name, found in whole.items():
        if len(found) not in {1, planes}:
            shape = "x".join(map(str, of.shape))
            raise NoStart("own.planes", name=name, count=len(found), planes=planes, shape=shape)
    middle, spread = (found * (planes if len(found) == 1 else 1) for found in whole.values())
    return replace(of, mean=middle, std=spread)


def numbers(name: str, value: Numbers) -> tuple[float, ...]:
    """Return a mean or a std as numbers, one or three of them; none for nothing.

    Raises:
        NoStart: for anything else, naming what was received.
    """
    if value is None or (isinstance(value, str) and not value):
        return ()
    parts: Any = value.split(",") if isinstance(value, str) else value
    low, high = BOUNDS[name]
    try:
        every = list(parts) if isinstance(parts, Iterable) else [parts]
        found = tuple(float(each) for each in every)
    except (TypeError, ValueError, OverflowError):
        found = ()
    if len(found) not in PLANES or not all(math.isfinite(x) and low <= x <= high for x in found):
        received = str(value)[:LONGEST]
        raise NoStart("own.numbers", name=name, received=received, low=f"{low:g}", high=f"{high:g}")
    return found
