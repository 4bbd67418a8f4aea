"""What the page gets of a figure: values to the bit, words of its language, no colour of its own."""

from __future__ import annotations

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer import figures
from explorer.records import Language
from explorer.words import LANGUAGES
from tests.figures.drawn import ALL, COLOUR, decoded, some, walk
from tests.figures.test_figures import everyone


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_maps_with_hatched_cells_say_what_hatched_is(language: Language) -> None:
    values = np.maximum(some(6, 5, 4), np.float32(0))
    said = [
        figures.tensor(values, switches=switches, language=language).layout["coloraxis"]["colorbar"]
        for switches in (True, False)
    ]
    titles = [bar["title"]["text"] for bar in said]
    hatched = {"en": "hatched", "zh": "斜线"}[language]
    assert [hatched in title for title in titles] == [True, False]
