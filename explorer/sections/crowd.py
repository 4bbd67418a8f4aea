"""The test images in the space of the current step, where their data set is on this machine.

What comes out of a step for all of them is worked out when first asked for, apart from all answers,
and a few are kept. They are those of the network without edits: a drawing is compared with them as
that network sees it, perturbed if the options say so.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.incoming import datasets
from explorer.maths import spaces
from explorer.maths.spaces import Space
from explorer.network import chain, zoo
from explorer.network.feeding import fed
from explorer.network.later import Later
from explorer.network.scene import Scene
from explorer.records import Floats, Input, Query
from explorer.sections.likes import replaced

SHOWN = 9  # images
ROOM = 256 * 2**20  # bytes of all spaces that are kept
SPACES: Later[Space] = Later(ROOM)


def space(scene: Scene) -> tuple[Space | None, dict[str, Any]]:
    """Return the space of the current step, or None and why there is none: `{state, …}`.

    `own` and `taught` name networks of which it is not worked out, `absent` says that there are no
    test images here, `waiting` that it is on its way, `failed` brings the `sentence` of what went
    wrong. Else the state is `ready`.
    """
    card, links = scene.card, _links(scene)
    if zoo.own(card.name) or links is None:
        return None, {"state": "own"}
    if replaced(scene):
        return None, {"state": "taught"}
    if not datasets.there(card.dataset):
        return None, {"state": "absent"}
    work = partial(_measured, links, card.dataset, card.input, maps=_maps(scene))
    try:
        found = SPACES.get(_key(scene.query), work)
    except ExplorerError as error:
        return None, {"state": "failed", "sentence": error.sentence(scene.query.language)}
    return found, {"state": "waiting" if found is None else "ready"}


def pending(query: Query) -> Future[None] | None:
    """Return what is done when the space of a query's step has come; None where none is due."""
    return SPACES.pending(_key(query))


def point(scene: Scene) -> Floats:
    """Return what comes out of the current step for the focused image (n,), without the edits."""
    links, focus = _links(scene), scene.query.focus
    if not scene.query.edits or links is None:
        drawn: Floats = scene.after[focus].reshape(-1)
        return drawn
    image = torch.from_numpy(scene.plain.images[focus : focus + 1].copy()).to(scene.device)
    with torch.inference_mode():
        found: Floats = nn.Sequential(*links)(image).cpu().numpy().reshape(-1)
    return found


def pictures(scene: Scene, found: Sequence[tuple[int, float]]) -> tuple[int, list[dict[str, Any]]]:
    """Return how many test images there are, and some of them: places and a value of each.

    `{index, label, value, pixels}`: the place in the test set, the true class, base64 of 784 bytes.
    """
    images, labels = datasets.test_set(scene.card.dataset)
    return len(images), [
        {
            "index": index,
            "label": int(labels[index]),
            "value": value,
            "pixels": datasets.as_text(images[index]),
        }
        for index, value in found
    ]


def _key(query: Query) -> Hashable:
    checkpoint = query.checkpoint or zoo.card(query.model).default
    return datasets.root(), query.model, checkpoint, query.step


def _maps(scene: Scene) -> bool:
    """Whether a picture's output is maps: what a layer makes, (N, maps, height, width)."""
    return scene.call is not None and scene.after.ndim == 4


def _links(scene: Scene) -> tuple[nn.Module, ...] | None:
    """Return the modules from the input to the current step; None where they are no chain.

    Called one by one, without hooks, they keep nobody from a pass of his own.
    """
    steps = None if zoo.own(scene.card.name) else chain.chain(scene.card.name)
    if steps is None:
        return None
    if scene.query.step == scene.trace.graph.input:
        return ()
    names = [step["id"] for step in steps]
    parts = dict(scene.model.named_modules())
    wanted = names[: names.index(scene.query.step) + 1]
    return tuple(parts.get(name) or nn.Softmax(dim=1) for name in wanted)


def _measured(links: Sequence[nn.Module], dataset: str, of: Input, *, maps: bool) -> Space:
    images = datasets.test_set(dataset)[0].numpy()
    network = nn.Sequential(*links)
    device = next((each.device for each in network.parameters()), torch.device("cpu"))

    def outputs(places: Sequence[int]) -> torch.Tensor:
        batch = fed(images[np.array(places)], of).to(device)
        with torch.inference_mode():
            found: torch.Tensor = network(batch).cpu()
        return found

    return spaces.measured(outputs, len(images), maps=maps)
