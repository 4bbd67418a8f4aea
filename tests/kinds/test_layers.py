"""Layers of one dimension, and curves with weights of their own: their arithmetic, unit by unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.kinds.base import Subject
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Query

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))


def asked(*layers: nn.Module) -> tuple[Any, Subject]:
    """Return the kind and the subject of the last of some layers, of the second picture."""
    name = zoo.offer(card_of("Mine"), nn.Sequential(*layers).eval()).name
    scene = look(Query(model=name, images=PICTURES, focus=1, step=str(len(layers) - 1)))
    return scene.kind, scene.subject()


def sloped(count: int) -> nn.PReLU:
    made = nn.PReLU(count)
    with torch.no_grad():
        made.weight.copy_(torch.linspace(-0.5, 0.75, count))
    return made


ROWS = {
    "conv1d": (nn.Conv1d(28, 6, 3), "terms"),
    "grouped": (nn.Conv1d(28, 4, 5, stride=2, padding=2, dilation=2, groups=2), "terms"),
    "same": (nn.Conv1d(28, 4, 3, padding="same", dilation=2, bias=False), "terms"),
    "valid": (nn.Conv1d(28, 4, 4, padding="valid"), "terms"),
    "maxpool": (nn.MaxPool1d(3, stride=2, padding=1, dilation=2), "taken"),
    "avgpool": (nn.AvgPool1d(4), "mean"),
    "adaptive max": (nn.AdaptiveMaxPool1d(5), "taken"),
    "adaptive mean": (nn.AdaptiveAvgPool1d(5), "mean"),
    "one slope": (sloped(1), "again"),
    "a slope each": (sloped(28), "again"),
    "drawn slope": (nn.RReLU(), "again"),
}


@pytest.mark.parametrize("name", ROWS)
def test_every_unit_is_what_its_kind_works_out(name: str) -> None:
    layer, key = ROWS[name]
    kind, subject = asked(nn.Linear(28, 28), layer)
    values = subject.values.reshape(-1)
    for at in range(0, values.size, 7):
        data, checks = kind.explain(subject, at, float(values[at]))
        assert [(each.key, each.passed) for each in checks] == [(key, True)]
        wrong, proofs = kind.explain(subject, at, float(values[at]) + 0.5)
        assert not proofs[0].passed
        assert data.keys() == wrong.keys()
        fed = kind.feeding(subject, at)
        if fed is not None and fed.products is not None:
            assert fed.total == pytest.approx(values[at], abs=1e-5)
            entering = subject.entering.reshape(-1)[fed.places]
            assert ((fed.products != 0) <= (entering != 0)).all()


def test_the_formulas_of_rows_have_one_place() -> None:
    for layer, formula in (
        (nn.Conv1d(28, 4, 3, stride=2, padding=1), "y[o, t] = Σₖ Σᵢ W[o, k, i]·x[k, 2·t + i − 1]"),
        (nn.MaxPool1d(2), "y[k, t] = max x[k, window(t)]"),
        (nn.AvgPool1d(2), "y[k, t] = mean x[k, window(t)]"),
        (sloped(1), "a[i] = max(0, z[i]) + w·min(0, z[i])"),
        (sloped(28), "a[i] = max(0, z[i]) + w[k]·min(0, z[i])"),
    ):
        kind, subject = asked(nn.Linear(28, 28), layer)
        assert kind.formula(subject).startswith(formula)


def test_a_row_and_its_kernel_are_drawn_as_one_line() -> None:
    kind, subject = asked(nn.Linear(28, 28), layer := nn.Conv1d(28, 4, 3))
    data, _ = kind.explain(subject, 27, float(subject.values.reshape(-1)[27]))
    assert data["place"] == [1, 1]
    assert {each.shape for each in data["patches"].values()} == {(6, 1, 3)}
    first = data["shown"][0]
    assert np.array_equal(data["patches"]["x"][0, 0], subject.entering[first, 1:4])
    assert np.array_equal(data["patches"]["w"][0, 0], layer.weight[1, first].detach().numpy())


def test_the_slope_of_a_units_own_channel_bends_its_curve() -> None:
    kind, subject = asked(nn.Linear(28, 28), sloped(28))
    below = int(np.flatnonzero(subject.entering.reshape(-1) < 0)[-1])
    slope = float(torch.linspace(-0.5, 0.75, 28)[below // 28])
    data, _ = kind.explain(subject, below, float(subject.values.reshape(-1)[below]))
    assert data["formulas"][1] == f"w[{below // 28}] = {slope:.6g}"
    curve, end = data["curve"]["values"], data["curve"]["end"]
    assert (curve[0], curve[-1]) == (pytest.approx(-slope * end, abs=1e-4), end)


def test_where_the_channels_lie_elsewhere_no_slope_is_invented() -> None:
    class Turned(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.bend = nn.LSTM(28, 8), sloped(2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = self.bend(self.first(x.transpose(0, 1))[0])
            return made.mean(0)

    name = zoo.offer(card_of("Mine"), Turned().eval()).name
    scene = look(Query(model=name, images=PICTURES, step="bend", unit=3))
    assert scene.kind.explain(scene.subject(), 3, 0.0) == ({}, ())
