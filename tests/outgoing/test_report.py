from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explorer import viewing
from explorer.figures import arrays, palette
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.outgoing.report import coloured, written
from explorer.records import Language, Query
from tests import nets
from tests.network.modules import Forward

PIXELS = [each["pixels"] for each in samples.listing()[:3]]
VOID = {"meta", "img"}


class Balanced(HTMLParser):
    """Counts what opens and closes, and keeps every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.values: list[str] = []
        self.identifiers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.values += [value or "" for _, value in attrs]
        self.identifiers += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def query(**more: object) -> Query:
    return read({"images": PIXELS, "focus": 1, **more})


def report(asked: Query) -> str:
    return written(viewing.document(asked))


def parsed(document: str) -> Balanced:
    reader = Balanced()
    reader.feed(document)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_is_there_and_nothing_comes_from_elsewhere(language: str) -> None:
    asked = query(language=language)
    document = report(asked)
    reader = parsed(document)
    assert reader.identifiers == [step.id for step in viewing.view(asked).steps]
    assert not re.search(r"https?:|<script|@import|url\(", document)
    assert all(
        value.startswith("data:image/png") for value in reader.values if value.startswith("data:")
    )
    assert len(document) < 300_000
    assert ("预测" in document or "批量" in document) == (language == "zh")


def test_numbers_are_those_of_the_view() -> None:
    asked = query()
    seen = viewing.view(asked)
    document = report(asked)
    for value in (*seen.tensors["linear_relu_stack.4"], *seen.tensors["softmax"]):
        assert f"{value:.6f}" in document
    for row in range(3):
        assert seen.prediction.labels[seen.prediction.classes[row]] in document


def test_every_value_is_a_pixel_and_larger_values_are_never_less_orange() -> None:
    scene = look(query())
    for step in scene.steps:
        values = scene.values[step.id][1]
        picture = coloured(values, step)
        assert picture.shape[:2] == arrays.arrangement(values.size)
        assert (-step.limit if step.scale == "signed" else 0) <= values.min()
        assert values.max() <= step.limit
        order = np.argsort(values.reshape(-1), kind="stable")
        warmth = picture.reshape(-1, 3).astype(int)[order]
        assert (np.diff(warmth[:, 0] - warmth[:, 2]) >= (0 if step.scale == "grey" else -1)).all()


def test_pictures_decode_to_the_arrangement() -> None:
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', report(query()))
    sizes = {Image.open(io.BytesIO(base64.b64decode(text))).size for text in found}
    assert sizes == {(28, 28), (32, 16)}


def test_a_check_that_fails_is_a_cross() -> None:
    document = viewing.document(query())
    assert "✗" not in written(document)
    view, *others = document.views
    broken = replace(view, checks=(replace(view.checks[0], residual=1.0), *view.checks[1:]))
    assert 'class="failed"><td>✗' in written(replace(document, views=(broken, *others)))


def test_edits_are_said_and_text_of_others_is_escaped() -> None:
    edits = [{"step": "linear_relu_stack.1", "units": [3, 4], "action": "clamp", "value": 2.5}]
    text = report(query(edits=edits))
    assert "3, 4" in text
    assert "2.5" in text
    document = viewing.document(query())
    view = document.views[0]
    names = replace(view.prediction, labels=("<script>x</script>",) * 10)
    views = tuple(replace(each, prediction=names) for each in document.views)
    assert "<script" not in written(replace(document, views=views, title="<script>"))


def test_the_largest_class_is_marked_and_bars_are_as_long_as_values() -> None:
    asked = query()
    seen = viewing.view(asked)
    document = report(asked)
    for step in ("linear_relu_stack.4", "softmax"):
        values = np.abs(seen.tensors[step].astype(float))
        part = document.partition(f"id='{step}'")[2].partition("</section>")[0]
        part = part or document.partition(f'id="{step}"')[2].partition("</section>")[0]
        rows = re.findall(r"<tr.*?</tr>", part, re.DOTALL)[: len(values)]
        widths = [float(re.findall(r"width:([\d.]+)px", row)[0]) for row in rows]
        np.testing.assert_allclose(widths, 300 * values / values.max(), atol=0.06)
        marked = [place for place, row in enumerate(rows) if "◀" in row]
        assert marked == [int(seen.tensors[step].argmax())]
        assert ["chosen" in row for row in rows] == ["◀" in row for row in rows]


def test_colours_are_those_of_the_scale() -> None:
    scene = look(query())
    step = scene.steps[2]
    values = np.array([-step.limit, 0, step.limit], dtype=np.float32)
    red, blue = (hexadecimal(palette.SIGNED["light"][place][1]) for place in (-1, 0))
    shown = coloured(values, step).reshape(3, 3).tolist()
    assert [shown[0], shown[2]] == [blue, red]
    shares = coloured(np.array([0.0, 1.0], dtype=np.float32), scene.steps[-1]).reshape(2, 3)
    ends = [hexadecimal(palette.UNSIGNED["light"][place][1]) for place in (0, -1)]
    assert shares.tolist() == ends


def hexadecimal(name: str) -> list[int]:
    return [int(name[first : first + 2], 16) for first in (1, 3, 5)]


@pytest.mark.usefixtures("nothing_stays_offered")
def test_an_input_without_values_is_said_to_have_none() -> None:
    example = (torch.zeros(2, 0), torch.ones(2, 3))
    model = Forward(lambda s, x, y: torch.cat((s.a(y), x), 1), a=nn.Linear(3, 4))
    name = zoo.offer(card_of("Empty", examples=example), model.eval()).name
    for language, words in (("en", "has no values"), ("zh", "没有值")):
        text = report(Query(model=name, language=language))
        assert text.count(words) == 1
        assert text.count("<figure>") == 3  # of the other input and of what comes of it
        parsed(text)


@pytest.mark.usefixtures("nothing_stays_offered")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_pass_that_failed_and_what_is_odd_of_a_picture_are_said(language: Language) -> None:
    name = zoo.offer(card_of("Broken"), nets.Broken().eval()).name
    asked = Query(model=name, images=(bytes(784),), language=language)
    seen, text = viewing.view(asked), html.unescape(report(asked))
    assert seen.failure
    assert f'<p class="failed">{seen.failure}</p>' in text
    (empty,) = seen.notices
    assert f"<p>{empty}</p>" in text
    assert '<p class="failed">' not in report(query(language=language))
