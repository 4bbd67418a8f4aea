"""nn.RNN, nn.LSTM, nn.GRU and their cells: a state that is carried from one time to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.figures.arrays import Indices
from explorer.kinds import exchange
from explorer.kinds.base import Explanation, Kind, Subject, frame, precision
from explorer.kinds.gates import FORMULAS, Times, largest, written
from explorer.kinds.keeping import kept
from explorer.kinds.spelling import expression
from explorer.maths.arithmetic import Doubles
from explorer.maths.recurrence import Cell, Mode, Moment, unrolled
from explorer.records import Fact, Floats
from explorer.words import say

MOST = 100_000_000  # products that are worked out by hand for one unit
NEAR = 1024  # roundings that a state may carry on from one time to the next
CELLS = (nn.RNNCell, nn.LSTMCell, nn.GRUCell)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A call as sequences: `inputs` (T, N, F), `made` (T, N, D·P) and the unit of each value.

    `states` and `memories` are what was there before, (layers·D, N, P) and (layers·D, N, H).
    """

    inputs: Floats
    made: Floats
    units: Indices
    states: Floats
    memories: Floats


class Recurrent(Kind):
    """States of hidden units, time after time, on one scale centred at 0."""

    name = "recurrent"
    letter = "h"
    written = "h[t] = f(x[t], h[t−1])"
    typed = True
    types = (nn.RNNBase, *CELLS)

    def formula(self, subject: Subject) -> str:
        """Return the update of the state that the layer makes."""
        return FORMULAS.get(_mode(subject.module) or "", self.written)

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words of the step, with what else it answers and how its axes stand."""
        module, language = subject.module, subject.language
        words = super().words(subject)
        if not isinstance(module, self.types):
            return words
        sentence = [words["sentence"]]
        answers = subject.exchange.answers
        if isinstance(module, nn.RNNBase):
            shapes = [_shape(each) for each in answers[-2:]]
            if isinstance(module, nn.LSTM):
                sentence.append(say(language, "recurrent.states", h=shapes[0], c=shapes[1]))
            else:
                sentence.append(say(language, "recurrent.state", h=shapes[-1]))
        return {**words, "sentence": " ".join(sentence), "code": _line(subject, module)}

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return the sizes."""
        module: Any = subject.module
        blanks = super().blanks(subject)
        sizes: dict[str, object] = {"size": "?", "hidden": "?"}
        if isinstance(module, self.types):
            sizes = {"size": module.input_size, "hidden": module.hidden_size}
        return blanks | sizes

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """Return the sizes of the layer before the numbers of its values."""
        module: Any = subject.module
        if not isinstance(module, self.types):
            return super().facts(subject)
        sizes: dict[str, int] = {"features": module.input_size, "hidden": module.hidden_size}
        if isinstance(module, nn.RNNBase):
            sizes |= {"layers": module.num_layers, "directions": 1 + module.bidirectional}
            if module.proj_size:
                sizes["projected"] = module.proj_size
        own = (
            Fact(key, say(subject.language, f"fact.{key}"), value) for key, value in sizes.items()
        )
        return (*own, *super().facts(subject))

    def figure(self, subject: Subject) -> figures.Figure:
        """Return one sequence as time × hidden units, that of the pinned unit or the first."""
        found = sequence(subject)
        if found is None or isinstance(subject.module, CELLS):
            return super().figure(subject)
        number = int(np.argwhere(found.units == (subject.unit or 0))[0][1])
        rows, count = say(subject.language, "recurrent.time"), found.made.shape[1]
        if count > 1 and (found.units >= 0).any(axis=(0, 2)).all():
            rows = say(subject.language, "recurrent.sequence", number=number, last=count - 1)
        return figures.matrix(
            found.made[:, number],
            found.units[:, number],
            rows=rows,
            columns=say(subject.language, "recurrent.hidden"),
            letter=self.letter,
            **frame(subject),
        )

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return the gates of one hidden unit at one time, worked out from the weights."""
        found = sequence(subject)
        module: Any = subject.module
        if not isinstance(module, self.types) or not np.isfinite(value):
            return {}, ()
        if found is None:
            return {"note": say(subject.language, "recurrent.packed")}, ()
        layers = _layers(module)
        work = len(found.inputs) * sum(cell.size for cells in layers for cell in cells)
        if work > MOST:
            return {"note": say(subject.language, "recurrent.long", count=f"{work:,}")}, ()
        time, number, place = (int(each) for each in np.argwhere(found.units == unit)[0])
        direction, place = divmod(place, found.made.shape[2] // len(layers[-1]))
        last = kept(
            subject,
            "moment",
            (number, direction, time),
            lambda: _moment(layers, found, number, direction, time),
        )
        where = say(
            subject.language,
            f"recurrent.place.{direction}",
            time=time,
            unit=place,
            layer=len(layers),
        )
        behind, first = time + (1 if direction else -1), len(found.inputs) - 1 if direction else 0
        times = Times(f"[{time}]", "_0" if time == first else f"[{behind}]")
        lines = written(layers[-1][direction], last, place, times)
        near = NEAR * precision(subject) * largest(last.hidden)
        data = {"formulas": [where, *lines], "source": subject.source}
        return data, (subject.check("recurrent", float(last.hidden[place]), value, near),)


def sequence(subject: Subject) -> Sequence | None:
    """Return what a recurrent layer or cell was given and made as sequences; None where packed.

    A cell's is one moment long. What has no batch, (T, F), is one sequence.
    """
    module, of = subject.module, cast(Any, subject.module)
    answers, received = subject.exchange.answers, subject.exchange.received
    if not isinstance(module, Recurrent.types) or not answers or not received:
        return None
    extra = 1 if isinstance(module, nn.LSTM | nn.LSTMCell) else 0
    cell = isinstance(module, CELLS)
    if len(answers) != 1 + extra + (not cell):
        return None
    made, inputs = answers[0], received[0]
    numbers = exchange.units(subject.exchange, subject.after, subject.focus)
    if cell:
        made, inputs, numbers = made[None], inputs[None], numbers[None]
    if made.ndim == 2:
        made, inputs, numbers = made[:, None], inputs[:, None], numbers[:, None]
    elif not cell and of.batch_first:
        made, inputs = made.swapaxes(0, 1), inputs.swapaxes(0, 1)
        numbers = numbers.swapaxes(0, 1)
    rows = 1 if cell else int(of.num_layers) * (1 + int(of.bidirectional))
    hidden = int(of.hidden_size)
    width = (int(getattr(of, "proj_size", 0)) or hidden, hidden)
    before = [
        received[1 + each].reshape(rows, -1, width[each])
        if len(received) > 1 + each
        else np.zeros((rows, made.shape[1], width[each]), dtype=np.float32)
        for each in range(2)
    ]
    return Sequence(inputs, made, numbers, before[0], before[1])


def _moment(
    layers: list[list[Cell]], of: Sequence, number: int, direction: int, time: int
) -> Moment:
    """Return the last layer at one time of one sequence."""
    arrays = (each[:, number].astype(np.float64) for each in (of.inputs, of.states, of.memories))
    return unrolled(layers, *arrays, direction=direction, time=time)


def _mode(module: nn.Module | None) -> Mode | None:
    """Return how the state is updated, as `nn.RNNBase` has it in its `mode`."""
    known: dict[type[nn.Module], Mode] = {
        **{nn.LSTM: "LSTM", nn.LSTMCell: "LSTM"},
        **{nn.GRU: "GRU", nn.GRUCell: "GRU"},
    }
    for kind, mode in known.items():
        if isinstance(module, kind):
            return mode
    if not isinstance(module, nn.RNN | nn.RNNCell):
        return None
    return "RNN_RELU" if module.nonlinearity == "relu" else "RNN_TANH"


def _layers(module: Any) -> list[list[Cell]]:
    """Return the weights by layer and direction."""
    if isinstance(module, CELLS):
        return [[_cell(module, "")]]
    ends = ("", "_reverse") if module.bidirectional else ("",)
    return [
        [_cell(module, f"_l{layer}{end}") for end in ends] for layer in range(module.num_layers)
    ]


def _cell(module: Any, end: str) -> Cell:
    entering = _weight(module, f"weight_ih{end}")
    zero = np.zeros(len(entering))
    bias = [_weight(module, f"bias_{name}{end}") if module.bias else zero for name in ("ih", "hh")]
    projected = getattr(module, "proj_size", 0)
    mode = _mode(module)
    if mode is None:
        raise TypeError(type(module))  # asked of what is no recurrent layer: a bug
    return Cell(
        mode,
        entering,
        _weight(module, f"weight_hh{end}"),
        bias[0],
        bias[1],
        _weight(module, f"weight_hr{end}") if projected else None,
    )


def _weight(module: nn.Module, name: str) -> Doubles:
    held: torch.Tensor = getattr(module, name)
    found: Doubles = held.detach().to("cpu").double().numpy()
    return found


def _line(subject: Subject, module: Any) -> str:
    """Return the line of PyTorch: what comes back, and whether a state was handed over."""
    of = expression(subject.step.path)
    started = sequence(subject) is not None and len(subject.exchange.received) > 1
    lstm = isinstance(module, nn.LSTM | nn.LSTMCell)
    if isinstance(module, CELLS):
        state = "(h, c)" if lstm else "h"
        return f"{state.strip('()')} = {of}(x{f', {state}' if started else ''})"
    states = ("(h_0, c_0)" if lstm else "h_0") if started else ""
    back = "(h_n, c_n)" if lstm else "h_n"
    return f"output, {back} = {of}(x{f', {states}' if states else ''})"


def _shape(values: Floats) -> str:
    return " × ".join(map(str, values.shape))
