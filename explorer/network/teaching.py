"""Some steps of an optimizer on one picture: a copy of the network learns, the network does not.

What is learnt follows from the network, the picture, the class, the optimizer, its rate and the
number of steps, and from nothing else: a copy that is kept goes on from where it was, and comes to
the very weights that a new one comes to from the start.
"""

from __future__ import annotations

import copy
import math
import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.graphs import Answer
from explorer.lessons import Taught
from explorer.maths.arithmetic import sealed
from explorer.maths.optimizing import Weight
from explorer.network import turn
from explorer.network.answers import scores
from explorer.network.backward import loss_of
from explorer.network.copying import alone
from explorer.network.freezing import frozen, learning
from explorer.network.moving import move
from explorer.network.state import state
from explorer.records import Floats

KEPT = 3  # copies; one of the course's network has 8 MB with Adam's memory
LARGEST = 5_000_000  # weights of a network that is copied and taught
PASSES = 3  # backward passes whose sums are told: the last ones

Gradients = Mapping[str, torch.Tensor]  # the `grad` of each weight, by its name


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a network has learnt from one picture.

    `losses` are those before each step and after the last: one more than `steps`, which are fewer
    than asked for where the loss is no number any more. `outputs` are what the taught network
    answers to the pictures asked for, (N, …). `before` are all weights as the last step found them,
    with its gradients, `after` what it made of them, by name.

    Where gradients are summed, `sums` is what stood in `grad` after each of the last backward
    passes, oldest first, `passes` how many there were in all, and `alone` the gradient of the last
    pass without those before it. Before the first step that are passes without a step.
    """

    steps: int
    losses: tuple[float, ...]
    outputs: Floats
    before: Mapping[str, Weight]
    after: Mapping[str, Floats]
    passes: int = 0
    sums: tuple[Mapping[str, Floats], ...] = ()
    alone: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Pupil:
    """A copy that learns; `model` is held so that no other gets its identity meanwhile.

    `memory` is what the optimizer keeps of each weight: `v` of momentum, or `m` and `v` of Adam.
    `sums` and `alone` are a lesson's, of the passes so far; `shown` is what is shown of it after so
    many steps.
    """

    model: nn.Module
    copied: nn.Module
    weights: Mapping[str, torch.Tensor]
    memory: Mapping[str, dict[str, torch.Tensor]]
    steps: int = 0
    losses: list[float] = field(default_factory=list)
    before: Mapping[str, Weight] = field(default_factory=dict)
    sums: deque[Gradients] = field(default_factory=lambda: deque(maxlen=PASSES))
    alone: Gradients = field(default_factory=dict)
    shown: tuple[int, nn.Module] | None = None


_kept: OrderedDict[Hashable, _Pupil] = OrderedDict()
_lock = threading.Lock()


def teachable(model: nn.Module) -> bool:
    """Whether a network is small enough to be copied and taught in passing."""
    return 0 < sum(each.numel() for each in model.parameters()) <= LARGEST


def taught(
    model: nn.Module,
    image: torch.Tensor,
    how: Taught,
    *,
    answer: Answer,
    pictures: torch.Tensor,
) -> Lesson | None:
    """Return what a network has learnt after some steps on one picture (1, …), and its answers.

    The loss is the cross entropy of its `answer` and the class `how.label`. `pictures` (N, …) are
    what the taught network is asked about. Nothing of `model` changes. None where it cannot be
    copied, or autograd cannot follow its loss. Where every layer is frozen no step is taken.

    Raises:
        InvalidQuery: for a frozen layer that does not exist.
    """
    if not learning(model, how) or (how.steps == 0 and not how.summed):
        return _untaught(model, image, how.label, answer, pictures)
    with _pupil(model, image, how, answer) as pupil:
        if pupil is None:
            return None
        if how.steps == 0:
            _rehearse(pupil, image, how, answer)
        return _learnt(pupil, pictures, answer)


def learnt(
    model: nn.Module, image: torch.Tensor, how: Taught, *, answer: Answer
) -> nn.Module | None:
    """Return the network that has learnt what `taught` tells of: a module that nobody changes.

    The same one as long as it is kept, so that whoever knows it by its identity finds it again.
    None as for `taught`.

    Raises:
        InvalidQuery: where no layer learns, or a frozen one does not exist.
    """
    if not learning(model, how):
        raise InvalidQuery("query.learnless", field="taught.shown")
    with _pupil(model, image, how, answer) as pupil:
        if pupil is None:
            return None
        if pupil.shown is None or pupil.shown[0] != pupil.steps:
            shown = copy.deepcopy(pupil.copied)  # it goes on learning while others look
            for each, own in zip(shown.parameters(), model.parameters(), strict=True):
                each.requires_grad_(own.requires_grad)
            pupil.shown = pupil.steps, shown
        return pupil.shown[1]


@contextmanager
def _pupil(
    model: nn.Module, image: torch.Tensor, how: Taught, answer: Answer
) -> Iterator[_Pupil | None]:
    """Yield the copy that has taken the steps asked for, from the ones that are kept or anew.

    Nobody else has it meanwhile. A copy is begun outside the lock: who has the turn may wait here.
    """
    pixels, wish = image.numpy(force=True).tobytes(), replace(how, steps=0, shown=False)
    with turn.turn:  # no hooks of a pass are on it
        key = (id(model), state(model), pixels, answer, frozen(model, how), wish)
    with torch.inference_mode(mode=False):
        with _lock:
            pupil = _kept.pop(key, None)
        if pupil is None or pupil.steps > how.steps:
            pupil = _begun(model, image, how, answer)
        with _lock:
            if pupil is not None:
                _keep(key, pupil)
                while _step(pupil, image, how, answer):
                    pass
            yield pupil


def _keep(key: Hashable, pupil: _Pupil) -> None:
    _kept[key] = pupil
    while len(_kept) > KEPT:
        _kept.popitem(last=False)


def _learnt(pupil: _Pupil, pictures: torch.Tensor, answer: Answer) -> Lesson:
    with torch.no_grad():
        found = scores(pupil.copied(pictures.clone()), answer)
    return Lesson(
        steps=pupil.steps,
        losses=tuple(pupil.losses),
        outputs=found.to("cpu", torch.float32).numpy(),
        before=pupil.before,
        after={name: _array(each) for name, each in pupil.weights.items()} if pupil.steps else {},
        passes=pupil.steps or len(pupil.sums),
        sums=tuple(_views(each) for each in pupil.sums),
        alone=_views(pupil.alone),
    )


def _untaught(
    model: nn.Module, image: torch.Tensor, label: int, answer: Answer, pictures: torch.Tensor
) -> Lesson:
    """Return the lesson of no step: the network as it is, without a copy."""
    with torch.inference_mode():
        loss = float(loss_of(model(image.clone()), answer, label))
        found = scores(model(pictures.clone()), answer)
    return Lesson(0, (loss,), found.to("cpu", torch.float32).numpy(), {}, {})


def _begun(model: nn.Module, image: torch.Tensor, how: Taught, answer: Answer) -> _Pupil | None:
    held = frozen(model, how)
    try:
        copied = turn.copied(model)
        for name, each in copied.named_parameters():
            each.requires_grad_(name not in held)
        with torch.enable_grad():
            followed = loss_of(copied(image.clone()), answer, how.label).requires_grad
    except Exception:  # whatever a stranger's module raises: no copy of it can be taught
        return None
    if not followed:
        return None
    weights = {name: each for name, each in copied.named_parameters() if name not in held}
    return _Pupil(model, copied, weights, {name: {} for name in weights})


def _step(pupil: _Pupil, image: torch.Tensor, how: Taught, answer: Answer) -> bool:
    """Work out the loss where it is not known, and take one more step if there is one to take."""
    more = pupil.steps < how.steps
    if len(pupil.losses) == pupil.steps or more:
        with torch.enable_grad():
            loss = loss_of(pupil.copied(image.clone()), answer, how.label)
        pupil.losses[pupil.steps :] = [float(loss.detach())]
    if not more or not math.isfinite(pupil.losses[-1]):
        return False
    if pupil.steps == 0:
        pupil.sums.clear()  # those of passes without a step
    slopes = _slopes(pupil, loss, how)
    pupil.steps += 1
    if pupil.steps == how.steps:
        pupil.before = {name: _weight(pupil, name, slope) for name, slope in slopes.items()}
    with torch.no_grad():
        for name, slope in slopes.items():
            move(pupil.weights[name], slope, pupil.memory[name], how, pupil.steps)
    return True


def _rehearse(pupil: _Pupil, image: torch.Tensor, how: Taught, answer: Answer) -> None:
    """Run some backward passes without a step between them: each adds to `grad`."""
    while len(pupil.sums) < PASSES:
        with torch.enable_grad():
            _slopes(pupil, loss_of(pupil.copied(image.clone()), answer, how.label), how)


def _slopes(pupil: _Pupil, loss: torch.Tensor, how: Taught) -> Gradients:
    """Return what stands in each weight's `grad` after the backward pass of a loss.

    Whoever does not set it to zero has the sum of all passes there: torch adds to it.
    """
    found = torch.autograd.grad(loss, list(pupil.weights.values()), allow_unused=True)
    named = zip(pupil.weights, found, strict=True)
    fresh = {name: each for name, each in named if each is not None}
    if not how.summed:
        return fresh
    held = pupil.sums[-1] if pupil.sums else {}
    added = {name: held[name] + each if name in held else each for name, each in fresh.items()}
    pupil.sums.append({**held, **added})
    pupil.alone = fresh
    return pupil.sums[-1]


def _weight(pupil: _Pupil, name: str, slope: torch.Tensor) -> Weight:
    memory = {key: _array(each) for key, each in pupil.memory[name].items()}
    return Weight(_array(pupil.weights[name]), _array(slope), pupil.steps, memory)


def _views(tensors: Gradients) -> dict[str, Floats]:
    """Return gradients without a copy: each sum is a tensor of its own that nobody writes to."""
    return {name: alone(each) for name, each in tensors.items()}


def _array(tensor: torch.Tensor) -> Floats:
    return sealed(tensor.detach().to("cpu", torch.float32).numpy(), np.float32)
