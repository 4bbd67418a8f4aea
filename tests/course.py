"""The course's network, as many tests speak of it: its steps, and what `print(model)` says."""

from __future__ import annotations

import torch

from explorer.network import zoo

STEPS = (
    "input",
    "flatten",
    "linear_relu_stack.0",
    "linear_relu_stack.1",
    "linear_relu_stack.2",
    "linear_relu_stack.3",
    "linear_relu_stack.4",
    "softmax",
)
PRINTED = """NeuralNetwork(
  (flatten): Flatten(start_dim=1, end_dim=-1)
  (linear_relu_stack): Sequential(
    (0): Linear(in_features=784, out_features=512, bias=True)
    (1): ReLU()
    (2): Linear(in_features=512, out_features=512, bias=True)
    (3): ReLU()
    (4): Linear(in_features=512, out_features=10, bias=True)
  )
)"""


def layers() -> list[torch.nn.Module]:
    return list(zoo.load("fashion-mlp").get_submodule("linear_relu_stack").children())


def behind(x: torch.Tensor) -> torch.Tensor:
    """Run what follows the first ReLU."""
    with torch.no_grad():
        for layer in layers()[2:]:
            x = layer(x)
    return x
