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


def fixed(model: nn.Module) -> tuple[str, ...]:
    """Return those of `layers` that the module's owner has frozen.

    None where no parameter asks for a gradient: such a module was made ready to answer, as those
    shipped are, and all of it may be taught.
    """
    if not _asking(model):
        return ()
    owned = ((path, model.get_submodule(path).parameters(recurse=False)) for path in layers(model))
    return tuple(path for path, own in owned if not any(each.requires_grad for each in own))


def frozen(model: nn.Module, how: Taught) -> AbstractSet[str]:
    """Return the names of the parameters that are frozen, as `named_parameters()` has them.

    By the lesson, or by the module's owner (see `fixed`). A parameter that two modules share is
    frozen with either; whole numbers always are.

    Raises:
        InvalidQuery: for a path at which there is no module with parameters of its own.
    """
    known = layers(model) if how.frozen else ()
    for path in how.frozen:
        if path not in known:
            listed = ", ".join((*known[:KNOWN], "…") if len(known) > KNOWN else known)
            raise InvalidQuery("query.layer", field="taught.frozen", received=path, known=listed)
    modules = [model.get_submodule(path) for path in how.frozen]
    held = {id(each) for module in modules for each in module.parameters(recurse=False)}
    asking = _asking(model)
    return frozenset(
        name
        for name, each in model.named_parameters()
        if id(each) in held or (asking and not each.requires_grad) or not _floating(each)
    )


def _asking(model: nn.Module) -> bool:
    return any(each.requires_grad for each in model.parameters())


def _floating(parameter: nn.Parameter) -> bool:
    return parameter.is_floating_point() or parameter.is_complex()


def learning(model: nn.Module, how: Taught) -> bool:
    """Whether any parameter is left that learns."""
    held = frozen(model, how)
    return any(name not in held for name, _ in model.named_parameters())
