"""A pass of somebody's own module is run once for all its steps, and anew once it was changed."""

from __future__ import annotations

from collections.abc import Iterator

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
