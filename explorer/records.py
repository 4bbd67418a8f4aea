"""The finished values that cross module borders: frozen, without behaviour, arrays read-only.

Shapes use N for the images of a batch (1 to 8) and C for the classes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.graphs import NOTHING, Graph, Note
from explorer.lessons import Taught

Language = str  # one of `explorer.words.LANGUAGES`
Scale = Literal["grey", "signed", "unsigned"]
Action = Literal["off", "clamp", "scale", "patch"]
Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

SIDE = 28
PIXELS = SIDE * SIDE


@dataclass(frozen=True, slots=True)
class Input:
    """What a network takes: `shape` of one image, and the mean and std of each plane, if any.

    Images are drawn as grey values 0 to 255, shape (H, W) or (C, H, W).
    """

    shape: tuple[int, ...] = (SIDE, SIDE)
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """How many grey values make one image."""
        return math.prod(self.shape)

    @property
    def plane(self) -> tuple[int, ...]:
        """The shape without a single colour plane's own axis: (H, W) for (1, H, W)."""
        return self.shape[1:] if len(self.shape) == 3 and self.shape[0] == 1 else self.shape


# ---------------------------------------------------------------- what is asked


@dataclass(frozen=True, slots=True)
class Source:
    """Where a patched value comes from: an image of the batch, run through a checkpoint.

    Where it is `learnt`, through what that has become by the query's lesson.
    """

    image: int
    checkpoint: str
    learnt: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One intervention on the output of one step.

    `units` are flat indices into that output; empty means every unit. `off` sets them to 0, `clamp`
    to `value`, `scale` multiplies by `value`, `patch` copies them from `source`.
    """

    step: str
    units: tuple[int, ...]
    action: Action
    value: float = 0.0
    source: Source | None = None

    def covers(self, step: str, unit: int) -> bool:
        """Whether it changes one unit of a step."""
        return self.step == step and (not self.units or unit in self.units)


@dataclass(frozen=True, slots=True)
class Versus:
    """The other side of a comparison; what is None is the same as on this side."""

    checkpoint: str | None = None
    image: int | None = None
    edits: tuple[Edit, ...] | None = None


@dataclass(frozen=True, slots=True)
class Folding:
    """How far the steps of a large network are folded into boxes.

    Boxes that lie less than `detail` deep in others are open, None for as deep as all fits; boxes
    `opened` by hand are open at any level, boxes `closed` by hand are not.
    """

    detail: int | None = None
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Everything the screen depends on. `images` are 784 bytes each, or what the network takes.

    Row after row of grey values, 0 black to 255 white. `show` names the optional parts wanted (see
    `explorer.sections`); the trace, the prediction, the facts and the checks always come.
    """

    model: str = "fashion-mlp"
    checkpoint: str = ""
    images: tuple[bytes, ...] = (bytes(PIXELS),)
    focus: int = 0
    step: str = "input"
    unit: int | None = None
    edits: tuple[Edit, ...] = ()
    versus: Versus | None = None
    folding: Folding | None = None
    taught: Taught | None = None
    language: Language = "en"
    show: tuple[str, ...] = ("figure",)
    options: Mapping[str, str | float] = field(default_factory=dict)


# ---------------------------------------------------------------- what was captured


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of one leaf module: `output` is (N, …) float32, copied when the module returned.

    `path` is the module's name in `named_modules()`, `call` counts its calls in this forward pass
    from 1. `input` and `output` are the first tensors of `inputs` and `outputs`; of a call without
    any, `input` is empty. `id` is its step where path and number alone would not be unique.
    """

    path: str
    call: int
    kind: str
    module: str
    input: Floats
    output: Floats
    inputs: tuple[Floats, ...] = ()
    outputs: tuple[Floats, ...] = ()
    id: str = ""

    @property
    def step(self) -> str:
        """The identity of this call on the page: the path, and `path#2` from the second call on."""
        return self.id or (self.path if self.call == 1 else f"{self.path}#{self.call}")


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One forward pass: what was fed, every leaf call in execution order, and the answer.

    `images` is the first tensor of `inputs`, (N, …), or, where `graph.batch` is 1, (T, N, …);
    `output` is the answer with arrays for its tensors, `scores` the one of them with a row of
    scores for each input, (N, C); empty without `rows`. `graph` holds the functions between the
    leaves too; `values[i]` are the outputs of its node i, `received[i]` what it received. `names`
    are those of the inputs, "" for none, `ways` their places in what was given, `notes` the rest.
    """

    images: Floats
    calls: Sequence[Call]
    output: Any
    scores: Floats
    inputs: tuple[Floats, ...] = ()
    graph: Graph = NOTHING
    values: Sequence[tuple[Floats, ...]] = ()
    received: Sequence[tuple[Floats, ...]] = ()
    notes: tuple[Note, ...] = ()
    names: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many inputs were fed, N; one where the first of them has no batch."""
        batch = self.graph.batch
        return self.images.shape[batch] if batch is not None and self.images.ndim > batch else 1

    @property
    def rows(self) -> bool:
        """Whether the answer has a row of scores (N, C) for each input, as a prediction needs."""
        return self.graph.answer.went != "other"

    @property
    def outputs(self) -> dict[str, Floats]:
        """What every step puts out, by its identity, the images as `input`."""
        return {self.graph.input: self.images, **{call.step: call.output for call in self.calls}}


# ---------------------------------------------------------------- what is shown


@dataclass(frozen=True, slots=True)
class Grid:
    """How the units of one image are arranged on screen, all of them.

    `maps` of `height` × `width` cells lie side by side in `rows` × `columns`; one map is a plain
    grid of rows × columns cells, and height and width say the same.
    """

    rows: int
    columns: int
    maps: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Step:
    """One card of the strip. `shape` counts the whole batch, as `torch.Size` would print it.

    `scale` and `limit` are its colours everywhere: from −limit to limit if signed, else from 0.
    `over` names the steps whose values decide the limit; where there are none it is fixed. `named`
    says that its units are the classes, `switches` that a unit of 0 is switched off. Of a step too
    large to be sent whole, `block` are the sizes of the blocks whose means stand in the reply and
    in `grid`. `size` is the output's true shape where it is another, as of one that has no image
    for its first dimension.
    """

    id: str
    kind: str
    module: str
    path: str
    shape: tuple[int, ...]
    scale: Scale = "signed"
    limit: float = 1.0
    over: tuple[str, ...] = ()
    grid: Grid = Grid(1, 1, 1, 1, 1)
    named: bool = False
    switches: bool = False
    block: tuple[int, ...] = ()
    size: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled number (or short text) about the current step, with its unit in the label."""

    key: str
    label: str
    value: float | int | str


@dataclass(frozen=True, slots=True)
class Check:
    """An identity that has to hold: passed when `residual` ≤ `tolerance`."""

    key: str
    sentence: str
    left: float
    right: float
    residual: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the identity holds; a residual that is not a number does not."""
        return self.residual <= self.tolerance


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Softmax over the output: `probabilities` is (N, C) float32, `classes` each row's argmax.

    C is 0 where the output is no row of scores; of one number `instead` is that and its sentence.
    """

    probabilities: Floats
    classes: tuple[int, ...]
    labels: tuple[str, ...]
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The screen as data. `tensors` maps step id to the focused image's values, (…).

    `notices` are sentences about the picture, `figure` is Plotly's, JSON-ready, `sections` whatever
    else `Query.show` asked for, `weights` as `chain.present` has it, `failure` why a pass ended.
    """

    steps: tuple[Step, ...]
    tensors: Mapping[str, Floats]
    prediction: Prediction
    facts: tuple[Fact, ...]
    checks: tuple[Check, ...]
    texts: Mapping[str, str]
    notices: tuple[str, ...] = ()
    figure: Mapping[str, Any] | None = None
    sections: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    weights: Mapping[str, Any] | None = None
