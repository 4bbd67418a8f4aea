"""Layer Explorer: walk an image through every layer of a real PyTorch module.

The public names are loaded on first use, so that importing the package costs nothing:

    from explorer import Query, explore, trace, view
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Query": "explorer.records",
    "View": "explorer.records",
    "Trace": "explorer.records",
    "Edit": "explorer.records",
    "ExplorerError": "explorer.errors",
    "NeuralNetwork": "explorer.network.nets",
    "explore": "explorer.exploring",
    "trace": "explorer.network.tracing",
    "view": "explorer.viewing",
}
__all__ = [
    "Edit",
    "ExplorerError",
    "NeuralNetwork",
    "Query",
    "Trace",
    "View",
    "explore",
    "trace",
    "view",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
