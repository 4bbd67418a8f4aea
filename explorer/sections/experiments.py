"""Experiments on the network.

Which units decide, how robust the answer is, and two runs side by side.

Like the explanations these are optional sections of a view: functions of the scene that return data
and checks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.maths import ablation, perturbations
from explorer.network import editing
from explorer.network.scene import Scene, look
from explorer.outgoing.replies import tensor
from explorer.records import SIDE, Check, Floats
from explorer.sections.explaining import FLOAT32, Section
from explorer.words import say

ROWS = 24  # units listed, those that change the class most
CURVES = 5  # classes drawn over a perturbation's range


def deciding(scene: Scene) -> Section:
    """Return each unit of the current step by what switching it off alone does to the chosen class, and a set that flips it.

    The chosen class is the option `class`, else the predicted one. Only for networks that are a
    plain chain of layers.
    """
    focus = scene.query.focus
    tail = _tail(scene)
    if tail is None:
        return {"possible": False}, ()
    output = scene.trace.output[focus]
    target = int(scene.option("class", int(output.argmax()), 0, output.size - 1))
    activations = scene.after[focus]
    logits = ablation.sweep(tail, activations, device=_device(scene))
    shares = _softmax(logits)
    present = _softmax(output[None])[0]
    change = logits[:, target] - output[target]
    flips = np.flatnonzero(logits.argmax(axis=1) != output.argmax())
    order = np.argsort(-np.abs(change), kind="stable")[:ROWS]
    found = ablation.flip_set(tail, activations, target=target, device=_device(scene))
    rows = [
        {
            "unit": int(unit),
            "activation": float(activations.reshape(-1)[unit]),
            "change": float(change[unit]),
            "probability": float(shares[unit, target]),
            "winner": int(logits[unit].argmax()),
        }
        for unit in order
    ]
    told = {
        "possible": True,
        "step": scene.step.id,
        "class": target,
        "logit": float(output[target]),
        "probability": float(present[target]),
        "rows": rows,
        "changes": tensor(change.astype(np.float32)),
        "flips": flips.tolist(),
        "set": {
            "units": list(found.units),
            "found": found.found,
            "verified": found.verified,
            "before": int(found.before.argmax()),
            "after": int(found.after.argmax()),
            "probability": float(_softmax(found.after[None])[0, target]),
        },
    }
    with torch.inference_mode():
        plain = tail(torch.from_numpy(activations.copy())[None].to(_device(scene)))[0].cpu().numpy()
    apart = float(np.abs(plain - output).max())
    check = Check(
        "tail",
        say(scene.query.language, "check.tail"),
        float(plain.max()),
        float(output.max()),
        apart,
        _near(output),
    )
    return told, (check,)


def robustness(scene: Scene) -> Section:
    """Return the probabilities of the likeliest classes over a perturbation's whole range, from one batched forward pass.

    The perturbation is the option `perturbation`; the other sliders stay as they are.
    """
    name = scene.query.options.get("perturbation", "rotate")
    if name not in perturbations.RANGES:
        raise InvalidQuery(
            "query.choice",
            field="options.perturbation",
            received=repr(name),
            choices=", ".join(perturbations.NAMES),
        )
    others = {key: value for key, value in scene.query.options.items() if key != name}
    image = editing.perturbed((scene.query.images[scene.query.focus],), others)[0]
    amounts, images = perturbations.sweep(
        np.frombuffer(image, dtype=np.uint8).reshape(SIDE, SIDE), str(name)
    )
    with torch.inference_mode():
        batch = torch.from_numpy(np.array(images, dtype=np.float32)).to(_device(scene))
        shares = _softmax(scene.model(batch).cpu().numpy())
    winners = shares.argmax(axis=1)
    low, high, neutral, step = perturbations.RANGES[str(name)]
    turns = [
        {
            "amount": float((amounts[place] + amounts[place + 1]) / 2),
            "from": int(winners[place]),
            "to": int(winners[place + 1]),
        }
        for place in np.flatnonzero(winners[:-1] != winners[1:])
    ]
    best = np.argsort(-shares.max(axis=0), kind="stable")[:CURVES]
    told = {
        "name": name,
        "range": {"low": low, "high": high, "neutral": neutral, "step": step},
        "amounts": amounts.tolist(),
        "curves": [
            {"class": int(index), "probabilities": shares[:, index].tolist()} for index in best
        ],
        "winners": winners.tolist(),
        "turns": turns,
    }
    return told, ()


def opposite(scene: Scene) -> Scene | None:
    """Return the other side of a comparison, B; what the query does not say about it is as in A."""
    query, asked = scene.query, scene.query.versus
    if asked is None:
        return None
    other = replace(
        query,
        checkpoint=query.checkpoint if asked.checkpoint is None else asked.checkpoint,
        focus=query.focus if asked.image is None else asked.image,
        edits=query.edits if asked.edits is None else asked.edits,
        versus=None,
    )
    return look(other, device=str(_device(scene)))


def versus(scene: Scene) -> Section:
    """Return the other side of a comparison.

    Its values, its prediction, and how far apart the two are at every step.
    """
    seen = opposite(scene)
    if seen is None:
        return None, ()
    query, other = scene.query, seen.query
    apart = {}
    for step in scene.steps:
        one, two = scene.values[step.id][query.focus], seen.values[step.id][other.focus]
        difference = two.astype(np.float64) - one
        told: dict[str, Any] = {
            "largest": float(np.abs(difference).max()),
            "changed": int(np.count_nonzero(difference)),
        }
        if step.kind == "relu":
            told["switched"] = np.flatnonzero(((one > 0) != (two > 0)).reshape(-1)).tolist()
        apart[step.id] = told
    shares = seen.prediction.probabilities[other.focus]
    return {
        "focus": other.focus,
        "checkpoint": other.checkpoint,
        "tensors": {step.id: tensor(seen.values[step.id][other.focus]) for step in seen.steps},
        "probabilities": shares.tolist(),
        "winner": int(shares.argmax()),
        "apart": apart,
    }, ()


def downstream(scene: Scene) -> Floats | None:
    """Return the logits (N, C) that plain layers make of the last edited step's values.

    None where no chain follows it.
    """
    steps = ["input", *(call.step for call in scene.trace.calls)]
    place = max(steps.index(edit.step) for edit in scene.query.edits)
    modules = _chain(scene)
    if modules is None:
        return None
    values = torch.from_numpy(scene.values[steps[place]].copy()).to(_device(scene))
    with torch.inference_mode():
        logits: Floats = nn.Sequential(*modules[place:])(values).cpu().numpy()
    return logits


def _chain(scene: Scene) -> tuple[nn.Module, ...] | None:
    """Return the network's modules in line, one for each call; None where it is no plain chain."""
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(_device(scene))
    modules = ablation.chain(scene.model, image)
    return modules if modules is not None and len(modules) == len(scene.trace.calls) else None


def _tail(scene: Scene) -> nn.Sequential | None:
    """Return what follows the current step, as a module of its own.

    None where the network is no plain chain.
    """
    call, modules = scene.call, _chain(scene)
    if call is None or modules is None or scene.step.kind in {"logits", "softmax"}:
        return None
    place = next(index for index, each in enumerate(scene.trace.calls) if each is call)
    return nn.Sequential(*modules[place + 1 :])


def _device(scene: Scene) -> torch.device:
    return next(scene.model.parameters()).device


def _softmax(logits: Floats) -> Floats:
    return torch.softmax(torch.from_numpy(np.array(logits, dtype=np.float32)), dim=1).numpy()


def _near(values: Floats) -> float:
    return 64 * FLOAT32 * max(1.0, float(np.abs(values).max()))
