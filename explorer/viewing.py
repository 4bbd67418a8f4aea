"""view(query): everything the screen shows, computed anew from one query. No widgets, no state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer import describing, figures, zoo
from explorer.errors import InvalidQuery
from explorer.records import SIDE, Call, Check, Floats, Kind, Prediction, Query, Step, Trace, View
from explorer.tracing import trace
from explorer.words import say

SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What every part of a view is computed from: the query, its network, the pass, and the values of every step."""

    query: Query
    card: zoo.Card
    model: nn.Module
    trace: Trace
    steps: tuple[Step, ...]
    values: Mapping[str, Floats]
    prediction: Prediction

    @property
    def index(self) -> int:
        """The position of the current step in `steps`."""
        return next(index for index, step in enumerate(self.steps) if step.id == self.query.step)

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[self.index]

    @property
    def before(self) -> Floats:
        """What goes into the current step, (N, …); at the input, the images themselves."""
        call = self.call
        if call is not None:
            return call.input
        return self.trace.images if self.step.kind == "input" else self.trace.output

    @property
    def after(self) -> Floats:
        """What comes out of the current step, (N, …)."""
        return self.values[self.query.step]

    @property
    def call(self) -> Call | None:
        """The captured call of the current step; None for the input and for the softmax behind the model."""
        return next((call for call in self.trace.calls if call.step == self.query.step), None)


def view(query: Query, *, device: str = "cpu") -> View:
    """Return the whole screen for one query.

    Raises:
        ExplorerError: when the query names a model, step, unit or section that does not exist, in a sentence.
    """
    scene = look(query, device=device)
    step = scene.step
    focus = query.focus
    wanted = _wanted(query)
    return View(
        steps=scene.steps,
        tensors={name: values[focus] for name, values in scene.values.items()},
        prediction=scene.prediction,
        facts=describing.facts(step, scene.after[focus], language=query.language),
        checks=checks(scene),
        texts=describing.texts(step, scene.before, scene.after, language=query.language),
        notices=describing.notices(scene.trace.images[focus], scene.card.statistics, language=query.language),
        figure=figures.as_json(figure(scene)) if "figure" in wanted else None,
        sections={name: SECTIONS[name](scene) for name in wanted if name != "figure"},
    )


def ready(device: str | None = None) -> str:
    """Prepare this process for views of a few milliseconds and return the device in use.

    Without a wish it is the course's choice: the current accelerator if there is one, else the CPU.
    """
    torch.set_num_threads(1)  # a forward pass of 0.1 ms is not worth waking a second thread
    if device is None:
        accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
        device = accelerator.type if accelerator else "cpu"
    view(Query(), device=device)
    return device


def look(query: Query, *, device: str = "cpu") -> Scene:
    """Run the network on the images of a query and name its steps."""
    card = zoo.card(query.model)
    model = zoo.load(query.model, query.checkpoint or card.default, device)
    if query.focus >= len(query.images):
        raise InvalidQuery("query.focus", received=query.focus, count=len(query.images), high=len(query.images) - 1)
    images = batch(query.images)
    passed = trace(model, images.to(device))
    probabilities = torch.softmax(torch.from_numpy(passed.output.copy()), dim=1).numpy()
    probabilities.setflags(write=False)
    values = {"input": passed.images, **{call.step: call.output for call in passed.calls}}
    values.setdefault(SOFTMAX, probabilities)
    steps = _steps(passed, values)
    if query.step not in values:
        raise InvalidQuery("query.step", received=query.step, known=", ".join(values))
    size = values[query.step][0].size
    if query.unit is not None and query.unit >= size:
        raise InvalidQuery("query.unit", received=query.unit, step=query.step, high=size - 1)
    prediction = Prediction(
        probabilities=probabilities,
        classes=tuple(int(index) for index in probabilities.argmax(axis=1)),
        labels=card.labels[query.language],
    )
    return Scene(query, card, model, passed, steps, values, prediction)


def batch(images: tuple[bytes, ...]) -> torch.Tensor:
    """Return pixels 0 to 255 as the tensor the course feeds, (N, 28, 28) float32 in [0, 1]."""
    pixels = np.frombuffer(b"".join(images), dtype=np.uint8).reshape(len(images), SIDE, SIDE)
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255))


def figure(scene: Scene) -> figures.Figure:
    """Return the stage's figure of the current step."""
    focus = scene.query.focus
    values, labels = scene.after[focus], scene.prediction.labels
    same: dict[str, Any] = {"language": scene.query.language, "selected": scene.query.unit}
    draw: Mapping[Kind, Callable[[], figures.Figure]] = {
        "input": lambda: figures.picture(values, **same),
        "flatten": lambda: figures.flattened(values, **same),
        "linear": lambda: figures.units(values, **same),
        "relu": lambda: figures.rectified(scene.before[focus], values, **same),
        "logits": lambda: figures.logits(values, labels, **same),
        "softmax": lambda: figures.probabilities(values, labels, scene.prediction.classes[focus], **same),
    }
    return draw.get(scene.step.kind, lambda: figures.tensor(values, **same))()


def checks(scene: Scene) -> tuple[Check, ...]:
    """Return the identities every view carries: hooked output = plain model(x), and the probabilities sum to 1."""
    images = torch.from_numpy(scene.trace.images.copy())
    device = next(scene.model.parameters()).device
    with torch.inference_mode():
        plain = scene.model(images.to(device)).to("cpu").numpy()
    apart = float(np.abs(plain - scene.trace.output).max())
    focus = scene.query.focus
    total = float(scene.prediction.probabilities[focus].sum(dtype=np.float64))
    language = scene.query.language
    left, right = float(scene.trace.output[focus].max()), float(plain[focus].max())
    return (
        Check("forward", say(language, "check.forward"), left, right, apart, 0.0),
        Check("sum", say(language, "check.sum"), total, 1.0, abs(total - 1.0), 1e-6),
    )


def _steps(passed: Trace, values: Mapping[str, Floats]) -> tuple[Step, ...]:
    """Name the steps in order: the input, every call, and the softmax unless the network has its own."""
    last = passed.calls[-1]
    steps = [Step("input", "input", "", "", passed.images.shape)]
    for call in passed.calls:
        kind: Kind = "logits" if call is last and call.kind == "linear" else call.kind
        steps.append(Step(call.step, kind, call.module, call.path, call.output.shape))
    if SOFTMAX not in {step.id for step in steps}:
        steps.append(Step(SOFTMAX, "softmax", "Softmax", "", values[SOFTMAX].shape))
    return tuple(steps)


def _wanted(query: Query) -> tuple[str, ...]:
    for name in query.show:
        if name != "figure" and name not in SECTIONS:
            raise InvalidQuery("query.section", received=name, known=", ".join(("figure", *SECTIONS)))
    return query.show


# Optional parts of a view, by the name that Query.show asks for: each a function of the scene, JSON-ready.
SECTIONS: Mapping[str, Callable[[Scene], Any]] = {}
