"""nn.Softmax: scores as shares of 1. Every network's last step, its own or the page's."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.kinds.base import (
    Chained,
    Explanation,
    Kind,
    Numbers,
    Slopes,
    Subject,
)
from explorer.kinds.proof import Proof
from explorer.maths.arithmetic import softmax_terms
from explorer.maths.digits import digits
from explorer.maths.shares import shares
from explorer.records import Floats, Scale


class Softmax(Kind):
    """Probabilities of the classes, from 0 to 1."""

    name = "softmax"
    letter = "p"
    written = "p[c] = exp(logit[c]) / Σₖ exp(logit[k])"
    types = (nn.Softmax,)
    scale: Scale = "unsigned"
    fixed = 1.0
    passes = True
    cuts = False
    classes = "probability"
    shares = True
    result = "pred_probab"

    def code(self, path: str) -> str:
        """Return the course's two lines, which also name the predicted class."""
        return "pred_probab = nn.Softmax(dim=1)(logits); y_pred = pred_probab.argmax(1)"

    def printed(self, subject: Subject) -> str | None:
        """Return the predicted classes of the batch as torch prints them."""
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
            return {}, ()
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
        """Return what the loss says to the logit of one class."""
        if slopes.entering is None or subject.entering.ndim != 1:
            return (), ()
        return share_slope(subject, subject.entering, slopes.entering, slopes.label, unit)


def share_slope(subject: Subject, logits: Floats, found: Floats, label: int, unit: int) -> Chained:
    """Return dL/dlogit[c] = p[c] − [c = label] of one class, against what autograd has `found`."""
    share, own = float(softmax_terms(logits).probabilities[unit]), int(unit == label)
    slope = float(found[unit])
    line = f"dL/dlogit[{unit}] = p[{unit}] − {own} = {digits(share)} − {own} = {digits(slope)}"
    return (line,), (subject.check("share", share - own, slope, 4 * subject.near),)
