"""Which networks are a chain of layers, and which only look like one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer.network import chain, zoo
from tests.cards import offered, shares
from tests.network.modules import Forward

HEAD: Mapping[str, Callable[[], nn.Module]] = {
    "flat": nn.Flatten,
    "first": lambda: nn.Linear(28 * 28, 5),
    "bend": nn.ReLU,
}


class Doubled(nn.Linear):
    """A class of somebody's own."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * super().forward(x)


def wired(function: Callable[..., torch.Tensor]) -> Callable[[], nn.Module]:
    return lambda: Forward(function, **{name: make() for name, make in HEAD.items()})


NONE: Mapping[str, Callable[[], nn.Module]] = {
    "a-sum-between": wired(lambda self, x: self.bend(self.first(self.flat(x)) + 1)),
    "a-sum-behind": wired(lambda self, x: self.bend(self.first(self.flat(x))) + 1),
    "a-layer-twice": wired(lambda self, x: self.bend(self.bend(self.first(self.flat(x))))),
    "a-class-of-ones-own": lambda: nn.Sequential(nn.Flatten(), Doubled(28 * 28, 5)),
}
SOME: Mapping[str, Callable[[], nn.Module]] = {
    "in-line": wired(lambda self, x: self.bend(self.first(self.flat(x)))),
    "with-its-own-shares": shares,
}


@pytest.fixture(autouse=True)
def _cards(tmp_path: Path) -> Iterator[None]:
    builders = {**NONE, **SOME}
    with offered(tmp_path / "models", {name: {"builder": name} for name in builders}, builders):
        chain.chain.cache_clear()
        yield
        chain.chain.cache_clear()


@pytest.mark.parametrize("name", NONE)
def test_what_is_more_than_its_layers_is_no_chain(name: str) -> None:
    assert chain.chain(name) is None


def test_a_chain_ends_in_one_softmax() -> None:
    layers = {name: [each["layer"] for each in chain.chain(name) or ()] for name in SOME}
    assert layers == {
        "in-line": ["Flatten", "Linear", "ReLU", "Softmax"],
        "with-its-own-shares": ["Flatten", "Linear", "Dropout", "ReLU", "Softmax"],
    }
    steps = chain.chain("in-line") or ()
    assert [each["id"] for each in steps] == ["flat", "first", "bend", "softmax"]
    assert [each["shape"] for each in steps] == [[784], [5], [5], [5]]
    assert steps[1]["parameters"] == {"weight": "first.weight", "bias": "first.bias"}


def test_weights_are_those_that_are_meant() -> None:
    written = chain.weights("in-line", zoo.UNTRAINED, "0" * 64)
    assert written is None
