"""Small networks worked out by hand, and what a trace of one says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.records import Trace

LAYERS = ("flatten", *(f"linear_relu_stack.{number}" for number in range(5)))


def linear(weight: Sequence[Sequence[float]], bias: Sequence[float] | None = None) -> nn.Linear:
    values = torch.tensor(weight)
    layer = nn.Linear(values.shape[1], values.shape[0])
    with torch.no_grad():
        layer.weight.copy_(values)
        layer.bias.copy_(torch.tensor(bias) if bias is not None else torch.zeros(len(values)))
    return layer


def times(factor: float) -> nn.Linear:
    return linear([[factor, 0.0], [0.0, factor]])


def network() -> nn.Sequential:
    """Of (1, −3): z = (1, −3, 2), a = (1, 0, 2), logits = (1 + 0 + 2 + 0.5, 1 − 0) = (3.5, 1)."""
    return nn.Sequential(
        linear([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]),
        nn.ReLU(),
        linear([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0]], [0.5, 0.0]),
    )


def rows(*values: Sequence[float]) -> torch.Tensor:
    return torch.tensor(values)


def outputs(traced: Trace) -> dict[str, list[Any]]:
    return {call.step: call.output.tolist() for call in traced.calls}


def inputs(traced: Trace) -> dict[str, list[Any]]:
    return {call.step: call.input.tolist() for call in traced.calls}


def same(one: Trace, other: Trace) -> bool:
    arrays = [
        [
            each.images,
            each.output,
            *(call.input for call in each.calls),
            *(call.output for call in each.calls),
        ]
        for each in (one, other)
    ]
    return [call.step for call in one.calls] == [call.step for call in other.calls] and all(
        np.array_equal(mine, yours) for mine, yours in zip(*arrays, strict=True)
    )
