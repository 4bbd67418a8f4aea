"""Layers of maps in the page against torch, with settings drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import chain
from tests import node


def described(module: nn.Module, image: torch.Tensor) -> dict[str, Any]:
    """One layer as the server describes it."""
    found = chain.link("layer", "", module, image.numpy(), module(image).detach().numpy())
    assert found is not None
    return dict(found)


def case(module: nn.Module, image: torch.Tensor) -> dict[str, Any]:
    tensors = {
        name: {"shape": list(value.shape), "values": value.detach().flatten().tolist()}
        for name, value in module.named_parameters()
    }
    return {
        "chain": [described(module, image)],
        "tensors": tensors,
        "image": image.flatten().tolist(),
    }


def two(random: np.random.Generator, low: int, high: int) -> Any:
    return tuple(int(each) for each in random.integers(low, high, 2))


def convolution(random: np.random.Generator) -> tuple[nn.Module, torch.Tensor]:
    groups = int(random.integers(1, 4))
    inputs, outputs = groups * int(random.integers(1, 3)), groups * int(random.integers(1, 4))
    size, stride = two(random, 1, 4), two(random, 1, 4)
    apart, padding = two(random, 1, 3), two(random, 0, 3)
    if random.random() < 0.4:
        padding, stride = str(random.choice(["same", "valid"])), (1, 1)
        size = (size[0] | 1, size[1] | 1)  # torch warns of an even “same”
    module = nn.Conv2d(
        inputs, outputs, size, stride, padding, apart, groups, bias=bool(random.integers(2))
    )
    return module, torch.relu(torch.randn(1, inputs, *map(int, random.integers(6, 10, 2))))


def pooling(random: np.random.Generator) -> tuple[nn.Module, torch.Tensor]:
    if random.random() < 0.5:
        size: Any = tuple(int(each) for each in random.integers(1, 4, 2))
        padding: Any = tuple(int(random.integers(0, each // 2 + 1)) for each in size)
    else:
        size = int(random.integers(1, 4))
        padding = int(random.integers(0, size // 2 + 1))
    stride = None if random.random() < 0.5 else int(random.integers(1, 4))
    module = nn.MaxPool2d(
        size, stride, padding, int(random.integers(1, 3)), ceil_mode=bool(random.integers(2))
    )
    return module, torch.randn(1, int(random.integers(1, 4)), *map(int, random.integers(6, 10, 2)))


@pytest.mark.parametrize("build", [convolution, pooling])
def test_maps_are_those_of_torch(build: Any) -> None:
    torch.manual_seed(3)
    random = np.random.default_rng(3)
    pairs = [build(random) for _ in range(60)]
    answers = node.run("twin/layers.js", [case(*pair) for pair in pairs])
    for (module, image), answer in zip(pairs, answers, strict=True):
        expected = module(image).detach().flatten().numpy()
        assert answer is not None, module
        np.testing.assert_allclose(answer, expected, atol=1e-5, err_msg=repr(module))


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Conv2d(1, 2, 3, padding=1, padding_mode="circular"), (1, 1, 6, 6)),
        (nn.MaxPool2d(2, return_indices=False), (1, 6, 6)),
    ],
)
def test_what_the_page_does_not_know_it_leaves_to_the_server(
    module: nn.Module, shape: tuple[int, ...]
) -> None:
    assert node.run("twin/layers.js", [case(module, torch.zeros(shape))]) == [None]
