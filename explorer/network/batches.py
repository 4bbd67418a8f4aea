"""Which dimension of every tensor of a pass counts the inputs: the batch is not always the first.

What a tensor is made of says it: a transposition moves the batch, a Linear leaves it where it is,
and recurrent and attention layers say themselves where they have it (`batch_first`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from torch import nn

from explorer.graphs import NONE, Axes, Node, Origin
from explorer.records import Floats, Trace

# Where the first input of a pass has its batch: in its first dimension, or where the layers that
# read it have theirs.
Batch = Literal["first", "found"]
Shape = tuple[int, ...]

# Layers, and how many dimensions one example has of those that they take alone, without a batch.
SINGLE: tuple[tuple[type[nn.Module], int], ...] = (
    (nn.Linear, 1),
    *((kind, 2) for kind in (nn.Conv1d, nn.ConvTranspose1d, nn.MaxPool1d, nn.AvgPool1d)),
    *((kind, 3) for kind in (nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.AvgPool2d)),
    *((kind, 4) for kind in (nn.Conv3d, nn.ConvTranspose3d, nn.MaxPool3d, nn.AvgPool3d)),
)
SWAPS = frozenset({"transpose", "swapaxes", "swapdims"})
GROWS = frozenset({"stack", "unsqueeze"})
MOVES = frozenset({"movedim", "moveaxis", "T", "mT", "t", "einsum", "rearrange", "adjoint"})
NUMBER = re.compile(r"(?<!\w)-?\d+")


def said(module: nn.Module | None, entering: Shape, answers: int) -> Axes:
    """Return where a layer's outputs have their batch as it says itself; None where it does not.

    `entering` is the shape of what it received first, `answers` how many tensors it answered with.
    """
    silent: Axes = (None,) * answers
    if any(isinstance(module, kind) and len(entering) == sizes for kind, sizes in SINGLE):
        return (NONE,) * answers
    if not isinstance(module, nn.RNNBase | nn.MultiheadAttention) or len(entering) not in {2, 3}:
        return silent
    recurrent = isinstance(module, nn.RNNBase)
    if recurrent and answers != 2 + isinstance(module, nn.LSTM):
        return silent  # a packed sequence
    if len(entering) == 2:
        return (NONE,) * answers
    return (0 if module.batch_first else 1, *([1 if recurrent else 0] * (answers - 1)))


def batch_of(nodes: Sequence[Node], fed: Sequence[Shape]) -> int | None:
    """Return the dimension of the first input that most layers agree is the batch.

    The first one where none of them says anything; None where they read it without a batch.
    `fed` are the shapes of the inputs.
    """
    known = [each for each in (0, 1) if fed and each < len(fed[0])]
    scores: dict[int | None, int] = {}
    for batch in (*known, None):
        along, first = axes(nodes, fed, batch)
        scores[batch] = sum(
            _source(node.received[0], along, first) == (None if dimension == NONE else dimension)
            for node in nodes
            if node.outputs and node.received and (dimension := node.outputs[0].batch) is not None
        )
    return max(scores, key=lambda each: scores[each]) if scores and any(scores.values()) else 0


def count(fed: Sequence[Shape], batch: int | None) -> int:
    """Return how many inputs were fed."""
    return fed[0][batch] if fed and batch is not None and batch < len(fed[0]) else 1


def axes(
    nodes: Sequence[Node], fed: Sequence[Shape], batch: int | None
) -> tuple[tuple[Axes, ...], Axes]:
    """Return which dimension counts the inputs, of every answer of each node and of every input."""
    if batch is None:
        return tuple((None,) * len(node.outputs) for node in nodes), (None,) * len(fed)
    rows = count(fed, batch)
    first = tuple(_fits(shape, (batch, 0), rows) for shape in fed)
    found: list[Axes] = []
    for node in nodes:
        axis, shape = _entering(node, nodes, fed, found, first)
        found.append(
            tuple(
                _fits(out.shape, _guesses(node, out.shape, out.batch, axis, shape, batch), rows)
                for out in node.outputs
            )
        )
    return tuple(found), first


def _fits(shape: Shape, guesses: Any, rows: int) -> int | None:
    return next((each for each in guesses if each < len(shape) and shape[each] == rows), None)


def _source(origin: Origin, along: Sequence[Axes], first: Axes) -> int | None:
    if origin.place == "call":
        return along[origin.call][origin.output]
    return first[origin.output] if origin.place == "input" else None


def _entering(
    node: Node,
    nodes: Sequence[Node],
    fed: Sequence[Shape],
    along: Sequence[Axes],
    first: Axes,
) -> tuple[int | None, Shape]:
    """Return where the first tensor with a batch that a call received has it, and its shape."""
    for origin in node.received:
        if origin.place == "call" and origin.call >= len(along):
            continue  # made inside of the call that is asked about
        axis = _source(origin, along, first)
        if axis is not None:
            inner = origin.place == "call"
            shape = nodes[origin.call].outputs[origin.output].shape if inner else fed[origin.output]
            return axis, shape
    return None, ()


def _guesses(
    node: Node, shape: Shape, dimension: int | None, axis: int | None, before: Shape, batch: int
) -> Iterator[int]:
    """Yield where the batch may be, the likeliest first; it is there if the size fits."""
    if dimension is not None:
        if dimension != NONE:
            yield dimension
        return
    if axis is not None:
        yield from _moved(node, shape, axis, before)
    if batch == 0 or len(shape) > 2:  # of (T·N, D) the second dimension is no batch
        yield batch
    yield 0


def _moved(node: Node, shape: Shape, axis: int, before: Shape) -> Iterator[int]:
    """Yield where a call puts the batch that it received at `axis` of the shape `before`."""
    numbers = [int(each) for each in NUMBER.findall(node.constants)]
    if node.op in SWAPS and len(numbers) == 2:
        one, two = (each % len(shape) for each in numbers)
        yield {one: two, two: one}.get(axis, axis)
    elif node.op == "permute" and len(numbers) == len(shape):
        yield [each % len(shape) for each in numbers].index(axis)
    elif node.op in GROWS:
        place = (numbers or [0])[0] % len(shape)
        yield axis + (place <= axis)
    elif node.op not in MOVES:
        lost = len(before) - len(shape)
        if shape[: axis + 1] == before[: axis + 1] or shape[axis:] == before[axis:]:
            yield axis
        if 0 < lost <= axis:
            yield axis - lost


def per_image(values: Floats, rows: int, axis: int | None) -> Floats:
    """Return an array with one entry for each input: (N, …); `axis` is the dimension that counts.

    What has none is the same for each of them.
    """
    if axis is not None:
        turned: Floats = np.moveaxis(values, axis, 0) if axis else values
        return turned.reshape(rows, 1) if values.ndim == 1 else turned
    whole = values.reshape(1) if values.ndim == 0 else values
    shared: Floats = np.broadcast_to(whole, (rows, *whole.shape))
    return shared


def of_step(passed: Trace, step: str) -> int | None:
    """Return the dimension of a step's output that counts the inputs."""
    graph = passed.graph
    if step == graph.input:
        return graph.fed[0]
    known = (place for place, node in enumerate(graph.nodes) if node.id == step)
    return graph.along[next(known)][0]
