"""The code that reproduces a view, to take away."""

from __future__ import annotations

import numpy as np

from explorer.kinds.spelling import expression
from explorer.network import zoo
from explorer.network.feeding import type_of
from explorer.network.scene import Scene
from explorer.outgoing import source, traced
from explorer.outgoing.capturing import capture
from explorer.outgoing.program import Network
from explorer.outgoing.snippets import reproduce
from explorer.sections.base import Section
from explorer.sections.chain import chain
from explorer.sections.likes import replaced


def section(scene: Scene) -> Section:
    """Return the lines that reproduce the current step or unit, and those that capture it."""
    patched = (edit.source for edit in scene.query.edits if edit.source is not None)
    if replaced(scene) or any(source.learnt for source in patched):
        return {"taught": True}, ()
    if zoo.own(scene.card.name) or scene.happened[scene.query.step].function:
        return _own(scene), ()
    query, step, network = scene.query, scene.step, written(scene)
    by_hand: tuple[str, ...] = ()
    if query.unit is not None:
        by_hand = scene.kind.by_hand(scene.subject(), query.unit, expression(step.path))
    reproduced = reproduce(
        network,
        scene.pixels,
        step,
        scene.after,
        unit=query.unit,
        focus=query.focus,
        by_hand=by_hand,
        edits=query.edits,
        checkpoints=files(scene.card),
        language=query.language,
    )
    captured = capture(network, scene.pixels, step, language=query.language)
    return {"reproduce": reproduced, "capture": captured}, ()


def written(scene: Scene) -> Network:
    """Return a scene's network as snippets write it down."""
    card, trace = scene.card, scene.trace
    return Network(
        source.of(zoo.BUILDERS[card.builder]),
        files(card)[scene.query.checkpoint],
        card.seed,
        card.input,
        scene.steps,
        chain=chain(scene) is not None,
        ends=np.array_equal(trace.calls[-1].output, trace.scores),
    )


def _own(scene: Scene) -> dict[str, str | bool] | None:
    """Return the lines that trace a module of somebody's own, or a function between layers.

    None where it was fed with values that only its owner has.
    """
    if not scene.pixels:
        return None
    card, node = scene.card, scene.happened[scene.query.step].id
    if zoo.own(card.name):
        options = {name: str(card.details.get(name, "")) for name in ("weights", "output")}
        made = source.Source(*traced.imported(card.builder, **options))
        network = Network(
            made,
            None,
            card.seed,
            card.input,
            scene.steps,
            loaded="weights=" in made.build,
            alive=not card.builder,
            dtype=str(type_of(scene.model)).removeprefix("torch."),
        )
    else:
        network = written(scene)
    text = traced.traced(
        network,
        scene.pixels,
        node,
        shares=node == scene.trace.graph.softmax,
        applied=scene.applied,
        language=scene.query.language,
    )
    return {"reproduce": text, "capture": text, "traced": True}


def files(card: zoo.Card) -> dict[str, str | None]:
    """Return the file of each checkpoint by its name; the untrained network has none.

    Those trained here are called as in the archive that the page saves of them, those brought as
    they came.
    """
    known: dict[str, str | None] = {zoo.UNTRAINED: None}
    for each in card.ages:
        known[each.name] = f"assets/models/{card.name}/{each.file}" if each.shipped else each.file
    return {**known, "": known[card.default]}
