"""A query run through its network.

The pass, the steps by name, and the values of each. What all views start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import nn

from explorer import kinds
from explorer.errors import InvalidQuery, NotANumber
from explorer.incoming.queries import option
from explorer.kinds.base import Kind, Subject
from explorer.kinds.picture import scaled
from explorer.maths.shares import shares
from explorer.network import steps as order
from explorer.network import zoo
from explorer.network.editing import interventions, perturbed
from explorer.network.tracing import Intervention, trace
from explorer.records import Call, Floats, Input, Pixels, Prediction, Query, Step, Trace

LARGEST = 1e15  # of any value: its square, and sums of many, are still numbers in float32


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What every part of a view is computed from.

    The query, its network, the pass, and the values of every step.

    `pixels` are the images as the network saw them, perturbed if the options say so. `trace` is the
    pass with the edits, `plain` the pass without them; where there are none, the two are one.
    `applied` are the edits as the pass applied them.
    `values` are what comes out of every step, `inputs` what goes in, `sources` the step it comes
    from, all by the step's identity.
    """

    query: Query
    card: zoo.Card
    model: nn.Module
    pixels: tuple[bytes, ...]
    trace: Trace
    plain: Trace
    applied: tuple[Intervention, ...]
    steps: tuple[Step, ...]
    places: Mapping[str, int]
    inputs: Mapping[str, Floats]
    values: Mapping[str, Floats]
    sources: Mapping[str, str | None]
    prediction: Prediction

    def option(self, name: str, usual: float, low: float, high: float) -> float:
        """Return one of the query's options as a number within bounds.

        InvalidQuery says what was expected.
        """
        return option(self.query.options, name, usual, low, high)

    @property
    def device(self) -> torch.device:
        """Where the network is; one without parameters is on the CPU."""
        parameter = next(self.model.parameters(), None)
        return torch.device("cpu") if parameter is None else parameter.device

    @property
    def index(self) -> int:
        """The position of the current step in `steps`."""
        return self.places[self.query.step]

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[self.index]

    @property
    def kind(self) -> Kind:
        """What is known of the current step's kind."""
        return kinds.BY_NAME[self.step.kind]

    @property
    def before(self) -> Floats:
        """What goes into the current step, (N, …); at the input, the grey values drawn."""
        return self.inputs[self.query.step]

    @property
    def after(self) -> Floats:
        """What comes out of the current step, (N, …)."""
        return self.values[self.query.step]

    @property
    def call(self) -> Call | None:
        """The captured call of the current step.

        None for the input and for the softmax behind the model.
        """
        place = self.index - 1
        return self.trace.calls[place] if 0 <= place < len(self.trace.calls) else None

    @property
    def ends_in_shares(self) -> bool:
        """Whether the network's own last layer makes probabilities, so that none is added."""
        return len(self.steps) == len(self.trace.calls) + 1

    @property
    def logits(self) -> Floats:
        """What softmax is applied to, (N, C)."""
        return self.trace.calls[-1].input if self.ends_in_shares else self.trace.output

    def shares(self, outputs: Floats) -> Floats:
        """Return what the network's outputs (N, C) are as probabilities."""
        return outputs if self.ends_in_shares else shares(outputs)

    def subject(self, step: Step | None = None, *, unit: int | None = None) -> Subject:
        """Return a step (the current one, if none is named) as its kind is asked about it."""
        step = step or self.step
        place = self.places[step.id] - 1
        called = 0 <= place < len(self.trace.calls)
        return Subject(
            step,
            self.model.get_submodule(step.path) if called else None,
            self.inputs[step.id],
            self.values[step.id],
            self.query.focus,
            self.card.input,
            self.prediction.labels,
            self.query.language,
            source=self.sources[step.id],
            unit=unit,
            options=self.query.options,
        )


def look(query: Query, *, device: str = "cpu") -> Scene:
    """Run the network on the images of a query and name its steps."""
    card = zoo.card(query.model)
    model = zoo.load(query.model, query.checkpoint or card.default, device)
    if query.focus >= len(query.images):
        raise InvalidQuery(
            "query.focus", received=query.focus, count=len(query.images), high=len(query.images) - 1
        )
    if query.images == Query().images and card.input.size != Input().size:
        query = replace(query, images=(bytes(card.input.size),))  # an empty picture, of its size
    pixels = perturbed(query.images, query.options, card.input)
    images = batch(pixels, card.input).to(device)
    plain = passed = trace(model, images)
    applied: tuple[Intervention, ...] = ()
    if query.edits:

        @cache
        def other(checkpoint: str) -> Trace:
            return trace(zoo.load(query.model, checkpoint or card.default, device), images)

        applied = interventions(query.edits, plain, other)
        passed = trace(model, images, applied)
    _bounded(passed)
    return _arranged(query, card, model, pixels, plain, passed, applied)


def _bounded(passed: Trace) -> None:
    """Refuse values that have overflowed, or of which sums and squares would.

    Raises:
        NotANumber: naming the first step that has them.
    """
    for step, values in passed.outputs.items():
        if values.size and not max(values.max(), -values.min()) <= LARGEST:  # also for NaN
            raise NotANumber("values.beyond", step=step)


def _arranged(
    query: Query,
    card: zoo.Card,
    model: nn.Module,
    pixels: tuple[bytes, ...],
    plain: Trace,
    passed: Trace,
    applied: tuple[Intervention, ...],
) -> Scene:
    """Return the scene of a pass, its steps named and coloured, if what is asked of it exists."""
    last, values = passed.calls[-1], passed.outputs
    own = kinds.BY_NAME[last.kind].shares and np.array_equal(last.output, passed.output)
    probabilities = passed.output if own else shares(passed.output)
    inputs = {"input": greys(pixels, card.input).astype(np.float32)}
    inputs |= {call.step: call.input for call in passed.calls}
    if not own and order.SOFTMAX not in values:
        values[order.SOFTMAX], inputs[order.SOFTMAX] = probabilities, passed.output
    _check(query, values)
    labels = card.labels_in(query.language, probabilities.shape[1])
    steps = order.named(passed, values, card.input, len(labels))
    sources = order.sources(steps, inputs, values, query.focus)
    return Scene(
        query,
        card,
        model,
        pixels,
        passed,
        plain,
        applied,
        order.coloured(steps, sources, inputs, values, focus=query.focus, picture=card.input),
        {step.id: place for place, step in enumerate(steps)},
        inputs,
        values,
        sources,
        Prediction(
            probabilities=probabilities,
            classes=tuple(int(index) for index in probabilities.argmax(axis=1)),
            labels=labels,
        ),
    )


def greys(images: tuple[bytes, ...], of: Input) -> Pixels:
    """Return images of a query as the grey values drawn, (N, *shape) uint8.

    Raises:
        InvalidQuery: for an image of another size than the network takes.
    """
    for number, image in enumerate(images):
        if len(image) != of.size:
            raise InvalidQuery(
                "query.size",
                field=f"images[{number}]",
                received=len(image),
                count=of.size,
                shape=" × ".join(map(str, of.shape)),
            )
    return np.frombuffer(b"".join(images), dtype=np.uint8).reshape(len(images), *of.shape)


def batch(images: tuple[bytes, ...], of: Input | None = None) -> torch.Tensor:
    """Return pixels 0 to 255 as the tensor the network is fed, (N, *shape) float32.

    In [0, 1], as the course does it, unless the card has a mean and a std.
    """
    of = of or Input()
    return torch.from_numpy(scaled(greys(images, of), of))


def _check(query: Query, values: Mapping[str, Floats]) -> None:
    """Refuse a step or a unit that does not exist."""
    if query.step not in values:
        raise InvalidQuery("query.step", received=query.step, known=", ".join(values))
    size = values[query.step][0].size
    if query.unit is not None and query.unit >= size:
        raise InvalidQuery("query.unit", received=query.unit, step=query.step, high=size - 1)
