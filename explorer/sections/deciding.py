"""Which units of a step decide: what each does alone, and a set that flips the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.maths import ablation
from explorer.network.scene import Scene
from explorer.records import Check, Floats
from explorer.sections.base import FLOAT32, Section
from explorer.sections.chain import tail
from explorer.words import say

MOST = 4096  # units of a step that are switched off one by one
ROWS = 24  # units listed, those that change the class most


def section(scene: Scene) -> Section:
    """Return each unit by what switching it off alone does to a class, and a set that flips it.

    The class is the option `class`, else the predicted one. Only for networks that are a plain
    chain of layers.
    """
    behind, focus = tail(scene), scene.query.focus
    if behind is None or scene.after[focus].size > MOST:
        return {"possible": False}, ()
    output, activations = scene.trace.scores[focus], scene.after[focus]
    target = int(scene.option("class", int(output.argmax()), 0, output.size - 1))
    logits = ablation.sweep(behind, activations, device=scene.device)
    change = logits[:, target] - output[target]
    data = {
        "possible": True,
        "step": scene.step.id,
        "class": target,
        "logit": float(output[target]),
        "probability": float(scene.shares(output[None])[0, target]),
        "rows": _rows(scene, logits, change, target),
        "changes": change.astype(np.float32),
        "flips": np.flatnonzero(logits.argmax(axis=1) != output.argmax()).tolist(),
        "set": _set(scene, behind, target),
    }
    return data, (_tail(scene, behind),)


def _rows(scene: Scene, logits: Floats, change: Floats, target: int) -> list[dict[str, Any]]:
    """Return the units that change the class most: `logits` (units, C) without each of them."""
    activations, shares = scene.after[scene.query.focus].reshape(-1), scene.shares(logits)
    return [
        {
            "unit": int(unit),
            "activation": float(activations[unit]),
            "change": float(change[unit]),
            "probability": float(shares[unit, target]),
            "winner": int(logits[unit].argmax()),
        }
        for unit in np.argsort(-np.abs(change), kind="stable")[:ROWS]
    ]


def _set(scene: Scene, behind: nn.Module, target: int) -> dict[str, Any]:
    """Return a small set of units without which the answer is another."""
    activations = scene.after[scene.query.focus]
    flip = ablation.flip_set(behind, activations, target=target, device=scene.device)
    return {
        "units": list(flip.units),
        "found": flip.found,
        "verified": flip.verified,
        "stopped": flip.stopped,
        "before": int(flip.before.argmax()),
        "after": int(flip.after.argmax()),
        "probability": float(scene.shares(flip.after[None])[0, target]),
    }


def _tail(scene: Scene, behind: nn.Module) -> Check:
    """Return the check that what follows the step gives the network's own logits."""
    output = scene.trace.scores[scene.query.focus]
    values = torch.from_numpy(scene.after[scene.query.focus].copy())[None].to(scene.device)
    with torch.inference_mode():
        plain = behind(values)[0].cpu().numpy()
    return Check(
        "tail",
        say(scene.query.language, "check.tail"),
        float(plain.max()),
        float(output.max()),
        float(np.abs(plain - output).max()),
        _near(output),
    )


def _near(values: Floats) -> float:
    return 64 * FLOAT32 * max(1.0, float(np.abs(values).max()))
