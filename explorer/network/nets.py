"""The networks of PyTorch's "Build the Neural Network" course, with its own names, and one of maps.

Their text is what people read on the page too, less annotations and comments: hence 28*28 as the
course has it.
"""

from __future__ import annotations

import torch
from torch import nn


class NeuralNetwork(nn.Module):
    """The course's network: 784 → 512 → 512 → 10, with ReLU between."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(28*28, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Linear(512, 10),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits (N, 10) of images (N, 28, 28) or (N, 1, 28, 28)."""
        x = self.flatten(x)  # (N, 784)
        logits: torch.Tensor = self.linear_relu_stack(x)  # (N, 10)
        return logits


def course_sequential() -> nn.Sequential:
    """Return the course's `seq_modules`: Flatten, Linear 784 → 20, ReLU, Linear 20 → 10."""
    return nn.Sequential(
        nn.Flatten(),  # (N, 784)
        nn.Linear(28*28, 20),  # (N, 20)
        nn.ReLU(),
        nn.Linear(20, 10),  # (N, 10)
    )  # fmt: skip


class ConvNet(nn.Module):
    """Two convolutions, each with its ReLU and pooling, and two linear layers: 155,202 numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1),  # (N, 12, 28, 28)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 12, 14, 14)
            nn.Conv2d(12, 32, 3, padding=1),  # (N, 32, 14, 14)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 32, 7, 7)
        )
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(
            nn.Linear(32*7*7, 96),
            nn.ReLU(),
            nn.Linear(96, 10),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits (N, 10) of images (N, 1, 28, 28)."""
        x = self.features(x)  # (N, 32, 7, 7)
        x = self.flatten(x)  # (N, 1568)
        logits: torch.Tensor = self.classifier(x)  # (N, 10)
        return logits
