"""view(query): everything the screen shows, computed anew from one query. No widgets, no state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch

from explorer import figures
from explorer.errors import InvalidQuery, NoStart
from explorer.figures import arrays
from explorer.kinds.picture import notices
from explorer.network import chain, zoo
from explorer.network.answering import apart, kept
from explorer.network.answering import arrays as arrays_of
from explorer.network.feeding import rounding
from explorer.network.scene import Scene, greys, look
from explorer.outgoing.report import Document
from explorer.records import Check, Floats, Language, Query, View
from explorer.sections import RUNNING, SECTIONS
from explorer.sections.chain import downstream
from explorer.sections.folding import wish
from explorer.sections.versus import comparable, joined, learnt, names, opposite
from explorer.words import say


def view(query: Query, *, device: str = "cpu") -> View:
    """Return the whole screen for one query.

    Raises:
        ExplorerError: when the query names a model, step, unit or section that does not exist, in a
            sentence.
    """
    if not isinstance(query, Query):
        raise InvalidQuery("query.kind", received=type(query).__name__)
    return _view(joined(look(query, device=device)), _wanted(query))


def document(query: Query, *, device: str = "cpu") -> Document:
    """Return what a report of a query says: a view of every step of the focused image.

    Raises:
        ExplorerError: for a query that cannot be shown.
    """
    scene = look(query, device=device)
    views = tuple(
        _view(replace(scene, query=replace(scene.query, step=step.id, unit=None)), ())
        for step in scene.steps
    )
    card, name = scene.card, scene.query.checkpoint or scene.card.default
    weights = say(query.language, f"header.{name if name == zoo.GIVEN else zoo.UNTRAINED}")
    known = card.age(name)
    if known is not None:
        weights = known.called(query.language)
        if known.accuracy is not None:
            percent = f"{100 * known.accuracy:.1f}"
            weights = say(query.language, "header.checkpoint", age=weights, accuracy=percent)
    return Document(
        title=card.title_in(query.language),
        name=card.name,
        weights=learnt(weights, query),
        query=query,
        pictures=greys(scene.pixels, card.input),
        views=views,
    )


def recorded(query: Query, *, device: str = "cpu") -> tuple[View, Mapping[str, View]]:
    """Return a pass as a view, and by step a view without values: its words, facts and figure.

    Raises:
        ExplorerError: for a query that cannot be shown.
    """
    scene = look(query, device=device)
    whole, stages = _view(scene, ()), {}
    for step in scene.steps:
        here = replace(scene, query=replace(scene.query, step=step.id, unit=None))
        subject = here.subject()
        stages[step.id] = replace(
            whole,
            facts=here.kind.facts(subject),
            texts=here.kind.texts(subject),
            figure=figures.as_json(figure(here)),
        )
    return whole, stages


def _view(scene: Scene, wanted: tuple[str, ...]) -> View:
    """Return a scene as a view, with the parts that are wanted."""
    query, subject = scene.query, scene.subject()
    wish(scene)  # refuses a folding that does not exist, whatever is asked for
    with _undisturbed(scene, wanted):
        parts = {name: SECTIONS[name](scene) for name in wanted if name != "figure"}
    return View(
        steps=scene.steps,
        tensors=tensors(scene),
        prediction=scene.prediction,
        facts=scene.kind.facts(subject),
        checks=(*checks(scene), *(check for _, found in parts.values() for check in found)),
        texts=scene.kind.texts(subject),
        notices=_notices(scene),
        figure=figures.as_json(figure(scene)) if "figure" in wanted else None,
        sections={name: data for name, (data, _) in parts.items()},
        failure=scene.failure.sentence(query.language) if scene.failure else "",
        weights=chain.present(scene),
    )


@contextmanager
def _undisturbed(scene: Scene, wanted: tuple[str, ...]) -> Iterator[None]:
    """Have somebody's own module come back as it was where sections run it once more."""
    if not (zoo.own(scene.card.name) and RUNNING.intersection(wanted)):
        yield
        return
    with kept(scene.model, scene.device), torch.enable_grad():
        yield


def _notices(scene: Scene) -> tuple[str, ...]:
    """Return what is odd about the focused picture; of given values nothing is."""
    if not scene.pixels:
        return ()
    card, language = scene.card, scene.query.language
    return notices(scene.pixels[scene.query.focus], card.input.plane, card.statistics, language)


def tensors(scene: Scene) -> dict[str, Floats]:
    """Return the focused image's values of every step, of large ones the means of blocks."""
    key = ("tensors", scene.query.focus)
    if key not in scene.made:
        scene.made[key] = {
            step.id: arrays.means(scene.values[step.id][scene.query.focus], step.block)
            for step in scene.steps
        }
    found: dict[str, Floats] = scene.made[key]
    return found


def ready(device: str | None = None) -> str:
    """Prepare this process for views of a few milliseconds and return the device in use.

    Without a wish it is the course's choice: the current accelerator if there is one, else the CPU.
    """
    torch.set_num_threads(1)  # a forward pass of 0.1 ms is not worth waking a second thread
    if device is None:
        accelerator = (
            torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
        )
        device = accelerator.type if accelerator else "cpu"
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, ImportError) as error:  # as torch says: there is none
        raise NoStart("start.absent", received=device) from error
    view(Query(model=zoo.COURSE), device=device)
    return device


def figure(scene: Scene) -> figures.Figure:
    """Return the stage's figure of the current step; in a comparison, of both sides."""
    subject = scene.subject(unit=scene.query.unit)
    other = opposite(scene)
    if other is None or not comparable(scene, other, scene.step.id):
        return scene.kind.figure(subject)
    return scene.kind.compared(subject, other.after[other.query.focus], names(scene, other))


def checks(scene: Scene) -> tuple[Check, ...]:
    """Return the identities every view carries.

    Hooked output = plain model(x), and the probabilities sum to 1.

    With edits, the pass without them is compared, and what follows the last edit is run again on
    its own.
    """
    if scene.failure is not None:
        return ()
    if zoo.own(scene.card.name):
        return _own(scene)
    focus, language = scene.query.focus, scene.query.language
    hooked = scene.plain if scene.query.edits else scene.trace
    images = torch.from_numpy(hooked.images.copy()).to(scene.device)
    with torch.inference_mode():
        plain = scene.model(images).to("cpu").numpy()
    found = [_same("forward", hooked.scores, plain, focus, 0.0, language), *_sum(scene)]
    again = downstream(scene) if scene.query.edits else None
    if again is not None:
        found.append(_same("edits", scene.trace.scores, again, focus, 1e-4, language))
    return tuple(found)


def _own(scene: Scene) -> tuple[Check, ...]:
    """Return the identities of somebody's own module, whatever it answers with."""
    language, found = scene.query.language, arrays_of(scene.plain.output)
    checks = []
    if scene.answer:
        residual = apart(found, scene.answer)
        place = scene.trace.graph.answer.place
        one, two = (float(each[place].max(initial=0.0)) for each in (found, scene.answer))
        checks.append(Check("forward", say(language, "check.forward"), one, two, residual, 0.0))
    return (*checks, *_sum(scene))


def _sum(scene: Scene) -> tuple[Check, ...]:
    """Return the identity that the shares of the focused image sum to 1.

    Of what ends in shares itself, edits may make anything else; each sigmoid is for itself.
    """
    answer = scene.trace.graph.answer
    if not scene.predicts or answer.apart or (scene.query.edits and not answer.logits):
        return ()
    total = float(scene.prediction.probabilities[scene.query.focus].sum(dtype=np.float64))
    near = 1e-6 if answer.logits else max(1e-6, 4 * rounding(scene.model))
    name = say(scene.query.language, "check.sum")
    return (Check("sum", name, total, 1.0, abs(total - 1.0), near),)


def _same(
    key: str, one: Floats, other: Floats, focus: int, tolerance: float, language: Language
) -> Check:
    """Compare two outputs (N, C); the numbers told are the focused image's largest logits."""
    apart = float(np.abs(one - other).max())
    return Check(
        key,
        say(language, f"check.{key}"),
        float(one[focus].max()),
        float(other[focus].max()),
        apart,
        tolerance,
    )


def _wanted(query: Query) -> tuple[str, ...]:
    for name in query.show:
        if name != "figure" and name not in SECTIONS:
            raise InvalidQuery(
                "query.section", received=name, known=", ".join(("figure", *SECTIONS))
            )
    return tuple(dict.fromkeys(query.show))  # however often it is asked for, computed once
