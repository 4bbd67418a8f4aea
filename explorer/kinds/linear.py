"""nn.Linear: every unit a weighted sum of all inputs, of a sequence of those of its own row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.figures import arrays
from explorer.kinds.base import Chained, Explanation, Kind, Slopes, Subject, frame, precision
from explorer.kinds.layers import Like, holding
from explorer.kinds.proof import Proof
from explorer.maths.arithmetic import Term, UnitSum, rounded, terms, unit_sum
from explorer.maths.digits import digits, factor
from explorer.records import Check, Floats

TERMS = 5  # terms of either sign written out, unless the query's options say otherwise
MOST = 1024
ROWS = "z[…, i] = Σⱼ W[i, j]·x[…, j] + b[i]"  # as torch's documentation writes (*, H)
LEAST = float(np.finfo(np.float32).tiny)  # of a slope: below it digits go, or all of it


def _built(weight: Floats, bias: Floats | None = None) -> nn.Module | None:
    """Return the layer that has these weights; torch has none of a single row without a matrix."""
    if weight.ndim != 2:
        return None
    outputs, inputs = weight.shape
    made = nn.Linear(inputs, outputs, bias=bias is not None, device="meta")
    return holding(made, weight=weight, bias=bias)


class Linear(Kind):
    """Pre-activations: any real numbers, on a scale centred at 0."""

    name = "linear"
    letter = "z"
    written = "z[i] = Σⱼ W[i, j]·x[j] + b[i]"
    types: tuple[type[nn.Module], ...] = (nn.Linear,)
    likes: Mapping[str, Like] = {"linear": Like("input weight bias", _built, ("weight", "bias"))}
    ending = "logits"
    shown = "z"

    def holds(self, proof: Proof) -> bool:
        """Whether a row stays a row: a function may be given one row for its weights."""
        inputs = [each for each in proof.received[:1] if each.size]  # a weight has no values here
        return not inputs or inputs[0].ndim == proof.output.ndim

    def formula(self, subject: Subject) -> str:
        """Return what the layer computes, in symbols; of a sequence, row by row."""
        whole = self.written if subject.entering.ndim == 1 else ROWS
        return whole if _biased(subject.module) else whole.rpartition(" + b")[0]

    def way(self, subject: Subject) -> str:
        """Return whether there is a bias to be added."""
        return "" if _biased(subject.module) else "unbiased"

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
            "place": arrays.place(unit, subject.values.shape),
            "first": total.first,
            "source": subject.source,
            "pictures": {
                "weights": total.weights,
                "inputs": total.inputs,
                "products": total.products.astype(np.float32),
            },
        }
        listed = sum(term.product for term in (*wanted.positive, *wanted.negative))
        left = listed + wanted.rest + total.bias
        near = rounded(total.products, total.bias, precision(subject))
        return data, (subject.check("terms", left, value, near),)

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return the slope of the unit's weight with the largest input, of its bias, and its input.

        dL/dW[i, j] = Σₜ dL/dz[t, i] · x[t, j], dL/db[i] = Σₜ dL/dz[t, i], over the rows t of a
        sequence, of which a vector is one, and dL/dx[t, j] = Σᵢ W[i, j] · dL/dz[t, i]. Of a frozen
        layer the last one alone: what flows through it needs no gradient of its weights.
        """
        module = subject.module
        if slopes.leaving is None or not isinstance(module, nn.Linear):
            return (), ()
        entering, leaving = _rows(subject.entering), _rows(slopes.leaving)
        row, output = divmod(unit, leaving.shape[1])
        place = int(np.abs(entering[row]).argmax())
        lines, checks = _weighed(subject, slopes, (row, output, place), (entering, leaving))
        if slopes.entering is not None:
            near = precision(subject)
            column = module.weight[:, place].detach().to("cpu").double().numpy()
            products = column * leaving[row]
            total = float(products.sum())
            before = arrays.place(unit, subject.values.shape)[:-1]
            at, of = (", ".join(map(str, (*before, each))) for each in (place, "i"))
            lines.append(f"dL/dx[{at}] = Σᵢ W[i, {place}] · dL/dz[{of}] = {digits(total)}")
            scale = 64 * near * float(np.abs(products).sum()) + LEAST * products.size
            value = float(_rows(slopes.entering)[row, place])
            checks.append(subject.check("slopes", total, value, scale))
        return tuple(lines), tuple(checks)

    def sum(self, subject: Subject, unit: int) -> UnitSum | None:
        """Return one unit as the sum it is: of the inputs, or of those of its row."""
        module = subject.module
        if not isinstance(module, nn.Linear) or not subject.entering.size:
            return None
        row, output = divmod(unit, module.out_features)
        inputs = _rows(subject.entering)[row]
        bias = 0.0 if module.bias is None else float(module.bias[output].detach())
        weights = module.weight[output].detach().to("cpu", torch.float32).numpy()
        return unit_sum(weights, inputs, bias, first=row * inputs.size)

    def by_hand(self, subject: Subject, unit: int, layer: str) -> tuple[str, ...]:
        """Return the sum as lines of PyTorch; none where what goes in is no vector."""
        module = subject.module
        if not isinstance(module, nn.Linear) or subject.entering.ndim != 1:
            return ()
        total = f"by_hand = (W[{unit}] * x[{subject.focus}]).sum()"
        if module.bias is None:
            return f"W = {layer}.weight", total
        return f"W, b = {layer}.weight, {layer}.bias", f"{total} + b[{unit}]"


def _biased(module: nn.Module | None) -> bool:
    return getattr(module, "bias", True) is not None


def _rows(values: Floats) -> Floats:
    """Return the rows (R, n) of one image's values (…, n)."""
    return values.reshape(-1, values.shape[-1])


def _weighed(
    subject: Subject,
    slopes: Slopes,
    place: tuple[int, int, int],
    rows: tuple[Floats, Floats],
) -> tuple[list[str], list[Check]]:
    """Return what the chain rule says of one weight and its bias.

    `place` is the row, the output and the input, `rows` what goes in and dL/dz, (R, …) each.
    """
    (row, output, at), (entering, leaving) = place, rows
    found, lines, checks = slopes.parameters.get("weight"), list[str](), list[Check]()
    several = len(entering) > 1
    slope, fed = float(leaving[row, output]), float(entering[row, at])
    steep = leaving[:, output].astype(np.float64)
    if found is not None:
        value, products = float(found[output, at]), steep * entering[:, at]
        written = (
            f"Σₜ dL/dz[t, {output}] · x[t, {at}]"
            if several
            else f"dL/dz[{output}] · x[{at}] = {digits(slope)} · {factor(fed)}"
        )
        lines.append(f"dL/dW[{output}, {at}] = {written} = {digits(value)}")
        scale = max(4, len(entering)) * precision(subject) * float(np.abs(products).sum())
        checks.append(subject.check("slope", float(products.sum()), value, scale + LEAST))
    if "bias" in slopes.parameters:
        total = f"Σₜ dL/dz[t, {output}]" if several else f"dL/dz[{output}]"
        lines.append(f"dL/db[{output}] = {total} = {digits(float(steep.sum()))}")
    return lines, checks


def _written(term: Term) -> dict[str, float]:
    return {
        "index": term.index,
        "weight": term.weight,
        "input": term.input,
        "product": term.product,
    }
