"""The course, live: “Build the Neural Network”, and what its lines print for the batch."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import nn

from explorer.network import nets, zoo
from explorer.network.feeding import batch
from explorer.network.scene import Scene
from explorer.network.turn import copied
from explorer.outgoing import source
from explorer.records import PIXELS
from explorer.sections.base import Section
from explorer.sections.stops import Stop, read, run

MLP = "fashion-mlp"
SEQUENTIAL = "course-sequential"
SHARES = (("shares", "pred_probab.tolist()"),)


DEVICE = """\
import os
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

device = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
print(f"Using {device} device")"""

CLASS_COMMENTS = {
    "super().__init__()": "super",
    "self.flatten = nn.Flatten()": "flatten",
    "self.linear_relu_stack = nn.Sequential(": "stack",
    "nn.Linear(28*28, 512),": "first",
    "nn.Linear(512, 512),": "second",
    "nn.Linear(512, 10),": "last",
    "def forward(self, x):": "forward",
    "return logits": "logits",
}

STRUCTURE = """\
model = NeuralNetwork().to(device)
print(model)"""

PREDICTED = """\
X = torch.rand(1, 28, 28, device=device)
logits = model(X)
pred_probab = nn.Softmax(dim=1)(logits)
y_pred = pred_probab.argmax(1)
print(f"Predicted class: {y_pred}")"""

BATCH = """\
input_image = torch.rand(3,28,28)
print(input_image.size())"""

FLATTEN = """\
flatten = nn.Flatten()
flat_image = flatten(input_image)
print(flat_image.size())"""

LINEAR = """\
layer1 = nn.Linear(in_features=28*28, out_features=20)
hidden1 = layer1(flat_image)
print(hidden1.size())"""

RELU = """\
print(f"Before ReLU: {hidden1}\\n\\n")
hidden1 = nn.ReLU()(hidden1)
print(f"After ReLU: {hidden1}")"""

STACKED = """\
seq_modules = nn.Sequential(
    flatten,
    layer1,
    nn.ReLU(),
    nn.Linear(20, 10)
)
input_image = torch.rand(3,28,28)
logits = seq_modules(input_image)"""

SOFTMAX = """\
softmax = nn.Softmax(dim=1)
pred_probab = softmax(logits)"""

PARAMETERS = """\
print(f"Model structure: {model}\\n\\n")

for name, param in model.named_parameters():
    print(f"Layer: {name} | Size: {param.size()} | Values : {param[:2]} \\n")"""

STOPS: tuple[Stop, ...] = (
    Stop("device", MLP, "input", "explore", DEVICE),
    Stop(
        "class",
        MLP,
        "input",
        "explore",
        source.of(nets.NeuralNetwork).text.strip(),
        looks=("issubclass(NeuralNetwork, nn.Module)",),
        comments=tuple(CLASS_COMMENTS.items()),
    ),
    Stop(
        "structure",
        MLP,
        "linear_relu_stack.0",
        "explore",
        STRUCTURE,
        given=frozenset({"model"}),
    ),
    Stop(
        "predicted",
        MLP,
        "softmax",
        "explore",
        PREDICTED,
        given=frozenset({"X"}),
        values=SHARES,
    ),
    Stop("batch", SEQUENTIAL, "input", "explore", BATCH, given=frozenset({"input_image"})),
    Stop("flatten", SEQUENTIAL, "0", "explore", FLATTEN),
    Stop("linear", SEQUENTIAL, "1", "explore", LINEAR, given=frozenset({"layer1"})),
    Stop("relu", SEQUENTIAL, "2", "explore", RELU),
    Stop(
        "sequential",
        SEQUENTIAL,
        "3",
        "explore",
        STACKED,
        given=frozenset({"seq_modules", "input_image"}),
        looks=("logits.size()", "logits"),
    ),
    Stop(
        "softmax",
        SEQUENTIAL,
        "softmax",
        "explore",
        SOFTMAX,
        looks=("pred_probab", "pred_probab.sum(dim=1)"),
        values=SHARES,
    ),
    Stop("parameters", MLP, "linear_relu_stack.0", "weights", PARAMETERS),
)


def section(scene: Scene) -> Section:
    """Return what the code of every stop prints for the batch, with that code, by id."""
    drawn = scene.query.images
    if any(len(each) != PIXELS for each in drawn):
        drawn = (bytes(PIXELS),)  # the course's networks take 28×28
    printed = outputs(batch(drawn), zoo.load(MLP), cast(nn.Sequential, zoo.load(SEQUENTIAL)), "cpu")
    return {"stops": read(STOPS, printed, scene.query.language)}, ()


def outputs(
    images: torch.Tensor, model: nn.Module, sequential: nn.Sequential, device: str
) -> dict[str, dict[str, Any]]:
    """Return what every stop gives, by id (`stops.run`).

    `images` is (N, 28, 28) float32 in [0, 1]; `model` is the course's `NeuralNetwork`, `sequential`
    its `seq_modules`. Both stay as they are: the code gets copies whose parameters ask for
    gradients, as in the course, so that the same `grad_fn` is printed. Where a stop computes them,
    `shares` of its `values` are (N, classes) probabilities as lists.
    """
    with torch.inference_mode(mode=False):
        batch = images.detach().clone().to(device)
        layers = _copied(sequential, device)
        space: dict[str, Any] = {"X": batch, "input_image": batch, "seq_modules": layers}
        space |= {"layer1": next(layer for layer in layers if isinstance(layer, nn.Linear))}
        space["model"] = _copied(model, device)
    # the page's device, which its owner may have chosen otherwise than the course does
    return run(STOPS, space, device=device)


def _copied(module: nn.Module, device: str) -> Any:
    """Return a copy on `device` that asks for gradients."""
    return copied(module).requires_grad_().to(device)
