"""A query run through its network.

The pass, the steps by name, and the values of each. What all views start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.maths.shares import shares
from explorer.network import zoo
from explorer.network.editing import interventions, perturbed
from explorer.network.tracing import trace
from explorer.records import SIDE, Call, Floats, Kind, Prediction, Query, Step, Trace

SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What every part of a view is computed from.

    The query, its network, the pass, and the values of every step.

    `pixels` are the images as the network saw them, perturbed if the options say so. `trace` is the
    pass with the edits, `plain` the pass without them; where there are none, the two are one.
    """

    query: Query
    card: zoo.Card
    model: nn.Module
    pixels: tuple[bytes, ...]
    trace: Trace
    plain: Trace
    steps: tuple[Step, ...]
    values: Mapping[str, Floats]
    prediction: Prediction

    def option(self, name: str, usual: float, low: float, high: float) -> float:
        """Return one of the query's options as a number within bounds.

        InvalidQuery says what was expected.
        """
        value = self.query.options.get(name, usual)
        if isinstance(value, str) or not low <= value <= high:
            raise InvalidQuery(
                "query.option", field=f"options.{name}", received=repr(value), low=low, high=high
            )
        return value

    @property
    def device(self) -> torch.device:
        """Where the network is; one without parameters is on the CPU."""
        parameter = next(self.model.parameters(), None)
        return torch.device("cpu") if parameter is None else parameter.device

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
        """The captured call of the current step.

        None for the input and for the softmax behind the model.
        """
        return next((call for call in self.trace.calls if call.step == self.query.step), None)


def look(query: Query, *, device: str = "cpu") -> Scene:
    """Run the network on the images of a query and name its steps."""
    card = zoo.card(query.model)
    model = zoo.load(query.model, query.checkpoint or card.default, device)
    if query.focus >= len(query.images):
        raise InvalidQuery(
            "query.focus", received=query.focus, count=len(query.images), high=len(query.images) - 1
        )
    pixels = perturbed(query.images, query.options)
    images = batch(pixels).to(device)
    plain = passed = trace(model, images)
    if query.edits:

        def other(checkpoint: str) -> Trace:
            return trace(zoo.load(query.model, checkpoint or card.default, device), images)

        passed = trace(model, images, interventions(query.edits, plain, other))
    probabilities = shares(passed.output)
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
    return Scene(query, card, model, pixels, passed, plain, steps, values, prediction)


def batch(images: tuple[bytes, ...]) -> torch.Tensor:
    """Return pixels 0 to 255 as the tensor the course feeds, (N, 28, 28) float32 in [0, 1]."""
    pixels = np.frombuffer(b"".join(images), dtype=np.uint8).reshape(len(images), SIDE, SIDE)
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255))


def _steps(passed: Trace, values: Mapping[str, Floats]) -> tuple[Step, ...]:
    """Name the steps in order.

    The input, every call, and the softmax unless the network has its own.
    """
    last = passed.calls[-1]
    steps = [Step("input", "input", "", "", passed.images.shape)]
    for call in passed.calls:
        kind: Kind = "logits" if call is last and call.kind == "linear" else call.kind
        steps.append(Step(call.step, kind, call.module, call.path, call.output.shape))
    if SOFTMAX not in {step.id for step in steps}:
        steps.append(Step(SOFTMAX, "softmax", "Softmax", "", values[SOFTMAX].shape))
    return tuple(steps)
