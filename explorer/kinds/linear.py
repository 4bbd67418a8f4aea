"""nn.Linear: every unit a weighted sum of all inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.kinds.base import Chained, Explanation, Kind, Slopes, Subject, frame, precision
from explorer.maths.arithmetic import Term, UnitSum, terms, unit_sum
from explorer.maths.digits import digits, factor
from explorer.records import Check

TERMS = 5  # terms of either sign written out, unless the query's options say otherwise
MOST = 1024
LEAST = float(np.finfo(np.float32).tiny)  # of a slope: below it digits go, or all of it


class Linear(Kind):
    """Pre-activations: any real numbers, on a scale centred at 0."""

    name = "linear"
    letter = "z"
    written = "z[i] = Σⱼ W[i, j]·x[j] + b[i]"
    types: tuple[type[nn.Module], ...] = (nn.Linear,)
    ending = "logits"
    shown = "z"

    def figure(self, subject: Subject) -> figures.Figure:
        """Return all units, the same sorted, and their histogram; a sequence as a matrix."""
        draw = figures.units if subject.values.ndim == 1 else figures.tensor
        return draw(subject.values, **frame(subject))

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the largest terms of the sum written out, the rest, and all as pictures."""
        total = self.sum(subject, unit)
        if total is None:
            return {}, ()
        wanted = terms(total, int(subject.number("terms", TERMS, 0, MOST)))
        data: dict[str, Any] = {
            "positive": [_written(term) for term in wanted.positive],
            "negative": [_written(term) for term in wanted.negative],
            "rest": wanted.rest,
            "rest_count": wanted.rest_count,
            "above": total.positive,
            "below": total.negative,
            "bias": total.bias,
            "total": total.total,
            "inputs": int(total.inputs.size),
            "source": subject.source,
            "pictures": {
                "weights": total.weights,
                "inputs": total.inputs,
                "products": total.products.astype(np.float32),
            },
        }
        listed = sum(term.product for term in (*wanted.positive, *wanted.negative))
        scale = float(np.abs(total.products).sum()) + abs(total.bias)
        left = listed + wanted.rest + total.bias
        return data, (subject.check("terms", left, value, 4 * precision(subject) * scale),)

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return the slope of the unit's weight with the largest input, of its bias, and its input.

        dL/dW[i, j] = dL/dz[i] · x[j], dL/db[i] = dL/dz[i], dL/dx[j] = Σᵢ W[i, j] · dL/dz[i]. Of a
        frozen layer the last one alone: what flows through it needs no gradient of its weights.
        """
        found, leaving = slopes.parameters.get("weight"), slopes.leaving
        if leaving is None or subject.entering.ndim != 1:
            return (), ()
        slope, place = float(leaving[unit]), int(np.abs(subject.entering).argmax())
        near, lines, checks = precision(subject), list[str](), list[Check]()
        if found is not None:
            entering, value = float(subject.entering[place]), float(found[unit, place])
            product = slope * entering
            lines.append(
                f"dL/dW[{unit}, {place}] = dL/dz[{unit}] · x[{place}]"
                f" = {digits(slope)} · {factor(entering)} = {digits(value)}"
            )
            checks.append(subject.check("slope", product, value, 4 * near * abs(product) + LEAST))
        if "bias" in slopes.parameters:
            lines.append(f"dL/db[{unit}] = dL/dz[{unit}] = {digits(slope)}")
        if slopes.entering is not None and isinstance(subject.module, nn.Linear):
            column = subject.module.weight[:, place].detach().to("cpu").double().numpy()
            products = column * leaving
            total = float(products.sum())
            lines.append(f"dL/dx[{place}] = Σᵢ W[i, {place}] · dL/dz[i] = {digits(total)}")
            scale = 64 * near * float(np.abs(products).sum()) + LEAST * products.size
            checks.append(subject.check("slopes", total, float(slopes.entering[place]), scale))
        return tuple(lines), tuple(checks)

    def sum(self, subject: Subject, unit: int) -> UnitSum | None:
        """Return one unit as the sum it is; None where what goes in is no vector."""
        module = subject.module
        if not isinstance(module, nn.Linear) or subject.entering.ndim != 1:
            return None
        bias = 0.0 if module.bias is None else float(module.bias[unit].detach())
        weights = module.weight[unit].detach().to("cpu", torch.float32).numpy()
        return unit_sum(weights, subject.entering, bias)

    def by_hand(self, subject: Subject, unit: int, layer: str) -> tuple[str, ...]:
        """Return the sum as lines of PyTorch; none where what goes in is no vector."""
        module = subject.module
        if not isinstance(module, nn.Linear) or subject.entering.ndim != 1:
            return ()
        total = f"by_hand = (W[{unit}] * x[{subject.focus}]).sum()"
        if module.bias is None:
            return f"W = {layer}.weight", total
        return f"W, b = {layer}.weight, {layer}.bias", f"{total} + b[{unit}]"


def _written(term: Term) -> dict[str, float]:
    return {
        "index": term.index,
        "weight": term.weight,
        "input": term.input,
        "product": term.product,
    }
