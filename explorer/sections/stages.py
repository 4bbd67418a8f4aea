"""What the stage shows at every step, apart from values: its words, and its figure's structure."""

from __future__ import annotations

from explorer import figures, kinds
from explorer.network.scene import Scene
from explorer.sections.base import Section
from explorer.sections.versus import names, opposite


def section(scene: Scene) -> Section:
    """Return words and figure of every step by its id; `source` is the step whose output goes in.

    A figure is without what its values decide: the page puts those in, as the `meta` of each trace
    says.
    """
    other = opposite(scene)
    found = {}
    for step in scene.steps:
        kind, subject = kinds.BY_NAME[step.kind], scene.subject(step)
        if other is None:
            drawn = kind.figure(subject)
        else:
            beside = other.values[step.id][other.query.focus]
            drawn = kind.compared(subject, beside, names(scene, other))
        found[step.id] = {
            "texts": kind.words(subject),
            "figure": figures.structure(drawn),
            "source": scene.sources[step.id],
        }
    return found, ()
