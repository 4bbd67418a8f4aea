"""Modules to trace: what a test writes, and what people bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn


class Forward(nn.Module):
    """A module whose forward pass a test writes.

    The children given by name, and a function of it and the inputs.
    """

    def __init__(self, function: Callable[..., Any], **children: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(self, *args, **kwargs)
