"""The module that is called: what a compiler has put around it is taken off."""

from __future__ import annotations

import sys
from typing import Any

from torch import nn

from explorer.errors import UnknownModel


def eager(model: Any) -> nn.Module:
    """Return the module that a compiled one wraps; it is run eagerly.

    Raises:
        UnknownModel: for what is no module, as a class of them.
    """
    frames = sys.modules.get("torch._dynamo.eval_frame")  # else nothing can be compiled
    while frames is not None and isinstance(model, frames.OptimizedModule):
        model = model._orig_mod
    if not isinstance(model, nn.Module):
        raise UnknownModel("explore.type", received=type(model).__name__)
    return model
