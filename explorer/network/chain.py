"""A network as the page can compute it too: its layers one after the other, and its weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from torch import nn

from explorer import places
from explorer.errors import UnusableWeights
from explorer.network import scene, zoo
from explorer.records import Query

PLAIN = (bool, int, float, str, type(None))


@cache
def chain(name: str) -> Sequence[Mapping[str, Any]] | None:
    """Return the steps of a network after its input, or None where they are no chain.

    A chain is a network whose every layer gets exactly what the one before put out, each of them
    once, as hooks saw it on a random image, the output being the last one's. Each step is `{id,
    layer, options, parameters, shape}`: the name of torch's own class, its settings, the names of
    its parameters in the file of weights, and the shape of its output for one image.
    """
    size = zoo.card(name).input.size
    image = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8).tobytes()
    found = scene.look(Query(model=name, images=(image,), show=()))
    modules = dict(found.model.named_modules())
    values, steps = found.trace.images, []
    for call in found.trace.calls:
        if call.call > 1 or not np.array_equal(call.input, values):
            return None
        steps.append(_step(call.step, call.path, modules[call.path], call.output.shape[1:]))
        values = call.output
    if not np.array_equal(values, found.trace.output) or None in steps:
        return None
    last = found.steps[-1]
    if last.id != found.trace.calls[-1].step:  # the softmax that the page puts behind a network
        steps.append(_step(last.id, "", nn.Softmax(dim=1), last.shape[1:]))
    return tuple(step for step in steps if step is not None)


def _step(
    name: str, path: str, module: nn.Module, shape: tuple[int, ...]
) -> Mapping[str, Any] | None:
    """Return one step; None for a module that is not torch's own, or that has parts."""
    kind = type(module)
    if not kind.__module__.startswith("torch.nn.modules.") or any(module.children()):
        return None
    settings = {option: getattr(module, option) for option in getattr(kind, "__constants__", ())}
    named = dict(module.named_parameters()) | dict(module.named_buffers())
    return {
        "id": name,
        "layer": kind.__name__,
        "options": {key: each for key, each in settings.items() if isinstance(each, PLAIN)},
        "parameters": {own: f"{path}.{own}" if path else own for own in named},
        "shape": list(shape),
    }


def weights(name: str, checkpoint: str, sha256: str) -> bytes | None:
    """Return the weights of a checkpoint as a safetensors file; None if others than meant.

    Raises:
        UnknownModel: for a name that is not there.
        UnusableWeights: for a file that is missing or altered.
    """
    data = _written(name) if checkpoint == zoo.UNTRAINED else _shipped(name, checkpoint)
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


@cache
def listing(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return `{sha256, bytes}` of the weights of every checkpoint, the untrained network first."""
    untrained = _written(name)
    sizes = {zoo.UNTRAINED: (hashlib.sha256(untrained).hexdigest(), len(untrained))}
    for known in zoo.card(name).checkpoints:
        sizes[known.name] = (known.sha256, (places.MODELS / name / known.file).stat().st_size)
    return {each: {"sha256": sha256, "bytes": size} for each, (sha256, size) in sizes.items()}


def _shipped(name: str, checkpoint: str) -> bytes:
    known = zoo.card(name).checkpoint(checkpoint)
    try:
        return (places.MODELS / name / known.file).read_bytes()
    except OSError as error:
        raise UnusableWeights("zoo.missing", file=known.file, model=name) from error


@cache
def _written(name: str) -> bytes:
    """Return the untrained network's weights, which no file holds, as one."""
    from safetensors.torch import save  # noqa: PLC0415  not needed to list the models

    written: bytes = save(zoo.load(name, zoo.UNTRAINED).state_dict())
    return written
