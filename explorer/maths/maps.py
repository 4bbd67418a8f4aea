"""The linear links of a chain as maps: forward, of the ends of intervals, and of slopes back.

A convolution, a pooling by means, a Linear, a normalization and an edit are linear but for an
offset, which no change of the image moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

ROUNDING = 1e-4  # of every norm and of the largest value: more than float32 can lose
SQUARINGS = 3  # of a matrix, so that the bound of its largest eigenvalue is n^(1/16) of it at most

Pair = tuple[int, int]  # of rows and of columns
Window = tuple[Pair, Pair]  # its size, and how far it moves
Moves = tuple[Pair, Pair, Pair]  # how far, with how many zeros around, and how far apart values are


class Elementwise(nn.Module):
    """A link that takes each value to factor · value + offset, both (…) as one image's values."""

    def __init__(self, factors: torch.Tensor, offsets: torch.Tensor) -> None:
        super().__init__()
        self.factors, self.offsets = factors, offsets

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return values (N, …), each by its own factor and offset."""
        return self.factors * values + self.offsets


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """A linear map without its offset.

    `apply` takes values (N, …) and weights, its own `weight` or what is made of them; `back` takes
    slopes (R, …) by what leaves to slopes by what enters. `gain` is a bound of the map's L2 norm.
    `left` is the shape of what leaves for one image, `window`
    what each value of it looks at, `products` how often it multiplies.
    """

    apply: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    weight: torch.Tensor
    back: Callable[[torch.Tensor], torch.Tensor]
    gain: float
    left: torch.Size
    window: Window | None = None
    products: int = 0

    def view(self, values: torch.Tensor) -> torch.Tensor:
        """Return by how much what leaves changes, (N, …), when what enters changes by `values`."""
        return self.apply(values, self.weight)

    def between(self, ends: torch.Tensor) -> torch.Tensor:
        """Return the least and the largest (2, …) that can leave, of those that can enter."""
        least, most = ends.split(1)
        middle = self.apply((least + most) / 2, self.weight)
        reach = self.apply((most - least) / 2, self.weight.abs())
        return torch.cat([middle - reach, middle + reach])

    def lengths(self, some: torch.Tensor) -> torch.Tensor:
        """Return the L2 norms (1, …) of the weights that each value has for some (1, …), 0 or 1."""
        return self.apply(some, self.weight.square()).clamp(min=0).sqrt()

    def slopes(self) -> torch.Tensor:
        """Return the slopes (n, …) of each value that leaves by those that enter."""
        if self.apply is F.linear:
            return self.weight
        count = self.left.numel()
        each = torch.eye(count, dtype=self.weight.dtype, device=self.weight.device)
        return self.back(each.view(count, *self.left))


def linear(module: nn.Module, inputs: torch.Tensor) -> Map | None:
    """Return the map that a link is for values (1, …); None for a kind or settings not known."""
    if isinstance(module, Elementwise):
        return _elementwise(module.factors.expand(inputs.shape[1:]))
    make = MAKERS.get(type(module))
    return make(module, inputs) if make is not None else None


def simple(pool: Any) -> bool:
    """Whether the windows of a pooling all lie in the picture, and are without holes."""
    holes = pair(getattr(pool, "dilation", 1)) != (1, 1)
    return pair(pool.padding) == (0, 0) and not pool.ceil_mode and not holes


def shared(windows: Window) -> int:
    """Return in how many windows a value can be."""
    return math.prod(-(-size // step) for size, step in zip(*windows, strict=True))


def pair(of: int | Pair) -> Pair:
    """Return a setting for rows and for columns."""
    return of if isinstance(of, tuple) else (of, of)


def _matrix(module: Any, inputs: torch.Tensor) -> Map | None:
    weight: torch.Tensor = module.weight
    if inputs.dim() != 2:
        return None

    def back(rows: torch.Tensor) -> torch.Tensor:
        used = rows.any(dim=0).nonzero().flatten()  # many units are off
        return rows[:, used] @ weight[used]

    norm = float(torch.linalg.matrix_norm(weight))
    return Map(F.linear, weight, back, norm, weight.shape[:1], products=weight.numel())


def _convolution(module: Any, inputs: torch.Tensor) -> Map | None:
    if module.padding_mode != "zeros" or not isinstance(module.padding, tuple):
        return None
    moves = module.stride, module.padding, module.dilation
    return _windows(module.weight, module.groups, moves, inputs.shape[1:])


def _means(module: Any, inputs: torch.Tensor) -> Map | None:
    """Return the map of a pooling by means: a convolution of each map with equal weights."""
    if not simple(module) or module.divisor_override is not None:
        return None
    size, count = pair(module.kernel_size), inputs.shape[1]
    weight = inputs.new_full((count, 1, *size), 1 / math.prod(size))
    return _windows(weight, count, (pair(module.stride), (0, 0), (1, 1)), inputs.shape[1:])


def _windows(weight: torch.Tensor, groups: int, moves: Moves, shape: torch.Size) -> Map:
    """Return the map of a convolution with a weight (O, I, h, w), for values (1, *shape)."""
    stride, pads, holes = moves

    def apply(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return F.conv2d(values, weights, None, stride, pads, holes, groups)

    left = apply(weight.new_zeros(1, *shape), weight).shape[1:]
    spread = zip(weight.shape[2:], holes, strict=True)
    high, wide = ((count - 1) * apart + 1 for count, apart in spread)
    reach = zip(shape[1:], left[1:], stride, pads, (high, wide), strict=True)
    # pixels at the end of each axis that no window comes to
    short = [side + 2 * pad - (count - 1) * by - size for side, count, by, pad, size in reach]

    def back(rows: torch.Tensor) -> torch.Tensor:
        return F.conv_transpose2d(rows, weight, None, stride, pads, short, groups, holes)

    kernel = weight.new_zeros(*weight.shape[:2], high, wide)
    kernel[:, :, :: holes[0], :: holes[1]] = weight
    gain, products = _gain(kernel, groups, shape[1:]), left.numel() * weight[0].numel()
    return Map(apply, weight, back, gain, left, ((high, wide), stride), products)


def _gain(weight: torch.Tensor, groups: int, size: torch.Size) -> float:
    """Return a bound of the L2 norm of a convolution (O, I, h, w) of maps of a size.

    With zeros around, it is a part of a convolution on a torus that is larger by the kernel. That
    one's norm is the largest of those of its matrices (O, I), one for each frequency (Sedghi, Gupta
    and Long, "The Singular Values of Convolutional Layers", 2019). A matrix's largest eigenvalue is
    at most the Frobenius norm of the matrix's 8th power, to 1/8.
    """
    torus = [side + kernel - 1 for side, kernel in zip(size, weight.shape[2:], strict=True)]
    found = torch.fft.rfft2(weight.unflatten(0, (groups, -1)), s=torus).permute(0, 3, 4, 1, 2)
    found = (found.mH if found.shape[-2] < found.shape[-1] else found).contiguous()
    squares = found.mH @ found
    scale = squares.diagonal(dim1=-2, dim2=-1).real.sum(-1).clamp(min=1e-30)
    squares = squares / scale[..., None, None]
    for _ in range(SQUARINGS):
        squares = squares @ squares
    largest = scale * torch.linalg.matrix_norm(squares) ** (0.5**SQUARINGS)
    return float(largest.max().sqrt()) * (1 + ROUNDING)


def _normalization(module: Any, inputs: torch.Tensor) -> Map | None:
    if module.running_mean is None or module.training:
        return None
    found: torch.Tensor = (module.running_var + module.eps).rsqrt()
    if module.weight is not None:
        found = found * module.weight
    return _elementwise(found.view(-1, *[1] * (inputs.dim() - 2)).expand(inputs.shape[1:]))


def _elementwise(factors: torch.Tensor) -> Map:
    largest = float(factors.abs().max())
    return Map(torch.mul, factors, lambda rows: rows * factors, largest, factors.shape)


def _passing(module: Any, inputs: torch.Tensor) -> Map | None:
    if getattr(module, "start_dim", 1) != 1:
        return None
    shape, left = inputs.shape[1:], module(inputs).shape[1:]
    return Map(
        lambda values, weight: values.reshape(-1, *left) * weight,
        inputs.new_ones(()),
        lambda rows: rows.reshape(-1, *shape),
        1.0,
        left,
    )


def _dropout(module: Any, inputs: torch.Tensor) -> Map | None:
    return None if module.training else _passing(module, inputs)


MAKERS: Mapping[type[nn.Module], Callable[[nn.Module, torch.Tensor], Map | None]] = {
    nn.Linear: _matrix,
    nn.Conv2d: _convolution,
    nn.AvgPool2d: _means,
    nn.BatchNorm1d: _normalization,
    nn.BatchNorm2d: _normalization,
    nn.Flatten: _passing,
    nn.Identity: _passing,
    nn.Dropout: _dropout,
    nn.Dropout2d: _dropout,
}
KINDS = frozenset(MAKERS)
