"""What each unit is worth.

The logits without it, for every unit at once, and small sets that flip the prediction.

The part of the network behind the units is handed in as a `tail`, so that nothing has to be hooked
or changed. For a network whose modules follow each other in line it is
`nn.Sequential(*chain(model)[place + 1 :])`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.maths.arithmetic import sealed
from explorer.maths.leaves import changed, leaves
from explorer.records import SIDE, Floats

# From activations (B, …) to logits (B, C); rows must not influence each other. An `nn.Sequential`
# or a single
# `nn.Linear` that starts with the next Linear is the fast one.
Tail = Callable[[torch.Tensor], torch.Tensor]

Kinds = frozenset[type[nn.Module]]

# The leaves that a chain may have: those that a matrix, a vector and a mask describe, and a
# Softmax.
AFFINE = frozenset({nn.Flatten, nn.Linear, nn.ReLU, nn.Dropout, nn.Identity})

# Those of any chain that do something else in training mode.
CHANGING = frozenset({nn.Dropout, nn.Dropout2d, nn.BatchNorm1d, nn.BatchNorm2d})

LIMIT = 64
PROBES = 4
TRIALS = 16_000  # units tried in all before a search is given up: a third of a second
LARGEST_BATCH = (
    1 << 24
)  # numbers in one batch, 64 MiB of float32: every step of the course's network is one batch


@dataclass(frozen=True, slots=True, eq=False)
class FlipSet:
    """Units that together decide whether `target` is predicted.

    `before` and `after` are the logits (C,) float32 with all units and with `units` set to 0.
    `found`: the prediction flipped (target won before and loses after, or the other way round); if
    not, `units` is what was tried. `verified`: `after`, one plain forward pass of the tail,
    confirms it. `stopped`: the search was given up at its budget.

    No unit of a found set can be left out; whether a smaller set of other units exists
    is not known, because that search grows exponentially.
    """

    target: int
    units: tuple[int, ...]
    before: Floats
    after: Floats
    found: bool
    verified: bool
    stopped: bool


def chain(
    model: nn.Module, probe: torch.Tensor | None = None, *, kinds: Kinds = AFFINE
) -> tuple[nn.Module, ...] | None:
    """Return the leaf modules in order if the network is nothing but them, one after the other.

    Else None.

    Leaves may be of some `kinds`, in eval mode, with Linear fed with vectors, and Softmax(dim=1).
    That the forward pass calls each once in `named_modules` order and does nothing else is tried
    out: both ways must give the same numbers, bit for bit, on `probe` (an image (…) on the model's
    device; default: none) and on fixed random images of its shape (default (28, 28)).
    """
    line = leaves(model)
    if not line or not all(_links(leaf, kinds) for leaf in line):
        return None
    parameter = next(model.parameters(), None)
    known = next((each for each in (probe, parameter) if each is not None), None)
    device = torch.device("cpu") if known is None else known.device
    with torch.inference_mode():
        shape = (SIDE, SIDE) if probe is None else tuple(probe.shape)
        images = torch.randn(PROBES, *shape, generator=torch.Generator().manual_seed(0)).to(device)
        if probe is not None:
            images = torch.cat([probe.unsqueeze(0).to(images.dtype), images])
        try:
            inputs, output = followed(line, images)
            same = torch.equal(output, model(images.clone()))
        except Exception:  # whatever a stranger's forward pass raises: it is not a plain chain
            return None
    vectors = all(
        entering.dim() == 2
        for leaf, entering in zip(line, inputs, strict=True)
        if type(leaf) is nn.Linear
    )
    return line if same and vectors and len(output) == len(images) else None


def followed(
    modules: tuple[nn.Module, ...], images: torch.Tensor
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Return what enters each module of a chain, and what leaves the last.

    An in-place ReLU overwrites nothing here.
    """
    inputs = []
    for module in modules:
        inputs.append(images)
        images = torch.relu(images) if type(module) is nn.ReLU else module(images)
    return inputs, images


def sweep(tail: Tail, activations: Floats, *, device: str | torch.device = "cpu") -> Floats:
    """Return the logits (n, C) float32 when each of n units alone is set to 0.

    `activations` is one image's output of a step, (…) float32 with n values; `device` is the
    tail's. All units run as one batch. Units that are 0 already change nothing: their rows are the
    logits as they are. When the tail begins with a Linear, its pre-activations are not computed n
    times but corrected: z' = z − W[:, i]·a[i], a rank-one update that costs n·m instead of n²·m
    multiplications for m outputs and differs from the loop by float32 rounding only.
    """
    with torch.inference_mode():
        values = torch.tensor(activations, dtype=torch.float32, device=device)
        base = tail(
            values.unsqueeze(0).clone()
        )  # (1, C); cloned because a tail may begin with an in-place module
        logits = base.repeat(values.numel(), 1)  # (n, C)
        live = values.flatten().nonzero().flatten()
        if len(live):
            logits[live] = _without(tail, values, live)
        return kept(logits)


def flip_set(
    tail: Tail,
    activations: Floats,
    *,
    target: int,
    limit: int = LIMIT,
    device: str | torch.device = "cpu",
) -> FlipSet:
    """Return a small set of units whose removal flips whether `target` wins the prediction.

    Greedy: at each step every remaining unit is tried in one batch (as in `sweep`), and the one
    stays off that moves the margin, logit[target] − best other logit, furthest. It ends when the
    prediction flips, when no unit moves the margin any more, or at `limit` units. Then units that
    turn out not to be needed are put back, and one plain forward pass verifies the rest.

    `activations` is (…) float32; ties go to the lower index.

    Raises:
        InvalidQuery: when there is no class `target`, or `limit` is below 1.
    """
    if limit < 1:
        raise InvalidQuery(
            "query.whole", field="limit", received=limit, low=1, high=np.size(activations)
        )
    with torch.inference_mode():
        values = torch.tensor(activations, dtype=torch.float32, device=device)
        before = tail(values.unsqueeze(0).clone())
        if not 0 <= target < before.shape[1]:
            raise InvalidQuery(
                "query.whole", field="target", received=target, low=0, high=before.shape[1] - 1
            )
        wins = bool(before.argmax(1) == target)
        units, found, stopped = _greedy(tail, values, target=target, wins=wins, limit=limit)
        if found:
            units = _pruned(tail, values, units, target=target, wins=wins)
        after = tail(_silenced(values, [units]))
        verified = bool(_flipped(after, target, wins=wins))
        return FlipSet(
            target, tuple(units), kept(before[0]), kept(after[0]), found, verified, stopped
        )


def _links(leaf: nn.Module, kinds: Kinds) -> bool:
    """Whether a leaf can be a link of a chain of some kinds."""
    if changed(leaf):
        return False
    if type(leaf) is nn.Softmax:
        return leaf.dim in (1, -1)
    return type(leaf) in kinds and not (leaf.training and type(leaf) in CHANGING)


def _greedy(
    tail: Tail, values: torch.Tensor, *, target: int, wins: bool, limit: int
) -> tuple[list[int], bool, bool]:
    """Return the units as they were taken, whether the answer flipped, and if it was stopped."""
    units: list[int] = []
    left = TRIALS
    reached = _lead(tail(values.unsqueeze(0).clone()), target, wins=wins)
    while len(units) < limit:
        current = _silenced(values, [units])[0]
        live = current.flatten().nonzero().flatten()
        if not len(live):
            break
        left -= len(live)
        if left < 0:
            return units, False, True
        tried = _without(tail, current, live)
        leads = _lead(tried, target, wins=wins)
        best = int(leads.argmin())
        if not leads[best] < reached:
            break
        units.append(int(live[best]))
        reached = leads[best]
        if _flipped(tried[best : best + 1], target, wins=wins):
            return units, True, False
    return units, False, len(units) >= limit


def _pruned(
    tail: Tail, values: torch.Tensor, units: list[int], *, target: int, wins: bool
) -> list[int]:
    """Put units back as long as the answer stays flipped without one, the least needed first."""
    while len(units) > 1:
        smaller = [[other for other in units if other != unit] for unit in units]
        tried = tail(_silenced(values, smaller))
        flipped = _flipped(tried, target, wins=wins)
        if not bool(flipped.any()):
            return units
        leads = _lead(tried, target, wins=wins).masked_fill(~flipped, torch.inf)
        units = smaller[int(leads.argmin())]
    return units


def _without(tail: Tail, values: torch.Tensor, units: torch.Tensor) -> torch.Tensor:
    """Return the logits (k, C) when each of k units alone is set to 0, in few batches."""
    first, rest = _split(tail)
    flat = values.flatten()
    if first is not None and values.dim() == 1:
        summed = first(values.unsqueeze(0))  # (1, m)
        columns = first.weight.t()  # (n, m)
        rows = max(1, LARGEST_BATCH // first.out_features)
        return torch.cat(
            [
                rest(torch.addcmul(summed, columns[some], flat[some].unsqueeze(1), value=-1))
                for some in units.split(rows)
            ]
        )
    rows = max(1, LARGEST_BATCH // flat.numel())
    return torch.cat([tail(_silenced(values, some.unsqueeze(1))) for some in units.split(rows)])


def _split(tail: Tail) -> tuple[nn.Linear | None, Tail]:
    """Return the Linear a tail begins with, told by its type, and what comes behind it.

    None if it does not.
    """
    if type(tail) is nn.Linear:
        return tail, nn.Identity()
    if type(tail) is nn.Sequential and len(tail) and type(tail[0]) is nn.Linear:
        return tail[0], tail[1:]
    return None, tail


def _silenced(values: torch.Tensor, sets: Any) -> torch.Tensor:
    """Return one copy of the values (B, …) per set of flat indices, with these set to 0."""
    batch = values.flatten().repeat(len(sets), 1)
    batch.scatter_(1, torch.as_tensor(sets, dtype=torch.long, device=values.device), 0.0)
    return batch.view(len(sets), *values.shape)


def _lead(logits: torch.Tensor, target: int, *, wins: bool) -> torch.Tensor:
    """Return how far each row of logits (B, C) is from flipping.

    The target's margin, or minus it if it must win.
    """
    others = logits.clone()
    others[:, target] = -torch.inf
    margin = logits[:, target] - others.amax(1)
    return margin if wins else -margin


def _flipped(logits: torch.Tensor, target: int, *, wins: bool) -> torch.Tensor:
    """Return for each row of logits (B, C) whether the target's winning has changed, (B,) bool."""
    return (logits.argmax(1) == target) != wins


def kept(tensor: torch.Tensor) -> Floats:
    """Return a tensor's values as a read-only array of float32, wherever it is."""
    return sealed(tensor.detach().to("cpu", torch.float32).numpy(), np.float32)
