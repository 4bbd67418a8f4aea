"""The course, live: its stops in order, its own lines, and what they print for the batch."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any, Literal, cast

import torch
from torch import nn

from explorer.network import nets, zoo
from explorer.network.feeding import batch
from explorer.network.scene import Scene
from explorer.outgoing import source
from explorer.records import PIXELS, Language
from explorer.sections.base import Section
from explorer.words import say

MLP = "fashion-mlp"
SEQUENTIAL = "course-sequential"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the walk, and the step of `model` that shows it on the page.

    `code` is what people read and what is run, but for two things. Imports are not run, as torch
    and nn are there already. And what is assigned to a name of `given` is random in the course: the
    page puts its own pictures and trained weights in that place, and marks the line. `looks` are
    expressions of ours, shown with their values below what the course prints; `comments` are keys
    of sentences by the line above which they stand.
    """

    id: str
    model: str
    step: str
    view: Literal["explore", "weights"]
    code: str
    given: frozenset[str] = frozenset()
    looks: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = ()


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
    Stop("predicted", MLP, "softmax", "explore", PREDICTED, given=frozenset({"X"})),
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
    ),
    Stop("parameters", MLP, "linear_relu_stack.0", "weights", PARAMETERS),
)
PROBABLE = ("predicted", "softmax")  # stops at whose end `pred_probab` holds probabilities


def listing() -> list[dict[str, str]]:
    """Return what the page knows of each stop before it asks: where it is shown."""
    return [
        {"id": stop.id, "model": stop.model, "step": stop.step, "view": stop.view} for stop in STOPS
    ]


def section(scene: Scene) -> Section:
    """Return what the code of every stop prints for the batch, with that code, by id."""
    drawn = scene.query.images
    if any(len(each) != PIXELS for each in drawn):
        drawn = (bytes(PIXELS),)  # the course's networks take 28×28
    told = outputs(batch(drawn), zoo.load(MLP), cast(nn.Sequential, zoo.load(SEQUENTIAL)), "cpu")
    stops = {
        stop.id: {**written(stop, language=scene.query.language), **told[stop.id]} for stop in STOPS
    }
    return {"stops": stops}, ()


@cache
def written(stop: Stop, *, language: Language) -> dict[str, Any]:
    """Return the code of a stop with its comments, and the numbers of its marked lines, from 0."""
    comments = dict(stop.comments)
    lines = []
    for line in stop.code.splitlines():
        key = comments.get(line.strip())
        if key:
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}# {say(language, f'course.comment.{key}')}")
        lines.append(line)
    code = "\n".join(lines)
    spans = [
        range(node.lineno - 1, node.end_lineno or node.lineno)
        for node in ast.parse(code).body
        if _names(node) & stop.given
    ]
    return {"code": code, "given": [line for span in spans for line in span]}


def outputs(
    images: torch.Tensor, model: nn.Module, sequential: nn.Sequential, device: str
) -> dict[str, dict[str, Any]]:
    """Return what every stop gives, by id, run in order as in a notebook.

    `images` is (N, 28, 28) float32 in [0, 1]; `model` is the course's `NeuralNetwork`, `sequential`
    its `seq_modules`. Both stay as they are: the code gets copies whose parameters ask for
    gradients, as in the course, so that the same `grad_fn` is printed. Each stop has `output`, what
    it prints; `looks`, our own expressions with their values; and, where it computes them,
    `shares`, (N, classes) probabilities as lists.
    """
    printed: list[str] = []

    def collect(*values: object) -> None:
        printed.append(" ".join(map(str, values)) + "\n")

    told: dict[str, dict[str, Any]] = {}
    with torch.inference_mode(mode=False), torch.enable_grad():
        # A `print` of its own: sys.stdout belongs to every thread of the process and may not be
        # redirected.
        space: dict[str, Any] = {"__name__": "course", "print": collect, "torch": torch, "nn": nn}
        batch = images.detach().clone().to(device)
        layers = _copied(sequential, device)
        space |= {"X": batch, "input_image": batch, "seq_modules": layers}
        space |= {"layer1": next(layer for layer in layers if isinstance(layer, nn.Linear))}
        space["model"] = _copied(model, device)
        for stop in STOPS:
            printed.clear()
            # the page's, which its owner may have chosen otherwise than the course does
            space["device"] = device
            # the constant text above: nothing of anybody else gets here
            exec(_compiled(stop), space)  # noqa: S102
            told[stop.id] = {"output": "".join(printed), "looks": _looked(stop, space)}
            if stop.id in PROBABLE:
                told[stop.id]["shares"] = space["pred_probab"].tolist()
    return told


def _looked(stop: Stop, space: dict[str, Any]) -> str:
    """Return our own expressions with their values, as at a prompt."""
    # constant text, as above
    values = [repr(eval(look, space)) for look in stop.looks]  # noqa: S307
    return "\n".join(f">>> {look}\n{value}" for look, value in zip(stop.looks, values, strict=True))


def _copied(module: nn.Module, device: str) -> Any:
    """Return a copy on `device` that asks for gradients."""
    return copy.deepcopy(module).requires_grad_().to(device)


@cache
def _compiled(stop: Stop) -> CodeType:
    """Return what is run of a stop: all but its imports, and what the page gives itself."""
    tree = ast.parse(stop.code)
    tree.body = [
        node
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom) and not _names(node) & stop.given
    ]
    return compile(tree, f"<course: {stop.id}>", "exec")


def _names(node: ast.stmt) -> set[str]:
    """Return the names that a statement assigns."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
