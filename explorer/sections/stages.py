"""What the stage shows at every step, apart from values: its words, and its figure's structure."""

from __future__ import annotations

from dataclasses import replace

from explorer import figures
from explorer.network.scene import Scene
from explorer.sections.base import Section
from explorer.sections.versus import names, opposite

WORDS = ("title", "sentence", "formula", "code")


def section(scene: Scene) -> Section:
    """Return words and figure of every step by its id; `source` is the step whose output goes in.

    A figure is without what its values decide: the page puts those in, as the `meta` of each trace
    says.
    """
    other = opposite(scene)
    found = {}
    for step in scene.steps:
        here = replace(scene, query=replace(scene.query, step=step.id))
        subject = here.subject()
        texts = here.kind.texts(subject)
        if other is None:
            drawn = here.kind.figure(subject)
        else:
            seen = other.values[step.id][other.query.focus]
            drawn = here.kind.compared(subject, seen, names(scene))
        found[step.id] = {
            "texts": {name: texts[name] for name in WORDS},
            "figure": figures.structure(drawn),
            "source": scene.sources[step.id],
        }
    return found, ()
