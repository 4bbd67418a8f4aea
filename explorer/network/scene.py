"""A query run through its network.

The pass, the steps by name, and the values of each. What all views start from.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer import kinds
from explorer.errors import InvalidQuery, UntraceableModel
from explorer.incoming.queries import option
from explorer.kinds.base import Kind, Subject
from explorer.network import answers, called, freezing, teaching, zoo
from explorer.network import steps as order
from explorer.network.answering import undisturbed
from explorer.network.batches import per_image
from explorer.network.copying import NOTHING
from explorer.network.doing import near
from explorer.network.feeding import batch, device_of, greys, rounding
from explorer.network.predicting import predicted, remarks, shared
from explorer.network.running import Run, run
from explorer.network.steps import Event
from explorer.network.tracing import Intervention, drawing
from explorer.records import Call, Floats, Prediction, Query, Step, Trace

LARGEST = 200_000  # inputs × classes of a network whose linear map is shown

__all__ = ["Scene", "batch", "greys", "look", "untaught"]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What every part of a view is computed from.

    The query, its network, the pass, and the values of every step.

    `pixels` are the images as the network saw them, perturbed if the options say so; there are none
    where it is fed with examples. `trace` is the pass with the edits, `plain` the pass without
    them; where there are none, the two are one. `applied` are the edits as the pass applied them.
    `values` are what comes out of every step, `inputs` what goes in, `sources` the step it comes
    from, `happened` all that is known of it, by the step's identity. `failure` is why the pass
    ended half-way, `answer` what a plain pass of one's own module answers, `made` what others may
    work out from the pass but once.
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
    happened: Mapping[str, Event]
    inputs: Mapping[str, Floats]
    values: Mapping[str, Floats]
    sources: Mapping[str, str | None]
    prediction: Prediction
    failure: UntraceableModel | None = None
    answer: tuple[Floats, ...] = ()
    made: dict[Hashable, Any] = field(default_factory=dict)

    def option(self, name: str, usual: float, low: float, high: float) -> float:
        """Return one of the query's options as a number within bounds.

        InvalidQuery says what was expected.
        """
        return option(self.query.options, name, usual, low, high)

    @property
    def device(self) -> torch.device:
        """Where the network is; one without parameters is on the CPU."""
        return device_of(self.model)

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

        None where it is no call of a module: for the input, a function, the page's own softmax.
        """
        return self.happened[self.query.step].call

    @property
    def steady(self) -> bool:
        """Whether its network can be run again without us, on pictures changed or cut in two.

        It predicts from pictures, is in eval mode, computes in float32, and draws nothing by lot.
        """
        if not (self.predicts and self.pixels) or self.model in drawing:
            return False
        single = all(
            out.dtype == "float32" for node in self.trace.graph.nodes for out in node.outputs
        )
        return single and all(not each.training for each in self.model.modules())

    @property
    def classifies(self) -> bool:
        """Whether a cross entropy can be asked of it: it answers with logits or their shares."""
        return self.steady and self.trace.graph.answer.classifies

    @property
    def teachable(self) -> bool:
        """Whether a copy of its network can be taught the focused image."""
        return self.classifies and teaching.teachable(self.model)

    @property
    def focused(self) -> torch.Tensor:
        """The image in focus as the network is fed with it, (1, …)."""
        image = self.trace.images[self.query.focus][None].copy()
        return torch.from_numpy(image).to(self.device)

    @property
    def scoring(self) -> nn.Module:
        """The network as a function from images to its scores (N, C), whatever is around those."""
        return answers.scoring(self.model, self.trace.graph.answer)

    @property
    def small(self) -> bool:
        """Whether the matrix from pixels to classes is small enough to be shown."""
        classes = self.prediction.probabilities.shape[1]
        return bool(self.trace.images[0].size * classes <= LARGEST)

    @property
    def predicts(self) -> bool:
        """Whether the answer is one row of scores or shares for each image."""
        return self.trace.rows and self.failure is None

    @property
    def logits(self) -> Floats | None:
        """What softmax is applied to, (N, C); None where it is not known, or there is none."""
        if not self.predicts:
            return None
        last, end = self.steps[-1], self.trace.graph.end
        node = self.happened[last.id].node  # none of the page's own softmax
        ends = node is None or (end is not None and node is self.trace.graph.nodes[end.call])
        if ends and kinds.BY_NAME[last.kind].scored:
            return self.inputs[last.id]
        return self.trace.scores if self.trace.graph.answer.logarithms else None

    def shares(self, outputs: Floats) -> Floats:
        """Return what the network's outputs (N, C) are as probabilities."""
        return shared(self.trace, outputs)

    def subject(self, step: Step | None = None, *, unit: int | None = None) -> Subject:
        """Return a step (the current one, if none is named) as its kind is asked about it."""
        step = step or self.step
        event = self.happened[step.id]
        made, rows = called.exchange(event, self.model), len(self.values[step.id])
        received = order.entering(event, rows, made.received)
        last, language = step.id == self.steps[-1].id, self.query.language
        size = len(self.query.images[self.query.focus]) if self.pixels else self.card.input.size
        notes = remarks(self.card, self.prediction, language) if last else ()
        return Subject(
            step,
            called.module(event, made, self.model),
            received[0] if received else self.inputs[step.id],
            self.values[step.id],
            self.query.focus,
            self.card.input,
            self.prediction.labels,
            language,
            source=self.sources[step.id],
            unit=unit,
            options=self.query.options,
            received=received,
            sources=event.sources,
            function=event.function,
            stretched=size != self.card.input.size,
            exchange=made,
            made=self.made,
            near=near(event.node) if event.node else rounding(self.model),
            notes=(*order.notes(self.trace, event, language), *notes),
        )


def look(
    query: Query, *, device: str = "cpu", model: nn.Module | None = None, pupil: int | None = None
) -> Scene:
    """Run the network on the images of a query and name its steps; `model` if it is known already.

    `pupil` is the place of the image that its lesson is on, if that is not the one in focus.

    Raises:
        ExplorerError: for a query that cannot be shown, or a pass that failed at once.
    """
    card = zoo.card(query.model)
    model = model or _network(query, card, device)
    if query.taught is not None:
        freezing.frozen(model, query.taught)  # refuses a layer that does not exist
    return _arranged(query, card, model, run(query, card, model, pupil))


def untaught(query: Query) -> Query:
    """Return a query of the network as it was before it learnt anything, without edits."""
    taught = query.taught and replace(query.taught, shown=False)
    return replace(query, edits=(), versus=None, taught=taught)


def _network(query: Query, card: zoo.Card, device: str) -> nn.Module:
    """Return the checkpoint's network, or, if the query asks for it, what that has learnt."""
    how = query.taught
    if how is None or not how.replaces:
        return zoo.load(card, query.checkpoint, device)
    plain = look(untaught(query), device=device)
    with undisturbed(card.name, plain.model):
        if plain.teachable:
            answer = plain.trace.graph.answer
            learnt = teaching.learnt(plain.model, plain.focused, how, answer=answer)
            if learnt is not None:
                return learnt
    raise InvalidQuery("query.unteachable", field="taught.shown")


def _arranged(query: Query, card: zoo.Card, model: nn.Module, ran: Run) -> Scene:
    """Return the scene of a pass, its steps named and coloured, if what is asked of it exists."""
    passed, failure = ran.passed.trace, ran.passed.failure
    prediction = predicted(passed, card, query, whole=failure is None)
    drawn = greys(ran.pixels, card.input).astype(np.float32) if ran.pixels else None
    happened = order.events(passed, drawn, ran.plain, model=model)
    rows = max(1, passed.count)
    values = {each.id: per_image(each.output, rows, each.batch) for each in happened}
    if happened[-1].id == passed.graph.softmax:
        values[happened[-1].id] = shared(passed, passed.scores)  # no numbers are none there either
    nothing = np.broadcast_to(NOTHING, (rows, *NOTHING.shape))  # for each input, as all else
    inputs = {each.id: (*order.entering(each, rows), nothing)[0] for each in happened}
    order.check(query, values, len(prediction.labels))
    sources = {each.id: each.sources[0] if each.sources else None for each in happened}
    steps = _steps(query, card, ran, happened, values, inputs, sources)
    return Scene(
        query,
        card,
        model,
        ran.pixels,
        passed,
        ran.plain,
        ran.applied,
        steps,
        {step.id: place for place, step in enumerate(steps)},
        {each.id: each for each in happened},
        inputs,
        values,
        sources,
        prediction,
        failure,
        ran.passed.answer,
        ran.passed.made,
    )


def _steps(
    query: Query,
    card: zoo.Card,
    ran: Run,
    happened: Sequence[Event],
    values: Mapping[str, Floats],
    inputs: Mapping[str, Floats],
    sources: Mapping[str, str | None],
) -> tuple[Step, ...]:
    """Return the steps with their colours, of one pass and image but once."""
    key, focus = ("steps", query.focus), query.focus
    if key not in ran.passed.made:
        passed, whole = ran.passed.trace, ran.passed.failure is None
        classes = passed.scores.shape[1] if passed.rows and whole else 0  # as the prediction has
        ends = order.coloured(happened, sources, inputs, values, focus=focus, picture=card.input)
        ran.passed.made[key] = order.named(happened, values, ends, classes)
    found: tuple[Step, ...] = ran.passed.made[key]
    return found
