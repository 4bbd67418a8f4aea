"""The short way: hooks on the leaves of a network whose graph is known, and nothing else.

It is for networks in which nothing happens between the leaves and nothing is written. Whether this
was so in a pass is seen in it: the same modules in the same order, each given the very tensor that
the graph says, none written to afterwards.

Nothing is copied where nobody else can hold a tensor of the pass: when every leaf is a layer of
torch's own, and no hooks are there but ours.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import ReferenceType, ref

import torch
from torch import nn
from torch.nn.modules import module as internals

from explorer.graphs import Deferred, Graph
from explorer.kinds import kind_of
from explorer.network import copying, functions
from explorer.network.passes import calls
from explorer.network.recording import Edit, Recorder
from explorer.records import Floats, Trace


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """The calls of a graph in order: modules, where each input comes from (0 is the model's own).

    `parts` are all parts of the model, and their paths: another one may answer with what it got.

    `versions` count the writes to each output, none of which came unseen.

    `answer` is the place of the answer among the model's input and the outputs. `closed` says that
    all modules are torch's own layers, which keep nothing of what they are given or answer.
    """

    graph: Graph
    parts: tuple[tuple[ReferenceType[nn.Module], str], ...]
    modules: tuple[ReferenceType[nn.Module], ...]
    kinds: tuple[str, ...]
    sources: tuple[int, ...]
    shapes: tuple[torch.Size, ...]
    types: tuple[torch.dtype, ...]
    versions: tuple[int, ...]
    answer: int
    closed: bool

    def fits(self, paths: Mapping[nn.Module, str]) -> bool:
        """Whether the model still has the parts that it had, under the same names."""
        return [(each(), path) for each, path in self.parts] == list(paths.items())


def of(recorder: Recorder, graph: Graph) -> Leaves | None:
    """Return the leaves of a pass if nothing but they matters, None otherwise."""
    raws, frames = recorder.ledger.calls, recorder.frames
    origins = [node.received[0] if len(node.received) == 1 else None for node in graph.nodes]
    modules = [frames[raw.frame].module for raw in raws]
    if (
        recorder.keywords
        or len(graph.answers) != 1
        or graph.answer.name  # something is around it
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
        tuple((ref(module), path) for module, path in recorder.paths.items()),
        tuple(ref(module) for module in modules),
        tuple(kind_of(module) for module in modules),
        tuple(each.call + 1 for each in origins if each is not None),
        tuple(raw.outs[0].tensor.shape for raw in raws),
        tuple(raw.outs[0].tensor.dtype for raw in raws),
        tuple(raw.outs[0].version for raw in raws),
        graph.answers[0].call + 1,
        all(functions.known(module) for module in modules),
    )


def captured(
    known: Leaves,
    model: nn.Module,
    paths: Iterable[nn.Module],
    fed: torch.Tensor,
    edit: Edit | None,
) -> Trace | None:
    """Run a pass with hooks on the leaves; None where it was another than the graph says."""
    owner, nodes = threading.get_ident(), known.graph.nodes
    events: list[tuple[nn.Module, Any, Any]] = []
    versions = [fed._version, *known.versions] if edit is None else [fed._version]

    def note(module: nn.Module, args: Any, answer: Any) -> Any:
        if threading.get_ident() != owner:
            return None
        if edit is None or not isinstance(answer, torch.Tensor) or len(events) >= len(nodes):
            events.append((module, args, answer))
            return None
        node = nodes[len(events)]
        edited = edit(node.path, node.call, answer)
        versions.append(edited._version)  # an edited output is another tensor
        events.append((module, args, edited))
        return None if edited is answer else edited

    modules = [each() for each in known.modules]
    copies = not known.closed or _watched(paths)
    hooks = [each._forward_hooks for each in dict.fromkeys(modules) if each is not None]
    key = id(note)  # a place of our own: a handle for each would cost as much as all the rest
    try:
        for place in hooks:
            place[key] = note
        output = model(fed)
    finally:
        for place in hooks:
            place.pop(key, None)
    tensors = [fed, *[answer for _, _, answer in events]]
    if not _same(known, fed, modules, events, versions) or output is not tensors[known.answer]:
        return None
    return _trace(known, tensors, copies=copies)


def _watched(modules: Iterable[nn.Module]) -> bool:
    """Whether somebody's hooks see what passes, and may keep it."""
    if internals._global_forward_hooks or internals._global_forward_pre_hooks:
        return True
    return any(each._forward_hooks or each._forward_pre_hooks for each in modules)


def _same(
    known: Leaves,
    fed: torch.Tensor,
    modules: Sequence[nn.Module | None],
    events: Sequence[tuple[nn.Module, Any, Any]],
    versions: Sequence[int],
) -> bool:
    """Whether a pass was the known one, and nothing of it was written to since `versions`."""
    if not len(events) == len(modules) == len(versions) - 1 or fed._version != versions[0]:
        return False
    outs = [fed]
    for place, (module, args, answer) in enumerate(events):
        if (
            module is not modules[place]
            or len(args) != 1
            or args[0] is not outs[known.sources[place]]
            or not isinstance(answer, torch.Tensor)
            or answer.shape != known.shapes[place]
            or answer.dtype is not known.types[place]
            or answer._version != versions[place + 1]
        ):
            return False
        outs.append(answer)
    return True


def _trace(known: Leaves, tensors: list[torch.Tensor], *, copies: bool) -> Trace:
    if copies:
        parts: Sequence[Floats] = copying.parts(*copying.whole(tensors))
    else:
        parts = Deferred(lambda: tuple(copying.alone(each) for each in tensors))
    images = parts[0] if copies else copying.alone(tensors[0])
    output = parts[known.answer] if copies else copying.alone(tensors[known.answer])
    values = Deferred(lambda: tuple([(each,) for each in parts[1:]]))
    received: Sequence[tuple[Floats, ...]] = Deferred(
        lambda: tuple([(parts[source],) for source in known.sources])
    )
    return Trace(
        images=images,
        calls=calls(known.graph, known.kinds, received, values),
        output=output,
        scores=output if known.graph.answer.went != "other" else copying.NOTHING,
        inputs=(images,),
        graph=known.graph,
        values=values,
        received=received,
    )
