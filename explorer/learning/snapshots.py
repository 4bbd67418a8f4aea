"""What can be done with weights on the way: ask them, look at them, take them along."""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from safetensors.torch import load
from torch import nn

from explorer.errors import InvalidQuery
from explorer.learning import subjects
from explorer.learning.progress import Progress, Snapshot
from explorer.learning.recipes import NETWORKS, TITLES
from explorer.learning.settings import Settings, beyond
from explorer.network import zoo
from explorer.network.ages import TRAINED, Kept, kept
from explorer.network.turn import agree
from explorer.records import PIXELS, SIDE, Floats

ROWS = 24  # of the first weight, as pictures


def network(settings: Settings, snapshot: Snapshot) -> nn.Module:
    """Return the network with these weights, in eval mode."""
    with torch.device("meta"):  # without values, so without anybody's random numbers
        model = zoo.BUILDERS[NETWORKS[settings.model]]()
    model.load_state_dict(load(snapshot.weights), assign=True)
    return model.eval()


def answer(settings: Settings, snapshot: Snapshot, image: bytes) -> list[float]:
    """Return the probability of each class for an image of 784 bytes.

    Raises:
        InvalidQuery: for an image of another size.
        NotANumber: where the weights have grown so far that there is none.
    """
    if len(image) != PIXELS:
        raise InvalidQuery(
            "query.size", field="image", received=len(image), count=PIXELS, shape=f"{SIDE}×{SIDE}"
        )
    agree()
    pixels = torch.frombuffer(bytearray(image), dtype=torch.uint8).view(1, SIDE, SIDE)
    with torch.inference_mode():
        logits = network(settings, snapshot)(subjects.pictures(settings.model, pixels))
        probabilities: list[float] = torch.softmax(logits, dim=1)[0].tolist()
    if not all(map(math.isfinite, probabilities)):
        raise beyond(settings, snapshot.batch)
    return probabilities


def rows(snapshot: Snapshot) -> Floats:
    """Return the first rows of the first weight as pictures, (R, S, S) float32.

    R is 24 or what there is. S is 28 where each row has a weight for every pixel, the size of the
    kernels where they look at the picture itself; R is 0 where the first weight is no picture.
    """
    for values in load(snapshot.weights).values():
        if values.ndim == 2 and values.shape[1] == PIXELS:
            found: Floats = values[:ROWS].reshape(-1, SIDE, SIDE).contiguous().numpy()
            return found
        if values.ndim == 4 and values.shape[1] == 1 and values.shape[2] == values.shape[3]:
            kernels: Floats = values[:ROWS, 0].contiguous().numpy()
            return kernels
    return np.zeros((0, SIDE, SIDE), np.float32)


def ages(progress: Progress) -> Iterator[Kept]:
    """Yield the ends of the last epochs as ages of the network, for the whole page."""
    for each in progress.epochs:
        if each.accuracy is not None:
            yield kept(
                each.weights,
                TRAINED,
                file=f"{each.name}.safetensors",
                epoch=each.epochs,
                accuracy=each.accuracy,
                batch=each.batch,
                images=each.images,
                tested=progress.count,
            )


def archive(progress: Progress) -> bytes:
    """Return the weights of the last epochs and the newest measured, with a card, as a ZIP.

    Nothing is written to disk, so a full one is no hindrance.
    """
    newest = progress.tested
    all_of = [*progress.epochs]
    if newest is not None and newest.batch not in [each.batch for each in all_of]:
        all_of.append(newest)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as file:  # weights hardly get shorter
        for each in all_of:
            file.writestr(f"{each.name}.safetensors", each.weights)
        card = _card(progress.settings, all_of)
        file.writestr("card.json", json.dumps(card, ensure_ascii=False, indent=2) + "\n")
    return written.getvalue()


def _card(settings: Settings, found: list[Snapshot]) -> dict[str, Any]:
    """Return a card as those in assets/models, so that the folder can be put beside them."""
    shape = subjects.shape(settings.model)
    return {
        "name": f"{settings.model}-trained",
        "title": TITLES[settings.model],
        "builder": NETWORKS[settings.model],
        "labels": subjects.labels(settings.model),
        "seed": settings.seed,
        "default": found[-1].name,
        "checkpoints": [
            {
                "name": each.name,
                "file": f"{each.name}.safetensors",
                "epoch": each.epochs,
                "batch": each.batch,
                "images": each.images,
                "accuracy": each.accuracy,
                "sha256": hashlib.sha256(each.weights).hexdigest(),
            }
            for each in found
        ],
        "shape": list(shape),
        "input": f"(N, {', '.join(map(str, shape))}) float32, grey values 0 (black) to 1 (white)",
        "weights": "float32; `accuracy` is that on the first 2,000 test images",
        "recipe": asdict(settings),
    }
