"""Colours of both themes can be read and told apart."""

from __future__ import annotations

import json
import math
import re
from typing import get_args

import plotly.graph_objects as go
import pytest

from explorer import figures
from explorer.figures import palette, template


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
