"""The modules of a network that contain no other."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.prune import BasePruningMethod
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

# Hooks of torch's own that compute a layer's weight from others before it runs.
WEIGHING = (BasePruningMethod, SpectralNorm, WeightNorm)


def is_leaf(module: nn.Module) -> bool:
    """Whether a module contains no other; `children()` would take ten times as long."""
    return not module._modules


def leaves(model: nn.Module) -> tuple[nn.Module, ...]:
    """Return the leaves of a network in the order of `named_modules`, each once."""
    return tuple(module for module in model.modules() if is_leaf(module))


def changed(leaf: nn.Module) -> bool:
    """Whether somebody's hooks may make something else of what a leaf receives or answers.

    Those that only compute its weight, as pruning does, do not.
    """
    hooks = (*leaf._forward_hooks.values(), *leaf._forward_pre_hooks.values())
    return any(not isinstance(hook, WEIGHING) for hook in hooks)
