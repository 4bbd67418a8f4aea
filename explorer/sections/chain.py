"""A network that is a plain chain of layers, cut behind one of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn

from explorer.maths import ablation, margins
from explorer.maths.maps import Elementwise
from explorer.network.scene import Scene
from explorer.network.tracing import Intervention, edited
from explorer.records import Floats, Input


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


def chain(scene: Scene, kinds: ablation.Kinds = ablation.AFFINE) -> tuple[nn.Module, ...] | None:
    """Return the network's modules in line, one for each call; None where it is no plain chain.

    Of some `kinds`: without convolutions unless they are asked for.
    """
    if not (scene.steady and scene.small):
        return None
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(scene.device)
    modules = ablation.chain(scene.scoring, image, kinds=kinds)
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


def links(scene: Scene) -> tuple[nn.Module, ...] | None:
    """Return the network with its edits in line, from grey values 0 to 1 to logits.

    A softmax at its end is left out. None where the network is no chain of `margins.LINKS`.
    """
    modules = chain(scene, margins.LINKS)
    if modules is None:
        return None
    found: list[nn.Module] = [*normalised(scene.card.input, scene.device)]
    found.extend(_edits(scene, scene.trace.graph.input))
    for module, call in zip(modules, scene.trace.calls, strict=True):
        found.extend((module, *_edits(scene, call.step)))
    return tuple(found[:-1] if type(found[-1]) is nn.Softmax else found)


def normalised(of: Input, device: torch.device) -> tuple[Elementwise, ...]:
    """Return what takes grey values 0 to 1 to what the network receives; nothing without a mean."""
    if not of.mean:
        return ()
    planes = (len(of.mean), 1, 1) if len(of.shape) == 3 else (1, 1)
    mean, std = (torch.tensor(each, device=device).view(planes) for each in (of.mean, of.std))
    return (Elementwise(1 / std, -mean / std),)


def _edits(scene: Scene, step: str) -> tuple[Elementwise, ...]:
    """Return what the edits of one step make of its output, as factors and offsets."""
    edits = [each for each in scene.applied if each.step == step]
    if not edits:
        return ()
    like = torch.from_numpy(scene.values[step][:1].copy()).to(scene.device)
    factors = edited(torch.ones_like(like), [replace(each, values=0.0) for each in edits])
    return (Elementwise(factors[0], edited(torch.zeros_like(like), edits)[0]),)


class _Edited(nn.Module):
    """What the edits of one step make of its output."""

    def __init__(self, edits: Sequence[Intervention]) -> None:
        super().__init__()
        self._edits = edits

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return edited(values, self._edits)
