"""Tensors as read-only float32 arrays, all of a pass in one copy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from explorer.records import Floats

NOTHING: Floats = np.zeros(0, dtype=np.float32)
NOTHING.setflags(write=False)
# What float32 holds exactly, whatever the value.
EXACT = frozenset(
    {torch.float32, torch.float16, torch.bfloat16, torch.bool, torch.uint8, torch.int8}
    | {torch.int16, torch.complex64}
)


def whole(tensors: Sequence[torch.Tensor]) -> tuple[Floats, list[torch.Size]]:
    """Return the values of many tensors one behind the other, and the shape of each.

    One copy costs a fraction of one for each. A complex tensor (…) counts as (…, 2), both parts.
    """
    real = [each if plain(each) else floats(each) for each in tensors]
    if not all(each.is_cpu for each in real):
        real = [each.cpu() for each in real]
    values: Floats = torch.cat([each.reshape(-1) for each in real]).numpy()
    values.setflags(write=False)
    return values, [each.shape for each in real]


def parts(values: Floats, shapes: Sequence[torch.Size]) -> list[Floats]:
    """Return the arrays that `whole` put one behind the other, read-only views of it."""
    found, place = [], 0
    for shape in shapes:
        size = shape.numel()
        found.append(values[place : place + size].reshape(shape))
        place += size
    return found


def alone(tensor: torch.Tensor) -> Floats:
    """Return a tensor's values, read-only, without a copy: for one that nobody else can hold."""
    values: Floats = (tensor if plain(tensor) else floats(tensor).cpu()).numpy()
    values.setflags(write=False)
    return values


def plain(tensor: torch.Tensor) -> bool:
    """Whether a tensor is memory of float32 values on the CPU, and nothing else."""
    return (
        tensor.dtype is torch.float32
        and tensor.is_cpu
        and tensor.layout is torch.strided
        and not tensor.is_neg()
    )


def floats(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor's values as float32: real, dense, and without pending signs."""
    tensor = tensor.detach()
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor.resolve_conj().resolve_neg())
    return tensor.resolve_neg().to(torch.float32)


def beyond(tensor: torch.Tensor) -> int:
    """Return how many values float32 cannot hold: too large for it, or whole and not exact."""
    if tensor.dtype in EXACT or tensor.is_quantized or tensor.layout is not torch.strided:
        return 0
    real = torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor
    held = real.to(torch.float32).to(real.dtype)
    if real.is_floating_point():
        return int((held.isinf() & real.isfinite()).sum()) + int(((held == 0) & (real != 0)).sum())
    return int((held != real).sum())
