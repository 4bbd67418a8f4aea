"""What a step says about itself.

One or two sentences, the formula, the line of PyTorch, facts and printed tensors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from explorer.maths import likeness
from explorer.records import SIDE, Fact, Floats, Kind, Language, Step
from explorer.words import say

FORMULAS: Mapping[Kind, str] = {
    "input": "x ∈ [0, 1]",
    "flatten": "x[28·row + column] = X[row, column]",
    "linear": "z[i] = Σⱼ W[i, j]·x[j] + b[i]",
    "relu": "a[i] = max(0, z[i])",
    "logits": "logit[c] = Σⱼ W[c, j]·a[j] + b[c]",
    "softmax": "p[c] = exp(logit[c]) / Σₖ exp(logit[k])",
    "other": "y = f(x)",
}
PREVIEW = 20


def expression(path: str) -> str:
    """Return the Python expression for a module path.

    `linear_relu_stack.0` is `model.linear_relu_stack[0]`.
    """
    return "model" + "".join(
        f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".") if part
    )


def code(step: Step) -> str:
    """Return the line of PyTorch that computes a step."""
    match step.kind:
        case "input":
            return "x = torch.tensor(pixels, dtype=torch.float32) / 255"
        case "softmax":
            return "pred_probab = nn.Softmax(dim=1)(logits); y_pred = pred_probab.argmax(1)"
        case "logits":
            return f"logits = {expression(step.path)}(x)"
        case _:
            return f"x = {expression(step.path)}(x)"


def texts(step: Step, before: Floats, after: Floats, *, language: Language) -> dict[str, str]:
    """Return the words around a step.

    `before` and `after` are its input and output, (N, …) float32.
    """
    said = {
        "title": say(language, f"stage.{step.kind}.title"),
        "sentence": say(
            language, f"stage.{step.kind}.sentence", inputs=before[0].size, outputs=after[0].size
        ),
        "formula": FORMULAS[step.kind],
        "code": code(step),
    }
    if step.kind == "relu":
        rows = np.stack(
            [
                before.reshape(len(before), -1)[:, :PREVIEW],
                after.reshape(len(after), -1)[:, :PREVIEW],
            ]
        )
        said["printed"] = (
            f"Before ReLU: {torch.from_numpy(rows[0])}\n\n\nAfter ReLU: {torch.from_numpy(rows[1])}"
        )
    elif step.kind == "logits":
        said["printed"] = f"logits: {torch.from_numpy(after.copy())}"
    elif step.kind == "softmax":
        said["printed"] = f"Predicted class: {torch.from_numpy(after.copy()).argmax(1)}"
    return said


def facts(step: Step, values: Floats, *, language: Language) -> tuple[Fact, ...]:
    """Return the numbers worth knowing about one image's values at a step, (…) float32."""
    numbers: dict[str, float | int | str] = {"count": values.size}
    match step.kind:
        case "input":
            numbers |= {
                "ink": int(np.count_nonzero(values)),
                "maximum": float(values.max()),
                "mean": _mean(values),
            }
        case "softmax":
            numbers |= {"sum": float(values.sum(dtype=np.float64)), "maximum": float(values.max())}
        case "relu":
            numbers |= {
                "off": int(np.count_nonzero(values <= 0)),
                "maximum": float(values.max()),
                "mean": _mean(values),
            }
        case _:
            numbers |= {
                "minimum": float(values.min()),
                "maximum": float(values.max()),
                "mean": _mean(values),
                "positive": int(np.count_nonzero(values > 0)),
            }
    return tuple(Fact(key, say(language, f"fact.{key}"), value) for key, value in numbers.items())


def notices(
    image: Floats, usual: Mapping[str, Sequence[float]], *, language: Language
) -> tuple[str, ...]:
    """Return in what way an image (28, 28), 0 to 1, is unlike the training data.

    Nothing for an empty one.
    """
    pixels = np.rint(image.reshape(SIDE, SIDE) * 255).astype(np.uint8)
    if not pixels.any():
        return (say(language, "notice.empty"),)
    found = [
        say(language, f"notice.{name}", value=f"{value:.2f}", low=f"{low:.2f}", high=f"{high:.2f}")
        for name, value, low, high in likeness.unlike(pixels, usual)
    ]
    return (say(language, "notice.unlike"), *found) if found else ()


def _mean(values: Floats) -> float:
    return float(values.mean(dtype=np.float64))
