"""Modules that torch's compiler has wrapped, and whether there can be any."""

from __future__ import annotations

import sys
from typing import Any

from torch import nn

from explorer.errors import UnknownModel


def compiler() -> Any:
    """Return torch's compiler; None where it is not there, or only on its way.

    It comes with what others import, as torchvision: in another thread half of it may be there
    while a pass runs here. Before all of it is, nothing can be compiled.
    """
    found = sys.modules.get("torch._dynamo")
    return None if getattr(getattr(found, "__spec__", None), "_initializing", False) else found


def eager(model: Any) -> nn.Module:
    """Return the module that a compiled one wraps; it is run eagerly.

    Raises:
        UnknownModel: for what is no module, as a class of them.
    """
    there = compiler()
    while there is not None and isinstance(model, there.OptimizedModule):
        model = model._orig_mod
    if not isinstance(model, nn.Module):
        raise UnknownModel("explore.type", received=type(model).__name__)
    return model
