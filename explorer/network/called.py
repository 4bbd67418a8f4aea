"""What a step called: its module, or the layer that a function is, and the call as it was made."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from explorer import kinds
from explorer.kinds import layers
from explorer.kinds.exchange import Exchange
from explorer.maths.leaves import weighed
from explorer.network import copying
from explorer.network.doing import called
from explorer.network.steps import Event
from explorer.records import Floats


def exchange(event: Event, model: nn.Module) -> Exchange:
    """Return a call with all that it received, weights that were handed over among it."""
    received, answers, node = _taken(event, model), event.answers, event.node
    if node is None:
        return Exchange(received, answers, event.way, event.batch, event.batches)
    return Exchange(received, answers, node.constants, event.batch, event.batches, node.dtypes)


def module(event: Event, made: Exchange, model: nn.Module) -> nn.Module | None:
    """Return the module that was called; of a function the layer that it is like, if it is one."""
    if event.call is not None:
        return weighed(called(event.call, model))
    return layers.layer(kinds.BY_NAME[event.kind].likes, event.module, made)


def _taken(event: Event, model: nn.Module) -> tuple[Floats, ...]:
    """Return what a call received, and what was there before the pass, such as a mask in a buffer.

    What has no name in the module stays without values.
    """
    if event.node is None or all(each.place != "parameter" for each in event.node.received):
        return event.received
    found = []
    for origin, values in zip(event.node.received, event.received, strict=True):
        held: Any = model if origin.place == "parameter" and origin.name else None
        for name in origin.name.split("."):
            held = getattr(held, name, None)
        known = isinstance(held, torch.Tensor)
        found.append(copying.parts(*copying.whole([held.detach()]))[0] if known else values)
    return tuple(found)
