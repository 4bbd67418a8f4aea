"""What some steps on one drawing cost: test images that are right before and after them."""

from __future__ import annotations

from functools import lru_cache

import torch

from explorer.errors import MissingData
from explorer.incoming import datasets
from explorer.network import teaching, zoo
from explorer.network.feeding import fed
from explorer.network.scene import Scene, look, untaught
from explorer.records import Input
from explorer.sections.base import Section

IMAGES = 2000  # the first of the test set, as live training measures itself


def section(scene: Scene) -> Section:
    """Return how many of the first 2,000 test images are right before and after the steps.

    `known` is False where the data set is not on this machine, and of a network with other classes.
    None where the drawing is not said to be anything.
    """
    taught = scene.query.taught
    if taught is None:
        return None, ()
    card = scene.card
    if zoo.own(card.name) or not scene.teachable:
        return {"known": False}, ()
    plain = look(untaught(scene.query), device=str(scene.device))
    where, device = str(datasets.root()), str(scene.device)
    try:
        pictures, labels = _fed(card.dataset, where, card.input)
    except MissingData:
        return {"known": False}, ()
    pictures = pictures.to(device)
    lesson = teaching.taught(
        plain.model, plain.focused, taught, answer=plain.trace.graph.answer, pictures=pictures
    )
    if lesson is None:
        return {"known": False}, ()
    after = torch.from_numpy(lesson.outputs.argmax(axis=1))
    return {
        "known": True,
        "count": len(labels),
        "before": _right(card.name, scene.query.checkpoint or card.default, where, device),
        "after": int((after == labels).sum()),
    }, ()


@lru_cache(maxsize=64)
def _right(name: str, checkpoint: str, where: str, device: str) -> int:
    """Return how many are right before any step: a checkpoint's name stands for its weights."""
    card = zoo.card(name)
    pictures, labels = _fed(card.dataset, where, card.input)
    with torch.inference_mode():
        answers = zoo.load(name, checkpoint, device)(pictures.to(device)).argmax(dim=1)
    return int((answers.cpu() == labels).sum())


@lru_cache(maxsize=4)
def _fed(name: str, _where: str, of: Input) -> tuple[torch.Tensor, torch.Tensor]:
    """Return test images as a network is fed with them, (N, …) float32, and their labels (N,)."""
    images, labels = datasets.test_set(name)
    return fed(images[:IMAGES].numpy(), of), labels[:IMAGES]
