"""The code that reproduces a view, to take away."""

from __future__ import annotations

from explorer.network import zoo
from explorer.network.scene import Scene
from explorer.outgoing import snippets
from explorer.sections.base import Section


def section(scene: Scene) -> Section:
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


def _file(card: zoo.Card, checkpoint: str) -> str:
    return f"assets/models/{card.name}/{card.checkpoint(checkpoint).file}"
