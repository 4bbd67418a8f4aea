"""nn.ReLU: what is positive passes, the rest is off."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.figures import EXACT, arrays, hatching, large, parts
from explorer.kinds.base import Chained, Explanation, Kind, Numbers, Slopes, Subject
from explorer.maths.arithmetic import mean, relu_margin
from explorer.maths.digits import digits
from explorer.records import Floats, Language
from explorer.words import say

PREVIEW = 20  # values of each image printed, as in the course


class ReLU(Kind):
    """Units that are on or off, on one scale with their pre-activations."""

    name = "relu"
    letter = "a"
    written = "a[i] = max(0, z[i])"
    types = (nn.ReLU,)
    functions = ("relu",)
    joins = True
    passes = True
    switches = True

    def printed(self, subject: Subject) -> str | None:
        """Return the first values of each image before and after, as the course prints them."""
        before, after = (
            torch.from_numpy(values.reshape(len(values), -1)[:, :PREVIEW].copy())
            for values in (subject.before, subject.after)
        )
        return f"Before ReLU: {before}\n\n\nAfter ReLU: {after}"

    def numbers(self, values: Floats) -> Numbers:
        """Return how many are off, and how active the rest is."""
        off = int(np.count_nonzero(values <= 0))
        return {"off": off, "maximum": float(values.max()), "mean": mean(values)}

    def figure(self, subject: Subject) -> figures.Figure:
        """Return what goes in beside what comes out; maps as any others."""
        if subject.values.ndim != 1 or large(subject.values):
            return super().figure(subject)
        return rectified(
            subject.entering,
            subject.values,
            language=subject.language,
            selected=subject.unit,
            limit=subject.step.limit,
        )

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return whether the unit is on, and how far it is from switching."""
        margin = relu_margin(float(subject.entering.reshape(-1)[unit]))
        return {
            "z": margin.value,
            "distance": margin.distance,
            "on": margin.on,
            "source": subject.source,
        }, (subject.check("relu", margin.output, value, 0.0),)

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return dL/dz[i] = dL/da[i] · [z[i] > 0]: what is off lets nothing back."""
        if slopes.leaving is None or slopes.entering is None:
            return (), ()
        leaving = float(slopes.leaving.reshape(-1)[unit])
        entering = float(slopes.entering.reshape(-1)[unit])
        on = int(subject.entering.reshape(-1)[unit] > 0)
        line = (
            f"dL/dz[{unit}] = dL/da[{unit}] · [z[{unit}] > 0]"
            f" = {digits(leaving)} · {on} = {digits(entering)}"
        )
        return (line,), (subject.check("slope", leaving * on, entering, 0.0),)


def rectified(
    before: Floats,
    after: Floats,
    *,
    language: Language,
    selected: int | None = None,
    limit: float | None = None,
) -> figures.Figure:
    """Return what went into a ReLU beside what came out, unit for unit on one scale.

    Switched-off units are marked.
    """
    _, indices = arrays.cells(before)
    rows, columns = indices.shape
    end = arrays.limit(before, after) if limit is None else limit
    numbers = parts.Numbers({"before": before, "after": after}, end)
    left = parts.cells((0.0, 0.485), "y", title=say(language, "figure.before"))
    right = parts.cells((0.515, 1.0), "y2", title=say(language, "figure.after"))
    layout = {
        "coloraxis": {"colorbar": parts.legend(say(language, "figure.shared"))},
        "coloraxis4": hatching.OFF,
        "xaxis": left | hatching.tight(columns),
        "yaxis": parts.down(parts.WHOLE, "x", square=False) | hatching.tight(rows, down=True),
        "xaxis2": right | {"matches": "x"} | hatching.tight(columns),
        "yaxis2": parts.down(parts.WHOLE, "x2", square=False)
        | {"matches": "y"}
        | hatching.tight(rows, down=True),
        "margin": {"l": parts.BARE["l"]},
        "shapes": parts.marked(selected, indices) + parts.marked(selected, indices, axes="2"),
        "meta": parts.meta(indices.shape[1], ["", "2"], (0.56, 1.0), (0.0, 0.44)),
    }
    entering = say(language, "figure.hover.unit", value=f"z = %{{z:{EXACT}}}")
    leaving = say(language, "figure.hover.unit", value=f"max(0, z) = %{{z:{EXACT}}}")
    traces = [
        parts.heat(numbers, "grid", "coloraxis", entering, of="before"),
        *hatching.switched(numbers, leaving, language, axes="2"),
    ]
    return parts.figure(traces, layout, ends={"coloraxis": parts.SIGNED}, end=end)
