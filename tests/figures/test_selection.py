"""The selected unit is framed, and nothing else; classes stand apart."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import figures
from tests.figures.drawn import ALL, LABELS, chances, frames, some
from tests.figures.test_figures import everyone


def test_every_class_has_one_logit() -> None:
    values = some(10)
    drawn = figures.logits(values, LABELS, language="en")
    first, others = drawn.plotly().data
    assert list(first.y) == list(others.y) == list(LABELS)
    assert np.array_equal(np.where(np.isnan(first.x), others.x, first.x), values)
    assert np.flatnonzero(~np.isnan(first.x)).tolist() == [int(values.argmax())]
    assert np.array_equal(others.customdata, np.arange(10))
    texts = [one or other for one, other in zip(first.text, others.text, strict=True)]
    assert [float(text.replace("−", "-")) for text in texts] == [
        round(float(value), 4) for value in values
    ]
    low, high = drawn.plotly().layout.xaxis.range
    assert low == -high < -float(np.abs(values).max())


@pytest.mark.parametrize("predicted", range(10))
def test_the_predicted_class_stands_alone(predicted: int) -> None:
    values = np.roll(chances(), predicted - int(chances().argmax()))
    chosen, others = figures.probabilities(values, LABELS, language="en").plotly().data
    for trace, mine in ((chosen, np.arange(10) == predicted), (others, np.arange(10) != predicted)):
        assert list(trace.y) == list(LABELS)
        assert np.array_equal(~np.isnan(trace.x), mine)
        assert np.array_equal(trace.x[mine], values[mine])
        assert [bool(text) for text in trace.text] == mine.tolist()
        assert np.array_equal(trace.customdata, np.arange(10))


def test_two_runs_have_two_bars_per_class() -> None:
    one, two = chances(), chances()[::-1].copy()
    a, b = (
        figures.compared_classes(one, two, LABELS, title="probability", language="en").plotly().data
    )
    assert (a.name, b.name) == ("A", "B")
    assert np.array_equal(a.x, one)
    assert np.array_equal(b.x, two)
    assert list(a.y) == list(b.y) == list(LABELS)


@everyone
def test_nothing_is_framed_unless_selected(name: str) -> None:
    assert not ALL[name](language="en").plotly().layout.shapes


@pytest.mark.parametrize(
    ("unit", "row", "column"), [(0, 0, 0), (31, 0, 31), (32, 1, 0), (77, 2, 13), (511, 15, 31)]
)
def test_the_selected_units_cell_is_framed(unit: int, row: int, column: int) -> None:
    cell = (column - 0.5, column + 0.5, row - 0.5, row + 0.5)
    drawn = figures.units(some(512), language="en", selected=unit)
    assert frames(drawn) == [("x", *cell)]
    assert np.asarray(drawn.plotly().data[0].customdata)[row, column] == unit
    assert frames(ALL["rectified"](language="en", selected=unit)) == [("x", *cell), ("x2", *cell)]
    assert frames(ALL["compared"](language="en", selected=unit)) == [
        (f"x{n}", *cell) for n in ("", "2", "3")
    ]


def test_the_selected_pixel_is_framed() -> None:
    cell = ("x", 2.5, 3.5, 1.5, 2.5)
    assert frames(ALL["picture"](language="en", selected=59)) == [cell]
    assert frames(ALL["flattened"](language="en", selected=59)) == [cell]


@pytest.mark.parametrize("name", ["logits", "probabilities", "compared_classes"])
def test_the_selected_class_is_framed(name: str) -> None:
    assert frames(ALL[name](language="en", selected=3)) == [("paper", 0, 1, 2.5, 3.5)]


def test_the_selected_cell_of_a_matrix_is_framed() -> None:
    assert frames(figures.tensor(some(5, 9), language="en", selected=12)) == [
        ("x", 2.5, 3.5, 0.5, 1.5)
    ]
