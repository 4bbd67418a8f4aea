"""One step of torch's optimizers on one weight: the functions that their classes call."""

from __future__ import annotations

from typing import Any

import torch
from torch.optim.adam import adam
from torch.optim.sgd import sgd

from explorer.lessons import Taught
from explorer.maths.optimizing import BETAS, EPSILON, MOMENTUM


def move(
    weight: torch.Tensor,
    slope: torch.Tensor,
    memory: dict[str, torch.Tensor],
    how: Taught,
    count: int,
) -> None:
    """Take a step by what `step()` of torch's SGD and Adam call, the `count`th, from 1.

    `memory` is what the optimizer keeps of the weight, and is changed too. The classes themselves
    would bring torch's compiler with them, which takes seconds to load.
    """
    usual: dict[str, Any] = {
        "foreach": False,
        "fused": False,
        "maximize": False,
        "weight_decay": 0.0,
    }
    if how.optimizer == "adam":
        for name in ("m", "v"):
            memory.setdefault(name, torch.zeros_like(weight))
        adam(
            *([weight], [slope], [memory["m"]], [memory["v"]], []),
            [torch.tensor(float(count - 1))],
            **{**usual, "amsgrad": False, "beta1": BETAS[0], "beta2": BETAS[1]},
            lr=how.rate,
            eps=EPSILON,
        )
        return
    momentum = MOMENTUM if how.optimizer == "momentum" else 0.0
    held = [memory.get("v")]
    more: dict[str, Any] = {"momentum": momentum, "dampening": 0.0, "nesterov": False}
    sgd([weight], [slope], held, **usual, **more, lr=how.rate)
    if held[0] is not None:
        memory["v"] = held[0]
