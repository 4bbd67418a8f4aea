"""nn.LogSoftmax: the logarithms of shares, which keep their digits where the shares are tiny."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.kinds.base import Chained, Explanation, Kind, Numbers, Slopes, Subject, frame
from explorer.kinds.layers import Like
from explorer.kinds.proof import Proof
from explorer.kinds.softmax import LEAST, Softmax, dimension, row_of, share_slope
from explorer.kinds.spelling import expression
from explorer.maths.arithmetic import softmax_terms
from explorer.maths.digits import digits, factor
from explorer.records import Floats, Scale


class LogSoftmax(Softmax):
    """Logarithms of the classes' shares, bars that end at 0."""

    name = "logsoftmax"
    letter = "log p"
    written = "log p[c] = z[c] − log Σₖ exp(z[k])"
    types = (nn.LogSoftmax,)
    likes: Mapping[str, Like] = {"log_softmax": Like("input dim dtype", nn.LogSoftmax)}
    scale: Scale = "signed"
    fixed = None
    cuts = True
    classes = "logshare"
    shares = False
    result = "log_p"

    def title(self, subject: Subject) -> str:
        """Return the name of the step, with the dimension along which its rows lie."""
        if subject.function:
            return Kind.title(self, subject)
        return f"nn.LogSoftmax(dim={dimension(subject)})"

    def formula(self, subject: Subject) -> str:
        """Return the difference; of rows that of a value in its row."""
        if subject.entering.ndim > 1:
            return "log p[…, k] = z[…, k] − log Σⱼ exp(z[…, j])"
        return self.written

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words of the step, which are those of any layer."""
        return Kind.words(self, subject)

    def code(self, path: str) -> str:
        """Return the line that calls the layer."""
        return f"{self.result} = {expression(path)}(x)"

    def numbers(self, values: Floats) -> Numbers:
        """Return what exp of them sums to, 1 in each row, and the smallest and the largest."""
        total = float(np.exp(values.astype(np.float64)).sum())
        ends = {"minimum": float(values.min()), "maximum": float(values.max())}
        return {"exponentials": total, **ends}

    def figure(self, subject: Subject) -> figures.Figure:
        """Return one bar per class below 0; that of the predicted one is the shortest."""
        if not subject.step.named:
            return super().figure(subject)
        return figures.logshares(subject.values, subject.labels, **frame(subject))

    def holds(self, proof: Proof) -> bool:
        """Whether each row is the logarithm of the softmax of the row received."""
        if proof.output.ndim != 2:
            return True
        if not proof.received or proof.received[0].shape != proof.output.shape:
            return False
        scores = torch.from_numpy(proof.received[0].astype(np.float64))
        finite = np.abs(proof.received[0][np.isfinite(proof.received[0])]).max(initial=1.0)
        near = {"rtol": proof.near, "atol": proof.near * float(finite)}
        return np.allclose(scores.log_softmax(-1), proof.output, **near, equal_nan=True)

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the score of one value, and what the logarithm of its row's sum takes away."""
        found = row_of(subject, unit, "k")
        if found is None:
            return {}, ()
        row, place, mine, any_ = found
        terms = softmax_terms(row)
        total = terms.maximum + float(np.log(terms.denominator))
        z = float(row[place])
        logarithm = z - total
        behind = f"({total:.6g})" if total < 0 else f"{total:.6g}"
        rounded = 4 * subject.near * max(1.0, abs(z), abs(terms.maximum))
        return {
            "formulas": [
                f"log p[{mine}] = z[{mine}] − log Σₖ exp(z[{any_}])",
                f"log Σₖ exp(z[{any_}]) = max + log Σₖ exp(z[{any_}] − max)"
                f" = {terms.maximum:.6g} + log {terms.denominator:.6g} = {total:.6g}",
                f"log p[{mine}] = {z:.6g} − {behind} = {logarithm:.6g}",
                f"p[{mine}] = exp({logarithm:.6g}) = {float(np.exp(logarithm)):.6g}",
            ],
            "from": unit,
            "source": subject.source,
        }, (subject.check("logshare", logarithm, value, rounded),)

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return what the loss says to one score.

        Of logarithms that something else is made of: dL/dz[i] = g[i] − p[i]·Σₖ g[k], where g is
        dL/dlog p.
        """
        if slopes.entering is None or subject.entering.ndim != 1:
            return (), ()
        if slopes.answer:
            return share_slope(subject, subject.entering, slopes.entering, slopes.label, unit)
        if slopes.leaving is None:
            return (), ()
        found, leaving = float(slopes.entering[unit]), slopes.leaving.astype(np.float64)
        share, own, every = float(np.exp(subject.values[unit])), float(leaving[unit]), leaving.sum()
        line = (
            f"dL/dx[{unit}] = dL/dlog p[{unit}] − p[{unit}]·Σₖ dL/dlog p[k]"
            f" = {digits(own)} − {factor(share)}·{factor(float(every))} = {digits(found)}"
        )
        near = 16 * subject.near * float(np.abs(leaving).sum()) + LEAST
        return (line,), (subject.check("slope", own - share * float(every), found, near),)
