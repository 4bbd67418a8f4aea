"""The modules of a network that contain no other."""

from __future__ import annotations

from copy import copy

import torch
from torch import nn
from torch.nn.utils.prune import BasePruningMethod
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

# Hooks of torch's own that compute a layer's weight from others before it runs.
WEIGHING = (BasePruningMethod, SpectralNorm, WeightNorm)


def torchs(kind: type) -> bool:
    """Return whether a class of modules is one of torch's own."""
    return kind.__module__.startswith("torch.nn.")


def is_leaf(module: nn.Module) -> bool:
    """Whether a module contains no other; `children()` would take ten times as long."""
    return not module._modules


def leaves(model: nn.Module) -> tuple[nn.Module, ...]:
    """Return the leaves of a network in the order of `named_modules`, each once."""
    return tuple(module for module in model.modules() if is_leaf(module))


def weighed(leaf: nn.Module) -> nn.Module:
    """Return a layer with the weight that hooks compute before it runs, in eval mode.

    Itself without such hooks.
    """
    hooks = [each for each in leaf._forward_pre_hooks.values() if isinstance(each, WEIGHING)]
    if not hooks:
        return leaf
    twin = copy(leaf)
    twin.training = False
    with torch.no_grad():
        for hook in hooks:
            hook(twin, ())
    return twin


def changed(leaf: nn.Module) -> bool:
    """Whether somebody's hooks may make something else of what a leaf receives or answers.

    Those that only compute its weight, as pruning does, do not.
    """
    hooks = (*leaf._forward_hooks.values(), *leaf._forward_pre_hooks.values())
    return any(not isinstance(hook, WEIGHING) for hook in hooks)
