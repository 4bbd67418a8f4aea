"""What tells one module, or one call of a function, from another of its kind: options, as text.

Two that are alike here, and get the same shapes, compute the same; only their weights may differ.
What cannot be compared gets a number of its own, so that it is like nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import count
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.network.functions import DEEPEST, known

PLAIN = frozenset(
    [
        *(bool, int, float, complex, str, bytes, type(None), type(Ellipsis)),
        *(torch.dtype, torch.device, torch.layout, torch.memory_format),
    ]
)
# Where a module keeps what is compared on its own, or says nothing of what it computes.
APART = frozenset({"training", "_parameters", "_buffers", "_modules", "_flat_weight_refs"})
SIZED = (tuple, list, set, frozenset, dict)
_numbers = count()


def constants(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Return what a call was given beside tensors, as `(·, 1)`; "" where that is nothing."""
    if not kwargs and all(isinstance(each, torch.Tensor) for each in args):
        return ""
    positions = ", ".join([spelt(each) for each in args])
    names = "".join([f", {name}={spelt(each)}" for name, each in kwargs.items()])
    return f"({positions}{names})"


def spelt(value: Any, depth: int = 0) -> str:
    """Return a value as text that another has only if it is the same; a tensor as a dot."""
    if isinstance(value, torch.Tensor):
        return "·"
    if type(value) in PLAIN or isinstance(value, np.generic):
        return repr(value)
    if isinstance(value, FunctionType | BuiltinFunctionType | type) and _public(value):
        return f"{value.__module__}.{value.__qualname__}"
    parts = _parts(value, depth + 1) if depth < DEEPEST else None
    if parts is None:
        return f"{type(value).__qualname__}#{next(_numbers)}"
    return f"{type(value).__qualname__}[{', '.join(parts)}]"


def _parts(value: Any, depth: int) -> list[str] | None:
    """Return what a collection holds; None for what is none."""
    if isinstance(value, slice):
        return [spelt(each, depth) for each in (value.start, value.stop, value.step)]
    if isinstance(value, tuple | list):
        return [spelt(each, depth) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(spelt(each, depth) for each in value)
    if isinstance(value, Mapping):
        return [f"{spelt(key, depth)}: {spelt(each, depth)}" for key, each in value.items()]
    return None


def _public(value: Any) -> bool:
    """Whether a function or class is what its name says: none of another one's, or without any."""
    return value.__module__ is not None and "<" not in value.__qualname__


def options(model: nn.Module) -> dict[str, Hashable]:
    """Return for the path of every module what tells it from others of its type.

    That are its class, what it prints of itself, hooks on it, and names, shapes and types of its
    parameters and buffers; of torch's own layers, whose inside no pass shows, every attribute.
    """
    return {path: _of(module) for path, module in model.named_modules()}


def _of(module: nn.Module) -> Hashable:
    own = known(module)
    fields = {
        name: value
        for name, value in vars(module).items()
        if name not in APART
        and (own or name.endswith("hooks"))
        and not (name.startswith("_") and _nothing(value))
    }
    tensors = (*module.named_parameters(recurse=False), *module.named_buffers(recurse=False))
    return (
        type(module),
        _printed(module),
        tuple((name, spelt(value)) for name, value in fields.items()),
        tuple((name, tuple(each.shape), each.dtype) for name, each in tensors),
        tuple(name for name, _ in module.named_children()),
    )


def _nothing(value: Any) -> bool:
    return value is None or (isinstance(value, SIZED) and not value)


def _printed(module: nn.Module) -> str:
    try:
        return module.extra_repr()
    except Exception:  # somebody's own code: of what cannot be printed nothing is known
        return f"#{next(_numbers)}"
