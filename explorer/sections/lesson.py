"""Some steps of an optimizer on the drawing: answers before and after, and what is forgotten."""

from __future__ import annotations

import base64
import math
from functools import partial
from typing import Any

import numpy as np
import torch

from explorer.incoming import samples
from explorer.incoming.queries import MAX_STEPS
from explorer.lessons import Taught
from explorer.maths import optimizing
from explorer.maths.digits import digits, factor
from explorer.maths.slopes import length
from explorer.network import freezing, teaching, zoo
from explorer.network.answering import undisturbed
from explorer.network.feeding import batch, fit
from explorer.network.scene import Scene, look, untaught
from explorer.network.teaching import Lesson
from explorer.records import Check, Floats
from explorer.sections.base import Section, again
from explorer.sections.sums import sums
from explorer.words import say

AGREED = 1e-6  # of the largest move of a tensor: by hand and torch.optim


def section(scene: Scene) -> Section:
    """Return what the network answers after the steps that the query asks for, and before.

    About the drawing, and about the samples shipped with the page. None where the drawing is not
    said to be anything.
    """
    taught = scene.query.taught
    if taught is None:
        return None, ()
    if not scene.teachable:
        return {"possible": False}, ()
    plain = scene
    if scene.query.edits or taught.shown:
        plain = look(untaught(scene.query), device=str(scene.device))
    image, shipped = plain.focused, _samples(plain)
    pictures = torch.cat([image, shipped])
    learn = partial(teaching.taught, plain.model, image, taught, pictures=pictures)
    with undisturbed(plain.card.name, plain.model):
        lesson = again(plain, lambda: learn(answer=plain.trace.graph.answer))
        outputs = again(plain, lambda: _answered(plain, pictures))
    if lesson is None or outputs is None:
        return {"possible": False}, ()
    return _contents(plain, lesson, taught, outputs)


def _answered(scene: Scene, pictures: torch.Tensor) -> Floats:
    with torch.inference_mode():
        outputs: Floats = scene.scoring(pictures.clone()).to("cpu", torch.float32).numpy()
    return outputs


def _contents(scene: Scene, lesson: Lesson, taught: Taught, outputs: Floats) -> Section:
    """Return a lesson as data, with its proof; `outputs` are the answers before it, (N, C)."""
    held = bool(np.isfinite(lesson.outputs).all())
    before, after = scene.shares(outputs), scene.shares(lesson.outputs)
    data = {
        "possible": True,
        "label": taught.label,
        "most": MAX_STEPS,
        "asked": taught.steps,
        "steps": lesson.steps,
        "finite": held,
        "losses": [each if math.isfinite(each) else None for each in lesson.losses],
        "before": _answer(before[0]),
        "after": _answer(after[0]) if held else None,
        "samples": _forgotten(scene, before[1:], after[1:]) if held else None,
        "formulas": list(_written(lesson, taught)),
        "sums": sums(scene, lesson),
        "learning": freezing.learning(scene.model, taught),
    }
    return data, _proved(scene, lesson, taught) if held else ()


def _samples(scene: Scene) -> torch.Tensor:
    """Return the samples as the network is fed with them, (N, …)."""
    shipped = tuple(base64.b64decode(each["pixels"]) for each in _listed(scene))
    return batch(fit(shipped, scene.card.input), scene.card.input).to(scene.device)


def _listed(scene: Scene) -> tuple[dict[str, Any], ...]:
    return samples.listing(scene.card.dataset)


def _answer(shares: Floats) -> dict[str, Any]:
    return {"probabilities": shares.tolist(), "winner": int(shares.argmax())}


def _forgotten(scene: Scene, before: Floats, after: Floats) -> dict[str, Any]:
    """Return the answers to every sample before and after, and how many are right of how many.

    `right` is None where the network's classes are not those of the samples.
    """
    truths = [each["label"] for each in _listed(scene)]
    pairs = list(zip(before.argmax(axis=1).tolist(), after.argmax(axis=1).tolist(), strict=True))
    known = scene.card.labels == zoo.classes(scene.card.dataset)
    right = [
        sum(pair[side] == truth for pair, truth in zip(pairs, truths, strict=True))
        for side in (0, 1)
    ]
    return {
        "pairs": [list(pair) for pair in pairs],
        "changed": sum(one != two for one, two in pairs),
        "right": right if known else None,
        "count": len(truths),
    }


def _written(lesson: Lesson, taught: Taught) -> tuple[str, ...]:
    """Return the last step of the weight that it moved furthest, in symbols and numbers."""
    if not lesson.before:
        return ()
    moves = {name: np.abs(lesson.after[name] - w.value) for name, w in lesson.before.items()}
    name = max(moves, key=lambda each: float(moves[each].max()))
    weight = lesson.before[name]
    place = np.unravel_index(int(moves[name].argmax()), moves[name].shape)
    called = f"{name}[{', '.join(str(int(each)) for each in place)}]"
    slope, value = float(weight.gradient[place]), float(weight.value[place])
    moved = optimizing.stepped(weight, taught.rate, taught.optimizer)
    memory = {key: float(each[place]) for key, each in moved.memory.items()}
    now, rate = digits(float(lesson.after[name][place])), digits(taught.rate)
    added = _added(lesson, name, place)
    lines = [f"w = {called} = {digits(value)}, g = {added}{digits(slope)}"]
    if taught.optimizer == "sgd":
        return (*lines, f"w ← w − η·g = {digits(value)} − {rate} · {factor(slope)} = {now}")
    if taught.optimizer == "momentum":
        lines.append(f"v ← 0.9·v + g = {digits(memory['v'])}")
        return (*lines, f"w ← w − η·v = {digits(value)} − {rate} · {factor(memory['v'])} = {now}")
    lines.append(f"m ← 0.9·m + 0.1·g = {digits(memory['m'])}")
    lines.append(f"v ← 0.999·v + 0.001·g² = {digits(memory['v'])}")
    mean = memory["m"] / (1 - optimizing.BETAS[0] ** weight.count)
    root = math.sqrt(memory["v"] / (1 - optimizing.BETAS[1] ** weight.count))
    lines.append(f"m̂ = m / (1 − 0.9ᵗ) = {digits(mean)}, √v̂ = {digits(root)}, t = {weight.count}")
    move = f"{rate} · {factor(mean)} / ({digits(root)} + 10⁻⁸)"
    return (*lines, f"w ← w − η·m̂ / (√v̂ + 10⁻⁸) = {digits(value)} − {move} = {now}")


def _added(lesson: Lesson, name: str, place: tuple[Any, ...]) -> str:
    """Return what the gradient of one weight is: the last pass's, or what that was added to."""
    if len(lesson.sums) < 2 or name not in lesson.sums[-2]:
        return "dL/dw = "
    held, fresh = float(lesson.sums[-2][name][place]), float(lesson.alone[name][place])
    return f"w.grad + dL/dw = {digits(held)} + {factor(fresh)} = "


def _proved(scene: Scene, lesson: Lesson, taught: Taught) -> tuple[Check, ...]:
    """Return the proof that the last step by hand is torch's; none before the first step."""
    if not lesson.before:
        return ()
    worst, hand, found = 0.0, [], []
    for name, weight in lesson.before.items():
        by_hand = optimizing.stepped(weight, taught.rate, taught.optimizer).value
        worst = max(worst, optimizing.missed(weight, by_hand, lesson.after[name]))
        hand.append(by_hand - weight.value)
        found.append(lesson.after[name].astype(np.float64) - weight.value)
    count = sum(each.size for each in hand)
    words = say(scene.query.language, "check.step", count=f"{count:,}")
    return (Check("step", words, length(hand), length(found), worst, AGREED),)
