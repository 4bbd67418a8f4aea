"""What can be taken away.

The code that reproduces a view, and the course run on the images at hand.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import Scene
from explorer.outgoing import snippets
from explorer.sections import course
from explorer.sections.explaining import Section

SEQUENTIAL = "course-sequential"
NETWORK = "fashion-mlp"


def code(scene: Scene) -> Section:
    """Return the PyTorch lines that reproduce the current step or unit, and those that show how hooks captured it."""
    query, card = scene.query, scene.card
    files: dict[str, str | None] = {each.name: _file(card, each.name) for each in card.checkpoints}
    files |= {zoo.UNTRAINED: None, "": _file(card, card.default)}
    network = snippets.Network(card.builder, files[query.checkpoint], card.seed)
    reproduced = snippets.reproduce(
        network,
        scene.pixels,
        scene.step,
        scene.after,
        unit=query.unit,
        focus=query.focus,
        edits=query.edits,
        checkpoints=files,
        language=query.language,
    )
    captured = snippets.capture(network, scene.pixels, scene.step, language=query.language)
    return {"reproduce": reproduced, "capture": captured}, ()


def lessons(scene: Scene) -> Section:
    """Return the stops of the course with what their code really prints for the images of the batch."""
    language = scene.query.language
    images = torch.from_numpy(scene.trace.images.copy())
    printed = course.outputs(
        images, zoo.load(NETWORK), cast(nn.Sequential, zoo.load(SEQUENTIAL)), "cpu"
    )
    stops: list[dict[str, Any]] = []
    for stop in course.STOPS:
        title, text = course.words(stop, language=language)
        told = {"title": title, "text": text, "code": stop.code, "output": printed[stop.id]}
        stops.append(
            {"id": stop.id, "model": stop.model, "step": stop.step, "view": stop.view, **told}
        )
    return {"stops": stops}, ()


def _file(card: zoo.Card, checkpoint: str) -> str:
    return f"assets/models/{card.name}/{card.checkpoint(checkpoint).file}"
