"""Numbers before pixels.

Arranging, sorting, counting and limits of scales, as plain functions of arrays. What fills a trace
is said by name, so that the page (canvas/arrays.js) fills the same figure with the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.records import Floats

BINS = 40
FEW = 16  # up to here values are worth a bar each
# Ends of scales, times a power of ten: close enough for the data to fill the scale, and few, so
# that a legend stands still while the pen moves.
STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

Indices = NDArray[np.int32]


def arrangement(count: int) -> tuple[int, int]:
    """Return (rows, columns) that show `count` values, all of them, about twice as wide as high.

    A square number of more than 16 is a square, as 784 is 28×28; 512 is 16×32. The page's `grid`
    follows the same rule.
    """
    side = math.isqrt(count)
    if side * side == count and count > FEW:
        return side, side
    rows = max(1, round(math.sqrt(count / 2)))
    while rows > 1 and count % rows:
        rows -= 1
    return rows, math.ceil(count / rows)


def cells(values: Floats) -> tuple[Floats, Indices]:
    """Return all values as (rows, columns) float32, and each cell's flat index, int32.

    A matrix stays as it is, maps (C, H, W) become a mosaic, all else is arranged.
    """
    if values.ndim == 3 and values.shape[0] > 1:
        return mosaic(values)
    shape = values.shape[-2:] if values.ndim in {2, 3} else arrangement(values.size)
    return values.reshape(shape), np.arange(values.size, dtype=np.int32).reshape(shape)


def mosaic(maps: Floats, across: int | None = None) -> tuple[Floats, Indices]:
    """Return maps (C, H, W) side by side, NaN between them, and the flat indices (−1 there).

    `across` is how many stand in a row; without it the usual arrangement decides.
    """
    count, height, width = maps.shape
    usual, columns = arrangement(count)
    rows, columns = (usual, columns) if across is None else (-(-count // across), across)
    picture = np.full(
        (rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan, dtype=np.float32
    )
    index = np.full(picture.shape, -1, dtype=np.int32)
    flat = np.arange(maps.size, dtype=np.int32).reshape(maps.shape)
    for number in range(count):
        top, left = (number // columns) * (height + 1), (number % columns) * (width + 1)
        picture[top : top + height, left : left + width] = maps[number]
        index[top : top + height, left : left + width] = flat[number]
    return picture, index


def place(unit: int, shape: tuple[int, ...]) -> list[int]:
    """Return where a unit stands in an array, axis by axis, from its flat index."""
    return [int(each) for each in np.unravel_index(unit, shape)]


def blocks(shape: tuple[int, ...], most: int) -> tuple[int, ...]:
    """Return the sizes of blocks, one for each dimension, of which there are about `most` at most.

    Maps keep their number as long as possible: first rows and columns are drawn together.
    """
    sizes = [1] * len(shape)
    for axes in (range(max(0, len(shape) - 2), len(shape)), range(len(shape))):
        left = math.prod(reduced(shape, tuple(sizes)))
        longest = max(shape, default=1)
        factor = max(2, math.ceil((left / most) ** (1 / max(1, len(axes)))))
        while left > most and factor <= longest:
            for axis in axes:
                sizes[axis] = min(shape[axis], factor)
            left = math.prod(reduced(shape, tuple(sizes)))
            factor += 1
    return tuple(sizes)


def reduced(shape: tuple[int, ...], block: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of the means over blocks."""
    return tuple(-(-size // each) for size, each in zip(shape, block, strict=True))


def means(values: Floats, block: tuple[int, ...]) -> Floats:
    """Return the mean of every block; those at the far ends may hold fewer values.

    Without a block, the values as they are.
    """
    if not block:
        return values
    total: Any = values.astype(np.float64)
    for axis, size in enumerate(block):
        if size > 1:
            starts = np.arange(0, values.shape[axis], size)
            counts = np.diff(np.append(starts, values.shape[axis]))
            along = [1] * axis + [-1] + [1] * (values.ndim - axis - 1)
            with np.errstate(invalid="ignore", over="ignore"):
                total = np.add.reduceat(total, starts, axis=axis) / counts.reshape(along)
    result: Floats = total.astype(np.float32)
    return result


def line(values: Floats) -> tuple[Floats, Indices]:
    """Return all values (size,) in their order, and their flat indices."""
    return values.reshape(-1), np.arange(values.size, dtype=np.int32)


def limit(*arrays: Floats) -> float:
    """Return a round number not below any |value|.

    The end of a legend that does not move with every stroke.
    """
    most = max(
        (float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) for values in arrays),
        default=0.0,
    )
    if most == 0.0:
        return 1.0
    magnitude = float(f"1e{math.floor(math.log10(most))}")  # exact, unlike a power
    return next((step * magnitude for step in STEPS if step * magnitude >= most), 10 * magnitude)


def ranked(values: Floats) -> tuple[Floats, Indices]:
    """Return the values from largest to smallest, and whose they are.

    Equal ones in the order of their units.
    """
    flat = values.reshape(-1)
    order = np.argsort(-flat, kind="stable").astype(np.int32)
    return flat[order], order


def counted(values: Floats, low: float, high: float) -> tuple[Floats, NDArray[np.int64]]:
    """Return the middles of 40 equal bins from `low` to `high` and how many values each has."""
    counts, edges = np.histogram(
        values.reshape(-1).astype(np.float64), bins=BINS, range=(low, high)
    )
    return ((edges[:-1] + edges[1:]) / 2).astype(np.float32), counts


def on(values: Floats) -> Floats:
    """Return the values that are not 0, NaN elsewhere."""
    return np.where(values == 0, np.float32(np.nan), values)


def off(values: Floats) -> Floats:
    """Return 0 where a value is 0, NaN elsewhere."""
    return np.where(values == 0, np.float32(0), np.float32(np.nan))


def strokes(values: Floats) -> tuple[Floats, Floats]:
    """Return x and y of one line that hatches every cell of 0, once from corner to corner.

    Both (3·cells,) float32: two ends of a stroke and NaN, so that nothing joins two of them.
    """
    rows, columns = np.nonzero(cells(values)[0] == 0)
    gap = np.full(rows.size, np.nan)
    x = np.stack([columns - 0.5, columns + 0.5, gap], axis=1).reshape(-1)
    y = np.stack([rows + 0.5, rows - 0.5, gap], axis=1).reshape(-1)
    return x.astype(np.float32), y.astype(np.float32)


Fields = dict[str, Any]


def _cells(values: Floats) -> Fields:
    picture, indices = cells(values)
    return {"z": picture, "customdata": indices}


def _row(values: Floats) -> Fields:
    flat, indices = line(values)
    return {"z": flat[None], "customdata": indices[None]}


def _hatch(values: Floats) -> Fields:
    x, y = strokes(values)
    return {"x": x, "y": y}


def _line(values: Floats) -> Fields:
    flat, indices = line(values)
    return {"x": indices, "y": flat, "customdata": indices}


def _sorted(values: Floats) -> Fields:
    ordered, order = ranked(values)
    return {"x": np.arange(order.size, dtype=np.int32), "y": ordered, "customdata": order}


def _bars(values: Floats, meant: NDArray[np.bool_]) -> Fields:
    flat, indices = line(values)
    texts = [f"{value:.4f}".replace("-", "−") for value in flat]
    return {
        "x": np.where(meant, flat, np.float32(np.nan)),
        "customdata": indices,
        "text": [text if shown else "" for text, shown in zip(texts, meant, strict=True)],
    }


def _first(values: Floats) -> NDArray[np.bool_]:
    first: NDArray[np.bool_] = np.arange(values.size) == int(values.argmax())
    return first


# What fills a trace, by name.
FILLS: Mapping[str, Callable[[Floats], Fields]] = {
    "grid": _cells,
    "on": lambda values: _cells(on(values)),
    "off": lambda values: _cells(off(values)),
    "hatch": _hatch,
    "row": _row,
    "line": _line,
    "sorted": _sorted,
    "bars": lambda values: _bars(values, np.ones(values.size, dtype=np.bool_)),
    "largest": lambda values: _bars(values, _first(values)),
    "rest": lambda values: _bars(values, ~_first(values)),
}
HISTOGRAM, COLOUR = "histogram", "colour"
_GRID, _PATH, _BARS = ("z", "customdata"), ("x", "y", "customdata"), ("x", "customdata", "text")
# The fields that each of them decides.
FIELDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("grid", "on", "off", "row"), _GRID),
    **dict.fromkeys(("line", "sorted"), _PATH),
    **dict.fromkeys(("bars", "largest", "rest"), _BARS),
    **dict.fromkeys(("hatch", HISTOGRAM), ("x", "y")),
    COLOUR: ("z",),
}


def filled(spec: Mapping[str, Any], tensors: Mapping[str, Floats], end: float) -> Fields:
    """Return the fields of a trace that its values decide.

    `spec` is `{fill, of}`: an array function, and which of the tensors: `after` (what comes out of
    the step), `before` (what goes in) or `other` (the other side of a comparison). `less` names one
    to be subtracted; `from` and `to` of a histogram are multiples of `end`, the end of the step's
    scale. Of a picture in colour `mean` and `std` are what its planes were normalised with.
    """
    values = tensors[spec["of"]]
    if "less" in spec:
        values = values - tensors[spec["less"]]
    if spec["fill"] == HISTOGRAM:
        middles, counts = counted(values, spec["from"] * end, spec["to"] * end)
        return {"x": middles, "y": counts}
    if spec["fill"] == COLOUR:
        return {"z": colours(values, spec["mean"], spec["std"])}
    return FILLS[spec["fill"]](values)


def colours(planes: Floats, mean: Sequence[float], std: Sequence[float]) -> NDArray[np.uint8]:
    """Return three planes (3, H, W) as a picture (H, W, 3), 0 to 255, as it was drawn.

    `mean` and `std` undo what the planes were normalised with; both empty where they were not.
    """
    values: Any = planes.astype(np.float64)
    if mean:
        values = values * np.reshape(std, (3, 1, 1)) + np.reshape(mean, (3, 1, 1))
    found: NDArray[np.uint8] = np.clip(np.round(values * 255), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(found.transpose(1, 2, 0))
