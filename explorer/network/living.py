"""Somebody's own module in a notebook, whose weights may change while its page is open.

The page computes with the weights of a file that is written when it is asked for, named by what is
in it; nothing is kept of it but what those weights were. Every reply says which file its values
were computed with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

from explorer.network import zoo

# What the page computes itself (assets/web/twin/network.js), and with which of their settings.
TWINS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "Conv2d": {"padding_mode": ("zeros",)},
    "Flatten": {"start_dim": (1,), "end_dim": (-1,)},
    "Linear": {},
    "MaxPool2d": {"return_indices": (False,)},
    "ReLU": {},
    "Softmax": {"dim": (1, -1)},
}
SENT = 8_000_000  # bytes of somebody's own weights that a page fetches

FILE = "file"  # by which name what `now` returns stands beside a pass

File = Mapping[str, Any]
# What the weights of a module were when its file was last named; at most SENT of each.
_known: WeakKeyDictionary[nn.Module, tuple[Mapping[str, torch.Tensor], File]] = WeakKeyDictionary()


def weights(model: nn.Module) -> bytes | None:
    """Return the weights of somebody's own network as a file; None of one that no page computes."""
    return packed(model) if _computed(model) else None


def _computed(model: nn.Module) -> bool:
    """Whether a network has no other layers than the page computes, and no more weights."""
    leaves = [type(each) for each in model.modules() if not any(each.children())]
    # others are called as these are, such as a Linear of quantised weights
    if not all(each.__name__ in TWINS and getattr(nn, each.__name__) is each for each in leaves):
        return False
    size: int = sum(each.nbytes for each in model.state_dict().values())
    return size <= SENT


def now(card: zoo.Card, model: nn.Module) -> File | None:
    """Return `file` of a living module's weights as they are now.

    Their bits are looked at: not every way to write to a tensor is counted. None of a module that
    nobody else holds, or that no page computes.
    """
    if card.builder or not zoo.own(card.name) or card.examples is not None:
        return None
    if not _computed(model):
        return None
    bits, known = _bits(model), _known.get(model)
    if known is not None and _same(bits, known[0]):
        return known[1]
    held = {name: each.clone() for name, each in bits.items()}
    found = file(packed(model))
    if _same(_bits(model), held):  # nobody wrote to them meanwhile
        _known[model] = held, found
    return found


def _bits(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return what the weights of a module are in memory, by their names and types."""
    named = model.state_dict().items()
    return {
        f"{name} {tuple(each.shape)} {each.dtype}": each.cpu().reshape(-1).view(torch.uint8)
        for name, each in named
    }


def _same(one: Mapping[str, torch.Tensor], two: Mapping[str, torch.Tensor]) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def file(data: bytes) -> File:
    """Return `{sha256, bytes}` of a file of weights."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def packed(model: nn.Module) -> bytes:
    """Return the weights of a module as a safetensors file; those it shares as often as it does."""
    from safetensors.torch import save  # noqa: PLC0415  not needed to list the models

    named = model.state_dict()
    written: bytes = save({name: each.cpu().contiguous().clone() for name, each in named.items()})
    return written
