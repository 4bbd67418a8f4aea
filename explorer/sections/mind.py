"""What would change the network's mind: a small change of the drawing that flips its answer."""

from __future__ import annotations

import base64
from typing import Any, cast, get_args

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.maths import linearity
from explorer.maths.flipping import WHITE, Flip, Network, Way, flip
from explorer.maths.margins import radius
from explorer.network.feeding import batch, fit, greys, type_of
from explorer.network.scene import Scene
from explorer.network.tracing import trace
from explorer.records import Check, Floats
from explorer.sections.base import Section, again
from explorer.sections.chain import links, normalised
from explorer.words import say

ANY = -1  # the goal, where any other class will do
MOST = 9999  # classes that a goal may name


def section(scene: Scene) -> Section:
    """Return a small change of the focused picture that gives it another answer.

    The options say what may be done, `way` "free", "added" or "erased", and to which class it is to
    lead, `goal`. Every pixel stays a whole grey value, and the network itself, with its hooks and
    edits, has the last word on the answer.
    """
    way, goal = _way(scene), int(scene.option("goal", ANY, ANY, MOST))
    aim = None if goal == ANY else goal
    asked: dict[str, Any] = {"way": way, "goal": aim}
    line = links(scene)
    reason = _obstacle(scene, goal, chained=line is not None)
    if reason:
        return {**asked, "possible": False, "reason": reason}, ()
    picture = greys(scene.pixels, scene.card.input)[scene.query.focus]
    network: Network = nn.Sequential(
        *(line or (*normalised(scene.card.input, scene.device), scene.scoring))
    )
    placed = _placed(network, scene, chained=line is not None)
    found = again(scene, lambda: flip(placed, picture, way, aim))
    if found is None:
        return {**asked, "possible": False, "reason": "unable"}, ()
    data = {**asked, "possible": True, "found": found.found, "far": found.far, "now": found.now}
    data["least"] = _least(scene, line, found, aim)
    if not found.found:
        data["blank"] = way == "erased" and not picture.any()
        return data, ()
    output = _answer(scene, found)
    change = found.greys.astype(np.float32) - picture
    return {**data, **_contents(scene, found, output), "change": change}, (
        _check(scene, found, output),
    )


def _way(scene: Scene) -> Way:
    way = scene.query.options.get("way", "free")
    if way not in get_args(Way):
        choices = ", ".join(get_args(Way))
        raise InvalidQuery("query.choice", field="options.way", received=repr(way), choices=choices)
    return cast(Way, way)


def _obstacle(scene: Scene, goal: int, *, chained: bool) -> str:
    """Return why nothing can be searched for, the end of a sentence's name; empty if it can."""
    query, focus = scene.query, scene.query.focus
    if not (scene.steady and scene.small) or len(scene.prediction.labels) < 2:
        return "unable"
    drawn = fit(query.images, scene.card.input)[focus]
    sources = [edit.source.image for edit in query.edits if edit.source is not None]
    reasons = {
        "sliders": scene.pixels[focus] != drawn,
        "patched": focus in sources,
        "class": goal >= len(scene.prediction.labels),
        "same": goal == scene.prediction.classes[focus],
        "edits": not chained and bool(query.edits),
    }
    found = next((name for name, holds in reasons.items() if holds), "")
    return found if found or chained else _bent(scene)


def _bent(scene: Scene) -> str:
    """Return "bent" where the network has no exact linear view around the picture."""
    image = torch.from_numpy(scene.trace.images[scene.query.focus].copy()).to(scene.device)
    view = again(scene, lambda: linearity.linear_view(scene.scoring, image, device=scene.device))
    return "unable" if view is None else "" if view.exact else "bent"


def _placed(network: Network, scene: Scene, *, chained: bool) -> Network:
    """Return a network that takes its pictures from the CPU, and may write to them.

    A chain of known layers gets those of maps with a pixel's values side by side, which is sooner
    convolved and pooled; somebody's own module might look at the order.
    """
    device, maps = scene.device, chained and len(scene.card.input.shape) == 3
    order = torch.channels_last if maps else torch.preserve_format
    return lambda images: network(images.to(device).clone(memory_format=order))


def _least(
    scene: Scene, line: tuple[nn.Module, ...] | None, found: Flip, goal: int | None
) -> float | None:
    """Return the distance within which the answer is proven to stay; None for no plain chain."""
    if line is None:
        return None
    image = greys(scene.pixels, scene.card.input)[scene.query.focus].astype(np.float32)
    x = torch.from_numpy(image / np.float32(WHITE)).to(scene.device)
    others = [each for each in range(len(scene.prediction.labels)) if each != found.now]
    # whatever is whole changes by a level of one pixel at least
    return max(1 / WHITE, radius(line, x, found.now, others if goal is None else [goal]))


def _answer(scene: Scene, found: Flip) -> Floats:
    """Return what the network itself puts out for the changed picture, (C,), with its edits."""
    fed = batch((found.greys.tobytes(),), scene.card.input)
    output: Floats = trace(
        scene.model, fed.to(scene.device, type_of(scene.model)), interventions=scene.applied
    ).scores[0]
    return output


def _contents(scene: Scene, found: Flip, output: Floats) -> dict[str, Any]:
    before = scene.prediction.probabilities[scene.query.focus]
    after = scene.shares(output[None])[0]
    return {
        "to": found.to,
        "before": {"now": float(before[found.now]), "to": float(before[found.to])},
        "after": {"now": float(after[found.now]), "to": float(after[found.to])},
        "distance": found.distance,
        "pixels": found.pixels,
        "levels": found.levels,
        "count": found.greys.size,
        "picture": base64.b64encode(found.greys.tobytes()).decode("ascii"),
    }


def _check(scene: Scene, found: Flip, output: Floats) -> Check:
    """Return the check that the changed picture's answer is another one, and the one said."""
    largest, named = float(output.max()), float(output[found.to])
    stays = found.to == scene.prediction.classes[scene.query.focus]
    return Check(
        "flip",
        say(scene.query.language, "check.flip"),
        named,
        largest,
        float("inf") if stays else largest - named,
        0.0,
    )
