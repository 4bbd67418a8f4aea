"""From what a recorder saw to a trace: arrays, calls, and what has to be said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.graphs import Deferred, Graph, Node, Note
from explorer.kinds import kind_of
from explorer.network import copying, functions
from explorer.network.copying import NOTHING
from explorer.network.ledger import CONSTANT, Received, Slot
from explorer.network.recording import Recorder
from explorer.records import Call, Floats, Trace

FUSED = (nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerEncoder)


def finished(
    recorder: Recorder,
    fed: Sequence[Slot],
    answers: Sequence[Received],
    output: Any,
    graph: Graph,
) -> Trace:
    """Return the trace of a pass, its values copied.

    Raises:
        UntraceableModel: for a tensor that is no array, as a jagged one.
    """
    arrays, raws = _arrays(recorder, graph), recorder.ledger.calls

    def received() -> tuple[tuple[Floats, ...], ...]:
        return tuple(
            tuple(
                NOTHING if index == CONSTANT else arrays[id(slot)]
                for index, _, slot in raw.received
            )
            for raw in raws
        )

    values = tuple(tuple(arrays[id(slot)] for slot in raw.outs) for raw in raws)
    entering = Deferred(received)
    modules = [recorder.frames[raw.frame].module if raw.leaf else None for raw in raws]
    kinds = [kind_of(module) if module is not None else None for module in modules]
    known = [slot for index, _, slot in answers if index != CONSTANT]
    answered = {id(slot.tensor): arrays[id(slot)] for slot in known}
    inputs = tuple(arrays[id(slot)] for slot in fed)
    return Trace(
        images=inputs[0] if inputs else NOTHING,
        calls=calls(graph, kinds, entering, values),
        output=functions.mapped(output, lambda each: _answer(each, answered)),
        inputs=inputs,
        graph=graph,
        values=values,
        received=entering,
        notes=tuple(_notes(recorder, graph)),
    )


def calls(
    graph: Graph,
    kinds: Sequence[str | None],
    received: Sequence[tuple[Floats, ...]],
    values: Sequence[tuple[Floats, ...]],
) -> Sequence[Call]:
    """Return the leaf calls of a graph that answered with a tensor, made when first asked for."""
    return Deferred(
        lambda: tuple(
            _call(node, kind, received[index], values[index])
            for index, (node, kind) in enumerate(zip(graph.nodes, kinds, strict=True))
            if kind is not None and node.outputs
        )
    )


def _call(node: Node, kind: str, received: tuple[Floats, ...], values: tuple[Floats, ...]) -> Call:
    first = received[0] if received else NOTHING
    return Call(node.path, node.call, kind, node.op, first, values[0], received, values, node.id)


def _answer(tensor: torch.Tensor, answered: dict[int, Floats]) -> Floats:
    """Return the array of an answered tensor; a weight that is the answer is copied here."""
    found = answered.get(id(tensor))
    return found if found is not None else copying.parts(*copying.whole([tensor]))[0]


def _arrays(recorder: Recorder, graph: Graph) -> dict[int, Floats]:
    """Return the values of every slot, by its identity; what was copied before is not again."""
    done: dict[int, Floats] = {}
    waiting = []
    for slot in recorder.ledger.slots:
        kept = slot.kept
        if kept is not None and copying.plain(kept):
            done[id(slot)] = values = kept.numpy()
            values.setflags(write=False)
        else:
            waiting.append(slot)
    if not waiting:
        return done
    try:
        flat, shapes = copying.whole(
            [slot.tensor if slot.kept is None else slot.kept for slot in waiting]
        )
    except (RuntimeError, NotImplementedError) as error:
        raise _unshown(waiting, recorder, graph, error) from error
    done.update(zip(map(id, waiting), copying.parts(flat, shapes), strict=True))
    return done


def _unshown(
    slots: Sequence[Slot], recorder: Recorder, graph: Graph, error: Exception
) -> UntraceableModel:
    """Return the sentence that names the step whose output is no array."""
    for slot in slots:
        try:
            copying.whole([slot.tensor])
        except (RuntimeError, NotImplementedError) as reason:
            for node, raw in zip(graph.nodes, recorder.ledger.calls, strict=True):
                if slot in raw.outs:
                    owner = graph.nodes[node.inside] if node.inside >= 0 else node
                    return UntraceableModel(
                        "trace.values", step=owner.id, reason=f"{reason}".splitlines()[0]
                    )
    return UntraceableModel("trace.values", step=graph.input, reason=f"{error}".splitlines()[0])


def _notes(recorder: Recorder, graph: Graph) -> Iterator[Note]:
    """Yield what is not as it seems."""
    fused = {type(module).__name__ for module in recorder.paths if isinstance(module, FUSED)}
    if fused and any(each.module in recorder.paths for each in recorder.frames):
        yield Note("trace.note.attention", {"module": ", ".join(sorted(fused))})
    for node, raw in zip(graph.nodes, recorder.ledger.calls, strict=True):
        if node.op == "unseen":
            yield Note("trace.note.unseen", {"step": node.id})
        elif node.opaque:
            yield Note("trace.note.opaque", {"step": node.id, "module": node.op})
        for slot in raw.outs:
            if slot.tensor.dtype is not torch.float32 and node.inside < 0:
                yield from _precision(node, slot)


def _precision(node: Node, slot: Slot) -> Iterator[Note]:
    tensor = slot.tensor if slot.kept is None else slot.kept
    dtype = str(tensor.dtype).removeprefix("torch.")
    if tensor.is_complex():
        yield Note("trace.note.complex", {"step": node.id})
    if count := copying.beyond(tensor):
        yield Note("trace.note.beyond", {"step": node.id, "dtype": dtype, "count": count})
    elif tensor.dtype in {torch.float64, torch.complex128}:
        yield Note("trace.note.rounded", {"step": node.id, "dtype": dtype})
