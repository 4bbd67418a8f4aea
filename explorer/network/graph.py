"""What a recorder saw, as a graph: names, groups, and where everything came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from explorer.graphs import Graph, Group, Node, Origin, Output
from explorer.network import batches, functions
from explorer.network.answers import answer_of, wish
from explorer.network.batches import Batch
from explorer.network.ledger import CONSTANT, INPUT, Raw, Received, Slot
from explorer.network.recording import Recorder

APART = ".."  # no path of a module can hold two dots in a row
Signature = tuple[Any, ...]


def signature(
    model: nn.Module, recorder: Recorder, answers: Sequence[Received], output: Any
) -> Signature:
    """Return what tells one pass from another: the calls, their wiring, shapes and types.

    And which of the answers its owner wants to be the scores.
    """
    calls = tuple(
        (
            raw.op,
            raw.frame,
            raw.inside,
            raw.constants,
            tuple([(index, place, slot.tensor.dtype) for index, place, slot in raw.received]),
            tuple([(slot.tensor.shape, slot.tensor.dtype) for slot in raw.outs]),
            getattr(recorder.frames[raw.frame].module, "batch_first", None) if raw.leaf else None,
        )
        for raw in recorder.ledger.calls
    )
    frames = tuple((frame.path, frame.call, frame.parent) for frame in recorder.frames)
    ends = tuple((index, place) for index, place, _ in answers)
    names = tuple(name for name, _ in functions.named(output, torch.Tensor))
    return calls, frames, ends, type(output), names, wish(model)


def build(
    model: nn.Module,
    recorder: Recorder,
    answers: Sequence[Received],
    output: Any,
    fed: Sequence[Slot],
    batch: Batch,
) -> Graph:
    """Return the graph of a pass.

    `output` is what the module answered, `answers` its tensors; `fed` are its inputs, and `batch`
    says where the first of them has its batch.
    """
    taken = set(recorder.paths.values())
    groups, places = _groups(recorder, taken)
    names = recorder.ledger.names if _constants(recorder, answers) else {}
    counts: dict[str, int] = {}
    calls = recorder.ledger.calls
    nodes = tuple(_node(recorder, raw, groups, places, names, counts) for raw in calls)
    ends = tuple(_origin(each, names) for each in answers)
    shapes = [tuple(each.tensor.shape) for each in fed]
    first = batches.batch_of(nodes, shapes) if batch == "found" else 0
    along, entering = batches.axes(nodes, shapes, first)
    return Graph(
        nodes=nodes,
        groups=groups,
        answers=ends,
        answer=answer_of(model, nodes, ends, output, batches.count(shapes, first)),
        input=input_id(taken),
        softmax=_free("softmax", taken),
        batch=first,
        along=along,
        fed=entering,
    )


def input_id(taken: set[str]) -> str:
    """Return the id of what is fed: `input`, unless a module has that for its path."""
    return _free("input", taken)


def step_id(path: str, call: int, taken: set[str]) -> str:
    """Return the id of a module's call: its path, and `path#2` from the second call on."""
    return path if call == 1 else _free(f"{path}#{call}", taken)


def _free(name: str, taken: set[str]) -> str:
    return f"{name}{APART}" if name in taken else name


def _groups(recorder: Recorder, taken: set[str]) -> tuple[tuple[Group, ...], dict[int, int]]:
    """Return the module calls that hold others, and where each frame's own is among them."""
    groups: list[Group] = []
    places: dict[int, int] = {}
    for place, frame in enumerate(recorder.frames):
        parent = places.get(frame.parent, -1)
        if not frame.calls:
            places[place] = parent
            continue
        places[place] = len(groups)
        call = frame.call or 1  # one that did not return has no number
        name = step_id(frame.path, call, taken)
        groups.append(Group(name, frame.path, call, functions.type_name(frame.module), parent))
    return tuple(groups), places


def _node(
    recorder: Recorder,
    raw: Raw,
    groups: Sequence[Group],
    places: dict[int, int],
    names: Any,
    counts: dict[str, int],
) -> Node:
    frame = recorder.frames[raw.frame] if raw.frame >= 0 else None
    group = places.get(raw.frame, -1)
    path, call, opaque = frame.path if frame else "", 1, raw.op == "unseen"
    if raw.leaf and frame:
        call, opaque = frame.call, isinstance(frame.module, torch.jit.ScriptModule)
        name = step_id(path, call, set(recorder.paths.values()) if call > 1 else set())
    else:
        owner = groups[group].id if raw.inside < 0 and group >= 0 else path
        base = f"{owner}{APART}{raw.op}"
        call = counts[base] = counts.get(base, 0) + 1
        name = base if call == 1 else f"{base}#{call}"
    module = frame.module if raw.leaf and frame else None
    entering = tuple(raw.received[0][2].tensor.shape) if raw.received else ()
    dimensions = batches.said(module, entering, len(raw.outs))
    return Node(
        id=name,
        path=path,
        call=call,
        op=raw.op,
        functional=not raw.leaf,
        group=group,
        received=tuple(_origin(each, names) for each in raw.received),
        outputs=tuple(
            Output(tuple(slot.tensor.shape), _dtype(slot), each)
            for slot, each in zip(raw.outs, dimensions, strict=True)
        ),
        inside=raw.inside,
        opaque=opaque,
        constants=raw.constants,
        dtypes=tuple(_dtype(slot) for _, _, slot in raw.received),
    )


def _dtype(slot: Slot) -> str:
    return str(slot.tensor.dtype).removeprefix("torch.")


def _constants(recorder: Recorder, answers: Sequence[Received]) -> bool:
    every = (each for raw in recorder.ledger.calls for each in raw.received)
    return any(index == CONSTANT for index, _, _ in (*every, *answers))


def _origin(received: Received, names: Any) -> Origin:
    index, place, slot = received
    if index == CONSTANT:
        return Origin("parameter", name=names.get(id(slot.tensor), ""))
    return Origin("input", -1, place) if index == INPUT else Origin("call", index, place)
