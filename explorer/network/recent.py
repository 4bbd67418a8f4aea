"""The last passes of somebody's own module, so that going from step to step runs it once.

What is kept is told apart by what was fed, by the edits, and by the state of every weight and
buffer: a module that is trained meanwhile is run anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import nn

from explorer.errors import UntraceableModel
from explorer.network.answering import answered
from explorer.network.batches import Batch
from explorer.network.functions import version
from explorer.network.tracing import Intervention, trace
from explorer.records import Floats, Trace

KEPT = 3  # passes; one of a large network may hold 200 MB


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """One pass, why it has no answer if it has none, and what a plain pass answers.

    `model` is held so that no other can get its identity while the pass is kept. `made` is what was
    worked out from its values already, which of a large network takes longer than the pass.
    """

    trace: Trace
    failure: UntraceableModel | None = None
    answer: tuple[Floats, ...] = ()
    model: nn.Module | None = None
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
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _run(model: nn.Module, inputs: Any, applied: tuple[Intervention, ...], batch: Batch) -> Pass:
    try:
        traced = trace(model, inputs, applied, batch=batch)
    except UntraceableModel as error:
        if error.partial is None or not error.partial.inputs:
            raise
        return Pass(error.partial, error, (), model)
    return Pass(traced, _undefined(traced), () if applied else answered(model, inputs), model)


def _undefined(traced: Trace) -> UntraceableModel | None:
    """Return that an answer is no number, and the first step from which on; None where it is."""
    if not (traced.rows and np.isnan(traced.output).any()):
        return None
    nodes = zip(traced.graph.nodes, traced.values, strict=True)
    names = (
        node.id
        for node, values in nodes
        if node.inside < 0 and any(np.isnan(each).any() for each in values)
    )
    return UntraceableModel("trace.nan", step=next(names, traced.graph.input), partial=traced)


def forget() -> None:
    """Let go of every pass, and of the modules they were of."""
    with _lock:
        _kept.clear()


def state(model: nn.Module) -> int:
    """Return what changes when anything of a module is written to or exchanged."""
    held = (*model.parameters(), *model.buffers())
    return hash(tuple((id(each), version(each)) for each in held))
