# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""W_eff·x + b_eff is the logit where it has to be; elsewhere what is not explained is said."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer.errors import UntraceableModel
from explorer.maths.linearity import linear_view
from explorer.network.nets import NeuralNetwork, course_sequential


def linear(weights: list[list[float]], bias: list[float]) -> nn.Linear:
    made = nn.Linear(len(weights[0]), len(weights))
    made.weight.data, made.bias.data = torch.tensor(weights), torch.tensor(bias)
    return made


torch.manual_seed(0)

# A 2×2 image; hidden units z = (0.5, −1): the first is on, the second off. Logits (1, 0).
IMAGE = torch.tensor([[2.0, 0.0], [5.0, 1.0]])
FIRST = linear([[1.0, 0.0, 0.0, -1.0], [2.0, 1.0, 0.0, 0.0]], [-0.5, -5.0])
SECOND = linear([[1.0, 1.0], [-2.0, 3.0]], [0.5, 1.0])
ELU = nn.Sequential(nn.ELU(inplace=True), nn.Flatten(), nn.Linear(16, 3)).eval()
BY_HAND = nn.Sequential(nn.Flatten(), FIRST, nn.ReLU(), SECOND)


def convolutional() -> nn.Sequential:
    torch.manual_seed(3)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4, eps=0.1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(4, 3, 3, bias=False),
        nn.BatchNorm2d(3, affine=False), nn.LeakyReLU(0.1), nn.AvgPool2d(2), nn.Dropout(), nn.Flatten(),
        nn.Linear(75, 5),
    )  # fmt: skip
    model(torch.rand(16, 1, 28, 28) * 3)  # so that the BatchNorms know a mean that is not 0
    return model.eval().requires_grad_(False)


class Residual(nn.Module):
    """Piecewise linear, not a chain, with a module that is never called."""

    def __init__(self, power: int = 1) -> None:
        super().__init__()
        self.first, self.second, self.unused = nn.Linear(16, 16), nn.Linear(16, 3), nn.Linear(2, 2)
        self.relu, self.power = nn.ReLU(), power

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.flatten(1)
        out: torch.Tensor = self.second(self.relu(self.first(x)) + x)
        return out**self.power


def test_worked_out_by_hand() -> None:
    view = linear_view(BY_HAND, IMAGE)
    assert (view.method, view.exact) == ("chain", True)
    assert view.weights.tolist() == [[1, 0, 0, -1], [-2, 0, 0, 2]]
    assert view.products.tolist() == [[2, 0, 0, -1], [-4, 0, 0, 2]]
    assert (view.contribution.tolist(), view.bias.tolist(), view.logits.tolist()) == (
        [1, -2],
        [0, 2],
        [1, 0],
    )
    assert view.residual.tolist() == [0, 0]
    assert not any(
        array.flags.writeable for array in (view.weights, view.products, view.bias, view.residual)
    )


def test_a_unit_at_exactly_zero_is_off_as_in_pytorch() -> None:
    model = nn.Sequential(
        nn.Flatten(), linear([[1.0, 1, 1, 1]], [0.0]), nn.ReLU(), linear([[1.0], [2.0]], [3.0, 4.0])
    )
    view = linear_view(model, torch.zeros(2, 2))
    assert not view.weights.any()
    assert view.bias.tolist() == [3.0, 4.0]


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10**6), st.lists(st.integers(1, 12), max_size=3), st.booleans(), st.booleans()
)
def test_exact_on_random_chains(seed: int, widths: list[int], bias: bool, inplace: bool) -> None:
    torch.manual_seed(seed)
    layers: list[nn.Module] = [nn.Flatten()]
    for before, after in zip([16, *widths], widths, strict=False):
        layers += [nn.Linear(before, after, bias=bias), nn.ReLU(inplace=inplace)]
    model = nn.Sequential(*layers, nn.Linear([16, *widths][-1], 4, bias=bias))
    image = torch.randn(1, 4, 4)
    view = linear_view(model, image)
    double = copy.deepcopy(model).double()
    slope = torch.autograd.functional.jacobian(
        lambda x: double(x.unsqueeze(0))[0], image.double()
    ).flatten(1)
    assert view.method == "chain"
    assert view.residual.max() < 1e-5
    assert view.weights == pytest.approx(slope.numpy(), abs=1e-5)
    assert view.bias == pytest.approx(
        (double(image.double().unsqueeze(0))[0] - slope @ image.double().flatten()).detach(),
        abs=1e-5,
    )


@pytest.mark.parametrize(
    "model", [NeuralNetwork(), course_sequential()], ids=["NeuralNetwork", "seq_modules"]
)
@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_exact_on_the_course_networks(model: nn.Module, scale: float) -> None:
    view = linear_view(model, scale * torch.rand(28, 28))
    assert (view.method, view.weights.shape) == ("chain", (10, 784))
    assert view.residual.max() < 1e-5


@pytest.mark.parametrize(
    ("model", "shape"), [(convolutional(), (1, 28, 28)), (Residual().eval(), (4, 4))]
)
def test_exact_with_the_bias_from_the_biases(model: nn.Module, shape: tuple[int, ...]) -> None:
    image = torch.rand(shape)
    view = linear_view(model, image)
    assert view.method == "biases"
    assert view.residual.max() < 1e-5
    assert np.abs(view.bias).max() > 1e-3
    slope = torch.func.jacrev(lambda x: copy.deepcopy(model)(x.unsqueeze(0))[0])(image).flatten(1)
    assert view.weights == pytest.approx(slope.detach().numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("model", "image"),
    [
        (
            nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3)),
            torch.rand(4, 4),
        ),
        (
            Residual(power=2),
            torch.rand(4, 4),
        ),  # only known modules, but something happens between them
        (nn.Sequential(nn.Flatten(), nn.Linear(16, 3), nn.Softmax(dim=1)), torch.rand(4, 4)),
        (ELU, torch.rand(4, 4) - 1),
    ],
    ids=["Tanh", "square", "Softmax", "ELU"],
)
def test_anything_else_is_an_approximation_with_its_remainder(
    model: nn.Module, image: torch.Tensor
) -> None:
    view = linear_view(model.eval(), image)
    assert (view.method, view.exact) == ("local", False)
    assert not view.bias.any()
    slope = torch.func.jacrev(lambda x: model(x.clone().unsqueeze(0))[0])(image).flatten(1)
    assert view.weights == pytest.approx(slope.detach().numpy(), abs=1e-5)
    assert view.remainder == pytest.approx(
        view.logits - view.weights @ image.flatten().numpy(), abs=1e-5
    )
    assert view.residual.max() > 1e-3


def test_a_corrupted_layer_breaks_the_identity() -> None:
    model = course_sequential().eval()
    assert linear_view(model, torch.rand(28, 28)).residual.max() < 1e-5
    layer: Any = model[1]
    layer.forward = lambda x: nn.functional.linear(x, 1.01 * layer.weight, layer.bias)  # unsaid
    assert linear_view(model, torch.rand(28, 28)).residual.max() > 1e-4


def test_a_layer_that_somebodys_hook_changes_is_followed_by_its_gradient() -> None:
    model, image = course_sequential().eval(), torch.rand(28, 28)
    model[1].register_forward_hook(lambda _module, _given, answer: answer * 1.01)
    view = linear_view(model, image)
    slope = torch.func.jacrev(lambda x: model(x.unsqueeze(0))[0])(image).flatten(1)
    assert view.weights == pytest.approx(slope.detach().numpy(), abs=1e-5)
    assert view.residual.max() < 1e-5


@pytest.mark.parametrize(
    "model", [NeuralNetwork().eval(), convolutional(), Residual(power=3).eval(), ELU]
)
def test_nothing_of_the_module_changes(model: nn.Module) -> None:
    shape = (4, 4) if model is ELU or isinstance(model, Residual) else (1, 28, 28)
    before = copy.deepcopy(model.state_dict())
    held = {
        name: (id(each), each.requires_grad, each._version)
        for name, each in model.named_parameters()
    }
    state = torch.get_rng_state()
    with torch.inference_mode():
        image = torch.rand(shape, generator=torch.Generator().manual_seed(0))
        kept = image.clone()
        linear_view(model, image)
    assert torch.equal(image, kept)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(each, before[name]) for name, each in model.state_dict().items())
    assert held == {
        name: (id(each), each.requires_grad, each._version)
        for name, each in model.named_parameters()
    }
    assert all(each.grad is None for each in model.parameters())


def test_a_module_in_training_mode_is_refused() -> None:
    with pytest.raises(UntraceableModel, match=r"Dropout at 1 is in training mode.*eval"):
        linear_view(nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(16, 3)), torch.rand(4, 4))


class Cut(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return x.flatten(1)[:, :3]


class Pair(nn.Module):
    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return x, x


def test_what_has_no_gradient_or_no_logits_is_said() -> None:
    with pytest.raises(UntraceableModel, match="Cut cannot be differentiated"):
        linear_view(Cut().eval(), torch.rand(4, 4))
    with pytest.raises(UntraceableModel, match="tuple"):
        linear_view(Pair().eval(), torch.rand(4, 4))


class Bent(nn.Module):
    """Only a Linear is a module; what follows bends its output a little."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = linear([[1.0, 0, 0, 0], [0, 0, 1.0, 0]], [0.5, 0.0])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.layer(x.flatten(1))
        return out + 0.01 * out**2


def test_a_slight_bend_between_modules_is_not_called_linear() -> None:
    view = linear_view(Bent().eval(), IMAGE)
    assert (view.method, view.exact) == ("local", False)
    # With out = w·x + b: out + out²/100 − (1 + out/50)·(out − b) = b·(1 + out/50) − out²/100.
    assert view.remainder == pytest.approx([0.5 * 1.05 - 0.0625, -0.25], abs=1e-5)
