"""The course, live: its stops in order, and what the code of each prints for the batch."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any, Literal, cast

import torch
from torch import nn

from explorer.network import nets, zoo
from explorer.network.scene import Scene
from explorer.outgoing import source
from explorer.records import Language
from explorer.sections.base import Section
from explorer.words import say

MLP = "fashion-mlp"
SEQUENTIAL = "course-sequential"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the walk.

    The code people read and that is run, and the step of `model` that shows it on the page.
    """

    id: str
    model: str
    step: str
    view: Literal["explore", "weights"]
    code: str


DEVICE = """\
device = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
print(f"Using {device} device")"""

CLASS = f"""\
{source.of(nets.NeuralNetwork).text}
print(issubclass(NeuralNetwork, nn.Module))"""

PREDICTED = """\
logits = model(X)
pred_probab = nn.Softmax(dim=1)(logits)
y_pred = pred_probab.argmax(1)
print(f"Predicted class: {y_pred}")"""

FLATTEN = """\
flatten = nn.Flatten()
flat_image = flatten(input_image)
print(flat_image.size())"""

LINEAR = """\
print(layer1)
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
    layer2,
)
logits = seq_modules(input_image)
print(logits)"""

SOFTMAX = """\
softmax = nn.Softmax(dim=1)
pred_probab = softmax(logits)
print(pred_probab)
print(pred_probab.sum(dim=1))"""

PARAMETERS = """\
print(f"Model structure: {model}\\n\\n")

for name, param in model.named_parameters():
    print(f"Layer: {name} | Size: {param.size()} | Values : {param[:2]} \\n")"""

STOPS: tuple[Stop, ...] = (
    Stop("device", MLP, "input", "explore", DEVICE),
    Stop("class", MLP, "flatten", "explore", CLASS),
    Stop("structure", MLP, "linear_relu_stack.0", "explore", "print(model)"),
    Stop("predicted", MLP, "softmax", "explore", PREDICTED),
    Stop("batch", SEQUENTIAL, "input", "explore", "print(input_image.size())"),
    Stop("flatten", SEQUENTIAL, "0", "explore", FLATTEN),
    Stop("linear", SEQUENTIAL, "1", "explore", LINEAR),
    Stop("relu", SEQUENTIAL, "2", "explore", RELU),
    Stop("sequential", SEQUENTIAL, "3", "explore", STACKED),
    Stop("softmax", SEQUENTIAL, "softmax", "explore", SOFTMAX),
    Stop("parameters", MLP, "linear_relu_stack.0", "weights", PARAMETERS),
)


def section(scene: Scene) -> Section:
    """Return the stops of the course with what their code prints for the batch."""
    language = scene.query.language
    images = torch.from_numpy(scene.trace.images.copy())
    printed = outputs(images, zoo.load(MLP), cast(nn.Sequential, zoo.load(SEQUENTIAL)), "cpu")
    stops: list[dict[str, Any]] = []
    for stop in STOPS:
        title, text = words(stop, language=language)
        lesson = {"title": title, "text": text, "code": stop.code, "output": printed[stop.id]}
        stops.append(
            {"id": stop.id, "model": stop.model, "step": stop.step, "view": stop.view, **lesson}
        )
    return {"stops": stops}, ()


def words(stop: Stop, *, language: Language) -> tuple[str, str]:
    """Return the title and the text of a stop."""
    return say(language, f"course.{stop.id}.title"), say(language, f"course.{stop.id}.text")


def outputs(
    images: torch.Tensor, model: nn.Module, sequential: nn.Sequential, device: str
) -> dict[str, str]:
    """Return what the code of every stop prints, by id, run in order as in a notebook.

    `images` is (N, 28, 28) float32 in [0, 1]; `model` is the course's `NeuralNetwork`, `sequential`
    its `seq_modules`. Both stay as they are: the code gets copies whose parameters ask for
    gradients, as in the course, so that the same `grad_fn` is printed.
    """
    printed: list[str] = []

    def collect(*values: object) -> None:
        printed.append(" ".join(map(str, values)) + "\n")

    told = {}
    with torch.inference_mode(mode=False), torch.enable_grad():
        # A `print` of its own: sys.stdout belongs to every thread of the process and may not be
        # redirected.
        namespace: dict[str, Any] = {
            "__name__": "course",
            "print": collect,
            "torch": torch,
            "nn": nn,
        }
        batch = images.detach().clone().to(device)
        linear = [layer for layer in _copied(sequential, device) if isinstance(layer, nn.Linear)]
        namespace |= {"X": batch, "input_image": batch, "layer1": linear[0], "layer2": linear[1]}
        namespace["model"] = _copied(model, device)
        for stop in STOPS:
            printed.clear()
            namespace["device"] = (
                device  # the page's, which its owner may have chosen otherwise than the course does
            )
            # the constant text above: nothing of anybody else gets here
            exec(_compiled(stop), namespace)  # noqa: S102
            told[stop.id] = "".join(printed)
    return told


def _copied(module: nn.Module, device: str) -> Any:
    """Return a copy on `device` that asks for gradients."""
    return copy.deepcopy(module).requires_grad_().to(device)


@cache
def _compiled(stop: Stop) -> CodeType:
    return compile(stop.code, f"<course: {stop.id}>", "exec")
