"""Write a view as the JSON that the page, the API and other people's scripts read."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.records import Fact, Floats, Language, Step, View


def write(view: View) -> dict[str, Any]:
    """Return a view as JSON-ready data.

    Arrays are base64 of little-endian float32 with their shape.
    """
    prediction = view.prediction
    return {
        "steps": [_step(step) for step in view.steps],
        "tensors": {name: tensor(values) for name, values in view.tensors.items()},
        "prediction": {
            "probabilities": prediction.probabilities.tolist(),
            "classes": list(prediction.classes),
            "labels": list(prediction.labels),
        },
        "facts": facts(view.facts),
        "checks": [
            {
                "key": check.key,
                "sentence": check.sentence,
                "left": check.left,
                "right": check.right,
                "residual": check.residual,
                "tolerance": check.tolerance,
                "passed": check.passed,
            }
            for check in view.checks
        ],
        "texts": dict(view.texts),
        "notices": list(view.notices),
        "failure": view.failure,
        "figure": view.figure,
        "sections": {name: encoded(data) for name, data in view.sections.items()},
    }


def facts(found: Sequence[Fact]) -> list[dict[str, Any]]:
    """Return facts as JSON-ready data."""
    return [{"key": fact.key, "label": fact.label, "value": fact.value} for fact in found]


def _step(step: Step) -> dict[str, Any]:
    # not `path`: gradio's clients take every object with a `path` for a file
    return {
        "id": step.id,
        "kind": step.kind,
        "module": step.module,
        "module_path": step.path,
        "shape": list(step.shape),
        "scale": step.scale,
        "limit": step.limit,
        "over": list(step.over),
        "grid": dataclasses.asdict(step.grid),
        "named": step.named,
        "switches": step.switches,
        "block": list(step.block),
        "size": list(step.shape if step.size is None else step.size),
    }


def encoded(data: Any) -> Any:
    """Return a section's data with every array in its mappings written as `tensor` writes it."""
    if isinstance(data, np.ndarray):
        return tensor(data)
    if isinstance(data, Mapping):
        return {name: encoded(value) for name, value in data.items()}
    return data


def tensor(values: Floats) -> dict[str, Any]:
    """Return one array as `{shape, data}`."""
    data = base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")
    return {"shape": list(values.shape), "data": data}


def refusal(error: ExplorerError, language: Language) -> Mapping[str, Any]:
    """Return the reply to what cannot be shown.

    Its kind, and the sentence in the language of the page.
    """
    return {
        "error": {
            "kind": type(error).__name__,
            "key": error.key,
            "message": error.sentence(language),
        }
    }
