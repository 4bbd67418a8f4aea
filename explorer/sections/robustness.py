"""How the answer changes over the whole range of one perturbation."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from explorer.errors import InvalidQuery
from explorer.kinds.picture import normal
from explorer.maths import perturbations
from explorer.network import editing
from explorer.network.feeding import fit
from explorer.network.scene import Scene
from explorer.records import Floats
from explorer.sections.base import Section, again

CURVES = 5  # classes drawn over a perturbation's range


def section(scene: Scene) -> Section:
    """Return the probabilities of the likeliest classes over a perturbation's whole range.

    All from one batched forward pass. The perturbation is the option `perturbation`; the other
    sliders stay as they are.
    """
    name = scene.query.options.get("perturbation", "rotate")
    if not isinstance(name, str) or name not in perturbations.RANGES:
        raise InvalidQuery(
            "query.choice",
            field="options.perturbation",
            received=repr(name),
            choices=", ".join(perturbations.NAMES),
        )
    if not scene.steady:
        return None, ()
    amounts, images = _swept(scene, name)
    outputs = again(scene, lambda: _answered(scene, images))
    return (None if outputs is None else _curves(name, amounts, scene.shares(outputs))), ()


def _answered(scene: Scene, images: torch.Tensor) -> Floats:
    with torch.inference_mode():
        outputs: Floats = scene.scoring(images.to(scene.device)).cpu().numpy()
    return outputs


def _curves(name: str, amounts: perturbations.Amounts, shares: Floats) -> dict[str, Any]:
    """Return the curves of the likeliest classes, `shares` (K, C), and where the answer turns."""
    winners = shares.argmax(axis=1)
    low, high, neutral, step = perturbations.RANGES[name]
    turns = [
        {
            "amount": float((amounts[place] + amounts[place + 1]) / 2),
            "from": int(winners[place]),
            "to": int(winners[place + 1]),
        }
        for place in np.flatnonzero(winners[:-1] != winners[1:])
    ]
    best = np.argsort(-shares.max(axis=0), kind="stable")[:CURVES]
    return {
        "name": name,
        "range": {"low": low, "high": high, "neutral": neutral, "step": step},
        "amounts": amounts.tolist(),
        "curves": [
            {"class": int(index), "probabilities": shares[:, index].tolist()} for index in best
        ],
        "winners": winners.tolist(),
        "turns": turns,
    }


def _swept(scene: Scene, name: str) -> tuple[perturbations.Amounts, torch.Tensor]:
    """Return the amounts (K,) of a perturbation and the focused image under each, (K, *shape)."""
    others = {key: value for key, value in scene.query.options.items() if key != name}
    of = scene.card.input
    drawn = fit((scene.query.images[scene.query.focus],), of)
    image = editing.perturbed(drawn, others, of)[0]
    planes = np.frombuffer(image, dtype=np.uint8).reshape(-1, *of.shape[-2:])
    amounts = perturbations.sweep(planes[0], name)[0]
    greys = np.stack([perturbations.sweep(plane, name)[1] for plane in planes], axis=1)
    return amounts, torch.from_numpy(normal(greys.reshape(len(amounts), *of.shape), of).copy())
