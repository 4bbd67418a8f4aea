"""Every figure there is, of made-up values, and how tests read one."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer import figures
from explorer.kinds.flatten import flattened
from explorer.kinds.picture import picture
from explorer.kinds.relu import rectified
from explorer.network import zoo
from explorer.records import Floats

LABELS = zoo.card("fashion-mlp").labels["en"]


COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")


def some(*shape: int, seed: int = 4) -> Floats:
    values: Floats = np.random.default_rng(seed).normal(scale=3, size=shape).astype(np.float32)
    return values


def grey(*shape: int) -> Floats:
    return np.random.default_rng(9).random(shape, dtype=np.float32)


def chances(count: int = 10) -> Floats:
    powers = np.exp(some(count))
    shares: Floats = powers / powers.sum()
    return shares


Draw = Callable[..., figures.Figure]


ALL: dict[str, Draw] = {
    "picture": lambda **how: picture(grey(28, 28), **how),
    "flattened": lambda **how: flattened(grey(28, 28), **how),
    "units": lambda **how: figures.units(some(512), **how),
    "rectified": lambda **how: rectified(some(512), np.maximum(some(512), np.float32(0)), **how),
    "logits": lambda **how: figures.logits(some(10), LABELS, **how),
    "probabilities": lambda **how: figures.probabilities(chances(), LABELS, **how),
    "tensor": lambda **how: figures.tensor(some(6, 5, 4), **how),
    "compared": lambda **how: figures.compared(some(512), some(512, seed=5), grey=False, **how),
    "compared grey": lambda **how: figures.compared(
        grey(28, 28), grey(28, 28)[::-1], grey=True, **how
    ),
    "compared_classes": lambda **how: figures.compared_classes(
        some(10), some(10, seed=5), LABELS, title="logit", **how
    ),
}


def walk(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every leaf of JSON-ready data with the keys that lead to it."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from walk(value, (*path, str(number)))
    else:
        yield path, data


def decoded(packed: Mapping[str, Any]) -> NDArray[Any]:
    flat = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"])
    return (
        flat.reshape([int(side) for side in str(packed["shape"]).split(",")])
        if "shape" in packed
        else flat
    )


def frames(drawn: figures.Figure) -> list[tuple[str, float, float, float, float]]:
    return [
        (frame.xref, frame.x0, frame.x1, frame.y0, frame.y1)
        for frame in drawn.plotly().layout.shapes
    ]
