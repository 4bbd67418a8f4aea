"""One file for each kind of layer: everything that is known of it.

A new kind is a file here, its line in `KINDS`, and its words. Nothing outside this room asks what
kind a step is: each step carries its scale, limit and arrangement, and its kind answers the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from explorer.kinds import layers, spelling
from explorer.kinds.activation import Activation
from explorer.kinds.attention import Attention
from explorer.kinds.bag import Bag
from explorer.kinds.base import Kind
from explorer.kinds.combining import Combining
from explorer.kinds.contracting import Contracting
from explorer.kinds.convolution import Convolution
from explorer.kinds.crossing import Crossing
from explorer.kinds.embedding import Embedding
from explorer.kinds.flatten import Flatten
from explorer.kinds.function import Function
from explorer.kinds.gating import Gating
from explorer.kinds.given import Given
from explorer.kinds.joining import Joining
from explorer.kinds.linear import Linear
from explorer.kinds.logits import Logits
from explorer.kinds.logsoftmax import LogSoftmax
from explorer.kinds.measuring import Measuring
from explorer.kinds.moving import Moving
from explorer.kinds.normalization import Normalization
from explorer.kinds.overriding import faithful
from explorer.kinds.padding import Padding
from explorer.kinds.passing import Passing
from explorer.kinds.picture import Picture
from explorer.kinds.pooling import AvgPool, MaxPool
from explorer.kinds.proof import Proof
from explorer.kinds.recurrent import Recurrent
from explorer.kinds.reducing import Reducing
from explorer.kinds.relu import ReLU
from explorer.kinds.reshaping import Reshaping
from explorer.kinds.resizing import Resizing
from explorer.kinds.response import Response
from explorer.kinds.softmax import Softmax
from explorer.kinds.transposed import Transposed

OTHER = Kind()
FUNCTION = Function()
INPUT = Picture()
GIVEN = Given()
SHARES = Softmax()
# A module is of the first kind that has its type, a function of the first that has its name.
KINDS: tuple[Kind, ...] = (
    INPUT,
    GIVEN,
    Flatten(),
    Linear(),
    ReLU(),
    Logits(),
    SHARES,
    LogSoftmax(),
    Convolution(),
    Transposed(),
    MaxPool(),
    AvgPool(),
    Normalization(),
    Response(),
    Activation(),
    Passing(),
    Embedding(),
    Bag(),
    Gating(),
    Measuring(),
    Recurrent(),
    Attention(),
    Combining(),
    Crossing(),
    Contracting(),
    Reducing(),
    Joining(),
    Reshaping(),
    Moving(),
    Padding(),
    Resizing(),
    FUNCTION,
    OTHER,
)
ALONE = {"where": "nonzero"}  # what some functions do that are given one tensor and nothing else
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}


def kind_of(module: nn.Module) -> str:
    """Return what a module does, told by its type, never by its name."""
    return next((kind.name for kind in KINDS if isinstance(module, kind.types)), OTHER.name)


def of_function(name: str, constants: str = "", count: int = 1) -> str:
    """Return what a function between modules does, told by torch's own name of it.

    And, where it is like a layer, by what it was given: `count` tensors, and all else as text.
    """
    plain = name.removesuffix("_")
    if count == 1 and len(spelling.arguments(constants)) < 2:
        plain = ALONE.get(plain, plain)
    return next((kind.name for kind in KINDS if _is(kind, plain, constants, count)), FUNCTION.name)


def _is(kind: Kind, name: str, constants: str, count: int) -> bool:
    like = kind.likes.get(name)
    if like is not None:
        return layers.read(like, constants, count) is not None
    return name in kind.functions


def proven(name: str, proof: Proof) -> str:
    """Return a kind, or that nothing is known, where it is not what happened to the values.

    Dropout may be on in eval mode, a softmax along another dimension than the classes, and a layer
    of somebody's own class may do more than the one it was made from.
    """
    if name == OTHER.name:
        return name
    own = proof.layer is None or faithful(proof.layer, proof)
    return name if own and BY_NAME[name].holds(proof) else unknown(proof)


def unknown(proof: Proof) -> str:
    """Return the kind of a call of which nothing is known."""
    return FUNCTION.name if proof.layer is None else OTHER.name


def at_end(name: str) -> str:
    """Return the kind of the last layer of a network, which may be another there."""
    return BY_NAME[name].ending or name
