"""The linear map that the network is around one image, and how far its nearest kinks are."""

from __future__ import annotations

import numpy as np
import torch

from explorer import kinds
from explorer.maths import ablation, linearity
from explorer.network.scene import Scene
from explorer.sections.base import FLOAT32, Section, check


def section(scene: Scene) -> Section:
    """Return the linear map that the network is around the focused image, and how far its nearest kinks are."""
    device = scene.device
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(device)
    seen = linearity.linear_view(scene.model, image, device=device)
    modules = ablation.chain(scene.model, image)
    kinks = linearity.boundaries(modules, image) if modules is not None else ()
    relus = [step.id for step in scene.steps if kinds.BY_NAME[step.kind].switches]
    told = {
        "exact": seen.exact,
        "weights": seen.weights,
        "products": seen.products.astype(np.float32),
        "contribution": seen.contribution.tolist(),
        "bias": seen.bias.tolist(),
        "logits": seen.logits.tolist(),
        "remainder": seen.remainder.tolist(),
        "radii": list(linearity.RADII),
        "boundaries": [
            {
                "step": step,
                "within": list(kink.within),
                "unit": kink.unit,
                "distance": kink.distance,
            }
            for step, kink in zip(relus, kinks, strict=False)
        ],
    }
    if not seen.exact:
        return told, ()
    worst = int(seen.residual.argmax())
    left = float(seen.contribution[worst] + seen.bias[worst])
    scale = float(np.abs(seen.products[worst]).sum() + abs(seen.bias[worst]))
    return told, (
        check(scene, "linear", left, float(seen.logits[worst]), 64 * FLOAT32 * max(1.0, scale)),
    )
