"""How the answer changes over the whole range of one perturbation."""

from __future__ import annotations

import numpy as np
import torch

from explorer.errors import InvalidQuery
from explorer.maths import perturbations
from explorer.maths.shares import shares as as_shares
from explorer.network import editing
from explorer.network.scene import Scene
from explorer.records import SIDE
from explorer.sections.base import Section

CURVES = 5  # classes drawn over a perturbation's range


def section(scene: Scene) -> Section:
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
        batch = torch.from_numpy(np.array(images, dtype=np.float32)).to(scene.device)
        shares = as_shares(scene.model(batch).cpu().numpy())
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
