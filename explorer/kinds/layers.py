"""Functions of torch that do what one of its layers does, and that layer as a call has it.

`F.max_pool2d(x, 2)` is an nn.MaxPool2d(2), `F.linear(x, w)` an nn.Linear that holds w. What a call
was given beside tensors is known as text (`Exchange.constants`) and is read as Python's literals;
a call that was given anything else is taken for no layer.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from explorer.kinds import spelling
from explorer.kinds.exchange import Exchange
from explorer.records import Floats

# what no value depends on, or, of a type, only its last digits
IDLE = frozenset(
    {"inplace", "return_indices", "dtype", "_stacklevel", "cudnn_enable", "cudnn_enabled"}
)
ENDLESS = {"inf", "-inf"}
KEPT = 4096  # calls that are told apart

Places = Mapping[str, int]
Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Like:
    """A function that does what a layer does.

    `names` are its arguments in their order, the first of them what goes in; those in `weights` are
    tensors. `build` is handed them, as float32 arrays, and all other options by their names, and
    returns the layer, or None where torch has none of that shape. `whole` are the arguments of
    torch's function of the same name behind torch.nn.functional's, which takes more of them.
    """

    names: str
    build: Callable[..., nn.Module | None]
    weights: tuple[str, ...] = ()
    whole: str = ""


@lru_cache(KEPT)
def read(like: Like, constants: str, count: int) -> tuple[Places, Options] | None:
    """Return which of `count` received tensors is which argument, and all other options.

    None where an argument is none that the layer has, or no literal, or there is no such layer.
    """
    texts = spelling.arguments(constants) or [f"x{place}" for place in range(1, count + 1)]
    names = like.names.split()
    if like.whole and len(texts) > len(names):
        names = like.whole.split()
    places: dict[str, int] = {}
    options: dict[str, Any] = {}
    for place, text in enumerate(texts):
        name, sign, value = text.rpartition("=")
        if not sign:
            if place >= len(names):
                return None
            name = names[place]
        if value[0] == "x" and value[1:].isdigit():
            places[name] = int(value[1:]) - 1
            continue
        if name in IDLE:
            continue
        try:
            found = float(value) if value in ENDLESS else ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return None
        if found is not None:
            options[name] = found
    known = places.keys() <= {names[0], *like.weights} and options.keys() <= set(names)
    if not known or places.get(names[0]) != 0:
        return None
    alike = bool(like.weights) or like.build(**options) is not None
    return (places, options) if alike else None


def layer(likes: Mapping[str, Like], name: str, made: Exchange) -> nn.Module | None:
    """Return the layer that a function's call is like, with the weights and options it was given.

    `likes` are those of the function's kind, `name` is torch's own name of it.
    """
    like = likes.get(name.removesuffix("_"))
    found = None if like is None else read(like, made.constants, len(made.received))
    if like is None or found is None:
        return None
    places, options = found
    weights = {key: made.received[place] for key, place in places.items() if key in like.weights}
    if not all(each.size for each in weights.values()):
        return None
    built = like.build(**weights, **options)
    return None if built is None else built.eval().requires_grad_(requires_grad=False)


def holding(module: nn.Module, **weights: Floats | None) -> nn.Module:
    """Return a layer with copies of some arrays for its parameters; None leaves one as it is."""
    for name, values in weights.items():
        if values is not None:
            setattr(module, name, nn.Parameter(torch.from_numpy(values.copy())))
    return module


class Curve(nn.Module):
    """A function of each value alone that torch has no layer for."""

    def __init__(self, function: Callable[..., torch.Tensor], **options: Any) -> None:
        super().__init__()
        self.function, self.options = function, options

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return what the function makes of some values."""
        return self.function(values, **self.options)
