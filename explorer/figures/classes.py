"""Classes as bars: their scores, or their shares of 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures import arrays, parts
from explorer.figures.parts import EXACT
from explorer.records import Floats, Language
from explorer.words import say


def logits(
    values: Floats,
    labels: Sequence[str],
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Return one bar per class to either side of 0; the largest stands out."""
    end = arrays.limit(values) if limit is None else limit
    layout = {
        "xaxis": parts.axis(
            parts.WHOLE,
            "y",
            say(language, "figure.logit"),
            range=[-1.18 * end, 1.18 * end],
            zeroline=True,
        ),
        **_classes(selected),
    }
    hover = f"{say(language, 'figure.logit')} = %{{x:{EXACT}}}"
    return parts.figure(_two(values, labels, int(values.argmax()), hover), layout)


def probabilities(
    values: Floats,
    labels: Sequence[str],
    predicted: int,
    *,
    language: Language,
    selected: int | None = None,
) -> go.Figure:
    """Return one bar per class from 0 to 1; the predicted class stands out."""
    title = say(language, "figure.probability")
    layout = {
        "xaxis": parts.axis(
            parts.WHOLE, "y", title, range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1]
        ),
        **_classes(selected),
    }
    return parts.figure(_two(values, labels, predicted, f"p = %{{x:{EXACT}}}"), layout)


def _classes(selected: int | None) -> dict[str, Any]:
    return {
        "yaxis": parts.classes(),
        "barmode": "overlay",
        "bargap": 0.3,
        "margin": {"l": 120},
        "shapes": parts.row(selected),
    }


def _two(values: Floats, labels: Sequence[str], first: int, hover: str) -> list[dict[str, Any]]:
    """Return the bar of one class and those of all others.

    The first trace has the template's accent.
    """
    traces = []
    for mask in (np.arange(values.size) == first, np.arange(values.size) != first):
        trace = parts.bars(values, labels, hover)
        trace["x"] = np.where(mask, values, np.nan).astype(np.float32)
        trace["text"] = [
            text if shown else "" for text, shown in zip(trace["text"], mask, strict=True)
        ]
        traces.append(trace)
    return traces
