"""The linear map that the network is around one image, and how far its nearest kinks are."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from explorer import kinds
from explorer.maths import ablation, boundaries, linearity
from explorer.network.scene import Scene
from explorer.network.turn import turn
from explorer.sections.base import FLOAT32, Section, again, check


def section(scene: Scene) -> Section:
    """Return the linear map around the focused image, and how far its nearest kinks are."""
    if not (scene.steady and scene.small):
        return None, ()
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(scene.device)
    with turn:  # it is copied there, and no pass shall begin meanwhile
        view = partial(linearity.linear_view, scene.scoring, image, device=scene.device)
        around = again(scene, view)
    if around is None:
        return None, ()
    data = {
        "exact": around.exact,
        "weights": around.weights,
        "products": around.products.astype(np.float32),
        "contribution": around.contribution.tolist(),
        "bias": around.bias.tolist(),
        "logits": around.logits.tolist(),
        "remainder": around.remainder.tolist(),
        "radii": list(boundaries.RADII),
        "boundaries": _kinks(scene, image),
    }
    if not around.exact:
        return data, ()
    worst = int(around.residual.argmax())
    left = float(around.contribution[worst] + around.bias[worst])
    scale = float(np.abs(around.products[worst]).sum() + abs(around.bias[worst]))
    tolerance = 64 * FLOAT32 * max(1.0, scale)
    return data, (check(scene, "linear", left, float(around.logits[worst]), tolerance),)


def _kinks(scene: Scene, image: torch.Tensor) -> list[dict[str, Any]]:
    """Return for each ReLU of a plain chain its unit that is nearest to switching."""
    modules = ablation.chain(scene.scoring, image)
    kinks = boundaries.boundaries(modules, image) if modules is not None else ()
    relus = [step.id for step in scene.steps if kinds.BY_NAME[step.kind].switches]
    return [
        {"step": step, "within": list(kink.within), "unit": kink.unit, "distance": kink.distance}
        for step, kink in zip(relus, kinks, strict=False)
    ]
