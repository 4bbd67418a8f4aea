"""A scale is centred, holds its values, and says what it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer import figures
from explorer.figures import bars, parts, template
from explorer.records import Language
from explorer.words import LANGUAGES
from tests.figures.drawn import ALL, some
from tests.figures.test_figures import everyone


def scales(drawn: figures.Figure) -> dict[str, Any]:
    return {key: value for key, value in drawn.layout.items() if key.startswith("coloraxis")}


def signed(drawn: figures.Figure) -> list[Any]:
    """The scales to either side of 0: that of values, that of a difference."""
    laid_out = scales(drawn)
    found = [laid_out[name] for name in ("coloraxis", "coloraxis5") if name in laid_out]
    assert found
    return found


@pytest.mark.parametrize("name", ["units", "rectified", "tensor", "compared", "compared grey"])
def test_what_has_a_sign_is_centred_at_zero(name: str) -> None:
    for axis in signed(ALL[name](language="en")):
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
    for axis in signed(ALL[name](language=language)):
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
    assert bars.bars(numbers, "bars", ("a", "b"), "")["text"] == ["−1.5000", "2.2500"]
