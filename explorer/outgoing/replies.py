"""Write a view as the JSON that the page, the API and other people's scripts read."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.records import Fact, Floats, Grid, Language, Step, View

GRID = tuple(each.name for each in dataclasses.fields(Grid))

TOGETHER = 64  # values in a sum, as in the page (twin/comparing.js)
WEIGHTS = 1 + np.arange(TOGETHER) / TOGETHER


def write(view: View, held: Collection[str] = (), *, sums: bool = False) -> dict[str, Any]:
    """Return a view as JSON-ready data.

    Arrays are base64 of little-endian float32 with their shape. Where all values of a pass have one
    of the digests in `held`, whoever asks has them already, and None stands for them. With `sums`
    whoever asks has computed the values, too: instead of them come the sums to compare them by.
    """
    prediction = view.prediction
    return {
        "steps": [_step(step) for step in view.steps],
        **(_summed(view.tensors) if sums else _passed(view.tensors, held)),
        "prediction": {
            "probabilities": prediction.probabilities.tolist(),
            "classes": list(prediction.classes),
            "labels": list(prediction.labels),
            "instead": list(prediction.instead),
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
        "sections": {name: _section(data, held) for name, data in view.sections.items()},
        "weights": view.weights,
    }


def digest(tensors: Mapping[str, Floats]) -> str:
    """Return what tells values from any others: their names, shapes and every bit of them."""
    found = hashlib.blake2b(digest_size=12)
    for name, values in tensors.items():
        found.update(f"{name}\0{values.shape}\0".encode())
        found.update(np.ascontiguousarray(values, dtype="<f4").data)
    return found.hexdigest()


def weighed(values: Floats) -> Floats:
    """Return the sums of every 64 values on end, each weighed by its place: (⌈size / 64⌉,) float32.

    The weights 1, 1 + 1/64 … 1 + 63/64 differ, so that values in each other's place, or shares
    that sum to 1 as they should, are noticed. None is below 1: one value that is wrong is at least
    as far off in the sum. They add up to 95.5: where each value is off by a millionth of the scale
    at most, as sums of float32 in another order are, their sum stays within a ten-thousandth.
    """
    rows = np.zeros((-(-values.size // TOGETHER), TOGETHER))
    rows.reshape(-1)[: values.size] = values.reshape(-1)
    found: Floats = (rows @ WEIGHTS).astype(np.float32)
    return found


def _summed(tensors: Mapping[str, Floats]) -> dict[str, Any]:
    return {"sums": {name: tensor(weighed(values)) for name, values in tensors.items()}}


def _passed(tensors: Mapping[str, Floats], held: Collection[str]) -> dict[str, Any]:
    """Return the values of a pass with their digest; of those held already the digest alone."""
    known = digest(tensors)
    if known in held:
        return {"tensors": None, "digest": known}
    return {
        "tensors": {name: tensor(values) for name, values in tensors.items()},
        "digest": known,
    }


def _section(data: Any, held: Collection[str]) -> Any:
    """Return a section's data; the other side of a comparison is a pass of its own."""
    if not isinstance(data, Mapping) or not isinstance(data.get("tensors"), Mapping):
        return encoded(data)
    rest = {name: value for name, value in data.items() if name != "tensors"}
    return {**encoded(rest), **_passed(data["tensors"], held)}


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
        "grid": {name: getattr(step.grid, name) for name in GRID},  # asdict copies each deeply
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
