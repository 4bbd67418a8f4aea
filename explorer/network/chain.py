"""A network as the page can compute it too: its layers one after the other, and its weights."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer import places
from explorer.maths.leaves import changed
from explorer.network import folding, living, scene, zoo
from explorer.network.living import TWINS, file, packed
from explorer.records import Floats, Query

PLAIN = (bool, int, float, str, type(None))


Chain = Sequence[Mapping[str, Any]]
PRODUCTS = 20_000_000  # of all convolutions in a pass that still follows a pen
# how many axes the page knows the output of one image with, where it does not know them all
AXES = {"Conv2d": 3, "Linear": 1, "MaxPool2d": 3, "Softmax": 1}


@cache
def chain(name: str) -> Chain | None:
    """Return the steps of a shipped network as `links` does."""
    return links(name)


def links(name: str) -> Chain | None:
    """Return the steps of a network after its input, or None where they are no chain.

    A chain is a network whose every layer gets exactly what the one before put out, each of them
    once, as hooks saw it on a random image, the output being the last one's, and none so large that
    only means of blocks are sent, which confirm nothing. Each step is `{id,
    layer, options, parameters, takes, shape}`: the name of torch's own class, its settings, the
    names of its parameters in the file of weights, and the shapes of its input and its output for
    one image.
    """
    size = zoo.card(name).input.size
    image = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8).tobytes()
    return _linked(scene.look(Query(model=name, images=(image,), show=())))


def _linked(found: scene.Scene) -> Chain | None:
    """Return the steps of a pass without edits as `links` does."""
    if any(step.block for step in found.steps) or any(map(changed, found.model.modules())):
        return None
    passed, modules = found.plain, dict(found.model.named_modules())
    values, steps = passed.images, []
    for call in passed.calls:
        if call.call > 1 or not np.array_equal(call.input, values):
            return None
        steps.append(link(call.step, call.path, modules[call.path], call.input, call.output))
        values = call.output
    if not np.array_equal(values, passed.scores) or None in steps:
        return None
    last = found.steps[-1]
    if last.id != passed.calls[-1].step:  # the softmax that the page puts behind a network
        steps.append(link(last.id, "", nn.Softmax(dim=1), values, values))
    return tuple(step for step in steps if step is not None)


def computed(name: str) -> Chain | None:
    """Return the chain of somebody's own network where the page can compute it, else None.

    That is a network of drawings that answers with shares, of layers and settings that the page
    computes and explains without a server, in float32, and no larger than that it follows a pen.
    """
    return _able(links(name) if zoo.card(name).examples is None else None, zoo.load(name))


def present(current: scene.Scene) -> living.File | None:
    """Return `{sha256, bytes, mark}` of the weights that the values of a scene are computed with.

    None but for a living module that the page can compute; `mark` is that of its chain as it is.
    """
    file: living.File | None = current.made.get(living.FILE)
    found = None if file is None or current.failure else _able(_linked(current), current.model)
    return None if file is None or found is None else {**file, "mark": mark(found)}


def mark(found: Chain) -> str:
    """Return what tells a chain from any other: its layers, their settings and shapes."""
    text = json.dumps([dict(step) for step in found], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _able(found: Chain | None, model: nn.Module) -> Chain | None:
    """Return a chain if the page can compute it (see `computed`)."""
    if not found or found[-1]["layer"] != "Softmax":
        return None
    kinds = {each.dtype for each in (*model.parameters(), *model.buffers())}
    return found if kinds <= {torch.float32} and all(map(_twin, found)) and _quick(found) else None


def _quick(found: Chain) -> bool:
    """Whether the convolutions of a chain multiply no more than the page can while one draws."""
    sizes = (_products(step) for step in found if step["layer"] == "Conv2d")
    return sum(sizes) <= PRODUCTS


def _products(step: Mapping[str, Any]) -> int:
    """Return how often a convolution multiplies for one image."""
    taken = step["options"]
    planes: int = taken["in_channels"] // taken["groups"]
    each: int = math.prod(taken["kernel_size"])
    return planes * each * int(math.prod(step["shape"]))


def _twin(step: Mapping[str, Any]) -> bool:
    known = TWINS.get(step["layer"])
    if known is None or AXES.get(step["layer"], len(step["shape"])) != len(step["shape"]):
        return False
    return all(step["options"].get(name) in allowed for name, allowed in known.items())


def link(
    name: str, path: str, module: nn.Module, before: Floats, after: Floats
) -> Mapping[str, Any] | None:
    """Return one step as `links` has it.

    None for a module that is not torch's own, or that has parts.
    """
    kind = type(module)
    if not kind.__module__.startswith("torch.nn.modules.") or any(module.children()):
        return None
    settings = {option: getattr(module, option) for option in getattr(kind, "__constants__", ())}
    named = dict(module.named_parameters()) | dict(module.named_buffers())
    return {
        "id": name,
        "layer": kind.__name__,
        "options": {key: each for key, each in settings.items() if _plain(each)},
        "parameters": {own: f"{path}.{own}" if path else own for own in named},
        "takes": list(before.shape[1:]),
        "shape": list(after.shape[1:]),
    }


def _plain(value: Any) -> bool:
    return isinstance(value, PLAIN) or (isinstance(value, tuple) and all(map(_plain, value)))


def weights(name: str, checkpoint: str, sha256: str) -> bytes | None:
    """Return the weights of a checkpoint as a safetensors file; None if others than meant.

    Raises:
        UnknownModel: for a name that is not there.
        UnusableWeights: for a file that is missing or altered.
    """
    if zoo.own(name):
        data = living.weights(zoo.load(name))
    elif checkpoint == zoo.UNTRAINED:
        data = _written(name)
    else:
        card = zoo.card(name)
        data = zoo.file(card, card.checkpoint(checkpoint))
    return data if data is not None and hashlib.sha256(data).hexdigest() == sha256 else None


def served(name: str) -> tuple[Chain | None, Mapping[str, Mapping[str, Any]]]:
    """Return the chain of somebody's own network and `listing` of its weights, for a page.

    None and nothing where the page cannot compute it, or where its cards may be folded. A living
    module's weights may change while the page is open: of which each reply says (see `present`).
    """
    data = living.weights(zoo.load(name))
    found = None if data is None else computed(name)
    if data is None or found is None or len(found) >= folding.FITS:
        return None, {}
    return found, {zoo.GIVEN: file(data)} if zoo.card(name).builder else {}


@cache
def listing(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return `{sha256, bytes}` of the weights of every checkpoint, the untrained network first."""
    sizes = {zoo.UNTRAINED: file(_written(name))}
    for known in zoo.card(name).checkpoints:
        size = (places.MODELS / name / known.file).stat().st_size
        sizes[known.name] = {"sha256": known.sha256, "bytes": size}
    return sizes


@cache
def _written(name: str) -> bytes:
    """Return the untrained network's weights, which no file holds, as one."""
    return packed(zoo.load(name, zoo.UNTRAINED))
