"""The last passes of somebody's own module, so that going from step to step runs it once.

What is kept is told apart by what was fed, by the edits, and by the state of the module: one
that is trained or changed meanwhile is run anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from torch import nn

from explorer.errors import UntraceableModel
from explorer.graphs import Note
from explorer.network.answering import answered
from explorer.network.batches import Batch
from explorer.network.failing import short
from explorer.network.predicting import shared
from explorer.network.state import state
from explorer.network.tracing import Intervention, trace
from explorer.records import Floats, Trace

KEPT = 3  # passes
ROOM = 512_000_000  # bytes of all of them; the newest is kept however large it is


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """One pass, why it has no answer if it has none, and what a plain pass answers.

    `whole` says that it came to its end, though what it answers may be no number. `model` is held
    so that no other can get its identity while the pass is kept. `made` is what was worked out from
    its values already, which of a large network takes longer than the pass.
    """

    trace: Trace
    failure: UntraceableModel | None = None
    answer: tuple[Floats, ...] = ()
    model: nn.Module | None = None
    whole: bool = True
    made: dict[Hashable, Any] = field(default_factory=dict)


_kept: OrderedDict[Hashable, Pass] = OrderedDict()
_lock = threading.Lock()


def passed(
    model: nn.Module,
    inputs: Any,
    fed: Hashable,
    applied: tuple[Intervention, ...] = (),
    *,
    batch: Batch = "first",
) -> Pass:
    """Return a pass of a module; `fed` tells what goes in and how it is edited from all else.

    `batch` says where the first input has its batch (see `explorer.network.batches`).

    Raises:
        UntraceableModel: for a pass that failed before anything was called.
    """
    key = (id(model), state(model), fed)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _run(model, inputs, applied, batch)
    with _lock:
        _kept[key] = found
        while _full():
            _kept.popitem(last=False)
    return found


def _full() -> bool:
    """Whether the passes that are kept are too many, or too large."""
    held = sum(size(each.trace, each.answer) for each in _kept.values())
    return len(_kept) > KEPT or (len(_kept) > 1 and held > ROOM)


def size(of: Trace, answer: tuple[Floats, ...] = ()) -> int:
    """Return the bytes of all values of a pass, and of a plain answer; each array of them once."""
    every = (*of.inputs, *(each for values in of.values for each in values))
    return sum({id(each): each.nbytes for each in (*every, *answer)}.values())


def _run(model: nn.Module, inputs: Any, applied: tuple[Intervention, ...], batch: Batch) -> Pass:
    try:
        traced = trace(model, inputs, interventions=applied, batch=batch)
    except UntraceableModel as error:
        if error.partial is None or not error.partial.inputs:
            raise
        return Pass(error.partial, error, (), model, whole=False)
    if applied:
        return Pass(traced, _undefined(traced), (), model)
    try:
        answer = answered(model, inputs)
    except Exception as error:  # somebody's own code, which has just run: it may refuse to again
        note = Note("trace.note.once", traced.graph.input, {"reason": short(error)})
        return Pass(replace(traced, notes=(*traced.notes, note)), _undefined(traced), (), model)
    return Pass(traced, _undefined(traced), answer, model)


def _undefined(traced: Trace) -> UntraceableModel | None:
    """Return that an answer is no number, and the first step from which on; None where it is.

    A score of −∞ is one: so is a class masked, whose share is 0.
    """
    if not traced.rows or np.isfinite(shared(traced, traced.scores)).all():
        return None
    pairs = zip(traced.graph.nodes, traced.values, strict=True)
    steps = [(node.id, values) for node, values in pairs if node.inside < 0]
    names = (
        name
        for lost in (_lost, np.isinf)  # −∞ last: masks are made of it
        for name, values in steps
        if any(lost(each).any() for each in values)
    )
    return UntraceableModel("trace.nan", step=next(names, traced.graph.input), partial=traced)


def _lost(values: Floats) -> Any:
    return np.isnan(values) | np.isposinf(values)


def forget() -> None:
    """Let go of every pass, and of the modules they were of."""
    with _lock:
        _kept.clear()
