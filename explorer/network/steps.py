"""The steps of one pass, named in order: each with where its input comes from and its colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from explorer import kinds
from explorer.errors import InvalidQuery
from explorer.figures import arrays
from explorer.graphs import Axes, Graph, Node, Origin
from explorer.network.batches import per_image
from explorer.network.doing import kind_of
from explorer.records import Call, Floats, Input, Language, Query, Scale, Step, Trace
from explorer.words import say

ROOT = "model.."  # the step of a module that is one layer itself; no path is spelt like that
MANY = 6  # answers of a step whose shapes are told
NAMED = 40  # classes that are called by their names at a step; more would be read by nobody
ROOM = 60_000  # values of all steps that are sent whole
LEAST, MOST = 256, 4096  # values that stand for a step too large for that

# A scale, the end of it, and the steps whose values decide the end; none where it is fixed.
Ends = tuple[Scale, float, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """What becomes a step: `received` and `output` are as they came, batch included.

    `sources` are the steps that the received tensors come from, None where that is no step's first
    output. `call` is that of the module; of a function, and of what the page does, there is none.
    `answers` are all tensors that came out, `node` is the call in the graph. `batch` is the
    dimension of the output that counts the inputs, `batches` those of what was received. `name` is
    what an input is called, `way` its keys and places in what was given.
    """

    id: str
    kind: str
    module: str
    output: Floats
    received: tuple[Floats, ...] = ()
    sources: tuple[str | None, ...] = ()
    call: Call | None = None
    function: bool = False
    answers: tuple[Floats, ...] = ()
    node: Node | None = None
    batch: int | None = 0
    batches: Axes = (0,)
    name: str = ""
    way: str = ""


def events(
    passed: Trace, drawn: Floats | None, plain: Trace | None = None, *, model: nn.Module
) -> tuple[Event, ...]:
    """Return everything that happened in a pass: what was fed, every call, and the page's softmax.

    `drawn` are the grey values of the pictures fed, None where no pictures were; `plain` is the
    pass without edits, which tells what each call does.
    """
    graph = passed.graph
    if plain is None or len(plain.graph.nodes) != len(graph.nodes):
        plain = passed
    first = kinds.INPUT if drawn is not None else kinds.GIVEN
    before = () if drawn is None else (drawn,)
    found = [Event(graph.input, first.name, "", passed.images, before, batch=graph.fed[0])]
    others = zip(passed.inputs[1:], graph.fed[1:], strict=True)
    for place, (values, batch) in enumerate(others, 1):
        found.append(Event(f"{graph.input}..{place}", kinds.GIVEN.name, "", values, batch=batch))
    for place, (name, way) in enumerate(zip(passed.names, passed.ways, strict=True)):
        found[place] = replace(found[place], name=name, way=way)
    calls = iter(passed.calls)
    for place, node in enumerate(graph.nodes):
        call = next(calls) if not node.functional and node.outputs else None
        if not node.outputs or node.inside >= 0 or not passed.values[place][0].size:
            continue
        found.append(_event(passed, plain, place, call, model))
    if graph.answer.logits and graph.end is not None:
        end, put = _source(graph, graph.end), passed.scores
        found.append(Event(graph.softmax, kinds.SHARES.name, "Softmax", put, (put,), (end,)))
    return tuple(found)


def _event(passed: Trace, plain: Trace, place: int, call: Call | None, model: nn.Module) -> Event:
    """Return one call of a pass; `call` is that of a module."""
    node = passed.graph.nodes[place]
    return Event(
        node.id or ROOT,
        kind_of(plain, place, call, model),
        node.op,
        passed.values[place][0],
        passed.received[place],
        tuple(_source(passed.graph, each) for each in node.received),
        call,
        node.functional,
        passed.values[place],
        node,
        passed.graph.along[place][0],
        tuple(_batch(passed.graph, each) for each in node.received),
    )


def notes(passed: Trace, event: Event, language: Language) -> tuple[str, ...]:
    """Return what is not as it seems at a step, in sentences."""
    id = event.node.id if event.node else event.id
    found = [say(language, each.key, **each.values) for each in passed.notes if each.step == id]
    if len(event.answers) > 1 and not kinds.BY_NAME[event.kind].every:
        shapes = ", ".join(" × ".join(map(str, each.shape)) or "1" for each in event.answers[:MANY])
        more = ", …" if len(event.answers) > MANY else ""
        blanks = {"count": len(event.answers), "shapes": shapes + more}
        where = "function" if event.function else "layer"  # of which an edit changes nothing
        found.append(say(language, f"trace.note.several.{where}", **blanks))
    return tuple(dict.fromkeys(found))


def _source(graph: Graph, origin: Origin) -> str | None:
    """Return the step whose first output a tensor is."""
    if origin.place == "input":
        return graph.input if origin.output == 0 else f"{graph.input}..{origin.output}"
    if origin.place != "call" or origin.output:
        return None
    node: Node = graph.nodes[origin.call]
    return None if node.inside >= 0 else node.id or ROOT


def _batch(graph: Graph, origin: Origin) -> int | None:
    """Return the dimension of a received tensor that counts the inputs."""
    if origin.place == "input":
        return graph.fed[origin.output]
    return graph.along[origin.call][origin.output] if origin.place == "call" else None


def entering(
    event: Event, rows: int, received: tuple[Floats, ...] | None = None
) -> tuple[Floats, ...]:
    """Return everything that a step received with one entry for each input, (N, …).

    What was there before and has a 1 where the step's output has its batch serves all of them;
    `received` has its values (see `taken`).
    """
    found = []
    arrays = event.received if received is None else received
    for values, batch in zip(arrays, event.batches, strict=False):
        one, place = values.ndim == event.output.ndim, event.batch
        if batch is None and one and place is not None and values.shape[place] == 1:
            moved = np.moveaxis(values, place, 0)
            found.append(np.broadcast_to(moved, (rows, *moved.shape[1:])))
        else:
            found.append(per_image(values, rows, batch))
    return tuple(found)


def named(
    happened: Sequence[Event],
    values: Mapping[str, Floats],
    ends: Mapping[str, Ends],
    classes: int,
) -> tuple[Step, ...]:
    """Return what happened as steps, (N, …) of each, with the ends of their scales."""
    blocks = _blocks(values)
    steps = []
    for event in happened:
        shape = values[event.id].shape
        known = kinds.BY_NAME[event.kind]
        block = blocks.get(event.id, ())
        shown = arrays.reduced(shape[1:], block) if block else shape[1:]
        scale, limit, over = ends[event.id]
        steps.append(
            Step(
                event.id,
                event.kind,
                event.module,
                event.call.path if event.call else event.name,
                shape,
                scale=scale,
                limit=limit,
                over=over,
                grid=known.grid(shown),
                named=bool(known.classes) and shape[1:] == (classes,) and 0 < classes <= NAMED,
                switches=known.switches,
                block=block,
                size=None if event.output.shape == shape else event.output.shape,
            )
        )
    return tuple(steps)


def _blocks(values: Mapping[str, Floats]) -> dict[str, tuple[int, ...]]:
    """Return the blocks of which means are sent, of every step that is too large to be sent whole.

    None as long as all steps together are small.
    """
    sizes = {name: each[0].size for name, each in values.items()}
    if sum(sizes.values()) <= ROOM:
        return {}
    share = min(MOST, max(LEAST, ROOM // len(sizes)))
    return {
        name: arrays.blocks(values[name].shape[1:], share)
        for name, size in sizes.items()
        if size > share
    }


def coloured(
    happened: Sequence[Event],
    of: Mapping[str, str | None],
    inputs: Mapping[str, Floats],
    values: Mapping[str, Floats],
    *,
    focus: int,
    picture: Input,
) -> dict[str, Ends]:
    """Return the scale of every step with its limit for the focused image.

    A kind that joins the scale of what goes in (`of` says which step that is) shares one limit with
    it, so that a value has one colour before and after.
    """
    known = {each.id: kinds.BY_NAME[each.kind] for each in happened}
    first = _first(happened, of)
    groups: dict[str, list[str]] = {}
    for name, one in first.items():
        groups.setdefault(one, []).append(name)
    found: dict[str, Ends] = {}
    for one, over in groups.items():
        scale, end = known[one].colours(picture), known[one].end(picture)
        if end is not None:
            found[one] = scale, end, ()
            continue
        entering = [inputs[one][focus]] if known[one].joins else []
        limit = arrays.limit(*entering, *(values[each][focus] for each in over))
        found[one] = scale, limit, tuple(over)
    return {name: found[one] for name, one in first.items()}


def _first(happened: Sequence[Event], of: Mapping[str, str | None]) -> dict[str, str]:
    """Return for each step the one whose scale it shares: its own, or that of what goes in."""
    first: dict[str, str] = {}
    for step in happened:
        source = of[step.id]
        joined = kinds.BY_NAME[step.kind].joins and source is not None
        first[step.id] = first[source] if joined and source is not None else step.id
    return first


def check(query: Query, values: Mapping[str, Floats], classes: int) -> None:
    """Refuse a step, a unit or a class that does not exist."""
    if query.step not in values:
        raise InvalidQuery("query.step", received=query.step, known=", ".join(values))
    size = values[query.step][0].size
    if query.unit is not None and query.unit >= size:
        raise InvalidQuery("query.unit", received=query.unit, step=query.step, high=size - 1)
    if classes and query.taught is not None and query.taught.label >= classes:
        asked = {"field": "taught.label", "received": query.taught.label}
        raise InvalidQuery("query.whole", **asked, low=0, high=classes - 1)
