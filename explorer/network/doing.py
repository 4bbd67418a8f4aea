"""What each call of a pass does: the kind that its type or name says, held against its values."""

from __future__ import annotations

import torch
from torch import nn

from explorer import kinds
from explorer.graphs import EXCHANGED, Graph, Node
from explorer.kinds.base import FLOAT32
from explorer.kinds.proof import Proof
from explorer.records import Call, Trace


def kind_of(passed: Trace, place: int, call: Call | None, model: nn.Module) -> str:
    """Return what kind a call of a pass is; `call` is that of a module, None of a function.

    Complex numbers are shown as pairs of real ones, of which no kind's arithmetic is true, and of a
    layer that was called with other weights than it holds nobody knows which.
    """
    node = passed.graph.nodes[place]
    kind = _function(node) if call is None else call.kind
    layer = None if call is None else called(call, model)
    put = passed.values[place][0]
    proof = Proof(passed.received[place], put, 4 * near(node), node.dtypes, layer)
    types = (*node.dtypes, *(each.dtype for each in node.outputs))
    exchanged = any(each.key == EXCHANGED and each.step == node.id for each in passed.notes)
    if exchanged or any(each.startswith("complex") for each in types):
        return kinds.unknown(proof)
    return _ending(passed.graph, place, kinds.proven(kind, proof), proof)


def called(call: Call, model: nn.Module) -> nn.Module:
    """Return the module that was called."""
    return model.get_submodule(call.path) if call.path else model  # a scripted one has no others


def near(node: Node | None) -> float:
    """Return the distance from 1 to the next number in the type that a call answers with."""
    dtype = getattr(torch, node.outputs[0].dtype, None) if node is not None else None
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        return FLOAT32
    return max(FLOAT32, float(torch.finfo(dtype).eps))


def _function(node: Node) -> str:
    """Return what a function does; with a weight that cannot be looked up it is like no layer."""
    kind = kinds.of_function(node.op, node.constants, len(node.received))
    lost = any(each.place == "parameter" and not each.name for each in node.received)
    like = node.op.removesuffix("_") in kinds.BY_NAME[kind].likes
    return kinds.FUNCTION.name if lost and like else kind


def _ending(graph: Graph, place: int, kind: str, proof: Proof) -> str:
    """Return a kind as it is where the network ends: there a Linear gives the logits."""
    last = graph.end
    if last is None or last.place != "call" or last.call != place:
        return kind
    if graph.answer.shares and kinds.SHARES.holds(proof):
        return kinds.SHARES.name
    return kinds.at_end(kind) if graph.answer.logits else kind
