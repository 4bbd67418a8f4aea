"""Layer Explorer: walk an image through every layer of a real PyTorch module.

The public names are loaded on first use, so that importing the package costs nothing:

    from explorer import Query, explore, figures, trace, view
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
    "figures": "explorer.figures",
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
    "figures",
    "trace",
    "view",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        found = importlib.import_module(_PUBLIC[name])
        return found if found.__name__ == f"{__name__}.{name}" else getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
