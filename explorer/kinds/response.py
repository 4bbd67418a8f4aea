"""nn.LocalResponseNorm: every value less, the larger those at its place in the channels around are.

As in Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural
Networks" (2012), section 3.3; torch divides α by n.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from explorer import figures
from explorer.kinds.base import Explanation, Kind, Subject
from explorer.kinds.layers import Like
from explorer.kinds.normalization import beside, span
from explorer.records import Fact, Floats
from explorer.words import say

SCALED = "y = x / (k + α/n · Σ x²)^β"


class Response(Kind):
    """Values on one scale centred at 0, beside those that go in."""

    name = "response"
    written = "y[c] = x[c] / (k + α/n · Σⱼ x[j]²)^β"
    typed = True
    types = (nn.LocalResponseNorm,)
    likes: Mapping[str, Like] = {
        "local_response_norm": Like("input size alpha beta k", nn.LocalResponseNorm)
    }

    def formula(self, subject: Subject) -> str:
        """Return the formula with the channels that the sum goes over, around the value's own."""
        module: Any = subject.module
        if not isinstance(module, nn.LocalResponseNorm):
            return self.written
        below, above = _around(module)
        return f"{self.written}, j = c{_signed(-below)} … c{_signed(above)}"

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and over how many channels the sum goes."""
        return {**super().blanks(subject), "channels": getattr(subject.module, "size", "?")}

    def figure(self, subject: Subject) -> figures.Figure:
        """Return what goes in beside what comes out, as of any normalization."""
        return beside(subject) or super().figure(subject)

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """Return what values are divided by, between which two numbers."""
        found = _divisors(subject)
        if found is None or not found.size or not np.isfinite(found).all():
            return super().facts(subject)
        label = say(subject.language, "fact.used.divisor")
        return (*super().facts(subject), Fact("used.divisor", label, span(found)))

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the sum of squares around one value, and the formula in numbers."""
        module, divisors = subject.module, _divisors(subject)
        if not isinstance(module, nn.LocalResponseNorm) or divisors is None:
            return {}, ()
        size = subject.entering[0].size
        channel, place = divmod(unit, size)
        below, above = _around(module)
        first, last = max(0, channel - below), min(len(subject.entering) - 1, channel + above)
        x, by = float(subject.entering.reshape(-1)[unit]), float(divisors.reshape(-1)[unit])
        rows = subject.entering.reshape(-1, size)[first : last + 1, place].astype(np.float64)
        squares, found = float(np.square(rows).sum()), x / by
        at = ", ".join(map(str, np.unravel_index(place, subject.entering.shape[1:])))
        return {
            "formulas": [
                f"k = {module.k:g}, α = {module.alpha:g}, n = {module.size}, β = {module.beta:g}",
                f"Σ x[{first}…{last}, {at}]² = {squares:.6g}",
                SCALED,
                f"y = {x:.6g} / {by:.6g} = {found:.6g}",
            ],
            "from": unit,
            "source": subject.source,
        }, (subject.check("again", found, value, 64 * subject.near * max(abs(found), 1e-30)),)


def _around(module: nn.LocalResponseNorm) -> tuple[int, int]:
    """Return how many channels before a value's own are in its sum, and how many behind."""
    return module.size // 2, (module.size - 1) // 2


def _signed(number: int) -> str:
    return "" if not number else f" + {number}" if number > 0 else f" − {-number}"


def _divisors(subject: Subject) -> Floats | None:
    """Return what every value of one image is divided by, (C, …) float64; None where nobody knows.

    Channels beyond the first and the last count as 0.
    """
    module, entering = subject.module, subject.entering.astype(np.float64)
    if not isinstance(module, nn.LocalResponseNorm) or subject.exchange.batch != 0:
        return None
    if entering.ndim < 2 or entering.shape != subject.values.shape:
        return None
    squares = np.pad(np.square(entering), (_around(module), *[(0, 0)] * (entering.ndim - 1)))
    sums = sum(squares[first : first + len(entering)] for first in range(module.size))
    divisors: Floats = np.power(module.k + module.alpha / module.size * sums, module.beta)
    return divisors
