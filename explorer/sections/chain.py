"""A network that is a plain chain of layers, cut behind one of its steps."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from explorer.maths import ablation
from explorer.network.scene import Scene
from explorer.network.tracing import Intervention, edited
from explorer.records import Floats


def downstream(scene: Scene) -> Floats | None:
    """Return the logits (N, C) that plain layers make of the last edited step's values.

    None where no chain follows it.
    """
    steps = [scene.trace.graph.input, *(call.step for call in scene.trace.calls)]
    place = max(steps.index(edit.step) for edit in scene.query.edits)
    modules = chain(scene)
    if modules is None:
        return None
    values = torch.from_numpy(scene.values[steps[place]].copy()).to(scene.device)
    with torch.inference_mode():
        logits: Floats = nn.Sequential(*modules[place:])(values).cpu().numpy()
    return logits


def chain(scene: Scene) -> tuple[nn.Module, ...] | None:
    """Return the network's modules in line, one for each call; None where it is no plain chain."""
    if not (scene.steady and scene.small):
        return None
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(scene.device)
    modules = ablation.chain(scene.model, image)
    return modules if modules is not None and len(modules) == len(scene.trace.calls) else None


def tail(scene: Scene) -> nn.Sequential | None:
    """Return what follows the current step, as a module of its own, with the edits behind it.

    None where the network is no plain chain.
    """
    call, modules = scene.call, chain(scene)
    if call is None or modules is None or not scene.kind.cuts:
        return None
    place = next(index for index, each in enumerate(scene.trace.calls) if each is call)
    links: list[nn.Module] = []
    for module, each in zip(modules[place + 1 :], scene.trace.calls[place + 1 :], strict=True):
        links.append(module)
        edits = [edit for edit in scene.applied if edit.step == each.step]
        if edits:
            links.append(_Edited(edits))
    return nn.Sequential(*links)


class _Edited(nn.Module):
    """What the edits of one step make of its output."""

    def __init__(self, edits: Sequence[Intervention]) -> None:
        super().__init__()
        self._edits = edits

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return edited(values, self._edits)
