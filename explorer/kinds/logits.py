"""The nn.Linear that ends a network: one raw score for each class."""

from __future__ import annotations

import torch
from torch import nn

from explorer import figures
from explorer.kinds.base import Chained, Slopes, Subject
from explorer.kinds.linear import Linear
from explorer.kinds.softmax import share_slope


class Logits(Linear):
    """Scores of the classes, bars to either side of 0."""

    name = "logits"
    letter = "logit"
    written = "logit[c] = Σⱼ W[c, j]·a[j] + b[c]"
    types: tuple[type[nn.Module], ...] = ()  # a Linear is one by where it stands
    ending = ""
    cuts = False
    classes = "logit"
    result = "logits"
    shown = ""

    def way(self, subject: Subject) -> str:
        """Return its one sentence, which names no bias."""
        return ""

    def printed(self, subject: Subject) -> str | None:
        """Return the logits of the batch as torch prints them."""
        return f"logits: {torch.from_numpy(subject.after.copy())}"

    def figure(self, subject: Subject) -> figures.Figure:
        """Return one bar per class to either side of 0; the largest stands out."""
        if not subject.step.named:
            return super().figure(subject)
        return figures.logits(
            subject.values,
            subject.labels,
            language=subject.language,
            selected=subject.unit,
            limit=subject.step.limit,
        )

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return what the loss says to one logit, and what that says to its weights."""
        lines, checks = super().backward(subject, slopes, unit)
        if slopes.leaving is None or subject.values.ndim != 1:
            return lines, checks
        first, proof = share_slope(subject, subject.values, slopes.leaving, slopes.label, unit)
        return (*first, *lines), (*proof, *checks)
