"""The page fills figures with the same numbers as Python, bit for bit."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from explorer import figures, kinds
from explorer.figures import arrays
from explorer.kinds.flatten import flattened
from explorer.kinds.picture import normal, picture
from explorer.kinds.relu import rectified
from explorer.records import Floats, Grid, Input
from tests import node

LABELS = ("one", "two", "three", "four", "five")
RGB = Input((3, 28, 28), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
Tensors = dict[str, Floats]
SCALES = (1e-7, 0.02, 1.0, 37.0, 6e4)


def some(shape: tuple[int, ...], seed: int, scale: float = 1.0) -> Floats:
    """Values of either sign, a fifth of them 0, some of them equal."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=shape) * 50) / 50 * scale
    return np.where(random.random(shape) < 0.2, 0, values).astype(np.float32)


def grey(seed: int) -> Floats:
    return (np.random.default_rng(seed).integers(0, 256, (28, 28)) / 255).astype(np.float32)


def both(values: Floats) -> Tensors:
    return {"before": values, "after": np.maximum(values, np.float32(0))}


Case = tuple[Callable[[int, float], Tensors], Callable[..., figures.Figure]]
CASES: dict[str, Case] = {
    "picture": (
        lambda seed, _: {"after": grey(seed)},
        picture,
    ),
    "picture in colour": (
        lambda seed, _: {"after": np.stack([grey(seed + plane) for plane in range(3)])},
        lambda after, **how: figures.coloured(after, Input((3, 28, 28)), **how),
    ),
    "normalised picture in colour": (
        lambda seed, _: {"after": normal(np.stack([grey(seed + each) for each in range(3)]), RGB)},
        lambda after, **how: figures.coloured(after, RGB, **how),
    ),
    "flattened": (
        lambda seed, _: {"before": grey(seed), "after": grey(seed).reshape(-1)},
        lambda before, _, **how: flattened(before, **how),
    ),
    "units": (
        lambda seed, scale: {"after": some((512,), seed, scale)},
        figures.units,
    ),
    "rectified": (
        lambda seed, scale: both(some((512,), seed, scale)),
        rectified,
    ),
    "logits": (
        lambda seed, scale: {"after": some((5,), seed, scale)},
        lambda after, **how: figures.logits(after, LABELS, **how),
    ),
    "probabilities": (
        lambda seed, _: {"after": np.abs(some((5,), seed))},
        lambda after, **how: figures.probabilities(after, LABELS, **how),
    ),
    "maps": (
        lambda seed, scale: {"after": some((6, 5, 4), seed, scale)},
        figures.tensor,
    ),
    "matrix": (
        lambda seed, scale: {"after": some((7, 9), seed, scale)},
        figures.tensor,
    ),
    "before and after": (
        lambda seed, scale: {
            "before": some((6, 5, 7), seed, 37 * scale),
            "after": some((6, 5, 7), seed + 1, scale),
        },
        lambda before, after, **how: figures.beside(
            before, after, limit=arrays.limit(before, after), **how
        ),
    ),
    "compared": (
        lambda seed, scale: {
            "after": some((512,), seed, scale),
            "other": some((512,), seed + 1, scale),
        },
        lambda after, other, **how: figures.compared(after, other, grey=False, **how),
    ),
    "compared ReLUs": (
        lambda seed, scale: {
            "after": np.maximum(some((512,), seed, scale), np.float32(0)),
            "other": np.maximum(some((512,), seed + 1, scale), np.float32(0)),
        },
        lambda after, other, **how: figures.compared(
            after, other, grey=False, switches=True, names=("now", "before"), **how
        ),
    ),
    "maps of a ReLU": (
        lambda seed, scale: {
            "after": np.maximum(some((6, 5, 4), seed, scale), np.float32(0)),
        },
        lambda after, **how: figures.tensor(after, switches=True, **how),
    ),
    "compared pictures": (
        lambda seed, _: {"after": grey(seed), "other": grey(seed + 1)},
        lambda after, other, **how: figures.compared(after, other, grey=True, **how),
    ),
    "compared logits": (
        lambda seed, scale: {
            "after": some((5,), seed, scale),
            "other": some((5,), seed + 1, scale),
        },
        lambda after, other, **how: figures.compared_classes(
            after, other, LABELS, title="logit", **how
        ),
    ),
    "compared shares": (
        lambda seed, _: {"after": np.abs(some((5,), seed)), "other": np.abs(some((5,), seed + 1))},
        lambda after, other, **how: figures.compared_classes(
            after, other, LABELS, title="probability", **how
        ),
    ),
}


def text(values: Floats) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()


def plain(field: Any) -> Any:
    """Return a field as float64 with its shape, whoever wrote it."""
    if isinstance(field, dict) and "bdata" in field:
        values = np.frombuffer(base64.b64decode(field["bdata"]), dtype=f"<{field['dtype']}")
        shape = field.get("shape")
        wanted = [int(side) for side in shape.split(",")] if shape else [-1]
        return values.astype(np.float64).reshape(wanted)
    if isinstance(field, dict) and "data" in field:
        values = np.frombuffer(base64.b64decode(field["data"]), dtype="<f8")
        return values.reshape(field["shape"])
    return field


def grids(tensors: Tensors) -> dict[str, Any]:
    grid: Callable[[tuple[int, ...]], Grid] = kinds.OTHER.grid
    return {name: dataclasses.asdict(grid(values.shape)) for name, values in tensors.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_figure_is_filled_the_same_on_the_page(name: str) -> None:
    """Python's figure of some values, filled by the page with others, is Python's of the others."""
    tensors, draw = CASES[name]
    structure = figures.structure(draw(*tensors(0, 1.0).values(), language="en"))
    cases = [tensors(seed, scale) for seed, scale in enumerate(SCALES, 1)]
    answers = node.run(
        "canvas/fills.js",
        {
            "arrays": [],
            "figures": [
                {
                    "figure": structure,
                    "tensors": {name: text(values) for name, values in case.items()},
                    "grids": grids(case),
                    "limit": arrays.limit(*case.values()),
                }
                for case in cases
            ],
        },
    )["figures"]
    for case, found in zip(cases, answers, strict=True):
        expected = figures.as_json(draw(*case.values(), language="en"))
        assert found["layout"] == expected["layout"]
        for ours, theirs in zip(found["data"], expected["data"], strict=True):
            assert set(ours) == set(theirs)
            for field, value in theirs.items():
                np.testing.assert_array_equal(plain(ours[field]), plain(value), field)


def test_every_trace_says_what_fills_it() -> None:
    for name, (tensors, draw) in CASES.items():
        for trace in draw(*tensors(0, 1.0).values(), language="en").plotly().data:
            assert {"fill", "of"} <= set(trace.meta), name
            known = {*arrays.FILLS, arrays.HISTOGRAM, arrays.COLOUR}
            assert trace.meta["fill"] in known


def test_limits_ranks_and_histograms_are_the_same_on_the_page() -> None:
    random = np.random.default_rng(3)
    tens = 10.0 ** random.uniform(-30, 30, 300)
    exact = [
        step * 10.0**power
        for step in (*arrays.STEPS, 9.999999, 1.0000001)
        for power in range(-8, 9)
    ]
    lists = [np.array([value, -value / 3, 0], dtype=np.float32) for value in (*tens, *exact)]
    lists += [some((400,), seed, scale) for seed, scale in enumerate(SCALES)]
    lists += [np.array([np.nan, np.inf, -2, 1], dtype=np.float32), np.zeros(3, dtype=np.float32)]
    ends = [arrays.limit(values) for values in lists]
    asked = [
        {"values": text(values), "low": -end, "high": end}
        for values, end in zip(lists, ends, strict=True)
    ]
    answers = node.run("canvas/fills.js", {"figures": [], "arrays": asked})["arrays"]
    for values, end, found in zip(lists, ends, answers, strict=True):
        assert found["limit"] == end
        expected = [*arrays.ranked(values), *arrays.counted(values, -end, end)]
        for ours, theirs in zip((*found["ranked"], *found["counted"]), expected, strict=True):
            np.testing.assert_array_equal(np.frombuffer(base64.b64decode(ours), "<f8"), theirs)
