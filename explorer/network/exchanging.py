"""Whether a layer computes with the weights that it holds, or with others for one pass."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from explorer.network.functions import equal, version
from explorer.network.restoring import Keeper

Held = dict[str, tuple[torch.Tensor, int]]


class Weights:
    """The parameters and buffers of each module as they were before a pass."""

    def __init__(self, paths: Mapping[nn.Module, str], keeper: Keeper) -> None:
        self._keeper = keeper
        self._before: dict[nn.Module, Held] = {
            module: {name: (each, version(each)) for name, each in _tensors(module).items()}
            for module in paths
            if module._parameters or module._buffers
        }

    def exchanged(self, module: nn.Module) -> bool:
        """Whether a module's own weights are others now; a max_norm writes to them itself."""
        before = self._before.get(module)
        if not before or getattr(module, "max_norm", None) is not None:
            return False
        return any(
            name not in before or self._other(each, *before[name])
            for name, each in _tensors(module).items()
        )

    def _other(self, now: torch.Tensor, before: torch.Tensor, counted: int) -> bool:
        if now is not before:
            return now.dtype != before.dtype or not equal(now, before)
        kept = [copy for tensor, _, copy in self._keeper.saved if tensor is now]
        return not equal(now, kept[0]) if kept else version(now) != counted


def _tensors(module: nn.Module) -> dict[str, torch.Tensor]:
    held = {**module._parameters, **module._buffers}
    return {name: each for name, each in held.items() if each is not None}
