"""What is measured of a network while it learns, on test images that stay the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.network.tracing import trace

TEST = 2000  # images, the first of the test set
PART = 250  # images of one pass, so that feature maps need little memory


def measured(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
    """Return accuracy, confusion, answers, dead ReLUs on pictures (N, …) float32, labels (N,).

    `finite` is whether every logit is a finite number: where it is not, an answer is none.

    `confusion[label][answer]` counts images; `answers` has a digit for each. A unit of a ReLU, a
    neuron or a whole feature map, is dead when it is 0 for every one of the images; `dead` gives
    the share of each ReLU by its step.
    """
    confusion = np.zeros((10, 10), dtype=np.int64)
    alive: dict[str, Any] = {}
    answers: list[int] = []
    finite = True
    for part, of in zip(images.split(PART), labels.split(PART), strict=True):
        passed = trace(model, part)
        finite = finite and bool(np.isfinite(passed.scores).all())
        largest = passed.scores.argmax(1)
        answers += largest.tolist()
        np.add.at(confusion, (of.numpy(), largest), 1)
        for call in passed.calls:
            if isinstance(model.get_submodule(call.path), nn.ReLU):
                active = call.output > 0
                units = active.any(axis=(0, *range(2, active.ndim)))
                alive[call.step] = alive.get(call.step, False) | units
    return {
        "accuracy": float(np.trace(confusion) / max(1, len(images))),
        "confusion": confusion.tolist(),
        "finite": finite,
        "answers": "".join(map(str, answers)),
        "dead": {step: float(1 - units.mean()) for step, units in alive.items()},
    }


def norms(model: nn.Module) -> list[dict[str, Any]]:
    """Return the length of each layer's gradient and of its weights, biases included.

    Of a layer that has no gradient yet, before the first batch, it is None.
    """
    return [
        {
            "name": name,
            "gradient": _length([each.grad for each in own]),
            "weights": _length([each.detach() for each in own]),
        }
        for name, own in _layers(model)
    ]


def _layers(model: nn.Module) -> Iterator[tuple[str, list[nn.Parameter]]]:
    for name, module in model.named_modules():
        own = list(module.parameters(recurse=False))
        if own:
            yield name, own


def _length(tensors: list[torch.Tensor | None]) -> float | None:
    known = [each.flatten() for each in tensors if each is not None]
    return float(torch.cat(known).double().norm()) if known else None
