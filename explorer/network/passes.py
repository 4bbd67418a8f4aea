"""From what a recorder saw to a trace: arrays, calls, and what has to be said of them."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.graphs import EXCHANGED, Deferred, Graph, Node, Note
from explorer.kinds import kind_of
from explorer.network import copying, functions
from explorer.network.copying import NOTHING
from explorer.network.ledger import CONSTANT, Raw, Received, Slot
from explorer.network.recording import Recorder
from explorer.records import Call, Floats, Trace

MANY = 6  # answers of a module that are named in a sentence


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
    values = tuple(tuple(arrays[id(slot)] for slot in raw.outs) for raw in raws)
    entering = Deferred(lambda: _received(raws, arrays))
    kinds = [kind_of(recorder.frames[raw.frame].module) if raw.leaf else None for raw in raws]
    inputs = tuple(arrays[id(slot)] for slot in fed)
    answer = _answered(output, answers, arrays)
    scored = functions.nested(answer, np.ndarray) if graph.answer.went != "other" else []
    return Trace(
        images=inputs[0] if inputs else NOTHING,
        calls=calls(graph, kinds, entering, values),
        output=answer,
        scores=scored[graph.answer.place] if scored else NOTHING,
        inputs=inputs,
        names=tuple(name for name, _ in recorder.names),
        ways=tuple(way for _, way in recorder.names),
        graph=graph,
        values=values,
        received=entering,
        notes=tuple(_notes(recorder, graph, output)),
    )


def _received(raws: Sequence[Raw], arrays: Mapping[int, Floats]) -> tuple[tuple[Floats, ...], ...]:
    """Return what each call received; of what was there before the pass nothing."""
    return tuple(
        tuple(NOTHING if index == CONSTANT else arrays[id(slot)] for index, _, slot in raw.received)
        for raw in raws
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


def _answered(output: Any, answers: Sequence[Received], arrays: Mapping[int, Floats]) -> Any:
    """Return an answer with arrays for its tensors; a weight that is the answer is copied here."""
    slots = [slot for index, _, slot in answers if index != CONSTANT]
    known = {id(slot.tensor): arrays[id(slot)] for slot in slots}

    def array(tensor: torch.Tensor) -> Floats:
        found = known.get(id(tensor))
        return found if found is not None else copying.parts(*copying.whole([tensor]))[0]

    return functions.mapped(output, array)


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


def _notes(recorder: Recorder, graph: Graph, output: Any) -> Iterator[Note]:
    """Yield what is not as it seems, each with the step it is to be said at."""
    for node, raw in zip(graph.nodes, recorder.ledger.calls, strict=True):
        owner = graph.nodes[node.inside] if node.inside >= 0 else node
        if node.op == "unseen":
            yield _note("trace.note.unseen", owner)
        elif node.opaque:
            yield _note("trace.note.opaque", owner, module=node.op)
        elif raw.leaf and isinstance(recorder.frames[raw.frame].module, nn.MultiheadAttention):
            yield _note("trace.note.attention", owner, module=node.op)
        if raw.leaf and recorder.frames[raw.frame].exchanged:
            yield _note(EXCHANGED, owner, module=node.op)
        for slot in raw.outs:
            if slot.tensor.dtype is not torch.float32 and node.inside < 0:
                yield from _precision(node, slot)
    if not graph.answers and output is not None:
        later = isinstance(output, Iterator | Awaitable)
        key = "trace.note.later" if later else "trace.note.nothing"
        yield Note(key, _reached(graph), {"received": type(output).__name__})
    if graph.answer.went != "other" and len(graph.answers) > 1:
        found = functions.named(output, torch.Tensor)
        names = ", ".join(f"{name} {tuple(each.shape)}" for name, each in found[:MANY])
        more = ", …" if len(found) > MANY else ""
        values = {"count": len(found), "names": names + more, "name": graph.answer.name}
        yield Note("trace.note.answer", _last(graph), values)


def _last(graph: Graph) -> str:
    """Return the step at which the answer is looked at: the page's softmax, or the scores' own."""
    end = graph.end
    if graph.answer.logits or end is None or end.place != "call":
        return graph.softmax
    node = graph.nodes[end.call]
    return (graph.nodes[node.inside] if node.inside >= 0 else node).id


def _reached(graph: Graph) -> str:
    """Return the last step that there is."""
    return graph.steps[-1].id if graph.steps else graph.input


def _note(key: str, node: Node, **values: Any) -> Note:
    return Note(key, node.id, {"step": node.id or node.op, **values})


def _precision(node: Node, slot: Slot) -> Iterator[Note]:
    tensor = slot.tensor if slot.kept is None else slot.kept
    dtype = str(tensor.dtype).removeprefix("torch.")
    if tensor.is_complex():
        yield _note("trace.note.complex", node)
    if count := copying.beyond(tensor):
        yield _note("trace.note.beyond", node, dtype=dtype, count=count)
    elif tensor.dtype in {torch.float64, torch.complex128}:
        yield _note("trace.note.rounded", node, dtype=dtype)
