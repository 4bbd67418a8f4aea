"""The gradient of a network in float64: a copy with the same weights, widened without a change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

import torch
from torch import nn

from explorer.graphs import Answer
from explorer.maths.arithmetic import Doubles
from explorer.network import turn
from explorer.network.answers import scores
from explorer.network.backward import loss_of
from explorer.network.state import state

KEPT = 2  # copies, each with its model, so that no other gets its identity meanwhile

_kept: OrderedDict[Hashable, tuple[nn.Module, nn.Module]] = OrderedDict()
_lock = threading.Lock()


def gradient(
    model: nn.Module, image: torch.Tensor, label: int, answer: Answer
) -> Mapping[str, Doubles]:
    """Return autograd's gradient of one image's cross entropy (1, …), by parameter, in float64.

    Weights and image are float32 numbers, which float64 holds exactly; only the arithmetic between
    them is finer.
    """
    copied = wide(model)
    with torch.inference_mode(mode=False), torch.enable_grad():
        named = {name: each for name, each in copied.named_parameters() if each.requires_grad}
        loss = _loss(copied(image.double()), answer, label)
        found = torch.autograd.grad(loss, list(named.values()), allow_unused=True)
    pairs = zip(named, found, strict=True)
    return {name: each.to("cpu").numpy() for name, each in pairs if each is not None}


def _loss(output: Any, answer: Answer, label: int) -> torch.Tensor:
    """Return the cross entropy of one image's answer (1, C); its slope keeps all of its digits.

    Of logits it is written ln(1 + Σ exp(z[k] − z[label])), k all other classes: without the p − 1
    that has none left where the network is sure.
    """
    if not answer.logits:
        return loss_of(output, answer, label)
    output = scores(output, answer)
    others = torch.cat([output[:, :label], output[:, label + 1 :]], dim=1)
    over = others.logsumexp(dim=1) - output[:, label]
    return torch.logaddexp(torch.zeros_like(over), over).sum()


def wide(model: nn.Module) -> nn.Module:
    """Return a copy of a network with its weights in float64; nobody may change it."""
    with turn.turn:  # no hooks of a pass are on it
        key = (id(model), state(model))
    with _lock:
        found = _kept.get(key)
    if found is None:  # outside the lock: who has the turn may wait for it
        with torch.inference_mode(mode=False):
            copied = turn.copied(model).double()
            for each in copied.parameters():
                each.requires_grad_(each.is_floating_point())
        found = (model, copied)
    with _lock:
        _kept[key] = found
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return found[1]
