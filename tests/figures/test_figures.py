# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Every number of a step is in its figure, once and exactly.

Colours are the page's, and readable.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer import figures
from explorer.figures import arrays, palette, parts, template
from explorer.kinds.flatten import flattened
from explorer.kinds.picture import picture
from explorer.kinds.relu import rectified
from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Edit, Floats, Language, Query
from explorer.viewing import figure
from explorer.words import LANGUAGES

LABELS = zoo.card("fashion-mlp").labels["en"]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")


def some(*shape: int, seed: int = 4) -> Floats:
    values: Floats = np.random.default_rng(seed).normal(scale=3, size=shape).astype(np.float32)
    return values


def grey(*shape: int) -> Floats:
    return np.random.default_rng(9).random(shape, dtype=np.float32)


def chances(count: int = 10) -> Floats:
    powers = np.exp(some(count))
    shares: Floats = powers / powers.sum()
    return shares


Draw = Callable[..., figures.Figure]
ALL: dict[str, Draw] = {
    "picture": lambda **how: picture(grey(28, 28), **how),
    "flattened": lambda **how: flattened(grey(28, 28), **how),
    "units": lambda **how: figures.units(some(512), **how),
    "rectified": lambda **how: rectified(some(512), np.maximum(some(512), np.float32(0)), **how),
    "logits": lambda **how: figures.logits(some(10), LABELS, **how),
    "probabilities": lambda **how: figures.probabilities(chances(), LABELS, **how),
    "tensor": lambda **how: figures.tensor(some(6, 5, 4), **how),
    "compared": lambda **how: figures.compared(some(512), some(512, seed=5), grey=False, **how),
    "compared grey": lambda **how: figures.compared(
        grey(28, 28), grey(28, 28)[::-1], grey=True, **how
    ),
    "compared_classes": lambda **how: figures.compared_classes(
        some(10), some(10, seed=5), LABELS, title="logit", **how
    ),
}
everyone = pytest.mark.parametrize("name", ALL)


def walk(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every leaf of JSON-ready data with the keys that lead to it."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from walk(value, (*path, str(number)))
    else:
        yield path, data


def decoded(packed: Mapping[str, Any]) -> NDArray[Any]:
    flat = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"])
    return (
        flat.reshape([int(side) for side in str(packed["shape"]).split(",")])
        if "shape" in packed
        else flat
    )


def once(trace: Any, values: Floats, *, of: str = "z") -> None:
    """Every value is in a trace exactly once, under its own flat index."""
    shown, units = np.asarray(trace[of]).reshape(-1), np.asarray(trace.customdata).reshape(-1)
    there = units >= 0
    assert np.isnan(shown[~there].astype(float)).all()
    assert sorted(units[there].tolist()) == list(range(values.size))
    assert np.array_equal(shown[there], values.reshape(-1)[units[there]])


def frames(drawn: figures.Figure) -> list[tuple[str, float, float, float, float]]:
    return [
        (frame.xref, frame.x0, frame.x1, frame.y0, frame.y1)
        for frame in drawn.plotly().layout.shapes
    ]


# ---------------------------------------------------------------- arrays: numbers before pixels


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (512, (16, 32)),
        (784, (28, 28)),
        (20, (2, 10)),
        (10, (2, 5)),
        (25, (5, 5)),
        (16, (2, 8)),
        (1, (1, 1)),
        (7, (1, 7)),
    ],
)
def test_units_are_arranged_as_designed(count: int, expected: tuple[int, int]) -> None:
    assert arrays.arrangement(count) == expected


@given(st.integers(1, 6000))
@settings(deadline=None)
def test_every_value_has_a_cell_whatever_their_number(count: int) -> None:
    values = np.arange(count, dtype=np.float32) - 3
    grid, indices = arrays.cells(values)
    assert grid.shape == indices.shape == arrays.arrangement(count)
    assert np.array_equal(grid.reshape(-1), values)
    assert np.array_equal(indices.reshape(-1), np.arange(count))
    assert grid.shape[0] <= grid.shape[1]


@given(st.integers(1, 20), st.integers(1, 7), st.integers(1, 7))
@settings(deadline=None)
def test_a_mosaic_keeps_every_cell_and_has_nothing_but_gaps_between(
    count: int, height: int, width: int
) -> None:
    maps = np.arange(count * height * width, dtype=np.float32).reshape(count, height, width)
    rows, columns = arrays.arrangement(count)
    shown, index = arrays.mosaic(maps)
    assert shown.shape == index.shape == (rows * (height + 1) - 1, columns * (width + 1) - 1)
    gutter = np.zeros(shown.shape, dtype=bool)
    gutter[height :: height + 1], gutter[:, width :: width + 1] = True, True
    assert np.array_equal(np.isnan(shown), gutter)
    assert np.array_equal(index == -1, gutter)
    assert sorted(index[~gutter].tolist()) == list(range(maps.size))
    assert np.array_equal(shown[~gutter], maps.reshape(-1)[index[~gutter]])
    for number in range(count):
        row, column = divmod(number, columns)
        top, left = row * (height + 1), column * (width + 1)
        assert np.array_equal(shown[top : top + height, left : left + width], maps[number])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0], 1),
        ([], 1),
        ([1.0, -2.5], 3),
        ([-1.2], 1.5),
        ([0.07], 0.08),
        ([0.051], 0.06),
        ([8.1], 10),
        ([350.0], 400),
        ([9.5], 10),
        ([42.0], 50),
        ([1.0], 1),
    ],
)
def test_a_legend_ends_at_a_round_number(values: list[float], expected: float) -> None:
    assert arrays.limit(np.array(values, dtype=np.float32)) == pytest.approx(expected)


@given(
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1),
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32)),
)
@settings(deadline=None)
def test_a_legend_holds_every_value_and_is_not_much_longer(
    one: list[float], two: list[float]
) -> None:
    end = arrays.limit(np.array(one, dtype=np.float32), np.array(two, dtype=np.float32))
    most = max(abs(value) for value in (*one, *two))
    assert end >= most
    assert end <= 1.5001 * most or most == 0
    shown = f"{end:.6e}".split("e")[0]
    assert float(shown) in arrays.STEPS


def test_a_legend_takes_no_notice_of_what_is_not_a_number() -> None:
    assert arrays.limit(np.array([np.nan, np.inf, -2.0], dtype=np.float32)) == 2


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1))
@settings(deadline=None)
def test_a_ranking_goes_from_large_to_small_and_knows_whose(given: list[float]) -> None:
    values = np.array(given, dtype=np.float32)
    ordered, units = arrays.ranked(values)
    assert np.array_equal(ordered, values[units])
    assert sorted(units.tolist()) == list(range(values.size))
    pairs = list(zip(ordered.tolist(), units.tolist(), strict=True))
    assert pairs == sorted(pairs, key=lambda pair: (-pair[0], pair[1]))


@given(st.lists(st.floats(-5, 5, width=32), max_size=300))
@settings(deadline=None)
def test_a_histogram_counts_everything_once(given: list[float]) -> None:
    middles, counts = arrays.counted(np.array(given, dtype=np.float32), -5.0, 5.0)
    assert len(middles) == len(counts) == arrays.BINS
    assert counts.sum() == len(given)
    assert np.allclose(middles, np.arange(-4.875, 5, 0.25))
    for middle, count in zip(middles, counts, strict=True):
        inside = [
            v for v in given if middle - 0.125 <= v < middle + 0.125 or (v == 5 and middle > 4.8)
        ]
        assert count == len(inside)


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


# ---------------------------------------------------------------- scales


def scales(drawn: figures.Figure) -> dict[str, Any]:
    return {key: value for key, value in drawn.layout.items() if key.startswith("coloraxis")}


@pytest.mark.parametrize("name", ["units", "rectified", "tensor", "compared", "compared grey"])
def test_what_has_a_sign_is_centred_at_zero(name: str) -> None:
    axis = scales(ALL[name](language="en"))["coloraxis"]
    assert axis["cmin"] == -axis["cmax"] < 0


@pytest.mark.parametrize(
    "values", [[5.0, 6.0], [-5.0, -6.0], [0.0, 0.0], [1e-7, -3e-7], [1e6, 0.0]]
)
def test_a_scale_is_centred_whatever_the_values(values: list[float]) -> None:
    drawn = figures.units(np.array(values, dtype=np.float32), language="en")
    axis = drawn.plotly().layout.coloraxis
    assert axis.cmin == -axis.cmax
    assert axis.cmax >= max(abs(value) for value in values)
    assert (
        list(drawn.plotly().layout.xaxis3.range)
        == list(drawn.plotly().layout.yaxis2.range)
        == [axis.cmin, axis.cmax]
    )
    assert np.sum(drawn.plotly().data[2].y) == len(values)


@pytest.mark.parametrize("value", [1e-40, 1e-44])
def test_even_the_smallest_numbers_have_a_figure(value: float) -> None:
    drawn = figures.units(np.array([value, -value, 0.0], dtype=np.float32), language="en")
    assert np.sum(drawn.plotly().data[2].y) == 3


def test_values_that_are_not_numbers_have_a_figure_too() -> None:
    values = np.array([np.inf, np.nan, -2.0, 1.0], dtype=np.float32)
    drawn = figures.units(values, language="en")
    assert drawn.plotly().layout.coloraxis.cmax == 2
    assert np.array_equal(np.asarray(drawn.plotly().data[0].z).reshape(-1), values, equal_nan=True)


@pytest.mark.parametrize("name", ["units", "rectified", "tensor", "compared", "compared grey"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scale_has_a_legend_with_a_title(name: str, language: Language) -> None:
    axis = scales(ALL[name](language=language))["coloraxis"]
    assert axis.get("showscale", True)
    assert axis["colorbar"]["title"]["text"]
    assert axis["colorbar"]["tickvals"][0] == axis["cmin"]
    assert axis["colorbar"]["tickvals"][-1] == axis["cmax"]
    assert 0.0 in axis["colorbar"]["tickvals"]


@everyone
def test_every_scale_in_use_is_laid_out(name: str) -> None:
    drawn = ALL[name](language="en")
    wanted = {trace.coloraxis for trace in drawn.plotly().data if trace.type == "heatmap"}
    wanted |= {
        trace.marker.coloraxis
        for trace in drawn.plotly().data
        if trace.type == "bar" and trace.marker.coloraxis
    }
    assert wanted <= set(scales(drawn))
    assert wanted <= set(template.page()["axes"])


def test_pictures_go_from_black_to_white() -> None:
    for drawn in (
        ALL["picture"](language="en"),
        ALL["flattened"](language="en"),
        ALL["compared grey"](language="en"),
    ):
        axis = scales(drawn)["coloraxis3"]
        assert (axis["cmin"], axis["cmax"]) == (0, 1)


# ---------------------------------------------------------------- classes


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


# ---------------------------------------------------------------- the selected unit


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


# ---------------------------------------------------------------- what the page gets


@everyone
def test_a_figure_carries_no_template_and_no_colour(name: str) -> None:
    data = figures.as_json(ALL[name](language="en", selected=2))
    assert "template" not in data["layout"]
    for path, value in walk(data):
        if isinstance(value, str) and path[-1] != "bdata":
            assert not COLOUR.search(value), path
        if path[-1].endswith("color") or path[-1] in {"colorscale", "colorway"}:
            assert not isinstance(value, str), f"{path}: a colour by name"


@everyone
def test_a_figure_survives_json(name: str) -> None:
    drawn = ALL[name](language="en", selected=2)
    data = figures.as_json(drawn)
    read = json.loads(json.dumps(data, allow_nan=False))
    assert (
        go.Figure(read["data"], read["layout"], skip_invalid=False).layout.meta
        == drawn.plotly().layout.meta
    )
    packed = 0
    for trace, written in zip(drawn.plotly().data, read["data"], strict=True):
        for key, values in trace.to_plotly_json().items():
            if isinstance(values, np.ndarray):
                back = decoded(written[key])
                assert np.array_equal(back, values, equal_nan=True)
                assert back.dtype == values.dtype or values.dtype.kind == "i", (
                    "whole numbers may be packed tighter"
                )
                packed += 1
    assert packed >= 2


def test_values_are_sent_as_float32() -> None:
    values = some(512)
    data = figures.as_json(figures.units(values, language="en"))["data"]
    assert data[0]["z"]["dtype"] == "f4"
    assert decoded(data[0]["z"]).tobytes() == values.tobytes()


def test_making_json_of_a_figure_leaves_the_figure() -> None:
    drawn = ALL["units"](language="en")
    before = drawn.plotly().to_json()
    figures.as_json(drawn)["layout"].clear()
    assert drawn.plotly().to_json() == before


def titles(drawn: figures.Figure) -> list[str]:
    data = figures.as_json(drawn)
    found = [
        value for path, value in walk(data["layout"]) if path[-2:] == ("title", "text") and value
    ]
    return [*found, *(value for path, value in walk(data["data"]) if path[-1] == "hovertemplate")]


@pytest.mark.parametrize(
    "name", [name for name in ALL if name not in {"logits", "compared_classes"}]
)
def test_the_languages_have_their_own_titles(name: str) -> None:
    english, chinese = (titles(ALL[name](language=language)) for language in ("en", "zh"))
    assert english
    assert len(english) == len(chinese)
    assert english != chinese
    assert any(ord(letter) > 0x4E00 for text in chinese for letter in text)
    assert not any(ord(letter) > 0x4E00 for text in english for letter in text)


@pytest.mark.parametrize("language", LANGUAGES)
@everyone
def test_what_hovering_says_is_well_formed(name: str, language: Language) -> None:
    for trace in ALL[name](language=language).plotly().data:
        text = trace.hovertemplate
        assert "%%" not in text
        left = re.sub(r"%\{(?:x|y|z|customdata)(?::[^{}]+)?\}", "", text)
        assert "{" not in left, text
        assert "}" not in left, text


def test_a_figure_has_as_many_axes_as_its_traces_name() -> None:
    for name, draw in ALL.items():
        drawn = draw(language="en")
        for trace in drawn.plotly().data:
            for letter in "xy":
                axis = (trace[f"{letter}axis"] or letter).replace(letter, f"{letter}axis")
                assert drawn.plotly().layout[axis].fixedrange, f"{name} {axis} cannot be dragged"


# ---------------------------------------------------------------- parts


def test_a_legend_has_its_ends_its_half_and_zero() -> None:
    legend = parts.bar(0.0, 4.0, "z", y=(0.2, 0.8))
    assert (legend["cmin"], legend["cmax"], legend["colorbar"]["tickvals"]) == (0, 4, [0, 2, 4])
    assert legend["colorbar"]["len"] == pytest.approx(0.6)
    assert legend["colorbar"]["y"] == pytest.approx(0.5)


@pytest.mark.parametrize("end", [1.0, 4.0, 0.3])
def test_a_signed_legend_has_its_ends_its_halves_and_zero(end: float) -> None:
    axis = (
        figures.units(some(20) * np.float32(0), language="en", limit=end).plotly().layout.coloraxis
    )
    assert (axis.cmin, axis.cmax) == (-end, end)
    assert list(axis.colorbar.tickvals) == [-end, -end / 2, 0, end / 2, end]


def test_negative_numbers_have_a_minus_sign() -> None:
    numbers = parts.Numbers({"after": np.array([-1.5, 2.25], dtype=np.float32)}, 1.0)
    assert parts.bars(numbers, "bars", ("a", "b"), "")["text"] == ["−1.5000", "2.2500"]


# ---------------------------------------------------------------- colours


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", palette.THEMES)
@pytest.mark.parametrize("ground", ["background", "surface"])
@pytest.mark.parametrize(
    "ink", ["text", "muted", "error", "good", "negative", "positive", "accent"]
)
def test_text_can_be_read(theme: palette.Theme, ground: str, ink: str) -> None:
    colours = palette.COLOURS[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", palette.THEMES)
def test_text_on_the_accent_and_raised_text_can_be_read(theme: palette.Theme) -> None:
    colours = palette.COLOURS[theme]
    assert contrast(colours["accent-text"], colours["accent"]) >= 4.5
    assert contrast(colours["text"], colours["raised"]) >= 4.5
    assert contrast(colours["text"], colours["accent-soft"]) >= 4.5
    assert contrast(colours["focus"], colours["background"]) >= 3


@pytest.mark.parametrize("theme", palette.THEMES)
def test_both_ends_of_the_signed_scale_stand_out_alike(theme: palette.Theme) -> None:
    scale = palette.SIGNED[theme]
    assert [at for at, _ in scale] == [0, 0.25, 0.5, 0.75, 1]
    low, middle, high = (scale[place][1] for place in (0, 2, 4))
    assert min(contrast(low, middle), contrast(high, middle)) >= 4.5
    assert contrast(low, high) < 1.7
    ground = palette.COLOURS[theme]["background"]
    if theme == "light":
        assert contrast(middle, palette.COLOURS[theme]["surface"]) < 1.2, "zero looks like paper"
    else:
        assert contrast(middle, ground) >= 1.6, "a layer of zeros is seen on the dark page"
    assert palette.UNSIGNED[theme] == ((0.0, middle), (0.5, scale[3][1]), (1.0, high))


@pytest.mark.parametrize("theme", palette.THEMES)
def test_what_is_off_is_darker_than_what_is_on(theme: palette.Theme) -> None:
    off = palette.COLOURS[theme]["off"]
    on = [colour for _, colour in palette.UNSIGNED[theme]]
    darkest = min(luminance(colour) for colour in on)
    assert luminance(off) < (luminance(on[0]) if theme == "light" else darkest)
    assert contrast(off, palette.COLOURS[theme]["off-line"]) >= 1.5, "the hatching is seen"


def test_the_style_sheet_names_every_colour_of_both_themes() -> None:
    blocks = {
        where: body
        for where, body in re.findall(r"([^{}]+)\{([^{}]*)\}", figures.css())
        if "color-scheme" in body
    }
    assert list(blocks) == [":root", ":root[data-theme=dark]"]
    for theme, body in zip(get_args(palette.Theme), blocks.values(), strict=True):
        given = dict(part.split(":", 1) for part in body.split(";"))
        assert given.pop("color-scheme") == theme
        assert given == {f"--le-{name}": value for name, value in palette.COLOURS[theme].items()}
    assert f"--le-text-size:{palette.PRESENTED_SIZE}px" in figures.css()
    assert f"--le-text-size:{palette.TEXT_SIZE}px" in figures.css()


def test_both_themes_have_the_same_colours_and_all_are_colours() -> None:
    assert palette.COLOURS["light"].keys() == palette.COLOURS["dark"].keys()
    everything = [value for colours in palette.COLOURS.values() for value in colours.values()]
    everything += [
        colour for scale in (*palette.SIGNED.values(), palette.GREY) for _, colour in scale
    ]
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in everything)


def test_what_is_sent_once_is_complete_and_fits_plotly() -> None:
    page = json.loads(json.dumps(template.page(), allow_nan=False))
    assert set(page["templates"]) == set(page["scales"]) == set(palette.THEMES)
    for theme in palette.THEMES:
        assert set(page["axes"].values()) == set(page["scales"][theme])
        figure_of_theme = go.Figure(layout={"template": page["templates"][theme]})
        assert (
            figure_of_theme.layout.template.layout.colorway[0] == palette.COLOURS[theme]["accent"]
        )
    assert math.isclose(page["sizes"]["figure"], palette.FIGURE_SIZE)
    assert template.script().is_file()


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
    greys = ALL["compared grey"](language="en")
    assert [trace.coloraxis for trace in greys.plotly().data] == [
        "coloraxis3",
        "coloraxis3",
        "coloraxis",
    ]
