"""One backward pass through a real module: dL/d everything, and nothing of the module changed.

Forward hooks keep what each layer puts out in the graph that autograd builds, and autograd answers
for all of them and for every parameter at once. The parameters of the pass are leaves that look at
the module's own memory, so that neither `grad` nor `requires_grad` of the module is touched.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional

from explorer.graphs import Answer
from explorer.network.answers import scores
from explorer.network.recording import hooked
from explorer.network.restoring import Keeper, evaluating, plainly
from explorer.network.turn import turn
from explorer.records import Call, Floats

Kept = dict[tuple[str, int], torch.Tensor]  # what came out of a path's call


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """The loss of one image and what autograd says of it; arrays are read-only float32.

    `logits` are (C,). `values` are what came out of the input and of each call, by step, (…);
    `slopes` dL/d of these, `parameters` each parameter's `grad` by its name: None where the loss
    does not depend on it.
    """

    loss: float
    logits: Floats
    values: Mapping[str, Floats]
    slopes: Mapping[str, Floats | None]
    parameters: Mapping[str, Floats | None]


def backward(
    model: nn.Module,
    image: torch.Tensor,
    label: int,
    *,
    calls: Sequence[Call],
    begins: str,
    ends: str | None,
    answer: Answer,
    frozen: AbstractSet[str] = frozenset(),
) -> Backward | None:
    """Return what the backward pass of a cross entropy says of one image (1, …).

    The loss is −log p[label], p the softmax over the logits, as
    `torch.nn.functional.cross_entropy` defines it. `calls` are the module's calls as a trace has
    them, `begins` is the step of the image, `ends` the step that puts out the logits, if a call
    does; else `answer` says what the module's are. Parameters of the names in `frozen` ask for no
    gradient, and get None; the image always asks.

    None where the loss depends on nothing in a way that autograd can follow, or the module cannot
    be called with other parameters than its own, as a scripted one.
    """
    steps = {(call.path, call.call): call.step for call in calls}
    with turn, torch.inference_mode(mode=False), torch.enable_grad():
        weights = _leaves(model, frozen)
        fed, kept = _leaf(image), Kept()
        with _watched(model, image.device, {path for path, _ in steps}, kept):
            try:
                output = functional_call(model, weights, (fed.clone(),))
            except Exception:  # whatever a stranger's forward pass raises: it cannot be followed
                return None
            outputs = {steps[key]: tensor for key, tensor in kept.items() if key in steps}
            ending = outputs.get(ends or "")
            ended = answer if ending is None else Answer("logits")
            logits = scores(output if ending is None else ending, ended)
            loss = loss_of(logits, ended, label)
            if not loss.requires_grad:
                return None
            shown = logits.log() if ended.shares else logits  # whose softmax it is
            return _slopes(loss, shown, {begins: fed, **outputs}, weights)


@contextmanager
def _watched(model: nn.Module, device: torch.device, paths: set[str], kept: Kept) -> Iterator[None]:
    """Keep what the parts of a module at some paths put out; then everything is as before.

    The backward pass belongs inside: what is put back, as buffers are, autograd may still need.
    """
    with evaluating(model, device) as named, plainly():
        keeper = Keeper(named)
        hooks = {module: _keeping(path, kept) for module, path in named.items() if path in paths}
        try:
            with hooked(hooks):
                yield
        finally:
            keeper.restore()


def _leaf(tensor: torch.Tensor) -> torch.Tensor:
    """Return the same memory as a tensor that a gradient is asked for."""
    leaf = tensor.detach()
    return leaf.requires_grad_() if leaf.is_floating_point() else leaf


def _leaves(model: nn.Module, frozen: AbstractSet[str]) -> dict[str, torch.Tensor]:
    """Return the memory of every parameter by its name; of those not frozen as leaves."""
    named = model.named_parameters()
    return {name: each.detach() if name in frozen else _leaf(each) for name, each in named}


def _keeping(path: str, kept: Kept) -> Callable[..., torch.Tensor | None]:
    """Return a hook that keeps what its module puts out, in the graph.

    What follows gets a copy: a layer that writes to what it receives would take the tensor with it.
    Passes of other threads through the same module are none of its business.
    """
    owner, calls = threading.get_ident(), 0

    def keep(*passed: Any) -> torch.Tensor | None:
        nonlocal calls
        output = passed[-1]
        if threading.get_ident() != owner:
            return None
        calls += 1
        if not isinstance(output, torch.Tensor) or not output.requires_grad:
            return None
        kept[path, calls] = output
        return output.clone()

    return keep


def loss_of(output: Any, answer: Answer, label: int) -> torch.Tensor:
    """Return the cross entropy of one image's answer and a class, a number.

    `answer` says where its scores (1, C) are, and whether these are logits, their softmax, or its
    logarithm.
    """
    found = scores(output, answer)
    target = torch.tensor([label], device=found.device)
    if answer.logits:
        return functional.cross_entropy(found, target)
    return functional.nll_loss(found.log() if answer.shares else found, target)


def _slopes(
    loss: torch.Tensor,
    logits: torch.Tensor,
    values: Mapping[str, torch.Tensor],
    weights: Mapping[str, torch.Tensor],
) -> Backward | None:
    """Ask autograd for the slopes of everything at once."""
    wanted = [each for each in (*values.values(), *weights.values()) if each.requires_grad]
    try:
        found = torch.autograd.grad(loss, wanted, allow_unused=True)
    except RuntimeError:  # something wrote in place to what its gradient needs
        return None
    slopes = {id(each): slope for each, slope in zip(wanted, found, strict=True)}

    def numbers(tensor: torch.Tensor) -> Floats | None:
        slope = slopes.get(id(tensor))
        return None if slope is None else _array(slope)

    def first(batch: Floats | None) -> Floats | None:
        return None if batch is None else batch[0]

    return Backward(
        loss=float(loss.detach()),
        logits=_array(logits)[0],
        values={step: _array(each)[0] for step, each in values.items()},
        slopes={step: first(numbers(each)) for step, each in values.items()},
        parameters={name: numbers(each) for name, each in weights.items()},
    )


def _array(tensor: torch.Tensor) -> Floats:
    """Return a tensor of this pass alone as an array, read-only, without copying it."""
    array: Floats = tensor.detach().to("cpu", torch.float32).numpy()
    array.setflags(write=False)
    return array
