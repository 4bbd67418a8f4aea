"""Whether a layer of somebody's own class does what torch's layer does that it was made from.

A `class Scaled(nn.Linear)` is an nn.Linear, but its forward() may do anything.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from explorer.kinds.proof import Proof
from explorer.maths.leaves import changed, torchs
from explorer.records import Floats

NEAR = 16  # roundings that two ways to the same answer may be apart
NEARLY = 0.01  # how far, where other statistics would be further away


def faithful(layer: nn.Module, proof: Proof) -> bool:
    """Whether a layer answered what torch's own layer of its options and weights answers.

    Of torch's own layers it is known, but for a batch norm that somebody's code puts into train
    mode. Others are run once more, as torch wrote them.
    """
    base = next((each for each in type(layer).__mro__ if torchs(each)), nn.Module)
    if base is type(layer) and "forward" not in layer.__dict__:
        holding = isinstance(layer, _BatchNorm) and layer.running_mean is not None
        wavering = holding and proof.received and not changed(layer)
        return not wavering or _alike(base, layer, _piece(proof), NEARLY)
    return _alike(base, layer, proof, NEAR * proof.near)


def _piece(proof: Proof) -> Proof:
    """Return the same call of the first value of each channel (1, C, 1, …)."""
    first = slice(0, 1)
    at = first, slice(None), *[first] * (proof.output.ndim - 2)
    return replace(proof, received=(proof.received[0][at],), output=proof.output[at])


def _alike(base: type[nn.Module], layer: nn.Module, proof: Proof, near: float) -> bool:
    """Whether torch's own layer answers the same."""
    answer = _answer(base, layer, proof)
    if answer is None or answer.shape != proof.output.shape:
        return False
    near *= max(1.0, float(np.abs(answer).max(initial=0.0)))
    return bool(np.allclose(answer, proof.output, rtol=0, atol=near, equal_nan=True))


def _answer(base: type[nn.Module], layer: nn.Module, proof: Proof) -> Floats | None:
    """Return what torch's own layer answers; None where it cannot be given the same."""
    if getattr(layer, "max_norm", None) is not None:  # it would write to its weight
        return None
    plain = object.__new__(base)
    plain.__dict__ = {name: each for name, each in layer.__dict__.items() if name != "forward"}
    plain.__dict__["training"] = False  # as in a pass; and what it holds stays as it is
    device = next((each.device for each in layer.parameters()), None)
    try:
        inputs = [
            torch.from_numpy(each.copy()).to(device, getattr(torch, dtype))
            for each, dtype in zip(proof.received, proof.dtypes, strict=True)
        ]
        with torch.no_grad():
            answer = base.forward(plain, *inputs)
    except Exception:  # whatever a stranger's layer lacks of torch's: it is another
        return None
    answer = answer[0] if isinstance(answer, tuple) else answer
    return answer.to("cpu", torch.float32).numpy() if isinstance(answer, torch.Tensor) else None
