"""The short way: hooks on the leaves of a network whose graph is known, and nothing else.

It is for networks in which nothing happens between the leaves and nothing is written. Whether this
was so in a pass is seen in it: the same modules in the same order, each given the very tensor that
the graph says, none written to afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import ReferenceType, ref

import torch
from torch import nn

from explorer.graphs import Deferred, Graph
from explorer.kinds import kind_of
from explorer.network import copying
from explorer.network.functions import version
from explorer.network.passes import calls
from explorer.network.recording import Edit, Recorder
from explorer.records import Floats, Trace


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """The calls of a graph in order: modules, where each input comes from (0 is the model's own).

    `answer` is the place of the answer among the model's input and the outputs.
    """

    graph: Graph
    modules: tuple[ReferenceType[nn.Module], ...]
    kinds: tuple[str, ...]
    sources: tuple[int, ...]
    shapes: tuple[torch.Size, ...]
    types: tuple[torch.dtype, ...]
    answer: int


def of(recorder: Recorder, graph: Graph) -> Leaves | None:
    """Return the leaves of a pass if nothing but they matters, None otherwise."""
    raws, frames = recorder.ledger.calls, recorder.frames
    origins = [node.received[0] if len(node.received) == 1 else None for node in graph.nodes]
    modules = [frames[raw.frame].module for raw in raws]
    if (
        recorder.keywords
        or len(graph.answers) != 1
        or any(node.functional or node.opaque or len(node.outputs) != 1 for node in graph.nodes)
        or any(slot.kept is not None for slot in recorder.ledger.slots)
        or any(module._modules for module in modules)
        or any(
            each is None or each.place == "parameter" or each.output
            for each in (*origins, *graph.answers)
        )
    ):
        return None
    return Leaves(
        graph,
        tuple(ref(module) for module in modules),
        tuple(kind_of(module) for module in modules),
        tuple(each.call + 1 for each in origins if each is not None),
        tuple(raw.outs[0].tensor.shape for raw in raws),
        tuple(raw.outs[0].tensor.dtype for raw in raws),
        graph.answers[0].call + 1,
    )


def captured(known: Leaves, model: nn.Module, fed: torch.Tensor, edit: Edit | None) -> Trace | None:
    """Run a pass with hooks on the leaves; None where it was another than the graph says."""
    owner, nodes = threading.get_ident(), known.graph.nodes
    events: list[tuple[nn.Module, Any, Any, int]] = []
    start = version(fed)

    def note(module: nn.Module, args: Any, answer: Any) -> Any:
        if threading.get_ident() != owner:
            return None
        edited = answer
        if edit is not None and isinstance(answer, torch.Tensor) and len(events) < len(nodes):
            node = nodes[len(events)]
            edited = edit(node.path, node.call, answer)
        written = version(edited) if isinstance(edited, torch.Tensor) else -1
        events.append((module, args, edited, written))
        return None if edited is answer else edited

    modules = [each() for each in known.modules]
    handles = [each.register_forward_hook(note) for each in dict.fromkeys(modules) if each]
    try:
        output = model(fed)
    finally:
        for handle in handles:
            handle.remove()
    tensors = [fed, *(answer for _, _, answer, _ in events)]
    if version(fed) != start or not _same(known, modules, events, tensors, output):
        return None
    return _trace(known, tensors)


def _same(
    known: Leaves,
    modules: Sequence[nn.Module | None],
    events: Sequence[tuple[nn.Module, Any, Any, int]],
    tensors: Sequence[Any],
    output: Any,
) -> bool:
    """Whether a pass was the known one, and nothing of it was written to."""
    return (
        len(events) == len(modules)
        and output is tensors[known.answer]
        and all(
            module is wanted
            and len(args) == 1
            and args[0] is tensors[source]
            and isinstance(answer, torch.Tensor)
            and answer.shape == shape
            and answer.dtype is kind
            and 0 <= written == answer._version
            for (module, args, answer, written), wanted, source, shape, kind in zip(
                events, modules, known.sources, known.shapes, known.types, strict=True
            )
        )
    )


def _trace(known: Leaves, tensors: Sequence[torch.Tensor]) -> Trace:
    flat, shapes = copying.whole(tensors)
    images = flat[: shapes[0].numel()].reshape(shapes[0])
    parts = Deferred(lambda: tuple(copying.parts(flat, shapes)))
    values = Deferred(lambda: tuple((each,) for each in parts[1:]))
    received: Sequence[tuple[Floats, ...]] = Deferred(
        lambda: tuple((parts[source],) for source in known.sources)
    )
    place = sum(shape.numel() for shape in shapes[: known.answer])
    last = shapes[known.answer]
    return Trace(
        images=images,
        calls=calls(known.graph, known.kinds, received, values),
        output=flat[place : place + last.numel()].reshape(last),
        inputs=(images,),
        graph=known.graph,
        values=values,
        received=received,
    )
