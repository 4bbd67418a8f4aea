"""A pass of somebody's own module is run once for all its steps, and anew once it was changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from explorer.network import recent, zoo
from explorer.network.tracing import trace
from explorer.records import Input, Query
from explorer.viewing import view
from tests import nets


class Counted(nets.Net):
    """A network with BatchNorm that counts how often it is run."""

    runs = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        Counted.runs += 1
        return super().forward(x)


@pytest.fixture
def offered() -> Iterator[tuple[str, Counted]]:
    model = Counted()
    card = zoo.offer(zoo.card_of("counted", taken=Input((1, 28, 28))), model)
    yield card.name, model
    zoo.withdraw(card.name)
    recent.forget()


@pytest.mark.parametrize("training", [True, False])
def test_going_from_step_to_step_runs_it_once(offered: tuple[str, Counted], training: bool) -> None:
    name, model = offered
    model.train(training)
    view(Query(model=name))
    before = Counted.runs
    for step in ("first", "norm", "pool", "softmax"):
        view(Query(model=name, step=step, show=("figure", "unit"), unit=0))
    assert Counted.runs == before
    with torch.no_grad():
        model.get_buffer("norm.running_mean").add_(0.5)
    view(Query(model=name, step="norm"))
    assert Counted.runs > before


def test_what_is_kept_has_a_bound_in_bytes(
    offered: tuple[str, Counted], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = offered
    view(Query(model=name))
    (one,) = recent._kept.values()
    arrays = {id(each): each for values in one.trace.values for each in values}
    size = sum(each.nbytes for each in (*arrays.values(), *one.trace.inputs, *one.answer))
    monkeypatch.setattr(recent, "ROOM", 2 * size)
    for grey in (0, 50, 100):
        view(Query(model=name, images=(bytes([grey]) * 784,)))
    assert len(recent._kept) == 2
    monkeypatch.setattr(recent, "ROOM", 1)
    view(Query(model=name, images=(bytes([150]) * 784,)))
    assert len(recent._kept) == 1, "the newest stays"
    assert recent._kept.popitem()[1].trace.images.max() == pytest.approx(150 / 255)


def test_the_readme_says_how_much_is_kept() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert f"at most {recent.ROOM // 10**6} MB of them" in text
    assert recent.KEPT == 3
    assert "the last three passes are kept" in text


def test_buffers_are_written_to_only_where_a_pass_has_changed_them() -> None:
    model = nets.Net()
    versions = [buffer._version for buffer in model.buffers()]
    trace(model, torch.rand(1, 1, 28, 28))
    assert [buffer._version for buffer in model.buffers()] == versions


def test_a_buffer_that_a_pass_changes_comes_back_bit_for_bit() -> None:
    class Minus(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("zero", torch.zeros(3))
            self.register_buffer("count", torch.tensor(7))
            self.layer = torch.nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.get_buffer("zero").data.neg_()
            self.get_buffer("count").data.add_(1)
            out: torch.Tensor = self.layer(x)
            return out

    model = Minus()
    trace(model, torch.rand(1, 2))
    assert not torch.signbit(model.get_buffer("zero")).any()
    assert int(model.get_buffer("count")) == 7
