"""How a figure is written for the page, and in which colours the page draws it."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from explorer import figures
from explorer.figures import palette, template
from explorer.figures.parts import Figure

READ = {"f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4"}  # what the page's reader knows


def written(values: object) -> Any:
    """Return a field of a trace as it is sent."""
    return json.loads(json.dumps(figures.as_json(Figure(({"x": values},), {}))))["data"][0]["x"]


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([0, 255], "u1"),
        ([0, 256], "u2"),
        ([0, 70_000], "u4"),
        ([-100, -1], "i1"),
        ([-1, 200], "i2"),
        ([-200, 5], "i2"),
        ([-1, 40_000], "i4"),
        ([-70_000, 7], "i4"),
    ],
)
def test_whole_numbers_take_as_few_bytes_as_hold_them(numbers: list[int], kind: str) -> None:
    sent = written(np.array(numbers, dtype=np.int64))
    assert sent["dtype"] == kind
    assert np.frombuffer(base64.b64decode(sent["bdata"]), f"<{kind}").tolist() == numbers


def test_rows_are_written_one_after_the_other_whatever_lies_in_memory() -> None:
    rows = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
    for values in (rows, np.asfortranarray(rows), rows[::-1][::-1], np.repeat(rows, 2, 1)[:, ::2]):
        sent = written(values)
        assert (sent["dtype"], sent["shape"]) == ("f4", "2, 3")
        assert np.frombuffer(base64.b64decode(sent["bdata"]), "<f4").tolist() == [1, 2, 3, 4, 5, 6]


def test_lines_have_no_shape_and_words_are_a_list() -> None:
    assert set(written(np.arange(3.0))) == {"dtype", "bdata"}
    assert written(np.array(["a", "−1"])) == ["a", "−1"]
    assert written((np.float32(0.5), np.int64(2), "x")) == [0.5, 2, "x"]


def test_every_number_of_a_figure_can_be_read_by_the_page() -> None:
    values = np.linspace(-1, 1, 512, dtype=np.float32)
    sent = figures.as_json(figures.units(values, language="en", selected=3))["data"]
    kinds = {field["dtype"] for trace in sent for field in trace.values() if "bdata" in str(field)}
    assert kinds <= READ
    assert "f4" in kinds


def test_a_structure_has_every_word_and_no_value() -> None:
    whole = figures.units(np.linspace(-1, 1, 512, dtype=np.float32), language="en")
    bare, full = figures.structure(whole), figures.as_json(whole)
    assert "bdata" in json.dumps(full)
    assert "bdata" not in json.dumps(bare)
    assert bare["layout"] == full["layout"]
    for lean, trace in zip(bare["data"], full["data"], strict=True):
        left = {name: field for name, field in trace.items() if "bdata" not in str(field)}
        assert lean == left
        assert lean["hovertemplate"]


def channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@pytest.mark.parametrize("theme", palette.THEMES)
def test_orange_is_positive_blue_negative_and_white_light(theme: palette.Theme) -> None:
    page = template.page()
    scales, axes = page["scales"][theme], page["axes"]
    signed, unsigned, grey = (
        scales[axes[name]] for name in ("coloraxis", "coloraxis2", "coloraxis3")
    )
    assert [at for at, _ in signed] == [0, 0.25, 0.5, 0.75, 1]
    for _, colour in signed[:2]:
        red, _, blue = channels(colour)
        assert blue > red + 40
    for _, colour in signed[3:]:
        red, _, blue = channels(colour)
        assert red > blue + 40
    assert unsigned == tuple((2 * at - 1, colour) for at, colour in signed[2:])
    assert [channels(colour) for _, colour in grey] == [(0, 0, 0), (255, 255, 255)]
    own = palette.COLOURS[theme]
    assert scales[axes["coloraxis4"]] == ((0, own["off"]), (1, own["off-line"]))


@pytest.mark.parametrize("theme", palette.THEMES)
def test_a_theme_has_its_own_words_and_lets_a_finger_scroll(theme: palette.Theme) -> None:
    layout, colours = template.template(theme)["layout"], palette.COLOURS[theme]
    assert layout["font"]["color"] == colours["text"]
    assert layout["xaxis"]["tickfont"]["color"] == colours["muted"]
    assert layout["hoverlabel"]["bgcolor"] == colours["surface"]
    assert layout["dragmode"] is False


def test_a_class_reads_what_is_presented() -> None:
    sizes = template.page()["sizes"]
    assert palette.PRESENTED_SIZE >= 22, "seen from the last row"
    assert sizes["presented"] >= 22
    assert palette.TEXT_SIZE >= 16
