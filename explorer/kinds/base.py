"""What is known of one kind of layer, and what it is asked about.

`Kind` as it stands is the honest answer for any layer at all; a file beside this one says more of
its own. A kind knows torch's types, figures and arithmetic; it is handed plain arrays, never a
scene.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer import figures
from explorer.figures import arrays
from explorer.incoming.queries import option
from explorer.kinds import spelling
from explorer.kinds.exchange import Exchange
from explorer.kinds.layers import Like
from explorer.kinds.proof import Proof
from explorer.maths.arithmetic import Feeding, UnitSum, mean
from explorer.records import Check, Fact, Floats, Grid, Input, Language, Scale, Step
from explorer.words import say

FLOAT32 = float(np.finfo(np.float32).eps)

# What the chain rule says of one unit, line by line in symbols and numbers, and what proves it.
Chained = tuple[tuple[str, ...], tuple[Check, ...]]
# What explains one unit: JSON-ready data (mappings may hold arrays) and the checks that prove it.
Explanation = tuple[dict[str, Any], tuple[Check, ...]]
Numbers = dict[str, float | int | str]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One step of one pass, as a kind is asked about it.

    `before` and `after` are what goes in and what comes out, (N, …) float32; before the input step
    lie the grey values drawn, 0 to 255. `source` is the step whose output goes in, None where
    something happened between that no hook sees. Of several tensors `before` is the first of
    `received`, each (N, …), and `source` that of `sources`. `function` says that no module was
    called but a function, `module` then being a layer that does the same. `stretched` says that the
    picture was drawn at 28×28 and fitted. `exchange` is the call as it was made, `made` what is
    worked out from the pass already, `near` the distance from 1 to the next number in the type.
    """

    step: Step
    module: nn.Module | None
    before: Floats
    after: Floats
    focus: int
    input: Input
    labels: tuple[str, ...]
    language: Language
    source: str | None = None
    unit: int | None = None
    options: Mapping[str, str | float] = field(default_factory=dict)
    received: tuple[Floats, ...] = ()
    sources: tuple[str | None, ...] = ()
    function: bool = False
    stretched: bool = False
    exchange: Exchange = field(default_factory=Exchange)
    made: dict[Hashable, Any] = field(default_factory=dict)
    near: float = FLOAT32
    notes: tuple[str, ...] = ()

    @property
    def entering(self) -> Floats:
        """What goes in for the focused image, (…)."""
        image: Floats = self.before[self.focus]
        return image

    @property
    def values(self) -> Floats:
        """What comes out for the focused image, (…)."""
        image: Floats = self.after[self.focus]
        return image

    def number(self, name: str, usual: float, low: float, high: float) -> float:
        """Return an option of the query as a number within bounds; InvalidQuery otherwise."""
        return option(self.options, name, usual, low, high)

    def check(self, key: str, left: float, right: float, tolerance: float) -> Check:
        """Return an identity of two numbers with the sentence that names it."""
        return identity(self.language, key, left, right, tolerance)


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """A backward pass at one step, for the focused image: dL/d of what goes in and comes out, (…).

    `label` is the class that the loss is of, −log of a share that comes out if it is the `answer`;
    `parameters` are the `grad` of the step's own module by their names in it. What the loss does
    not depend on, or nobody knows, is None or missing.
    """

    label: int
    entering: Floats | None = None
    leaving: Floats | None = None
    parameters: Mapping[str, Floats] = field(default_factory=dict)
    answer: bool = False


def identity(language: Language, key: str, left: float, right: float, tolerance: float) -> Check:
    """Return an identity of two numbers, which holds when they are no further apart than that."""
    return Check(key, say(language, f"check.{key}"), left, right, abs(left - right), tolerance)


class Kind:
    """Any layer: what can be said without knowing what it does."""

    name = "other"
    types: tuple[type[nn.Module], ...] = ()  # recognised by type, never by name
    functions: tuple[str, ...] = ()  # the names of torch's functions that do the same
    likes: Mapping[str, Like] = {}  # of those that are a layer by what they were given
    written = "y = f(x)"  # what it computes, in symbols
    ending = ""  # the name of its kind where it ends the network, if that is another one
    scale: Scale = "signed"
    fixed: float | None = None  # the end of the scale, where it is the same for every reply
    joins = False  # whether its values are on the scale of what goes in
    passes = False  # whether unit i of the output is unit i of the input, or a function of it alone
    cuts = True  # whether what follows can be run on its own, so that units can be switched off
    typed = False  # whether it is called by its type, of which there are several
    classes = ""  # what a unit is of its class, where the units are the classes
    shares = False  # whether its values are shares of 1 already
    scored = False  # whether what goes into it, where it is last, are the scores of the classes
    every = False  # whether it shows all tensors that it answers with
    switches = False  # whether its units are on or off
    letter = "y"  # what its values are called in formulas
    result = "x"  # what its output is called in PyTorch
    shown = ""  # another name for it where it is the last line

    def formula(self, subject: Subject) -> str:
        """Return what the layer computes, in symbols."""
        return self.written

    def code(self, path: str) -> str:
        """Return the line of PyTorch that computes the step."""
        return f"{self.result} = {spelling.expression(path)}(x)"

    def end(self, picture: Input) -> float | None:
        """Return the end of the scale where it is fixed; None where the values decide."""
        return self.fixed

    def colours(self, picture: Input) -> Scale:
        """Return the colour scale of its values."""
        return self.scale

    def grid(self, shape: tuple[int, ...]) -> Grid:
        """Return how the units of one image's output (…) are arranged.

        Maps (C, H, W) stay maps, side by side; a matrix stays as it is; all else is a grid of units
        about twice as wide as high.
        """
        if len(shape) == 3 and shape[0] > 1:
            rows, columns = arrays.arrangement(shape[0])
            return Grid(rows, columns, *shape)
        rows, columns = shape[-2:] if len(shape) in {2, 3} else arrays.arrangement(math.prod(shape))
        return Grid(rows, columns, 1, rows, columns)

    def texts(self, subject: Subject) -> dict[str, str]:
        """Return the words around the step, and what the course prints there, if anything."""
        printed = self.printed(subject)
        return self.words(subject) | ({} if printed is None else {"printed": printed})

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words around the step: title, sentence, formula, code."""
        return {
            "title": self.title(subject),
            "sentence": " ".join((self.sentence(subject), *subject.notes)),
            "formula": self.formula(subject),
            "code": self._line(subject),
        }

    def sentence(self, subject: Subject) -> str:
        """Return what the layer does, in words."""
        language, blanks, way = subject.language, self.blanks(subject), self.way(subject)
        if way:
            return say(language, f"stage.{self.name}.sentence.{way}", **blanks)
        return say(language, f"stage.{self.name}.sentence", **blanks)

    def way(self, subject: Subject) -> str:
        """Return which of its sentences is true of a step; "" for the first."""
        return ""

    def _line(self, subject: Subject) -> str:
        """Return the line of PyTorch; a function's stands in somebody's forward()."""
        if not subject.function:
            return self.code(subject.step.path)
        call = subject.exchange.constants, len(subject.received)
        return spelling.statement(subject.step.module, *call)

    def title(self, subject: Subject) -> str:
        """Return the name of the step: of a function its own, of an unknown module its type."""
        if subject.function:
            return f"{subject.step.module}()"
        if self.name == Kind.name and subject.step.module:
            return subject.step.module
        if self.typed and subject.step.module:
            return f"nn.{subject.step.module}"
        return say(subject.language, f"stage.{self.name}.title")

    def blanks(self, subject: Subject) -> dict[str, object]:
        """Return what fills the blanks of the step's sentence."""
        sizes = {"inputs": subject.entering.size, "outputs": subject.values.size}
        return sizes | {"module": subject.step.module}

    def printed(self, subject: Subject) -> str | None:
        """Return what the course prints at such a step."""
        return None

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """Return the numbers worth knowing about the focused image's values."""
        known = self.numbers(subject.values) if subject.values.size else {}
        numbers: Numbers = {"count": subject.values.size, **known}
        return tuple(
            Fact(key, say(subject.language, f"fact.{key}"), value) for key, value in numbers.items()
        )

    def numbers(self, values: Floats) -> Numbers:
        """Return the facts of one image's values (…) by the keys of their words."""
        return {
            "minimum": float(values.min()),
            "maximum": float(values.max()),
            "mean": mean(values),
            "positive": int(np.count_nonzero(values > 0)),
        }

    def figure(self, subject: Subject) -> figures.Figure:
        """Return the stage's figure of the focused image's values."""
        return figures.tensor(subject.values, **frame(subject), switches=self.switches)

    def compared(
        self, subject: Subject, other: Floats, names: figures.Names = figures.SIDES
    ) -> figures.Figure:
        """Return the figure of a comparison: this side's values, the other's (…), and B − A.

        Of classes two bars each. `names` are what the two sides are called.
        """
        if subject.step.named:
            return figures.compared_classes(
                subject.values,
                other,
                subject.labels,
                title=self.classes,
                names=names,
                **frame(subject),
            )
        return figures.compared(
            subject.values,
            other,
            grey=subject.step.scale == "grey",
            names=names,
            switches=self.switches,
            **frame(subject),
        )

    def holds(self, proof: Proof) -> bool:
        """Whether a call of its type or name did what the kind says, as far as its values tell."""
        return True

    def explain(self, subject: Subject, unit: int, value: float) -> Explanation:
        """Return how the value of one unit comes about, and what proves it."""
        return {}, ()

    def backward(self, subject: Subject, slopes: Slopes, unit: int) -> Chained:
        """Return how the chain rule goes through one unit of the step."""
        return (), ()

    def sum(self, subject: Subject, unit: int) -> UnitSum | None:
        """Return one unit as the weighted sum it is; None where it is none."""
        return None

    def feeding(self, subject: Subject, unit: int) -> Feeding | None:
        """Return what makes one unit, value by value; None where it is no sum and no copy."""
        if (found := self.sum(subject, unit)) is not None:
            return found.feeding
        return Feeding(np.array([unit])) if self.passes else None

    def by_hand(self, subject: Subject, unit: int, layer: str) -> tuple[str, ...]:
        """Return the lines that compute one unit as `by_hand` from x without calling its layer."""
        return ()


def frame(subject: Subject) -> dict[str, Any]:
    """Return what every figure of a step is drawn with."""
    return {"language": subject.language, "selected": subject.unit, "limit": subject.step.limit}


def precision(subject: Subject) -> float:
    """Return the distance from 1 to the next number in the type that a layer computes with."""
    weight = next(iter(subject.module.parameters()), None) if subject.module else None
    if weight is None or not weight.is_floating_point():
        return subject.near
    return max(subject.near, float(torch.finfo(weight.dtype).eps))
