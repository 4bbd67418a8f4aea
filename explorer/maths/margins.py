"""How far a picture can be changed in any way without another answer: proven, for a chain."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from explorer.maths import maps, maxima, standing
from explorer.maths.maps import ROUNDING, Map
from explorer.maths.maxima import Maximum
from explorer.maths.standing import Beyond, Line, Near, Place, Weighted

TRIES = 20  # radii
POWERS = 8  # of them chosen by how what is lost has grown
CLOSE = 1 / 2048  # of a radius, by which it may be larger than the one found
FIRST = 1 / 8  # of the radius of the view alone: the first try
MOST = 1 << 30  # multiplications that a proof may take: a tenth of a second

# What a chain is made of where a radius can be proven, beside links that are Elementwise.
LINKS = maps.KINDS | maxima.KINDS


@dataclass(frozen=True, slots=True, eq=False)
class Stray:
    """How far values are from the view: `ends` (2, …), the least and the largest; their norm.

    Without ends they are where the view has them.
    """

    ends: torch.Tensor | None
    norm: float


def radius(
    modules: Sequence[nn.Module], image: torch.Tensor, now: int, rivals: Sequence[int]
) -> float:
    """Return a proven radius: no change of the image (…) with a smaller L2 norm makes a rival win.

    `modules` are `LINKS` and Elementwise, in line, to logits. Where the image stands, every lag of
    a rival is linear in a change δ; each maximum adds to that view some s ≥ 0, weighted by its own
    slope. Within ‖δ‖ ≤ ε a candidate that is behind by g passes the one that is taken by at most
    ‖S[i] − S[k]‖·ε − g and what maxima before add to the two; and the norm of all s of one maximum
    is no larger than that of what enters it, √2 that of windows. The radius is about the
    largest ε, √P for P values at most, at which every rival's lag still outweighs
    ε·‖S[now] − S[rival]‖ and what is added. (Around the exact linear view, in the manner of Weng et
    al., "Fast-Lin", 2018, and Boopathy et al., "CNN-Cert", 2019.)
    Real numbers are meant: `ROUNDING` is taken off for what float32 loses. Of a chain with other
    links, or one that would take more than `MOST` multiplications, nothing is proven: 0.
    """
    with torch.inference_mode():
        line, logits = _read(modules, image.unsqueeze(0))
        near = standing.near(line, image)
        if not line or standing.work(line, near, image) > MOST:
            return 0.0
        places = standing.places(line, near, image)
        ways, slopes = standing.back(line, _pairs(logits.shape[1], now, rivals, logits))
        leads = (logits[0, now] - logits[0, list(rivals)]) - ROUNDING * logits.abs().max()
        moves = torch.linalg.vector_norm(slopes.flatten(1), dim=1) * (1 + ROUNDING)
        if not bool((leads > 0).all()):
            return 0.0

        nothing = torch.zeros_like(leads)

        def share(radius: float) -> float:
            added = _added(line, near, places, radius)
            lost = [each.down(of) for each, of in zip(ways, added, strict=True)]
            return float(((moves * radius + (1 + ROUNDING) * sum(lost, nothing)) / leads).max())

        furthest = image.numel() ** 0.5  # from one corner of the box of grey values to the other
        return _largest(share, (1 - ROUNDING) * min(float((leads / moves).min()), furthest))


def _largest(share: Callable[[float], float], furthest: float) -> float:
    """Return about the largest radius up to one at which less than 1 is lost, else 0.

    `share` is what is lost of a lead, at most. It grows like a power of the radius, the first or a
    higher one, that two tries tell: so the next one is where little is left by it. Where that leads
    out of what is left, or not on, the middle is tried.
    """
    low, high, radius, power = 0.0, math.inf, furthest * FIRST, 2.0
    last = (0.0, 0.0)
    for number in range(TRIES):
        found = share(radius)
        if found < 1:
            low = radius
            if found > 1 - CLOSE or radius == furthest:
                break
        else:
            high = radius
        if high - low < CLOSE * low:
            break
        if found > 0 and last[1] > 0:
            power = max(1.0, math.log(found / last[1]) / math.log(radius / last[0]))
        last = radius, found
        radius *= ((1 - CLOSE / 2) / found) ** (1 / power) if found > 0 else math.inf
        if high == math.inf:
            radius = min(radius, furthest)
        elif number >= POWERS or not low < radius < high:
            radius = (low + high) / 2
    return low


def _read(modules: Sequence[nn.Module], inputs: torch.Tensor) -> tuple[Line, torch.Tensor]:
    """Return the maps and maxima of a chain, none where one is not known, and what it puts out."""
    line: list[Map | Maximum] = []
    left = list(modules)
    while left:
        count = maxima.together(left)
        found = maxima.maximum(inputs, left[:count]) if count else maps.linear(left[0], inputs)
        if found is None:
            return [], inputs
        line.append(found)
        for module in left[: max(count, 1)]:
            inputs = torch.relu(inputs) if type(module) is nn.ReLU else module(inputs)
        left = left[max(count, 1) :]
    return line, inputs


def _pairs(classes: int, now: int, rivals: Sequence[int], like: torch.Tensor) -> torch.Tensor:
    """Return the matrix (R, C) that takes logits to the answer's less each rival's."""
    pairs = torch.zeros(len(rivals), classes, dtype=like.dtype, device=like.device)
    pairs[range(len(rivals)), list(rivals)] = -1
    pairs[:, now] = 1
    return pairs


def _added(line: Line, near: Near, places: Sequence[Place], radius: float) -> list[Beyond]:
    """Return what each maximum of a chain adds to the view within a radius."""
    found: list[Beyond] = []
    moved = radius  # the norm of all change, at most
    stray = Stray(None, 0.0)
    for at, link in enumerate(line):
        if isinstance(link, Map):
            stray = _through(link, stray) if at < near.count else stray
            moved *= link.gain
        else:
            place = places[len(found)]
            if place.sums is not None:
                stray = Stray(_summed(place.sums, found, link), math.inf)
            added, stray = _passed(link, place, stray, moved, radius)
            found.append(added)
            moved *= link.gain
    return found


def _through(link: Map, stray: Stray) -> Stray:
    """Return how far what leaves a map is from the view: by intervals, or by their norm."""
    if stray.ends is None:
        return stray
    some = (stray.ends != 0).any(0, keepdim=True).to(stray.ends.dtype)
    reach = stray.norm * link.lengths(some)
    least, most = link.between(stray.ends).split(1)
    ends = torch.cat([torch.maximum(least, -reach), torch.minimum(most, reach)])
    return Stray(ends, stray.norm * link.gain)


def _summed(
    sums: Sequence[Weighted], added: Sequence[Beyond], link: Maximum
) -> torch.Tensor | None:
    """Return the least and the largest (2, …) that what maxima before have added comes to."""
    if not sums:
        return None
    summed = [each.both(of) for each, of in zip(sums, added, strict=True)]
    up, down = torch.stack(summed).sum(0).view(2, *link.shape)
    return torch.stack([-down, up])


def _passed(
    link: Maximum, place: Place, stray: Stray, moved: float, radius: float
) -> tuple[Beyond, Stray]:
    """Return what a maximum adds, and how far what leaves it is from the view."""
    rise = place.apart * radius - link.gaps
    if stray.ends is None:
        values = rise.amax(-1).clamp(min=0)
        ends = torch.cat([torch.zeros_like(values), values])
    else:
        least, most = link.view(stray.ends).split(1)
        top = (rise + link.candidates(stray.ends[1:])).amax(-1)
        values = (top - least).clamp(min=0)
        ends = torch.cat([least, torch.maximum(top, most)])
    norm = min(link.leap * moved, float(values.norm()))
    return Beyond(values.flatten(), norm), Stray(ends, link.gain * stray.norm + norm)
