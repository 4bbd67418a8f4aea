"""Which units of a step decide: what switching each off alone does, and a set that flips the answer."""

from __future__ import annotations

import numpy as np
import torch

from explorer.maths import ablation
from explorer.network.scene import Scene
from explorer.records import Check, Floats
from explorer.sections.base import FLOAT32, Section
from explorer.sections.chain import tail
from explorer.words import say

ROWS = 24  # units listed, those that change the class most


def section(scene: Scene) -> Section:
    """Return each unit of the current step by what switching it off alone does to the chosen class, and a set that flips it.

    The chosen class is the option `class`, else the predicted one. Only for networks that are a
    plain chain of layers.
    """
    focus = scene.query.focus
    behind = tail(scene)
    if behind is None:
        return {"possible": False}, ()
    output = scene.trace.output[focus]
    target = int(scene.option("class", int(output.argmax()), 0, output.size - 1))
    activations = scene.after[focus]
    logits = ablation.sweep(behind, activations, device=scene.device)
    shares = scene.shares(logits)
    present = scene.shares(output[None])[0]
    change = logits[:, target] - output[target]
    flips = np.flatnonzero(logits.argmax(axis=1) != output.argmax())
    order = np.argsort(-np.abs(change), kind="stable")[:ROWS]
    found = ablation.flip_set(behind, activations, target=target, device=scene.device)
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
        "changes": change.astype(np.float32),
        "flips": flips.tolist(),
        "set": {
            "units": list(found.units),
            "found": found.found,
            "verified": found.verified,
            "stopped": found.stopped,
            "before": int(found.before.argmax()),
            "after": int(found.after.argmax()),
            "probability": float(scene.shares(found.after[None])[0, target]),
        },
    }
    with torch.inference_mode():
        plain = behind(torch.from_numpy(activations.copy())[None].to(scene.device))[0].cpu().numpy()
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


def _near(values: Floats) -> float:
    return 64 * FLOAT32 * max(1.0, float(np.abs(values).max()))
