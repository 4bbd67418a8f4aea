"""Weights from a file: names, shapes, types and sizes first, values only if they fit.

A `.safetensors` file says all of that in its head. Any other is a pickle, of which everything that
could run code is looked for before it is read.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any

import torch
from torch import nn

from explorer.errors import UnusableWeights
from explorer.incoming import addresses
from explorer.network.failing import short

HEAD, LARGEST = 16 << 20, 8 << 30  # bytes of the head of a file, and of its weights
SHOWN = 6  # mismatches that are named; the rest is counted
PREFIXES = ("module.", "_orig_mod.", "model.")  # what wrappers put before every name
NESTED = ("state_dict", "model_state_dict", "model")
TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError),
    *(OverflowError, MemoryError, struct.error),
)
WIDER = {(torch.float16, torch.float32), (torch.bfloat16, torch.float32)}  # exact


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file says of one tensor."""

    shape: tuple[int, ...]
    dtype: torch.dtype

    def __str__(self) -> str:
        return f"{str(self.dtype).removeprefix('torch.')}{list(self.shape)}"


def fill(model: nn.Module, file: str) -> None:
    """Load the weights of a file into a module, all of them or none; raises as `fitting`."""
    values = fitting(model, file)
    with torch.no_grad():
        model.load_state_dict(values)


def fitting(model: nn.Module, file: str) -> dict[str, torch.Tensor]:
    """Return the weights of a file by the module's own names, in its own types.

    Raises:
        UnusableWeights: for a file that is not there, is damaged, holds code, or does not fit; each
            name that does not is said with what was found and what was expected.
    """
    path = addresses.file(file)
    if path is None:
        raise UnusableWeights("own.weights.file", received=file)
    if path.suffix == ".safetensors":
        prefix = _fit(model, head(path), file)
        values = _safe(path)
    else:
        values = pickled(path)
        found = {name: Kept(tuple(each.shape), each.dtype) for name, each in values.items()}
        prefix = _fit(model, found, file)
    own = {name.removeprefix(prefix): each for name, each in values.items()}
    return {name: own[name].to(each.dtype) for name, each in model.state_dict().items()}


def head(path: Path) -> Mapping[str, Kept]:
    """Return what a `.safetensors` file holds, from its head alone."""
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            if size > HEAD:
                raise ValueError(size)
            entries = json.loads(file.read(size))
        entries.pop("__metadata__", None)
        found = {
            name: Kept(tuple(map(index, each["shape"])), TYPES[each["dtype"]])
            for name, each in entries.items()
        }
    except UNREADABLE as error:
        raise UnusableWeights("own.weights.damaged", file=path.name, reason=short(error)) from error
    _sized(found, path)
    return found


def _safe(path: Path) -> Mapping[str, torch.Tensor]:
    from safetensors import SafetensorError  # noqa: PLC0415  only where there is such a file
    from safetensors.torch import load_file  # noqa: PLC0415

    try:
        values: Mapping[str, torch.Tensor] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise UnusableWeights("own.weights.damaged", file=path.name, reason=short(error)) from error
    return values


def pickled(path: Path) -> Mapping[str, torch.Tensor]:
    """Return the tensors of a file that `torch.save` wrote; one that holds code is not read."""
    try:
        unsafe = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except Exception as error:  # whatever is not such a file fails in its own way
        raise UnusableWeights("own.weights.damaged", file=path.name, reason=short(error)) from error
    if unsafe:
        raise UnusableWeights("own.weights.code", file=path.name, names=", ".join(sorted(unsafe)))
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:
        raise UnusableWeights("own.weights.damaged", file=path.name, reason=short(error)) from error
    for _ in NESTED:  # a mapping may hold itself
        loaded = _inner(loaded)
    if not isinstance(loaded, Mapping) or not all(
        isinstance(name, str) and _plain(each) for name, each in loaded.items()
    ):
        raise UnusableWeights("own.weights.none", file=path.name, received=type(loaded).__name__)
    _sized({name: Kept(tuple(each.shape), each.dtype) for name, each in loaded.items()}, path)
    return loaded


def _inner(loaded: Any) -> Any:
    """Return what a checkpoint holds under a name for weights, or what there is."""
    if not isinstance(loaded, Mapping):
        return loaded
    return next((loaded[name] for name in NESTED if isinstance(loaded.get(name), Mapping)), loaded)


def _plain(value: Any) -> bool:
    """Whether a value is a tensor whose numbers lie in memory one beside the other."""
    plain = isinstance(value, torch.Tensor) and value.layout == torch.strided
    return plain and value.device.type == "cpu" and not value.is_quantized


def _sized(found: Mapping[str, Kept], path: Path) -> None:
    size = sum(math.prod(each.shape) * each.dtype.itemsize for each in found.values())
    if size > LARGEST:
        raise UnusableWeights(
            "own.weights.large", file=path.name, size=size >> 20, limit=LARGEST >> 20
        )


def _fit(model: nn.Module, found: Mapping[str, Kept], file: str) -> str:
    """Return what stands before every name in a file, after a look at all of them."""
    expected = {
        name: Kept(tuple(each.shape), each.dtype) for name, each in model.state_dict().items()
    }
    prefix = next(
        (each for each in PREFIXES if {f"{each}{name}" for name in expected} == set(found)), ""
    )
    apart = [*_apart({name.removeprefix(prefix): each for name, each in found.items()}, expected)]
    if apart:
        more = f" (+ {len(apart) - SHOWN})" if len(apart) > SHOWN else ""
        raise UnusableWeights(
            "own.weights.apart",
            file=Path(file).name,
            model=type(model).__name__,
            count=len(apart),
            names="; ".join(apart[:SHOWN]) + more,
        )
    return prefix


def _apart(found: Mapping[str, Kept], expected: Mapping[str, Kept]) -> list[str]:
    """Return each name that differs: what the file has → what the module has, — for nothing."""
    return [
        f"{name}: {found.get(name, '—')} → {expected.get(name, '—')}"
        for name in dict.fromkeys((*expected, *found))
        if not _fits(found.get(name), expected.get(name))
    ]


def _fits(found: Kept | None, expected: Kept | None) -> bool:
    if found is None or expected is None or found.shape != expected.shape:
        return False
    return found.dtype == expected.dtype or (found.dtype, expected.dtype) in WIDER
