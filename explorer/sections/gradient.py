"""The gradient desk: the loss of what the drawing is said to be, and its backward pass."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

import numpy as np

from explorer.figures import arrays
from explorer.kinds import BY_NAME
from explorer.kinds.base import Kind, Slopes
from explorer.lessons import Taught
from explorer.maths import slopes as hand
from explorer.maths.arithmetic import softmax_terms
from explorer.maths.digits import digits
from explorer.network import freezing, widening
from explorer.network.backward import Backward, backward
from explorer.network.scene import Scene, look
from explorer.records import Check, Floats
from explorer.sections.base import FLOAT32, Section, check, hooked
from explorer.sections.chain import chain
from explorer.words import say

CELLS = 4096  # of the picture of a whole weight.grad
ROUNDED = 16  # roundings on the way of a float32 gradient
AGREED = 1e-9  # of a tensor's largest gradient: by hand and autograd, both in float64


def section(scene: Scene) -> Section:
    """Return the loss of the class that the drawing is said to be, and dL/d of the shown step.

    Of the network as it is, without the edits in force. None without such a class.
    """
    taught = scene.query.taught
    if taught is None:
        return None, ()
    if not scene.classifies:
        return {"possible": False}, ()
    plain = unedited(scene)
    back = passed(plain, taught)
    if back is None:
        return {"possible": False}, ()
    lines, proofs, step = _step(plain, back, taught)
    by_hand = _by_hand(plain, back, taught)
    parts = softmax_terms(back.logits)
    slope, held = _at(back.slopes, _ending(plain)), freezing.frozen(plain.model, taught)
    fixed = freezing.fixed(plain.model)
    data = {
        "possible": True,
        "edited": bool(scene.query.edits),
        "label": taught.label,
        "loss": back.loss,
        "probability": float(parts.probabilities[taught.label]),
        "probabilities": parts.probabilities.tolist(),
        "delta": None if slope is None else slope.tolist(),
        **step,
        "formulas": list(lines),
        "by_hand": bool(by_hand) or not freezing.learning(plain.model, taught),
        "layers": [_layer(name, each, name in held) for name, each in back.parameters.items()],
        "freezable": list(freezing.layers(plain.model)),
        "fixed": list(fixed),
        "held": plain.call is not None and plain.call.path in (*taught.frozen, *fixed),
        "learning": freezing.learning(plain.model, taught),
    }
    return data, (_loss(plain, back, taught), *by_hand, *proofs)


def unedited(scene: Scene) -> Scene:
    """Return the same scene without edits: they change values, not the network that learns."""
    query = scene.query
    if not query.edits:
        return scene
    plain = replace(query, edits=(), versus=None)
    return look(plain, device=str(scene.device), model=scene.model)


def passed(scene: Scene, taught: Taught) -> Backward | None:
    """Return the backward pass of the focused image; None where autograd cannot follow the loss."""
    return backward(
        scene.model,
        scene.focused,
        taught.label,
        calls=scene.trace.calls,
        begins=scene.trace.graph.input,
        ends=_ending(scene),
        answer=scene.trace.graph.answer,
        frozen=freezing.frozen(scene.model, taught),
    )


def _ending(scene: Scene) -> str | None:
    """Return the step that puts out what the last softmax receives, if there is one."""
    return scene.sources[scene.steps[-1].id] if scene.logits is not None else None


def _at(found: Mapping[str, Floats | None], step: str | None) -> Floats | None:
    return None if step is None else found.get(step)


def _step(
    scene: Scene, back: Backward, taught: Taught
) -> tuple[tuple[str, ...], tuple[Check, ...], dict[str, Any]]:
    """Return what the chain rule says of a unit of the current step, its proof, and pictures."""
    step, own = scene.step, scene.call
    leaving, entering = back.slopes.get(step.id), _at(back.slopes, scene.sources[step.id])
    prefix = f"{own.path}." if own is not None and own.path else ""
    mine = {
        name.removeprefix(prefix): each
        for name, each in back.parameters.items()
        if own is not None and each is not None and name.rpartition(".")[0] == own.path
    }
    flowing = entering if _alone(scene) else None
    single = {name: each for name, each in mine.items() if _uses(scene, prefix + name) == 1}
    last = scene.logits is not None and step.id == scene.steps[-1].id
    slopes = Slopes(taught.label, flowing, leaving, single, answer=last)
    unit = _unit(scene, leaving, entering, taught)
    subject = scene.subject()
    lines, proofs = scene.kind.backward(subject, slopes, unit)
    if hooked(subject.module, proofs):
        lines, proofs = (), ()
    lines = lines or _plainly(scene, leaving, unit)
    shown = [each for each in (leaving, entering) if each is not None]
    blocks = {each.id: each.block for each in scene.steps}
    source = scene.sources[step.id]
    return (
        lines,
        proofs,
        {
            "step": step.id,
            "source": source,
            "names": [f"dL/d{each}" for each in _letters(scene)],
            "unit": unit,
            "limit": arrays.limit(*shown),
            "leaving": None if leaving is None else arrays.means(leaving, step.block),
            "entering": None if entering is None else arrays.means(entering, blocks[source or ""]),
            "weight": _weight(scene, mine, unit),
            "bias": mine.get("bias"),
        },
    )


def _plainly(scene: Scene, leaving: Floats | None, unit: int) -> tuple[str, ...]:
    """Return the slope of a unit as a number, where no rule is written out."""
    if leaving is None or unit >= leaving.size:
        return ()
    at = ", ".join(map(str, arrays.place(unit, leaving.shape)))
    return (f"dL/d{_letters(scene)[0]}[{at}] = {digits(float(leaving.reshape(-1)[unit]))}",)


def _alone(scene: Scene) -> bool:
    """Whether what goes in goes nowhere else: else its slope has a share of each way it takes."""
    taken = [each for event in scene.happened.values() for each in event.sources]
    return taken.count(scene.sources[scene.step.id]) == 1


def _uses(scene: Scene, name: str) -> int:
    """Return how often a parameter is used in the pass: its gradient is the sum over all uses."""
    named = dict(scene.model.named_parameters(remove_duplicate=False))
    names = {other for other, each in named.items() if each is named[name]}
    owners = {other.rpartition(".")[0] for other in names}
    layers = sum(call.path in owners for call in scene.trace.calls)
    return layers + sum(
        origin.place == "parameter" and origin.name in names
        for node in scene.trace.graph.steps
        if node.functional
        for origin in node.received
    )


def _letters(scene: Scene) -> tuple[str, str]:
    """Return what the values that come out of the current step are called, and those that go in."""
    kinds_of = {each.id: BY_NAME[each.kind] for each in scene.steps}
    source = scene.sources[scene.step.id]
    mine, theirs = scene.kind.letter, kinds_of[source].letter if source else Kind.letter
    return mine, theirs if theirs != mine else "x"  # two pictures of one name would be mixed up


def _unit(scene: Scene, leaving: Floats | None, entering: Floats | None, taught: Taught) -> int:
    """Return the pinned unit; without one the unit with the steepest slope, or the class."""
    if scene.query.unit is not None:
        return scene.query.unit
    if leaving is None:
        return taught.label if entering is not None else 0
    return int(np.abs(leaving).argmax())


def _weight(scene: Scene, mine: Mapping[str, Floats], unit: int) -> dict[str, Any] | None:
    """Return `weight.grad` as pictures: the row of one unit, and the whole as means of blocks.

    Of maps it is the kernel of the unit's own map, (planes, h, w), and each row of the whole is all
    of one map's.
    """
    found, entering = mine.get("weight"), scene.before[scene.query.focus]
    leaving = scene.after[scene.query.focus]
    if found is None:
        return None
    if found.ndim == 2 and entering.ndim == 1 and unit < len(found):
        shown = found[unit]
        own = {"row": shown, "inputs": entering, "place": int(np.abs(entering).argmax())}
    elif found.ndim == 4 and leaving.ndim == 3 and len(found) == len(leaving):
        channel = arrays.place(unit, leaving.shape)[0]
        shown = found[channel]
        own = {"kernel": shown, "channel": channel}
    else:
        return None
    flat = found.reshape(len(found), -1)
    block = arrays.blocks(flat.shape, CELLS)
    whole = arrays.means(flat, block)
    return {
        **own,
        "limit": arrays.limit(shown),
        "whole": whole,
        "whole_limit": arrays.limit(whole),
        "block": list(block),
    }


def _layer(name: str, slope: Floats | None, held: bool) -> dict[str, Any]:
    """Return the size of one parameter's gradient: ‖grad‖₂ in float64, and the share of zeros."""
    if slope is None:
        return {"name": name, "norm": None, "zeros": None, "count": 0, "held": held}
    return {
        "name": name,
        "norm": hand.length([slope]),
        "zeros": float(np.mean(slope == 0)),
        "count": int(slope.size),
        "held": held,
    }


def _loss(scene: Scene, back: Backward, taught: Taught) -> Check:
    """Return the proof that torch's loss is −log p, without a p that rounds to 0."""
    parts = softmax_terms(back.logits)
    total = float(np.log(parts.denominator) - parts.shifted[taught.label])
    near = 8 * FLOAT32 * max(1.0, float(np.abs(back.logits).max()))
    return check(scene, "loss", total, back.loss, near)


def _by_hand(scene: Scene, back: Backward, taught: Taught) -> tuple[Check, ...]:
    """Return the proofs that every gradient of a plain chain is what the chain rule says.

    By hand and autograd, both in float64, agree to 10⁻⁹ of each tensor's largest value. What is
    shown, in float32, is the same up to the rounding of p − 1, which is the larger a share of the
    gradient the nearer p is to 1: it is compared as a share of what a slope of 1 at the logits
    would make of it. What is frozen has no gradient to be proven.
    """
    held = freezing.frozen(scene.model, taught)
    if chain(scene) is None or not freezing.learning(scene.model, taught):
        return ()
    try:
        paths = [call.path for call in scene.trace.calls]
        copied = widening.wide(scene.model)
        links = hand.links([copied.get_submodule(path) for path in paths], paths)
    except ValueError:  # a softmax in between
        return ()
    image = scene.focused.cpu().double().numpy()
    mine = hand.slopes(links, image, taught.label)
    found = widening.gradient(scene.model, scene.focused, taught.label, scene.trace.graph.answer)
    ours, theirs = _less(mine.parameters, held), _less(found, held)
    one, two = hand.length(ours.values()), hand.length(theirs.values())
    if ours.keys() != theirs.keys():  # its weights are computed from others, as of a pruned layer
        return ()
    count = sum(each.size for each in ours.values())
    sentence = say(scene.query.language, "check.gradient", count=f"{count:,}")
    first = Check("gradient", sentence, one, two, hand.apart(ours, theirs), AGREED)
    switched = [
        back.values[call.step] > 0 if link.switches else on
        for link, call, on in zip(links, scene.trace.calls, mine.on, strict=False)
    ]
    if any((one != two).any() for one, two in zip(switched, mine.on, strict=True)):
        mine = hand.slopes(links, image, taught.label, switched)
    steepest = hand.largest(mine.leaving[-1])
    slopes = _less(back.parameters, held)
    residual = hand.apart(_less(mine.parameters, held), slopes) * steepest
    near = ROUNDED * FLOAT32 * max(1.0, float(np.abs(back.logits).max()), mine.spread)
    words = say(scene.query.language, "check.gradient32")
    shown = hand.length(each for each in slopes.values() if each is not None)
    return first, Check("gradient32", words, one, shown, residual, near)


def _less(found: Mapping[str, Any], held: AbstractSet[str]) -> dict[str, Any]:
    """Return gradients without those of some parameters."""
    return {name: each for name, each in found.items() if name not in held}
