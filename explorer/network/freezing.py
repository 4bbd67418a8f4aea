"""Layers that do not learn: modules whose own parameters have `requires_grad=False`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from torch import nn

from explorer.errors import InvalidQuery
from explorer.lessons import Taught

KNOWN = 12  # layers that a sentence names


def layers(model: nn.Module) -> tuple[str, ...]:
    """Return the paths of the modules that have parameters of their own, in order."""
    return tuple(
        path
        for path, module in model.named_modules()
        if next(module.parameters(recurse=False), None) is not None
    )


def frozen(model: nn.Module, how: Taught) -> AbstractSet[str]:
    """Return the names of the parameters that are frozen, as `named_parameters()` has them.

    A parameter that two modules share is frozen with either.

    Raises:
        InvalidQuery: for a path at which there is no module with parameters of its own.
    """
    if not how.frozen:
        return frozenset()
    known = layers(model)
    for path in how.frozen:
        if path not in known:
            listed = ", ".join((*known[:KNOWN], "…") if len(known) > KNOWN else known)
            raise InvalidQuery("query.layer", field="taught.frozen", received=path, known=listed)
    modules = [model.get_submodule(path) for path in how.frozen]
    held = {id(each) for module in modules for each in module.parameters(recurse=False)}
    return {name for name, each in model.named_parameters() if id(each) in held}


def learning(model: nn.Module, how: Taught) -> bool:
    """Whether any parameter is left that learns."""
    held = frozen(model, how)
    return any(name not in held for name, _ in model.named_parameters())
