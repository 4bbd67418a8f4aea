"""A pass as a graph: every call that was made, in order, and what each one received from which.

Ids never collide: where a module's path is already the id of something else, two dots, which no
module path can spell, are put behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, overload

Place = Literal["input", "call", "parameter"]
Went = Literal["logits", "softmax", "log_softmax", "sigmoid", "other"]
Axes = tuple[int | None, ...]
NONE = -1  # in place of the dimension of a batch: there is none
PART = -1  # in place of an output: the call wrote over a part of what was there
T = TypeVar("T")


class Deferred(Sequence[T]):
    """A sequence that is made when somebody first looks into it."""

    __slots__ = ("_items", "_make")

    def __init__(self, make: Callable[[], tuple[T, ...]]) -> None:
        self._make: Callable[[], tuple[T, ...]] | None = make
        self._items: tuple[T, ...] = ()

    def _made(self) -> tuple[T, ...]:
        make = self._make
        if make is not None:
            self._items = make()
            self._make = None  # what it was made from is free to go
        return self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._made())  # a Sequence would ask for every item by its index

    def __len__(self) -> int:
        return len(self._made())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._made()[index]


@dataclass(frozen=True, slots=True)
class Output:
    """One tensor that a call answered: its shape, batch included, and its own dtype, `float32`.

    `batch` is the dimension that counts the inputs, where the layer itself says so
    (`batch_first`); NONE where the layer read one sequence without a batch.
    """

    shape: tuple[int, ...]
    dtype: str
    batch: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a received tensor came from.

    `place` says from what: the module's inputs, an earlier call (`call` is its index in
    `Graph.nodes`), or something that was there before the pass (`name`, as `head.weight`).
    `output` counts the tensors of that call, or of the inputs, from 0; PART where it is none of
    them, but that call wrote over some of its values last.
    """

    place: Place
    call: int = -1
    output: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One call of a module that called others: what steps fold into.

    `parent` is the index of the group it was called in, −1 for the model itself.
    """

    id: str
    path: str
    call: int
    module: str
    parent: int


@dataclass(frozen=True, slots=True)
class Node:
    """One call: of a leaf module, or of a function or an operator between modules (`functional`).

    `op` is the module's type or the function's name, `path` the module's, for a function that of
    the module whose code called it. `group` is an index in `Graph.groups`. `inside` is the index of
    the leaf that a function ran in, −1 between leaves. Of an `opaque` call nothing inside can be
    seen: a scripted module, or code that neither is a module nor passes through torch's functions.
    `constants` is what the call was given beside tensors, as text, `dtypes` that of each tensor
    that it received, as `int64`.
    """

    id: str
    path: str
    call: int
    op: str
    functional: bool
    group: int
    received: tuple[Origin, ...]
    outputs: tuple[Output, ...]
    inside: int = -1
    opaque: bool = False
    constants: str = ""
    dtypes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a module answers, as far as a prediction is concerned.

    `went` is what the row of scores went through last, `other` where there is none. `place` counts
    the scores among all tensors of the answer, and `name` is what they are called there, as
    `logits`, `1` or `heads.0`; it is empty where the answer is one tensor and nothing around it.
    """

    went: Went = "other"
    place: int = 0
    name: str = ""

    @property
    def logits(self) -> bool:
        """Whether the scores are logits: they went through nothing that makes shares of them."""
        return self.went == "logits"

    @property
    def shares(self) -> bool:
        """Whether the scores are shares that sum to 1."""
        return self.went == "softmax"

    @property
    def logarithms(self) -> bool:
        """Whether the scores are the logarithms of such shares."""
        return self.went == "log_softmax"

    @property
    def classifies(self) -> bool:
        """Whether one of several classes is answered: the scores are shares, or tell them."""
        return self.logits or self.shares or self.logarithms

    @property
    def apart(self) -> bool:
        """Whether each score is a probability for itself."""
        return self.went == "sigmoid"


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """All calls of a pass in the order in which they returned, and the groups they were made in.

    `input` and `softmax` are the ids of the page's own steps before and behind the module: those
    words, unless a module has one of them for its path. `answers` is where the tensors of the
    answer came from, `answer` which of them is the row of scores (see `explorer.network.answers`).

    `batch` is the dimension of the first input that counts the inputs, None where all of it is one.
    `along` has that dimension of every tensor that each node answered, `fed` of every input; None
    where a tensor is the same for all of them, or nobody can tell.
    """

    nodes: Sequence[Node]
    groups: Sequence[Group]
    answers: Sequence[Origin]
    answer: Answer = Answer()
    input: str = "input"
    softmax: str = "softmax"
    batch: int | None = 0
    along: Sequence[Axes] = ()
    fed: Axes = (0,)

    @property
    def end(self) -> Origin | None:
        """Where the scores came from; without any, the first tensor of the answer."""
        return self.answers[self.answer.place] if self.answers else None

    @property
    def steps(self) -> tuple[Node, ...]:
        """Every call that is a step of its own: leaves, and functions between them."""
        return tuple(node for node in self.nodes if node.inside < 0 and node.outputs)

    def dtype(self, step: str) -> str:
        """Return the type of a step's output; "" where nothing tells, as of an input unused."""
        for node in self.nodes:
            if node.id == step and node.outputs:
                return node.outputs[0].dtype
            for origin, dtype in zip(node.received, node.dtypes, strict=False):
                if step == self.input and origin.place == "input" and not origin.output:
                    return dtype
        return ""

    @property
    def functional(self) -> bool:
        """Whether something happens between the leaves."""
        return any(node.functional and node.inside < 0 for node in self.nodes)


NOTHING = Graph((), (), ())


# The key of a note: a layer computed with other weights than it holds.
EXCHANGED = "trace.note.exchanged"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said of a pass at one of its steps, by the step's id.

    `key` is that of a sentence in `explorer.words`, `values` are its blanks.
    """

    key: str
    step: str
    values: Mapping[str, Any] = field(default_factory=dict)
