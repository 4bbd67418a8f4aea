"""A small change of a picture that gives it another answer, found through exact linear views.

Where it stands, a ReLU network is linear: logits = W_eff·x + b_eff. In that view the shortest step
to where two classes are equal is known; it is taken, the view is worked out anew there, and so on
(the idea of Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool", 2016). Every step here starts from
the picture itself, stays in the box of grey values, and ends in whole grey values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.maths.arithmetic import Doubles, Indices
from explorer.maths.nearest import nearest, within
from explorer.maths.slopes import Switches
from explorer.records import Floats, Pixels

Way = Literal["free", "added", "erased"]

Whole = NDArray[np.int16]  # grey values, so that differences of two are no surprise

# From grey values 0 to 1 (B, *shape) to logits (B, C); rows must not influence each other.
Network = Callable[[torch.Tensor], torch.Tensor]

RIVALS = 9  # classes that are walked to, those with the largest logits
ROUNDS = 6  # linear views on the way to each
KEPT = 3  # walks that go on after two of them
GOAL_ROUNDS = 24  # on the way to one class that has to leave all others behind, at most
NEARER = 6  # of them once it has, towards the picture again
LEADERS = 4  # classes that it has to leave behind first
BEYOND = 1.1  # of a step, so that the next view is one from the other side
AIMS = 2  # classes walked to in this way, where any will do and no shorter way was found
TRIED = 2  # ends of these walks that are made whole, the nearest ones
SCALES = 9  # lengths at which an end is tried
LONGEST = 1.5  # of them, as a factor
MARGIN = 3e-3  # of the largest logit: the lead walked for, so that whole grey values keep it
LEAD = 1e-5  # of the largest logit: by so much a class wins that no rounding can take it back
WHITE = 255


@dataclass(frozen=True, slots=True, eq=False)
class Flip:
    """A picture with another answer: `greys` (…) uint8, and what was asked.

    `to` is what the network says of it, `now` what it says of the picture itself. `distance` is the
    L2 norm of the change in grey values 0 to 1, `pixels` how many changed, `levels` by how many
    grey levels in all. Without `found` the search has ended at its budget, and `greys` is the
    picture itself. `far` is the answer where everything that may be changed is: all erased, or all
    filled; None where there is no such end.
    """

    found: bool
    greys: Pixels
    now: int
    to: int
    distance: float
    pixels: int
    levels: int
    far: int | None


def flip(network: Network, greys: Pixels, way: Way = "free", goal: int | None = None) -> Flip:
    """Return a small change of one picture (…) uint8 that flips its answer, or leads to `goal`.

    `way` says whether ink may only be `added` or `erased`. The same picture always gives the same
    change: nothing is drawn by lot. The number of passes is bounded: `ROUNDS` of at most `RIVALS`
    pictures, `GOAL_ROUNDS` of at most `LEADERS` towards each aim, and the tries at the ends.
    """
    walk = _Walk(network, greys, way, goal)
    tries: Whole | None = None
    if walk.free and walk.rivals.size:
        if goal is None:
            tries = walk.whole(walk.ends())
        if tries is None:
            aims = walk.rivals[:AIMS]
            tries = walk.whole(np.stack([walk.towards(int(aim)) for aim in aims]))
        if tries is None:
            tries = walk.back()
    return walk.result(tries)


class _Walk:
    """One search: a picture, what may be changed of it, and where it may lead."""

    def __init__(self, network: Network, greys: Pixels, way: Way, goal: int | None) -> None:
        self._network, self._shape, self._way, self._goal = network, greys.shape, way, goal
        self.greys = greys.reshape(-1).astype(np.int16)
        self.origin: Doubles = self.greys / WHITE
        none = np.zeros_like(self.origin)
        self.low = none if way == "added" else -self.origin
        self.high = none if way == "erased" else 1 - self.origin
        self.free = bool((self.high - self.low).any())
        logits = self._logits(self.greys[None])[0]
        self.now = int(logits.argmax())
        self._margin = MARGIN * float(np.abs(logits).max())
        order = np.argsort(-logits, kind="stable")
        wanted = order[order != self.now][:RIVALS] if goal is None else np.array([goal])
        self.rivals = wanted[wanted != self.now]

    def ends(self) -> Doubles:
        """Return where walks to the rivals end, (R, P), not rounded yet.

        After two views only the shortest go on. From the second on each goes half the way, so that
        no two views send it to and fro.
        """
        places, rivals = np.repeat(self.origin[None], len(self.rivals), axis=0), self.rivals
        for number in range(ROUNDS):
            slopes, needs = self._views(places, np.full_like(rivals, self.now), rivals)
            level = self.origin + nearest(slopes, needs, self.low, self.high)
            places = (places + level) / 2 if number else level
            if number == 1:
                kept = self._shortest_first(places)[:KEPT]
                places, rivals = places[kept], rivals[kept]
        return places

    def _shortest_first(self, places: Doubles) -> Indices:
        """Return the order of places (R, P) by how far they are from the picture."""
        order: Indices = np.argsort(np.linalg.norm(places - self.origin, axis=1), kind="stable")
        return order

    def towards(self, goal: int) -> Doubles:
        """Return where a walk (P,) ends at which one class is ahead of all others.

        From view to view until it is ahead; then half the way back to where the view says that it
        is just level, as long as rounds are left.
        """
        place, best, nearer = self.origin, None, 0
        for _ in range(GOAL_ROUNDS):
            slopes, needs, ahead = self._leaders(place, goal)
            moved = place - self.origin
            if ahead:
                best, nearer = self._nearer(best, place), nearer + 1
                level = within(slopes, needs, self.low, self.high)
                place = self.origin + (moved + level) / 2
            else:
                lacks, low, high = needs - slopes @ moved, self.low - moved, self.high - moved
                step = BEYOND * within(slopes, lacks, low, high)
                place = self.origin + np.clip(moved + step, self.low, self.high)
            if nearer == NEARER:
                break
        return place if best is None else best

    def _leaders(self, place: Doubles, goal: int) -> tuple[Doubles, Doubles, bool]:
        """Return the views of the goal against those that lead at a place, and if it leads."""
        logits = self._logits_at(place[None])[0]
        order = np.argsort(-logits, kind="stable")
        leaders = order[order != goal][:LEADERS]
        places = np.repeat(place[None], len(leaders), axis=0)
        slopes, needs = self._views(places, leaders, np.full_like(leaders, goal))
        lead = logits[goal] - logits[leaders[0]]
        return slopes, needs + self._margin, bool(lead > self._margin / 2)

    def _nearer(self, one: Doubles | None, other: Doubles) -> Doubles:
        if one is None:
            return other
        lengths = [np.linalg.norm(each - self.origin) for each in (one, other)]
        return one if lengths[0] <= lengths[1] else other

    def whole(self, ends: Doubles) -> Whole | None:
        """Return the smallest flip near some ends (R, P) in whole grey values (P,), if any."""
        best, steps = None, ends[self._shortest_first(ends)[:TRIED]] - self.origin
        low, high = np.full(len(steps), 1 / LONGEST), np.full(len(steps), LONGEST)
        for _ in range(2):  # all lengths, 1 among them, then those around the shortest that flips
            scales = np.geomspace(low, high, SCALES, axis=1)  # (R, SCALES)
            tries = self._rounded(scales[:, :, None] * steps[:, None])
            flipped = self._flipped(tries.reshape(-1, tries.shape[-1])).reshape(scales.shape)
            best = self._shortest(best, tries[flipped])
            first = np.where(flipped.any(axis=1), flipped.argmax(axis=1), SCALES - 1)
            rows = np.arange(len(steps))
            low, high = scales[rows, np.maximum(first - 1, 0)], scales[rows, first]
        return best

    def back(self) -> Whole | None:
        """Return the smallest flip on the way to the far end, if any."""
        steps = np.linspace(1 / SCALES, 1, SCALES)[:, None] * (self.low + self.high)
        tries = self._rounded(steps)
        return self._shortest(None, tries[self._flipped(tries)])

    def result(self, tries: Whole | None) -> Flip:
        """Return what was found."""
        greys = self.greys if tries is None else tries
        change = greys - self.greys
        far = None
        if self._way != "free":
            far = int(self._logits(self._rounded((self.low + self.high)[None]))[0].argmax())
        return Flip(
            tries is not None,
            greys.astype(np.uint8).reshape(self._shape),
            self.now,
            int(self._logits(greys[None])[0].argmax()),
            float(np.linalg.norm(change.astype(np.float64) / WHITE)),
            int(np.count_nonzero(change)),
            int(np.abs(change).sum()),
            far,
        )

    def _shortest(self, best: Whole | None, tries: Whole) -> Whole | None:
        """Return the one of some pictures (K, P), and of the best so far, that changes least."""
        every = tries if best is None else np.concatenate([best[None], tries])
        if not len(every):
            return None
        squares = ((every.astype(np.int64) - self.greys) ** 2).sum(axis=1)
        found: Whole = every[int(squares.argmin())]
        return found

    def _rounded(self, steps: Doubles) -> Whole:
        """Return the picture after some steps (…, P), in whole grey values."""
        greys: Whole = np.rint(WHITE * (self.origin + steps)).clip(0, WHITE).astype(np.int16)
        return greys

    def _flipped(self, greys: Whole) -> Switches:
        """Return of pictures (B, P) whether their answer is what is looked for, (B,) bool."""
        logits = self._logits(greys)
        answers, rows = logits.argmax(axis=1), np.arange(len(logits))
        others = logits.copy()
        others[rows, answers] = -np.inf
        clear = logits[rows, answers] - others.max(axis=1) > LEAD * np.abs(logits).max(axis=1)
        found: Switches = answers != self.now if self._goal is None else answers == self._goal
        found &= clear
        return found

    def _logits(self, greys: Whole) -> Floats:
        return self._logits_at(greys.astype(np.float32) / np.float32(WHITE))

    def _logits_at(self, places: Doubles | Floats) -> Floats:
        with torch.inference_mode():
            fed = torch.from_numpy(places.astype(np.float32))
            result: Floats = self._network(fed.view(-1, *self._shape)).cpu().numpy()
        return result

    def _views(self, places: Doubles, leaders: Indices, rivals: Indices) -> tuple[Doubles, Doubles]:
        """Return the exact linear views around places (R, P): slopes (R, P) and needs (R,).

        A rival is level with its leader where slope·(x − origin) = need.
        """
        candidates = torch.from_numpy(places.astype(np.float32)).view(-1, *self._shape)
        rows = torch.arange(len(places))
        with torch.inference_mode(mode=False), torch.enable_grad():
            fed = candidates.clone().requires_grad_()
            logits = self._network(fed).cpu()
            lags = logits[rows, torch.from_numpy(leaders)] - logits[rows, torch.from_numpy(rivals)]
            (found,) = torch.autograd.grad(lags.sum(), fed)
        slopes: Doubles = -found.flatten(1).double().numpy()
        needs = lags.detach().double().numpy() + (slopes * (places - self.origin)).sum(axis=1)
        return slopes, needs
