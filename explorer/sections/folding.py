"""The strip of a network that is no short chain: which cards it has, and the edges between them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from explorer.errors import InvalidQuery
from explorer.network import folding
from explorer.network.boxes import Box
from explorer.network.compiled import eager
from explorer.network.folding import Card, Tree
from explorer.network.functions import type_name
from explorer.network.options import options
from explorer.network.scene import Scene
from explorer.records import Folding
from explorer.sections.base import Section, check


def section(scene: Scene) -> Section:
    """Return cards, open boxes and edges; nothing of a chain that fits without being folded.

    `cards` stand for the steps from `start` to before `end`, a folded box with all that is said of
    it; `edges` are (from, to), by the places of the cards. `frames` are the open boxes, `forced`
    those of them that only the current step keeps open.

    Raises:
        InvalidQuery: for a box or a level of detail that does not exist.
    """
    tree, choice = _tree(scene), wish(scene)
    if tree.chain and len(tree.steps) <= folding.FITS:
        return None, ()
    strip = folding.visible(tree, choice, scene.index)
    frames = {box.id: box for card in strip.cards for box in card.within}
    found = {
        "detail": strip.detail,
        "most": tree.most,
        "cards": [_card(scene, tree, choice, card) for card in strip.cards],
        "frames": [_named(box) for box in frames.values()],
        "edges": [list(edge) for edge in strip.edges],
        "chain": tree.chain,
        "forced": list(strip.forced),
    }
    shown = Counter(step for card in strip.cards for step in range(card.start, card.end))
    alone = sum(shown[place] == 1 for place in range(len(scene.steps)))
    return found, (check(scene, "folding", alone, len(scene.steps), 0.0),)


def _tree(scene: Scene) -> Tree:
    """Return the boxes of a pass, worked out but once."""
    if "tree" not in scene.made:
        model = eager(scene.model)
        scene.made["tree"] = folding.tree(
            scene.trace.graph,
            [step.id for step in scene.steps],
            options(model),
            {path: type_name(module) for path, module in model.named_modules()},
        )
    found: Tree = scene.made["tree"]
    return found


def wish(scene: Scene) -> Folding:
    """Return how far a query folds.

    Raises:
        InvalidQuery: for a box or a level of detail that does not exist.
    """
    if scene.query.folding is None:
        return Folding()
    tree, choice = _tree(scene), scene.query.folding
    known = {box.id for box in tree.root.boxes()}
    for name in (*choice.opened, *choice.closed):
        if name not in known:
            raise InvalidQuery("query.box", received=name, known=", ".join(known) or "—")
    if choice.detail is not None and choice.detail > tree.most:
        field = "folding.detail"
        raise InvalidQuery(
            "query.whole", field=field, received=choice.detail, low=0, high=tree.most
        )
    return choice


def _card(scene: Scene, tree: Tree, choice: Folding, card: Card) -> dict[str, Any]:
    found: dict[str, Any] = {
        "start": card.start,
        "end": card.end,
        "within": [box.id for box in card.within],
        "box": None,
    }
    if card.box is not None:
        found["box"] = {
            **_named(card.box),
            "skips": folding.skips(tree, card.box),
            "entering": _entering(scene, tree, card.box),
            "enter": scene.steps[folding.entered(tree, card.box, choice)].id,
        }
    return found


def _named(box: Box) -> dict[str, Any]:
    # not `path`: gradio's clients take every object with a `path` for a file
    return {
        "id": box.id,
        "module_path": box.path,
        "module": box.module,
        "times": box.times,
        "start": box.start,
        "end": box.end,
    }


def _entering(scene: Scene, tree: Tree, box: Box) -> list[int]:
    """Return the shape of what a box receives first; an empty one where it receives nothing."""
    sources = sorted((two, one) for one, two in tree.edges if one < box.start <= two < box.end)
    if not sources:
        return []
    step = scene.steps[sources[0][1]]
    return list(step.shape if step.size is None else step.size)
