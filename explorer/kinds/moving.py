"""permute, stack, an index, a mask, `x[…] = …` and their kin: values there already, elsewhere.

Where a value stood is never guessed: the call is made again, on the numbers of the places.
"""

from __future__ import annotations

import numpy as np
from torch import nn

from explorer.figures import arrays
from explorer.kinds import replaying
from explorer.kinds.base import Explanation, Kind, Subject
from explorer.kinds.function import Function
from explorer.kinds.keeping import kept
from explorer.kinds.replaying import (
    CHOOSING,
    JOINING,
    LARGER,
    RANKING,
    UNPOOLING,
    WRITING,
    Replay,
)
from explorer.maths.arithmetic import Feeding
from explorer.words import say

NAMES = (
    *("permute", "transpose", "t", "T", "mT", "swapaxes", "swapdims", "movedim", "moveaxis"),
    *(
        "expand",
        "expand_as",
        "broadcast_to",
        "repeat",
        "tile",
        "repeat_interleave",
        "flip",
        "roll",
        "rot90",
    ),
    *(
        "chunk",
        "split",
        "tensor_split",
        "unbind",
        "narrow",
        "select",
        "getitem",
        "diagonal",
        "unfold",
    ),
    *("gather", "index_select", "take_along_dim", "take", "masked_select"),
    *("pixel_shuffle", "pixel_unshuffle", "channel_shuffle"),
)
SHUFFLES = (nn.PixelShuffle, nn.PixelUnshuffle, nn.ChannelShuffle)
UNPOOLS = (nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d)
SHUFFLED = ("pixel_shuffle", "pixel_unshuffle", "channel_shuffle")


class Moving(Function):
    """No number changes: each is one of those that go in."""

    name = "moving"
    typed = True
    types: tuple[type[nn.Module], ...] = (*SHUFFLES, *UNPOOLS, nn.Unfold)
    functions: tuple[str, ...] = (
        *(*NAMES, *JOINING, *CHOOSING, *WRITING),
        *(*RANKING, *LARGER, *UNPOOLING),
    )

    def formula(self, subject: Subject) -> str:
        """Return where each value of a shuffle stood; of others the shapes."""
        return _shuffled(subject) or super().formula(subject)

    def code(self, path: str) -> str:
        """Return the line that calls the layer."""
        return Kind.code(self, path)

    def way(self, subject: Subject) -> str:
        """Return whether all are there once, or some of one tensor and some of another."""
        name = _name(subject)
        if isinstance(subject.module, SHUFFLES) or name in SHUFFLED:
            return "shuffled"
        if name in WRITING:
            return "written"
        if name in LARGER:
            return "larger" if LARGER[name] else "smaller"
        if isinstance(subject.module, nn.Unfold) or name == "unfold":
            return "unfolded"
        if isinstance(subject.module, UNPOOLS) or name in UNPOOLING:
            return "unpooled"
        return "chosen" if name in CHOOSING else ""

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return which value it is of which tensor that goes in, or that the call gave it."""
        found = self.stood(subject, unit)
        after = _written(unit, subject.values.shape)
        if found is None:
            return _elsewhere(subject, unit, value)
        if isinstance(found, float):
            rounded = subject.check("taken", found, value, subject.near * abs(found))
            return {"formulas": [f"y[{after}] = {found:.6g}"]}, (rounded,)
        number, place = found
        part = subject.received[number][subject.focus]
        stood = float(part.reshape(-1)[place])
        source = subject.sources[number] if number < len(subject.sources) else None
        letter = "x" if len(subject.received) == 1 else f"x{number + 1}"
        return {
            "formulas": [f"y[{after}] = {letter}[{_written(place, part.shape)}] = {stood:.6g}"],
            "from": place,
            "source": source,
        }, (subject.check("taken", stood, value, 0.0),)

    def stood(self, subject: Subject, unit: int) -> tuple[int, int] | float | None:
        """Return which received tensor a value is of and its place there, or the number given.

        None where it is not known.
        """
        return _again(subject, unit)

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return the one value that is handed on, and which tensor it is of."""
        found = self.stood(subject, unit)
        if found is None or isinstance(found, float):
            return None
        return Feeding(np.array([found[1]]), received=found[0])


def _name(subject: Subject) -> str:
    return subject.step.module.removesuffix("_")


def _written(place: int, shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, arrays.place(place, shape)))


def _shuffled(subject: Subject) -> str:
    """Return the formula of a shuffle of maps k, rows r and columns c; "" of what is none."""
    module, entering = subject.module, subject.entering
    if isinstance(module, nn.PixelShuffle):
        deep, wide = _unrolled(module.upscale_factor)
        return f"y[{wide}] = x[{deep}]"
    if isinstance(module, nn.PixelUnshuffle):
        deep, wide = _unrolled(module.downscale_factor)
        return f"y[{deep}] = x[{wide}]"
    if isinstance(module, nn.ChannelShuffle) and entering.ndim > 1:
        each = len(entering) // module.groups
        return f"y[{module.groups}·k + i, r, c] = x[{each}·i + k, r, c]"
    return ""


def _unrolled(by: int) -> tuple[str, str]:
    """Return where a value lies among the maps, and where in the larger picture of them."""
    return f"{by * by}·k + {by}·i + j, r, c", f"k, {by}·r + i, {by}·c + j"


def _elsewhere(subject: Subject, unit: int, value: float) -> Explanation:
    """Return that a value is another input's, as where `x[1]` picks one of the batch."""
    found = _where(subject, unit)
    if not isinstance(found, tuple) or found[1] is None:
        return {}, ()
    number, image, place = found
    part = subject.received[number][image]
    stood = float(part.reshape(-1)[place])
    letter = "x" if len(subject.received) == 1 else f"x{number + 1}"
    after, before = _written(unit, subject.values.shape), _written(place, part.shape)
    whose = say(subject.language, "inputs.called", index=image)
    line = f"y[{after}] = {letter}[{before}] ({whose}) = {stood:.6g}"
    return {"formulas": [line]}, (subject.check("taken", stood, value, 0.0),)


def _again(subject: Subject, unit: int) -> tuple[int, int] | float | None:
    """Return which received tensor a value is of, and its place among that image's own values.

    A number where the call gave it; None where it is another image's, or where the call cannot be
    made again.
    """
    found = _where(subject, unit)
    if not isinstance(found, tuple):
        return found
    number, image, place = found
    return (number, place) if image in {None, subject.focus} else None


def _where(subject: Subject, unit: int) -> tuple[int, int | None, int] | float | None:
    """Return which received tensor a value is of, which image's, and its place among that one's.

    None for the image where all share it; else as `_again`.
    """
    made, focus = subject.exchange, subject.focus
    again = kept(subject, "replay", None, lambda: _replayed(subject))
    if again is None or not made.answers or again.numbers.shape != made.answers[0].shape:
        return None
    index = arrays.place(unit, subject.values.shape)
    if made.batch is not None:
        index.insert(made.batch, focus)
    place = int(again.numbers[tuple(index[: again.numbers.ndim])])
    if place < 0:
        return again.constant(place)
    number = 0
    while place >= made.received[number].size:
        place -= made.received[number].size
        number += 1
    whole, batch = made.received[number], made.batches[number]
    stood = arrays.place(place, whole.shape)
    if batch is None:
        return number, None, place
    image = stood.pop(batch)
    rest = (*whole.shape[:batch], *whole.shape[batch + 1 :])
    return number, image, int(np.ravel_multi_index(stood, rest)) if rest else 0


def _replayed(subject: Subject) -> Replay | None:
    """Return the call made again: of a layer of torch's own that one, else the function."""
    if subject.function:
        return replaying.called(_name(subject), subject.exchange)
    for name, of in zip(UNPOOLING, UNPOOLS, strict=True):
        if isinstance(subject.module, of):
            return replaying.called(name, subject.exchange)
    known = isinstance(subject.module, (*SHUFFLES, nn.Unfold))
    return replaying.through(subject.module, subject.exchange) if known else None
