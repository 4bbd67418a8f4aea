"""Which networks are a chain of layers, and which only look like one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import torch
from safetensors import torch as safetensors
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


def own(model: nn.Module, *, address: str = "file.py:Net") -> tuple[object, Mapping[str, object]]:
    """Return what a page gets of somebody's own network, and let go of it again."""
    name = zoo.offer(zoo.card_of("own", address=address), model.eval()).name
    try:
        return chain.served(name)
    finally:
        zoo.withdraw(name)


def line(wide: int = 8, layers: int = 1) -> nn.Sequential:
    deep = (nn.Linear(wide, wide) for _ in range(layers))
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, wide), nn.ReLU(), *deep)


def test_ones_own_chain_is_computed_by_a_page_with_the_weights_as_they_are() -> None:
    model = line()
    name = zoo.offer(zoo.card_of("own", address="file.py:Net"), model).name
    try:
        steps, files = chain.served(name)
        assert [each["layer"] for each in steps or ()][1:] == [
            "Linear",
            "ReLU",
            "Linear",
            "Softmax",
        ]
        known = files[zoo.GIVEN]["sha256"]
        data = chain.weights(name, zoo.GIVEN, known)
        assert data is not None
        assert files[zoo.GIVEN]["bytes"] == len(data)
        written = safetensors.load(data)
        for path, values in model.state_dict().items():
            assert torch.equal(written[path], values)
        with torch.no_grad():
            model.get_parameter("1.bias").add_(1)
        assert chain.weights(name, zoo.GIVEN, known) is None, "others than meant"
    finally:
        zoo.withdraw(name)


@pytest.mark.parametrize(
    ("model", "address"),
    [
        pytest.param(line(wide=2600), "file.py:Net", id="too large to be fetched"),
        pytest.param(line(layers=12), "file.py:Net", id="more cards than a strip begins with"),
        pytest.param(nn.Sequential(nn.Flatten(), nn.Tanh()), "file.py:Net", id="a layer unknown"),
        pytest.param(nn.Sequential(nn.Linear(10, 3)), "file.py:Net", id="a pass that fails"),
        pytest.param(nn.Bilinear(10, 3, 3), "file.py:Net", id="a module of two inputs"),
    ],
)
def test_a_page_computes_no_other_of_ones_own(model: nn.Module, address: str) -> None:
    assert own(model, address=address) == (None, {})
