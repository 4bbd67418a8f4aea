"""nn.Softmax: scores as shares of 1. Every network's last step, its own or the page's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.figures import arrays
from explorer.kinds.base import (
    Chained,
    Explanation,
    Kind,
    Numbers,
    Slopes,
    Subject,
)
from explorer.kinds.layers import Like
from explorer.kinds.proof import Proof
from explorer.kinds.spelling import expression
from explorer.maths.arithmetic import softmax_terms
from explorer.maths.digits import digits, factor
from explorer.maths.shares import shares
from explorer.records import Floats, Scale

LEAST = float(np.finfo(np.float32).tiny)  # of a slope
ROWS = "p[…, k] = exp(x[…, k]) / Σⱼ exp(x[…, j])"


class Softmax(Kind):
    """Probabilities of the classes, from 0 to 1."""

    name = "softmax"
    letter = "p"
    written = "p[c] = exp(logit[c]) / Σₖ exp(logit[k])"
    types: tuple[type[nn.Module], ...] = (nn.Softmax,)
    likes: Mapping[str, Like] = {"softmax": Like("input dim dtype", nn.Softmax)}
    scale: Scale = "unsigned"
    fixed: float | None = 1.0
    passes = True
    cuts = False
    classes = "probability"
    shares = True
    scored = True
    result = "pred_probab"

    def title(self, subject: Subject) -> str:
        """Return the name of the step; of rows with the dimension along which they lie."""
        if subject.function or subject.entering.ndim == 1:
            return super().title(subject)
        return f"nn.Softmax(dim={dimension(subject)})"

    def way(self, subject: Subject) -> str:
        """Return whether there are several rows, of which each has shares of its own."""
        return "rows" if subject.entering.ndim > 1 else ""

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes, and the dimension along which the shares sum to 1."""
        return {**super().blanks(subject), "dim": dimension(subject)}

    def formula(self, subject: Subject) -> str:
        """Return the fraction; of rows that of a value in its row."""
        return ROWS if subject.entering.ndim > 1 else self.written

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words of the step; the shares of rows are no classes to be predicted."""
        words = super().words(subject)
        if subject.function or subject.entering.ndim == 1:
            return words
        return words | {"code": f"p = {expression(subject.step.path)}(x)"}

    def code(self, path: str) -> str:
        """Return the course's two lines, which also name the predicted class."""
        return "pred_probab = nn.Softmax(dim=1)(logits); y_pred = pred_probab.argmax(1)"

    def printed(self, subject: Subject) -> str | None:
        """Return the predicted classes of the batch as torch prints them; of no numbers none."""
        if subject.after.ndim != 2 or not np.isfinite(subject.after).all():
            return None
        return f"Predicted class: {torch.from_numpy(subject.after.copy()).argmax(1)}"

    def numbers(self, values: Floats) -> Numbers:
        """Return the sum, which is 1, and the largest share."""
        return {"sum": float(values.sum(dtype=np.float64)), "maximum": float(values.max())}

    def figure(self, subject: Subject) -> figures.Figure:
        """Return one bar per class from 0 to 1; the predicted class stands out."""
        if not subject.step.named:
            return super().figure(subject)
        return figures.probabilities(
            subject.values,
            subject.labels,
            language=subject.language,
            selected=subject.unit,
        )

    def holds(self, proof: Proof) -> bool:
        """Whether each row is the softmax of the row received; it may be along the batch."""
        if proof.output.ndim != 2:
            return True
        if not proof.received or proof.received[0].shape != proof.output.shape:
            return False
        expected = shares(proof.received[0])
        return np.allclose(expected, proof.output, rtol=0, atol=proof.near, equal_nan=True)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the numerator and the denominator of one class's fraction."""
        if subject.entering.ndim != 1:
            return _in_row(subject, unit, value)
        fraction = softmax_terms(subject.entering)
        share = float(fraction.probabilities[unit])
        return {
            "logit": float(subject.entering[unit]),
            "maximum": fraction.maximum,
            "source": subject.source,
            "exponential": float(fraction.exponentials[unit]),
            "denominator": fraction.denominator,
        }, (subject.check("fraction", share, value, 4 * subject.near),)

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return what the loss says to the logit of one class.

        Of shares that something else is made of, as a mean of several: dL/dx[i] = p[i]·(g[i] −
        Σₖ g[k]·p[k]), where g is dL/dp.
        """
        if slopes.entering is None or subject.entering.ndim != 1:
            return (), ()
        if not slopes.answer:
            if slopes.leaving is None:
                return (), ()
            return _flowing(subject, slopes.leaving, float(slopes.entering[unit]), unit)
        return share_slope(subject, subject.entering, slopes.entering, slopes.label, unit)


def _flowing(subject: Subject, leaving: Floats, found: float, unit: int) -> Chained:
    """Return dL/dx of one value from dL/dp of all, against what autograd has `found`."""
    share = float(subject.values[unit])
    products = leaving.astype(np.float64) * subject.values
    total = share * (float(leaving[unit]) - float(products.sum()))
    numbers = f"({digits(float(leaving[unit]))} − {factor(float(products.sum()))})"
    line = (
        f"dL/dx[{unit}] = p[{unit}]·(dL/dp[{unit}] − Σₖ dL/dp[k]·p[k])"
        f" = {digits(share)}·{numbers} = {digits(found)}"
    )
    near = 16 * subject.near * float(np.abs(products).sum()) + LEAST
    return (line,), (subject.check("slope", total, found, near),)


def dimension(subject: Subject) -> object:
    """Return the dimension along which the shares sum to 1, as the layer was given it."""
    return getattr(subject.module, "dim", "…")


def row_of(subject: Subject, unit: int, any_: str) -> tuple[Floats, int, str, str] | None:
    """Return the row that a value has its share of, along the layer's own dimension.

    And its place there, and where both it and `any_` other of the row stand, as text. None where
    other images are in the row, or it is not known.
    """
    if subject.entering.ndim == 1 and subject.exchange.batch == 0:
        return subject.entering, unit, str(unit), any_
    dim, made, shape = dimension(subject), subject.exchange, subject.values.shape
    if not isinstance(dim, int) or made.batch is None or not made.answers:
        return None
    along = dim % made.answers[0].ndim
    if along == made.batch or subject.entering.shape != shape:
        return None  # shares of the batch, of which one input is not all
    axis, place = along - (along > made.batch), arrays.place(unit, shape)
    rest = place[:axis] + place[axis + 1 :]
    row = np.moveaxis(subject.entering, axis, -1)[tuple(rest)]
    mine, other = (
        ", ".join(map(str, (*rest[:axis], at, *rest[axis:]))) for at in (place[axis], any_)
    )
    return row, place[axis], mine, other


def _in_row(subject: Subject, unit: int, value: float) -> Explanation:
    """Return the fraction of one value in its row."""
    found = row_of(subject, unit, "j")
    if found is None:
        return {}, ()
    values, place, mine, any_ = found
    row = softmax_terms(values)
    share, score = float(row.probabilities[place]), float(values[place])
    return {
        "formulas": [
            f"p[{mine}] = exp(x[{mine}] − max) / Σⱼ exp(x[{any_}] − max)",
            f"p[{mine}] = exp({score:.6g} − {factor(row.maximum)}) / {row.denominator:.6g}"
            f" = {share:.6g}",
        ],
        "from": unit,
        "source": subject.source,
    }, (subject.check("fraction", share, value, 4 * subject.near),)


def share_slope(subject: Subject, logits: Floats, found: Floats, label: int, unit: int) -> Chained:
    """Return dL/dlogit[c] = p[c] − [c = label] of one class, against what autograd has `found`."""
    share, own = float(softmax_terms(logits).probabilities[unit]), int(unit == label)
    slope = float(found[unit])
    line = f"dL/dlogit[{unit}] = p[{unit}] − {own} = {digits(share)} − {own} = {digits(slope)}"
    return (line,), (subject.check("share", share - own, slope, 4 * subject.near),)
