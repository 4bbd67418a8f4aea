"""A ReLU network is linear where you stand.

Logits = W_eff·x + b_eff.

As long as no ReLU switches, such a network is one matrix and one vector (Montúfar, Pascanu, Cho &
Bengio, "On the Number of Linear Regions of Deep Neural Networks", 2014). Modules are shared between
threads: nothing here changes one.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.maths.ablation import AFFINE, chain, followed, kept
from explorer.maths.arithmetic import Doubles, sealed
from explorer.maths.leaves import is_leaf, leaves
from explorer.records import Floats

Method = Literal["chain", "biases", "local"]

# Linear where they stand, without an offset of their own: f(c·x) = c·f(x) for c > 0.
HOMOGENEOUS = frozenset(
    {nn.Flatten, nn.Unflatten, nn.Identity, nn.ReLU, nn.LeakyReLU, nn.Dropout, nn.Dropout2d}
    | {nn.AvgPool2d, nn.MaxPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d}
)
NORMS = frozenset({nn.BatchNorm1d, nn.BatchNorm2d})
OFFSET = NORMS | {nn.Linear, nn.Conv2d}
# Modules that do something else in training mode, or change themselves; unknown ones might.
CAREFREE = (HOMOGENEOUS | {nn.Linear, nn.Conv2d, nn.Softmax}) - {nn.Dropout, nn.Dropout2d}

# of the absolute terms added up: float32 rounding stays below, a missing nonlinearity does not
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class LinearView:
    """The network around one image of P pixels, as one linear map to C logits.

    `weights` (C, P) float32 is W_eff = ∂logits/∂x; `products` (C, P) float64 its terms W_eff[c,
    i]·x[i], exact; `contribution` (C,) float64 their sums; `bias` (C,) float32 is b_eff, worked out
    apart from the logits; `logits` (C,) float32 is plain model(x). `remainder` (C,) float64 =
    logits − contribution − bias is rounding when `exact`; otherwise the view is a local linear
    approximation, `bias` is 0, and the remainder is all that stays unexplained.
    """

    method: Method
    weights: Floats
    products: Doubles
    contribution: Doubles
    bias: Floats
    logits: Floats
    remainder: Doubles

    @property
    def exact(self) -> bool:
        """Whether this is the network while no unit switches, and `residual` rounding alone."""
        return self.method != "local"

    @property
    def residual(self) -> Doubles:
        """How far the identity is from holding, (C,) float64: |W_eff·x + b_eff − logit|."""
        return sealed(np.abs(self.remainder), np.float64)


def linear_view(
    model: nn.Module, image: torch.Tensor, *, device: str | torch.device = "cpu"
) -> LinearView:
    """Return the linear map that a network is around one image (…) float32, as the model takes it.

    Three ways, the first that applies:

    - `chain`: Flatten, Linear and ReLU in line. W_eff = W₃·D₂·W₂·D₁·W₁ with D the diagonal of which
    units are on, and
      b_eff is that pattern's network run on x = 0.
    - `biases`: other piecewise linear modules (convolution, pooling, LeakyReLU, BatchNorm in eval
    mode). W_eff and
      b_eff = Σ ∂logits/∂b·b over all biases come out of one forward and two backward passes for all
      classes, through a copy that shares the weights (Srinivas & Fleuret, "Full-Gradient
      Representation for Neural Network Visualization", 2019). What the forward pass does besides
      its modules cannot be seen; if the identity fails, the network is treated as `local`.
    - `local`: anything else whose rows do not influence each other. W_eff is the gradient, from one
    forward and one
      backward pass of C copies of the image.

    Raises:
        UntraceableModel: when a module would behave otherwise in eval mode, or the logits have no
            gradient.
    """
    x = image.detach().to(device)
    _expect_steady(model)
    with torch.inference_mode(mode=False):
        logits = _forward(model, x.unsqueeze(0))[0]
        modules = chain(model, x)
        if modules is not None and all(type(module) in AFFINE for module in modules):
            with torch.no_grad():
                return _view("chain", _matrices(modules, x), x, logits)
        if all(_piecewise(module) for module in leaves(model)):
            view = _by_biases(model, x, logits)
            if view is not None:
                return view
        return _view("local", _gradient(model, x, len(logits)), x, logits)


def _piecewise(leaf: nn.Module) -> bool:
    """Whether a leaf is linear where it stands; a BatchNorm is if it keeps statistics."""
    if type(leaf) in NORMS:
        return leaf.running_mean is not None
    return type(leaf) in HOMOGENEOUS or type(leaf) in OFFSET


def _expect_steady(model: nn.Module) -> None:
    for path, module in model.named_modules():
        if module.training and is_leaf(module) and type(module) not in CAREFREE:
            raise UntraceableModel(
                "arithmetic.training", step=path or "model", module=type(module).__name__
            )


def _matrices(
    modules: tuple[nn.Module, ...], image: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return W_eff (C, P) and b_eff (C,) of an affine chain.

    Matrices from the back, biases from the front.
    """
    inputs, output = followed(modules, image.unsqueeze(0))
    weights = torch.eye(output.numel(), dtype=output.dtype, device=output.device)
    for module, entering in zip(reversed(modules), reversed(inputs), strict=True):
        if type(module) is nn.Linear:
            weights = weights @ module.weight
        elif type(module) is nn.ReLU:
            weights = weights * (entering > 0).flatten()
    offset = torch.zeros_like(image).unsqueeze(0)
    for module, entering in zip(modules, inputs, strict=True):
        offset = offset * (entering > 0) if type(module) is nn.ReLU else module(offset)
    return weights, offset.flatten()


def _by_biases(model: nn.Module, image: torch.Tensor, logits: torch.Tensor) -> LinearView | None:
    """Return the view whose bias comes from the network's biases.

    None where that cannot be, or is not all.
    """
    try:
        twin = _twin(model)
        biases = [parameter for parameter in twin.parameters() if parameter.requires_grad]
        view = _view("biases", _gradient(twin, image, len(logits), biases), image, logits)
    except (
        Exception
    ):  # a stranger's module may refuse to be copied; the gradient alone needs no copy
        return None
    scale = np.abs(view.products).sum(axis=1) + np.abs(view.bias) + np.abs(view.logits)
    return view if bool((view.residual <= TOLERANCE * scale).all()) else None


def _gradient(
    network: nn.Module, image: torch.Tensor, classes: int, biases: Sequence[torch.Tensor] = ()
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return W_eff (C, P) of one pass of C copies of the image, and b_eff (C,) of biases.

    What is differentiated is Σ rows·logits with `rows` the unit matrix. Its slopes by the biases,
    each times the bias, add up to Σ rows·b_eff; differentiating that by `rows` gives b_eff for all
    classes at once. (As plain sums, because handing `rows` over as `grad_outputs` makes PyTorch
    import sympy at the first call, for half a second.)
    """
    pixels = image.unsqueeze(0).repeat(classes, *[1] * image.dim()).requires_grad_()
    with torch.enable_grad():
        logits = _forward(network, pixels)
        rows = torch.eye(classes, dtype=logits.dtype, device=logits.device).requires_grad_(
            bool(biases)
        )
        try:
            slopes, *parts = torch.autograd.grad(
                (logits * rows).sum(),
                [pixels, *biases],
                create_graph=bool(biases),
                allow_unused=bool(biases),
            )
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            raise UntraceableModel(
                "arithmetic.gradient", model=type(network).__name__, reason=reason
            ) from error
        sums = [
            (part * bias.detach()).sum()
            for part, bias in zip(parts, biases, strict=True)
            if part is not None
        ]
        offset = (
            torch.autograd.grad(torch.stack(sums).sum(), rows)[0][0]
            if sums
            else torch.zeros_like(logits[0])
        )
    weights = torch.zeros_like(pixels) if slopes is None else slopes
    return weights.flatten(1), offset


class _Affine(nn.Module):
    """What a BatchNorm is in eval mode.

    `scale`·x + `shift`, with one number (K,) each per channel of x (N, K, …).
    """

    def __init__(self, norm: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        super().__init__()
        mean, variance = torch.as_tensor(norm.running_mean), torch.as_tensor(norm.running_var)
        self.scale = (
            (variance + norm.eps).rsqrt() * (1 if norm.weight is None else norm.weight)
        ).detach()
        self.shift = nn.Parameter(
            (0 if norm.bias is None else norm.bias.detach()) - mean * self.scale
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x (N, K, …) scaled and shifted, same shape."""
        shape = (-1, *[1] * (x.dim() - 2))
        return x * self.scale.view(shape) + self.shift.view(shape)


def _twin(model: nn.Module) -> nn.Module:
    """Return a copy that shares every weight, and whose offsets alone take gradients."""
    biases = {id(module.bias) for module in model.modules() if type(module) in OFFSET}
    memo: dict[int, Any] = {
        id(each): nn.Parameter(each.detach(), requires_grad=id(each) in biases)
        for each in model.parameters()
    }
    twin = copy.deepcopy(model, memo)
    for parent in tuple(twin.modules()):
        for name, child in tuple(parent.named_children()):
            if isinstance(child, nn.BatchNorm1d | nn.BatchNorm2d):
                setattr(parent, name, _Affine(child))
    return twin


def _forward(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return the logits (N, C) of a batch."""
    output = model(
        images.clone()
    )  # an in-place module writes to what it is given, or may not, to a leaf of the graph
    if not isinstance(output, torch.Tensor) or output.dim() != 2 or len(output) != len(images):
        raise UntraceableModel("trace.output", received=type(output).__name__, count=len(images))
    return output


def _view(
    method: Method,
    found: tuple[torch.Tensor, torch.Tensor],
    image: torch.Tensor,
    logits: torch.Tensor,
) -> LinearView:
    weights, bias, values = kept(found[0]), kept(found[1]), kept(logits)
    products = weights.astype(np.float64) * kept(image.flatten()).astype(np.float64)
    contribution = products.sum(axis=1)
    return LinearView(
        method=method,
        weights=weights,
        products=sealed(products, np.float64),
        contribution=sealed(contribution, np.float64),
        bias=bias,
        logits=values,
        remainder=sealed(values - contribution - bias, np.float64),
    )
