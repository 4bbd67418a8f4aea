"""What somebody's own module answers, in a plain pass, and which of it has the scores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.errors import NoStart, UntraceableModel
from explorer.network import answers, copying, functions, tracing, zoo
from explorer.network.feeding import device_of, type_of
from explorer.network.restoring import Keeper, evaluating, plainly
from explorer.network.turn import turn
from explorer.records import Floats


@contextmanager
def kept(model: nn.Module, device: torch.device) -> Iterator[None]:
    """Have a module come back as it was from whatever runs it outside a trace.

    It runs in eval mode, and without the fused paths that a traced pass does without as well.
    """
    with turn, torch.no_grad(), evaluating(model, device) as paths, plainly():
        keeper = Keeper(paths)
        if model in tracing.restless:  # a pass of it writes to its weights
            for parameter in model.parameters():
                keeper.save(parameter)
        try:
            yield
        finally:
            keeper.restore()


def undisturbed(name: str, model: nn.Module) -> AbstractContextManager[None]:
    """Return `kept` for somebody's own module; shipped ones are in eval mode, and nobody's."""
    return kept(model, device_of(model)) if zoo.own(name) else nullcontext()


def answered(model: nn.Module, inputs: Any) -> tuple[Floats, ...]:
    """Return the tensors that a module answers `inputs` with, as `tracing.trace` takes them.

    In eval mode; the module comes back as it was.
    """
    args, kwargs = functions.mapped(functions.arguments(inputs), lambda each: each.detach().clone())
    device = functions.tensors((args, kwargs))[0].device
    with kept(model, device):
        output = model(*args, **kwargs)
    found = [each.detach() for each in functions.tensors(output)]
    return tuple(copying.parts(*copying.whole(found))) if found else ()


def scored(model: nn.Module, inputs: Any, name: str) -> None:
    """Have one of a module's answers to `inputs` be its scores, told by its name.

    Raises:
        NoStart: with the names that there are, where none is called so.
    """
    answers.prefer(model, name)
    place, kind = device_of(model), type_of(model)

    def taken(tensor: torch.Tensor) -> torch.Tensor:
        return tensor.to(place, kind if tensor.is_floating_point() else tensor.dtype)

    try:
        fed = functions.mapped(inputs, taken)
        known = functions.named(tracing.trace(model, fed, batch="found").output, np.ndarray)
    except UntraceableModel:  # the page shows how far it goes, and why no further
        return
    if name not in [each for each, _ in known]:
        answers.prefer(model, None)
        listed = ", ".join(f"{each or '—'} {values.shape}" for each, values in known)
        raise NoStart("own.output", received=name, module=type(model).__name__, known=listed or "—")


def arrays(output: Any) -> tuple[Floats, ...]:
    """Return every array of a trace's nested output, in the order of `functions.tensors`."""
    return tuple(functions.nested(output, np.ndarray))


def apart(one: tuple[Floats, ...], other: tuple[Floats, ...]) -> float:
    """Return the largest difference of two answers; infinite where they are not of one shape.

    What is no number, or beyond all, is no further from itself than 0.
    """
    if [each.shape for each in one] != [each.shape for each in other]:
        return float("inf")
    most = 0.0
    for left, right in zip(one, other, strict=True):
        same = (left == right) | (np.isnan(left) & np.isnan(right))
        if not same.all():
            most = max(most, float(np.abs(left[~same].astype(np.float64) - right[~same]).max()))
    return most
