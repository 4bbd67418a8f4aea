"""How far an image is from the next kink of a ReLU network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from explorer.maths.ablation import followed
from explorer.maths.arithmetic import sealed
from explorer.records import Floats

RADII = (0.01, 0.1, 0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """The n units of one ReLU of a chain and how far the image is from switching each.

    `index` is the ReLU's place in the chain. `distances` (n,) float32 is the L2 distance in pixel
    values (0 to 1 each) to the hyperplane on which the unit switches, infinite if no pixel moves
    it. `within` counts the units closer than each of `RADII`. `unit` is the nearest one, at
    `distance`.
    """

    index: int
    distances: Floats
    within: tuple[int, ...]
    unit: int
    distance: float


def boundaries(modules: tuple[nn.Module, ...], image: torch.Tensor) -> tuple[Boundary, ...]:
    """Return for every ReLU of a `chain` how far one image (…) is from switching each of its units.

    The distance is |z[i]| / ‖∂z[i]/∂x‖₂, a point's distance to a hyperplane. For units of the first
    Linear it is exact; for deeper ones it is exact as long as no earlier unit switches on the way
    there. That pixels end at 0 and 1 is not considered. ∂z/∂x is the product of the weight matrices
    with the columns of units that are off left out: for the course's network at most 512·512·784
    multiplications, 0.2 billion.
    """
    found = []
    with torch.inference_mode():
        inputs, _ = followed(modules, image.detach().unsqueeze(0))
        last = max(
            (place for place, module in enumerate(modules) if type(module) is nn.ReLU), default=-1
        )
        # ∂/∂x (n, P) of what enters the next module; None: that is x itself
        slopes: torch.Tensor | None = None
        for place, module in enumerate(modules[: last + 1]):
            entering = inputs[place].flatten()
            if type(module) is nn.Linear:
                slopes = module.weight if slopes is None else _product(module.weight, slopes)
            elif type(module) is nn.ReLU:
                norms = (
                    torch.ones_like(entering)
                    if slopes is None
                    else torch.linalg.vector_norm(slopes, dim=1)
                )
                found.append(_boundary(place, entering, norms))
                on = entering > 0
                slopes = (
                    torch.diag(on.to(entering.dtype))
                    if slopes is None
                    else slopes * on.unsqueeze(1)
                )
    return tuple(found)


def _boundary(place: int, values: torch.Tensor, norms: torch.Tensor) -> Boundary:
    distances = torch.where(norms > 0, values.abs() / norms, torch.inf)
    unit = int(distances.argmin())
    return Boundary(
        index=place,
        distances=sealed(distances.cpu().numpy(), np.float32),
        within=tuple(int((distances < radius).sum()) for radius in RADII),
        unit=unit,
        distance=float(distances[unit]),
    )


def _product(weights: torch.Tensor, slopes: torch.Tensor) -> torch.Tensor:
    """Return weights (m, n) · slopes (n, P), without the rows of slopes that are 0."""
    on = slopes.any(dim=1).nonzero().flatten()
    return weights[:, on] @ slopes[on]
