"""What a module takes where nobody says so: told by its first layer, and tried."""

from __future__ import annotations

import math

import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.network.feeding import device_of, type_of
from explorer.network.tracing import trace
from explorer.records import Input

USUAL = (Input().shape, (1, 28, 28), (3, 32, 32))  # tried where the first layer says nothing else
SIDES = {1: (28, 32, 64, 224), 3: (224, 32, 64, 96, 28)}  # of pictures, the usual first


def guessed(model: nn.Module) -> Input:
    """Return the shape of picture that a module takes: the first usual one that goes through it.

    Where none does, the most usual one: the page then shows how far it goes.
    """
    found = _shapes(model)
    place, kind = device_of(model), type_of(model)
    for shape in found:
        rows = 2 if len(shape) == 2 else 1  # one picture alone may be taken for a plane
        try:
            trace(model, torch.zeros(rows, *shape, device=place, dtype=kind))
        except UntraceableModel:
            continue
        return Input(shape)
    return Input(found[0])


def _shapes(model: nn.Module) -> list[tuple[int, ...]]:
    """Return the shapes that the first layer with weights allows, the most usual first."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.in_channels in SIDES:
            planes = module.in_channels
            return [*dict.fromkeys((*((planes, side, side) for side in SIDES[planes]), *USUAL))]
        if isinstance(module, nn.Linear):
            return _flat(module.in_features)
    return [*USUAL]


def _flat(count: int) -> list[tuple[int, ...]]:
    """Return the pictures that have so many values, grey or in three colour planes.

    And the usual ones: a first Linear may be of patches, of rows, or of a time.
    """
    side, third = math.isqrt(count), math.isqrt(count // 3)
    found: list[tuple[int, ...]] = []
    if side * side == count and side > 3:
        found = [(side, side), (1, side, side)]
    elif third * third * 3 == count and third > 3:
        found = [(3, third, third)]
    return [*dict.fromkeys((*found, *USUAL))]
