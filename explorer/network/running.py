"""The passes that a query asks for: with its edits, and without them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery, NotANumber
from explorer.network import living, recent, teaching, zoo
from explorer.network.answering import undisturbed
from explorer.network.batches import Batch
from explorer.network.editing import interventions, perturbed
from explorer.network.feeding import batch, device_of, fit, greys, type_of
from explorer.network.functions import tensors
from explorer.network.state import state
from explorer.network.tracing import Intervention, trace
from explorer.network.turn import agree
from explorer.records import Query, Trace

LARGEST = 1e15  # of any value: its square, and sums of many, are still numbers in float32


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A pass with the edits `applied`, one without them, and the pixels that were fed, if any."""

    pixels: tuple[bytes, ...]
    passed: recent.Pass
    plain: Trace
    applied: tuple[Intervention, ...] = ()


def run(query: Query, card: zoo.Card, model: nn.Module, pupil: int | None = None) -> Run:
    """Run a network on what its card says: the images of a query, or examples.

    `pupil` is the place of the image that the query's lesson is on, None for the one in focus.

    Raises:
        ExplorerError: for a query that does not fit, or a pass that failed at once.
    """
    agree()
    pupil = query.focus if pupil is None else pupil
    if card.examples is not None:
        return _own(query, model, (), card.examples, pupil=pupil, mark=state(card.examples))
    if not query.images:
        raise InvalidQuery("query.empty", field="images")
    if query.focus >= len(query.images):
        raise _beyond(query, len(query.images))
    images = fit(query.images, card.input)
    greys(images, card.input)  # refuses what does not fit
    pixels = perturbed(images, query.options, card.input)
    fed = batch(pixels, card.input)
    if zoo.own(card.name):
        held = living.now(card, model)
        mark = pixels if held is None else (pixels, held["sha256"])
        fed = fed.to(device_of(model), type_of(model))
        ran = _own(query, model, pixels, fed, pupil=pupil, mark=mark)
        ran.passed.made[living.FILE] = held
        return ran
    fed = fed.to(device_of(model))
    plain = trace(model, fed)
    if not query.edits:
        return Run(pixels, recent.Pass(_bounded(plain)), plain)
    applied = _applied(query, plain, fed, pupil)
    edited = recent.Pass(_bounded(trace(model, fed, interventions=applied)))
    return Run(pixels, edited, plain, applied)


def _own(
    query: Query,
    model: nn.Module,
    pixels: tuple[bytes, ...],
    fed: Any,
    *,
    pupil: int,
    mark: Hashable,
) -> Run:
    """Run somebody's own module, once for all its steps; `mark` tells what is fed."""
    batch: Batch = "first" if pixels else "found"  # pictures are the batch, wherever they are taken
    plain = recent.passed(model, fed, mark, batch=batch)
    if not plain.trace.count:
        raise InvalidQuery("query.nothing", shape=" × ".join(map(str, plain.trace.images.shape)))
    if query.focus >= plain.trace.count:
        raise _beyond(query, plain.trace.count)
    if not query.edits or not plain.whole:
        return Run(pixels, plain, plain.trace)
    applied = _applied(query, plain.trace, fed, pupil)
    copied = any(edit.source is not None and edit.source.learnt for edit in query.edits)
    lesson = (query.taught, pupil) if copied else None  # its values are no part of the edits
    edited = recent.passed(model, fed, (mark, query.edits, lesson), applied, batch=batch)
    _bounded(edited.trace, plain.trace)
    return Run(pixels, edited, plain.trace, applied)


def _beyond(query: Query, count: int) -> InvalidQuery:
    return InvalidQuery("query.focus", received=query.focus, count=count, high=count - 1)


def _applied(query: Query, plain: Trace, fed: Any, pupil: int) -> tuple[Intervention, ...]:
    usual, how = zoo.card(query.model).default, query.taught

    @cache
    def other(checkpoint: str, learnt: bool) -> Trace:
        device = str(tensors(fed)[0].device)
        wanted = checkpoint or usual
        if learnt and how is not None and how.replaces and wanted == (query.checkpoint or usual):
            return plain  # the network at hand is the one
        saved = zoo.load(query.model, wanted, device)
        passed = trace(saved, fed)
        return trace(_learnt(query, saved, passed, pupil), fed) if learnt else passed

    return interventions(query.edits, plain, other)


def _learnt(query: Query, saved: nn.Module, passed: Trace, pupil: int) -> nn.Module:
    """Return what a checkpoint has become by the query's lesson on one of the images."""
    if query.taught is None or not query.taught.steps:
        raise InvalidQuery("edit.learnt", field="edits")
    image = torch.from_numpy(passed.images[pupil][None].copy()).to(device_of(saved))
    with undisturbed(query.model, saved):
        found = teaching.learnt(saved, image, query.taught, answer=passed.graph.answer)
    if found is None:
        raise InvalidQuery("query.unteachable", field="edits")
    return found


def _bounded(passed: Trace, plain: Trace | None = None) -> Trace:
    """Return a pass; refuse values that have overflowed, or of which sums and squares would.

    Those that a `plain` pass of the same has there, too, are no edit's doing.

    Raises:
        NotANumber: naming the first step that has them.
    """
    before = {} if plain is None else plain.outputs
    for step, values in passed.outputs.items():
        if not values.size or np.abs(values).max() <= LARGEST:
            continue
        new = ~(np.abs(values) <= LARGEST)  # also for NaN
        if step in before and before[step].shape == values.shape:
            new &= np.abs(before[step]) <= LARGEST
        if new.any():
            raise NotANumber("values.beyond", step=step)
    return passed
