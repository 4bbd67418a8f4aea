"""Which of a module's answers is the row of scores, and what that went through last.

An answer may be a tensor, or a nest of tuples, lists, dicts and dataclasses with tensors in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

from explorer.graphs import Answer, Graph, Node, Origin, Went
from explorer.network.functions import named, tensors

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
USUAL = "logits"  # what scores are called where a module names its answers
ENDS: dict[str, Went] = {
    "Softmax": "softmax",
    "softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "log_softmax": "log_softmax",
    "Sigmoid": "sigmoid",
    "sigmoid": "sigmoid",
}


# What the owner of a module calls its scores, where that was said.
_wishes: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()


def prefer(model: nn.Module, name: str | None) -> None:
    """Have the answer of that name be a module's scores, such as `logits`, `1` or `heads.0`.

    None takes the wish back.
    """
    if name is None:
        _wishes.pop(model, None)
    else:
        _wishes[model] = name


def wish(model: nn.Module) -> str | None:
    """Return what a module's owner calls its scores; None where nothing was said."""
    return _wishes.get(model)


def answer_of(
    model: nn.Module,
    nodes: Sequence[Node],
    ends: Sequence[Origin],
    output: Any,
    rows: int,
) -> Answer:
    """Return what the answer is: where in it a row of scores for each input stands, if anywhere.

    Scores are a floating tensor (N, C) with C ≥ 2, N the number of `rows` fed. Of several the
    owner's wish counts, else the name `logits`, else the first; what comes behind that, as the
    state of a recurrent layer does, may be anything.
    """
    found, wanted = named(output, torch.Tensor), wish(model)
    fit = [
        place
        for place, (name, tensor) in enumerate(found)
        if _scored(tensor, rows) and _likely(name, place, wanted)
    ]
    if not fit or len(ends) != len(found):
        return Answer("other", 0, found[0][0] if found else "")
    fit.sort(key=lambda place: place == 0)  # what has the name comes before what is first
    name, scored = found[fit[0]]
    last = went(nodes, ends[fit[0]])
    return Answer("softmax" if last == "logits" and shares(scored) else last, fit[0], name)


def scores(output: Any, answer: Answer) -> torch.Tensor:
    """Return the row of scores (N, C) among what a module answered."""
    return output if isinstance(output, torch.Tensor) else tensors(output)[answer.place]


def scoring(model: nn.Module, answer: Answer) -> nn.Module:
    """Return a module as one that answers with its scores alone: itself, where it does."""
    return Scoring(model, answer) if answer.name else model


class Scoring(nn.Module):
    """A module whose answer is a nest, as one that answers with the scores in it, (N, C)."""

    def __init__(self, model: nn.Module, answer: Answer) -> None:
        super().__init__()
        self.model, self.answer = model, answer
        self.training = model.training  # not by train(), which would change the module's parts

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the scores of images (N, …)."""
        return scores(self.model(images), self.answer)


def _likely(name: str, place: int, wanted: str | None) -> bool:
    """Whether an answer of that name and place may be the scores."""
    if wanted is not None:
        return name == wanted
    return place == 0 or name.rpartition(".")[2] == USUAL


def _scored(tensor: torch.Tensor, rows: int) -> bool:
    if tensor.layout is not torch.strided or tensor.dim() != 2:
        return False
    return len(tensor) == rows and tensor.is_floating_point() and tensor.shape[1] >= 2


def shares(output: torch.Tensor) -> bool:
    """Whether each row (N, C) is shares of 1, however they were made: as a mean of several, say."""
    rows = output.detach().to(torch.float32)
    near = SUMS * max(torch.finfo(torch.float32).eps, torch.finfo(output.dtype).eps)
    return bool((rows >= 0).all() and ((rows.sum(1) - 1).abs() <= near).all())


def went(nodes: Sequence[Node], origin: Origin) -> Went:
    """Return what a tensor went through last, as far as an answer is concerned."""
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
    answer = graph.answer
    return answer.shares or answer.logarithms or answer.apart
