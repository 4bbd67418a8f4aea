"""Classes as bars: their scores, or their shares of 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.figures import arrays, bars, parts
from explorer.figures.parts import EXACT, Figure
from explorer.records import Floats, Language
from explorer.words import say

# Shares of the height, from below, for where a score comes from, while a class is pinned: side by
# side, narrow, none presented; and the bars above it.
ROOM = (0.295, 0.4, 0.0)
ABOVE = {"wide": {"domain": [0.43, 1], "dtick": 1}, "narrow": {"domain": [0.49, 1], "dtick": 1}}


def logits(values: Floats, labels: Sequence[str], **framed: Any) -> Figure:
    """Return one bar per class to either side of 0; the largest stands out."""
    return _signed(values, labels, "logit", {"room": list(ROOM), "above": ABOVE}, **framed)


def logshares(values: Floats, labels: Sequence[str], **framed: Any) -> Figure:
    """Return one bar per class that ends at 0, the logarithm of its share; the largest stands out.

    On an axis as that of the scores that they were, so that both steps can be compared.
    """
    return _signed(values, labels, "logshare", {}, **framed)


def probabilities(
    values: Floats,
    labels: Sequence[str],
    *,
    language: Language,
    selected: int | None = None,
) -> Figure:
    """Return one bar per class from 0 to 1; the largest stands out."""
    title = say(language, "figure.probability")
    layout = {
        "xaxis": parts.axis(
            parts.WHOLE, "y", title, range=[0, bars.REACH], tickvals=[0, 0.25, 0.5, 0.75, 1]
        ),
        **_classes(labels, selected),
    }
    return parts.figure(_two(values, labels, f"p = %{{x:{EXACT}}}"), layout)


def _signed(
    values: Floats,
    labels: Sequence[str],
    name: str,
    meta: dict[str, Any],
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> Figure:
    """Return one bar per class on an axis with 0 in its middle."""
    end = arrays.limit(values) if limit is None else limit
    title, layout = say(language, f"figure.{name}"), _classes(labels, selected)
    layout["meta"] |= meta
    axis = parts.axis(parts.WHOLE, "y", title, zeroline=True)
    return parts.figure(
        _two(values, labels, f"{title} = %{{x:{EXACT}}}"),
        {"xaxis": axis, **layout},
        ends={"xaxis": bars.SIGNED},
        end=end,
    )


def _classes(labels: Sequence[str], selected: int | None) -> dict[str, Any]:
    return {
        "yaxis": bars.classes(labels),
        "barmode": "overlay",
        "bargap": 0.3,
        "margin": {"l": bars.beside(labels)},
        "shapes": bars.row(selected),
        "meta": {"marks": ["row"], "reach": bars.REACH},
    }


def _two(values: Floats, labels: Sequence[str], hover: str) -> list[dict[str, Any]]:
    """Return the bar of the largest and those of all others.

    The first trace has the template's accent.
    """
    numbers = parts.Numbers({"after": values}, 1.0)
    return [bars.bars(numbers, fill, labels, hover) for fill in ("largest", "rest")]
