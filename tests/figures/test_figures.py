# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Every number of a step is in its figure, once and exactly.

Colours are the page's, and readable.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest

from explorer import figures
from explorer.figures import arrays
from explorer.kinds.flatten import flattened
from explorer.kinds.picture import picture
from explorer.kinds.relu import rectified
from explorer.network.scene import look
from explorer.records import Edit, Floats, Language, Query
from explorer.viewing import figure
from explorer.words import say
from tests.figures.drawn import ALL, grey, some

everyone = pytest.mark.parametrize("name", ALL)


def once(trace: Any, values: Floats, *, of: str = "z") -> None:
    """Every value is in a trace exactly once, under its own flat index."""
    shown, units = np.asarray(trace[of]).reshape(-1), np.asarray(trace.customdata).reshape(-1)
    there = units >= 0
    assert np.isnan(shown[~there].astype(float)).all()
    assert sorted(units[there].tolist()) == list(range(values.size))
    assert np.array_equal(shown[there], values.reshape(-1)[units[there]])


# ---------------------------------------------------------------- every unit, once, exactly


@pytest.mark.parametrize("count", [20, 97, 512, 784])
def test_a_linear_layers_units_are_all_there(count: int) -> None:
    values = some(count)
    grid, ordered, histogram = figures.units(values, language="en").plotly().data
    once(grid, values)
    once(ordered, values, of="y")
    assert np.asarray(grid.z).shape == arrays.arrangement(count)
    assert np.array_equal(np.asarray(grid.z).reshape(-1), values)
    assert np.all(np.diff(ordered.y) <= 0)
    assert np.sum(histogram.y) == count


def test_a_pictures_pixels_are_all_there() -> None:
    values = grey(28, 28)
    heat, histogram = picture(values, language="en").plotly().data
    once(heat, values)
    assert np.array_equal(heat.z, values)
    assert np.sum(histogram.y) == 784


def test_flattening_shows_the_same_values_three_times() -> None:
    values = grey(28, 28)
    square, line, strip = flattened(values, language="en").plotly().data
    once(square, values)
    once(line, values, of="y")
    once(strip, values)
    assert np.asarray(square.z).shape == (28, 28)
    assert np.asarray(strip.z).shape == (1, 784)
    assert np.array_equal(line.x, np.arange(784))
    assert np.array_equal(np.asarray(square.z).reshape(-1), line.y)
    assert square.coloraxis == strip.coloraxis


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 2, 2), (7, 1, 3), (5, 9), (33,), (2, 3, 2, 2)])
def test_any_other_output_is_all_there(shape: tuple[int, ...]) -> None:
    values = some(*shape)
    once(figures.tensor(values, language="en").plotly().data[0], values)


def test_a_comparison_shows_a_b_and_their_difference() -> None:
    one, two = some(512), some(512, seed=5)
    a, b, difference = figures.compared(one, two, grey=False, language="en").plotly().data
    once(a, one)
    once(b, two)
    once(difference, two - one)


# ---------------------------------------------------------------- ReLU


def test_a_relu_marks_exactly_what_it_switches_off() -> None:
    before = some(512)
    before[:3] = 0, -0.0, np.float32(1e-30)
    after = np.maximum(before, np.float32(0))
    drawn = rectified(before, after, language="en")
    received, kept, off, hatch = drawn.plotly().data
    once(received, before)
    below = (before <= 0).reshape(16, 32)
    assert below.reshape(-1)[:3].tolist() == [True, True, False]
    assert np.array_equal(~np.isnan(off.z), below)
    assert np.array_equal(np.isnan(kept.z), below)
    assert np.array_equal(kept.z[~below], after.reshape(16, 32)[~below])
    assert (off.z[below] == 0).all()
    assert received.coloraxis == kept.coloraxis == "coloraxis", "one scale for both"
    assert off.coloraxis != "coloraxis"
    for trace in (received, kept, off):
        assert np.array_equal(np.asarray(trace.customdata).reshape(-1), np.arange(512))
    assert len(hatch.x) == 3 * below.sum(), "one stroke through every cell that is off"
    middles = np.nanmean(np.stack([hatch.x, hatch.y]).reshape(2, -1, 3), axis=2)
    assert np.array_equal(middles[::-1].T, np.argwhere(below))
    assert np.isnan(hatch.x[2::3]).all()


def test_the_two_halves_of_a_relu_move_together() -> None:
    layout = rectified(some(512), some(512), language="en").plotly().layout
    assert (layout.xaxis2.matches, layout.yaxis2.matches) == ("x", "y")


def test_a_unit_that_was_switched_on_by_an_edit_is_not_said_to_be_off() -> None:
    query = Query(
        step="linear_relu_stack.1", edits=(Edit("linear_relu_stack.1", (), "clamp", 5.0),)
    )
    scene = look(query)
    assert (scene.before < 0).any()
    assert (scene.after == 5).all()
    _, kept, off, _ = figure(scene).plotly().data
    assert np.isnan(off.z).all(), "no unit is off"
    assert (np.asarray(kept.z) == 5).all()


def test_a_unit_that_an_edit_made_negative_shows_its_value() -> None:
    query = Query(
        step="linear_relu_stack.1", edits=(Edit("linear_relu_stack.1", (), "clamp", -5.0),)
    )
    _, kept, off, _ = figure(look(query)).plotly().data
    assert np.isnan(off.z).all(), "−5 is not 0"
    assert (np.asarray(kept.z) == -5).all()


# ---------------------------------------------------------------- which way up


@everyone
def test_rows_go_down_and_classes_too(name: str) -> None:
    layout = ALL[name](language="en").plotly().layout
    for trace in ALL[name](language="en").plotly().data:
        side = layout[f"yaxis{(trace.yaxis or 'y')[1:]}"]
        if trace.type == "heatmap" and not (name == "flattened" and trace.yaxis == "y3"):
            ends = side.range or (1, 0)
            assert side.autorange == ("reversed" if side.range is None else False)
            assert ends[0] > ends[1], "the first row is on top"
        if trace.type == "bar" and trace.orientation == "h":
            assert side.autorange == "reversed", "the first class is on top"


@pytest.mark.parametrize("name", ["picture", "flattened", "tensor", "compared grey"])
def test_pixels_are_as_high_as_wide(name: str) -> None:
    assert ALL[name](language="en").plotly().layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize("name", ["picture", "units"])
def test_counts_are_logarithmic_so_that_ones_are_seen(name: str) -> None:
    drawn = ALL[name](language="en")
    (histogram,) = (trace for trace in drawn.plotly().data if trace.type == "bar")
    side = drawn.plotly().layout[f"yaxis{histogram.yaxis[1:]}"]
    assert side.type == "log"
    assert 10 ** side.range[0] < 1 < max(histogram.y) < 10 ** side.range[1]


@everyone
def test_hovering_tells_any_two_float32_apart(name: str) -> None:
    shown = [trace.hovertemplate for trace in ALL[name](language="en").plotly().data]
    digits = [int(found) for text in shown for found in re.findall(r"%\{[xyz]:\.(\d+)~g\}", text)]
    assert digits
    assert min(digits) == 9


def test_a_comparison_has_one_scale_and_its_difference_a_signed_one() -> None:
    one, two = some(512), 5 * some(512, seed=6)
    drawn = figures.compared(one, two, grey=False, language="en")
    assert drawn.plotly().layout.coloraxis.cmax == arrays.limit(one, two) >= np.abs(two).max()
    apart = drawn.plotly().layout.coloraxis5
    assert apart.cmax == arrays.limit(two - one) >= np.abs(two - one).max(), "it does not saturate"
    assert drawn.plotly().data[2].coloraxis == "coloraxis5"
    greys = ALL["compared grey"](language="en")
    assert [trace.coloraxis for trace in greys.plotly().data] == [
        "coloraxis3",
        "coloraxis3",
        "coloraxis5",
    ]


def test_on_a_narrow_page_the_parts_of_flatten_stand_one_below_the_other() -> None:
    layout = flattened(np.zeros((28, 28), np.float32), language="en").layout
    narrow = layout["meta"]["narrow"]
    heights = [narrow["yaxis"]["domain"], narrow["yaxis2"]["domain"], layout["yaxis3"]["domain"]]
    for above, below in itertools.pairwise(heights):
        assert above[0] - below[1] >= 0.1, "room for numbers and a title"
    assert narrow["xaxis"]["domain"] == narrow["xaxis2"]["domain"] == [0, 1]


def test_maps_say_how_many_of_which_size_stand_on_which_axes() -> None:
    maps = np.zeros((12, 3, 5), np.float32)
    assert figures.tensor(maps, language="en").layout["meta"]["maps"] == {"": [12, 3, 5]}
    sides = figures.compared(maps, maps, grey=False, language="en").layout["meta"]["maps"]
    assert sides == {axes: [12, 3, 5] for axes in ("", "2", "3")}
    for one in (np.zeros((1, 3, 5), np.float32), np.zeros((3, 5), np.float32)):
        assert "maps" not in figures.tensor(one, language="en").layout["meta"]


@pytest.mark.parametrize(("name", "counts"), [("units", "3"), ("picture", "2")])
def test_a_narrow_histogram_says_below_it_what_is_counted(name: str, counts: str) -> None:
    narrow = (
        figures.units(np.zeros(20, np.float32), language="en")
        if name == "units"
        else picture(np.zeros((28, 28), np.float32), language="en")
    ).layout["meta"]["narrow"]
    assert narrow[f"yaxis{counts}"]["title"]["text"] == ""
    assert "count (log)" in narrow[f"xaxis{counts}"]["title"]["text"]
    assert narrow[f"xaxis{counts}"]["domain"] == [0, 1], "where it stands is still said"


def test_every_one_of_a_few_classes_is_named_and_a_number_is_a_name() -> None:
    for labels in ([str(digit) for digit in range(10)], ["a", "b", "c"]):
        axis = figures.logits(np.zeros(len(labels), np.float32), labels, language="en").layout[
            "yaxis"
        ]
        assert (axis["type"], axis["dtick"]) == ("category", 1)
    many = figures.logits(
        np.zeros(100, np.float32), [str(each) for each in range(100)], language="en"
    ).layout["yaxis"]
    assert "dtick" not in many


@pytest.mark.parametrize("language", ["en", "zh"])
def test_only_pre_activations_are_called_z(language: Language) -> None:
    value = say(language, "figure.value")
    for draw, name in ((figures.units, "z"), (figures.tensor, value)):
        drawn = draw(some(97), language=language).plotly()
        layout = drawn.layout
        upright = (layout.coloraxis.colorbar, layout.yaxis2)  # a letter on its side is another one
        assert all(
            (name in axis.title.text and len(axis.title.text) > 1) or name == "值"
            for axis in upright
        )
        below = layout.meta["narrow"]["xaxis3"]["title"]["text"]
        assert layout.xaxis3.title.text == name
        assert name in below
        assert all(f"{name} = " in trace.hovertemplate for trace in drawn.data[:2])
