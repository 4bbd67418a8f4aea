"""What the tensors that a module is called with are called, and where they stand."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from explorer.network import functions


def called(
    model: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return what each tensor that a module is called with is called, and its way from what is fed.

    By position it has the name of that parameter of forward(), "" where there is none; a tensor on
    its own has neither. Keys, fields and places of nests follow as in `functions.named`.
    """
    found = functions.named(args, torch.Tensor)
    if len(found) + len(kwargs) < 2:
        found = [("", each) for _, each in found]
    taken, names = _parameters(model) if found and found[0][0] else [], list[tuple[str, str]]()
    for way, _ in found:
        place, *keys = way.split(".") if way else [""]
        own = taken[int(place)] if place and int(place) < len(taken) else ""
        inside = keys if len(args) == 1 else [place, *keys]  # one argument is what is fed itself
        names.append((".".join((own, *keys)) if own else "", ".".join(inside)))
    return names + [(name, name) for name, _ in functions.named(kwargs, torch.Tensor)]


def _parameters(model: nn.Module) -> list[str]:
    """Return the names of what a module's forward() takes by position, where it says so."""
    try:
        known = inspect.signature(model.forward).parameters.values()
    except (TypeError, ValueError):  # written in C++, or no function
        return []
    return [each.name for each in known if each.kind <= each.POSITIONAL_OR_KEYWORD]
