"""Resizing: nn.Upsample and interpolate, which repeat the values of a map or mix neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from explorer.figures import arrays
from explorer.kinds.base import Explanation, Subject
from explorer.kinds.function import Function
from explorer.kinds.layers import Like
from explorer.kinds.moving import Moving
from explorer.maths.arithmetic import Feeding
from explorer.records import Floats

NEAREST = ("nearest", "nearest-exact")  # ways that mix nothing
SOME = 16  # terms written out: all of a bicubic mean in the plane
OPTIONS = "input size scale_factor mode align_corners recompute_scale_factor antialias"


class Resized(nn.Module):
    """What `F.interpolate` does, as a layer."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.mode = options.get("mode", "nearest")

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return maps (N, C, …) in another size."""
        return F.interpolate(values, **self.options)


class Resizing(Moving):
    """Every value is one that goes in, or a weighted mean of neighbours."""

    name = "resizing"
    types = (nn.Upsample,)
    functions = ()
    likes: Mapping[str, Like] = {"interpolate": Like(OPTIONS, Resized)}

    def formula(self, subject: Subject) -> str:
        """Return both shapes."""
        return Function.formula(self, subject)

    def way(self, subject: Subject) -> str:
        """Return whether values are repeated or mixed."""
        return "" if _nearest(subject) else "mixed"

    def stood(self, subject: Subject, unit: int) -> tuple[int, int] | float | None:
        """Return the place of the one value that it is; None where it is a mean."""
        if not _nearest(subject):
            return None
        places, _ = _weights(subject, unit)
        return (0, int(places[0])) if len(places) == 1 else None

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the one value that it is, or the neighbours with their weights."""
        if _nearest(subject):
            return super().explain(subject, unit, value)
        places, weights = _weights(subject, unit)
        if not len(places):
            return {}, ()
        values = subject.entering.reshape(-1)[places].astype(np.float64)
        found = float(weights @ values)
        terms = [
            f"{weight:.4g}·{number:.4g}".replace("-", "−")
            for weight, number in zip(weights[:SOME], values[:SOME], strict=True)
        ]
        more = " …" if len(places) > SOME else ""
        scale = float(np.abs(weights) @ np.abs(values))
        return {
            "formulas": [f"y = {' + '.join(terms)}{more} = {found:.6g}", _window(places, subject)],
            "source": subject.source,
        }, (subject.check("mixed", found, value, 16 * subject.near * max(scale, 1e-30)),)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return the one value that is handed on, or the share of each neighbour."""
        if _nearest(subject):
            return super().feeding(subject, unit)
        places, weights = _weights(subject, unit)
        if not len(places):
            return None
        products = weights * subject.entering.reshape(-1)[places]
        return Feeding(places, products, 0.0, float(products.sum()))


def _window(places: np.ndarray[Any, Any], subject: Subject) -> str:
    """Return from where to where the neighbours lie."""
    shape = subject.entering.shape
    first, last = (arrays.place(int(places[at]), shape) for at in (0, -1))
    over = zip(first[1:], last[1:], strict=True)
    return f"x[{first[0]}, {', '.join(f'{one}…{other}' for one, other in over)}]"


def _nearest(subject: Subject) -> bool:
    return getattr(subject.module, "mode", "") in NEAREST


def _weights(subject: Subject, unit: int) -> tuple[np.ndarray[Any, Any], Floats]:
    """Return the places of the values that one is made of, in one image, and their weights.

    They are the slopes of the layer itself, which is linear, in float32 as it reckons where its
    neighbours lie. None, where its maps are not (C, …).
    """
    module, entering = subject.module, subject.entering
    channel, *_ = arrays.place(unit, subject.values.shape)
    if module is None or entering.ndim != subject.values.ndim or channel >= len(entering):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    size = entering[channel].size
    one = torch.zeros(1, 1, *entering.shape[1:], requires_grad=True)
    inside = unit - channel * subject.values[channel].size
    module(one).reshape(-1)[inside].backward()
    slopes = np.zeros(size) if one.grad is None else one.grad.reshape(-1).numpy()
    places = np.flatnonzero(slopes)
    return channel * size + places, slopes[places]
