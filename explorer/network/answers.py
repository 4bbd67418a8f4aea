"""What a module's answer is: logits, something that went through softmax or sigmoid, or no row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from explorer.graphs import Answer, Graph, Node, Origin

# What an answer may pass through and still be what it was.
THROUGH = frozenset(
    [
        "Identity",
        "Dropout",
        "Flatten",
        "Unflatten",
        "dropout",
        "flatten",
        "unflatten",
        "view",
        "reshape",
        "squeeze",
        "unsqueeze",
        "getitem",
        "clone",
        "contiguous",
        "to",
        "float",
        "double",
        "half",
        "detach",
    ]
)
SUMS = 16  # roundings that a sum of shares may be off
ENDS: dict[str, Answer] = {
    "Softmax": "softmax",
    "softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "log_softmax": "log_softmax",
    "Sigmoid": "sigmoid",
    "sigmoid": "sigmoid",
}


def kind_of_answer(nodes: Sequence[Node], ends: Sequence[Origin], output: Any, rows: int) -> Answer:
    """Return what the answer is: a row of logits for each input, or what they went through last.

    Anything else than one floating tensor (N, C), N the number of `rows` fed, is `other`.
    """
    if not isinstance(output, torch.Tensor) or output.dim() != 2 or len(output) != rows:
        return "other"
    if not output.is_floating_point() or output.shape[1] < 2 or not ends:
        return "other"
    answer = _ended(nodes, ends[0])
    return "softmax" if answer == "logits" and shares(output) else answer


def shares(output: torch.Tensor) -> bool:
    """Whether each row (N, C) is shares of 1, however they were made: as a mean of several, say."""
    rows = output.detach().to(torch.float32)
    near = SUMS * max(torch.finfo(torch.float32).eps, torch.finfo(output.dtype).eps)
    return bool((rows >= 0).all() and ((rows.sum(1) - 1).abs() <= near).all())


def _ended(nodes: Sequence[Node], origin: Origin) -> Answer:
    while origin.place == "call":
        node = nodes[origin.call]
        if node.op in ENDS:
            return ENDS[node.op]
        inner = _last(nodes, origin.call)
        if inner is not None:  # a leaf of somebody's own: what its code did last
            node = inner
            if node.op in ENDS:
                return ENDS[node.op]
        if node.op not in THROUGH or not node.received:
            return "logits"
        origin = node.received[0]
    return "logits"


def _last(nodes: Sequence[Node], leaf: int) -> Node | None:
    """Return the call inside a leaf that made its output, as far as its shape tells."""
    inside = [each for each in nodes[:leaf] if each.inside == leaf and each.outputs]
    if inside and inside[-1].outputs[0] == nodes[leaf].outputs[0]:
        return inside[-1]
    return None


def ended(graph: Graph) -> bool:
    """Whether the answer already went through a softmax, so that none may be put behind it."""
    return graph.answer in ("softmax", "log_softmax", "sigmoid")
