"""All steps of a query as one HTML document.

No script, no other file, readable offline and on paper. The words and numbers are those of finished
views; `report.html.j2` beside this file says where they stand.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from PIL import Image

from explorer.figures import arrays, palette
from explorer.records import Edit, Floats, Pixels, Query, Step, View
from explorer.words import say, tag

CELL, THUMB = 10, 5  # pixels of the document per value of a grid, and of a small picture
LONGEST_BAR = 300


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What a report is of: `pictures` (N, …) uint8 as the network saw them, one view for each step.

    `title` and `name` are the network's, `weights` says which ones.
    """

    title: str
    name: str
    weights: str
    query: Query
    pictures: Pixels
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside the document, in pixels of the document."""

    source: str
    width: int
    height: int


def written(document: Document) -> str:
    """Return the document as HTML, in the language of its query."""
    language, views = document.query.language, document.views
    return _template().render(
        document=document,
        say=partial(say, language),
        tag=tag(language),
        colours=palette.COLOURS["light"],
        font=palette.FONT,
        mono=palette.MONO,
        batch=tuple(_batch(document)),
        steps=tuple(map(partial(_step, document), views[0].steps, views)),
        checks=views[0].checks,
        value_of=_value,
    )


def coloured(values: Floats, step: Step) -> Pixels:
    """Return all values of a step as RGB, (rows, columns, 3) uint8, on the step's scale.

    What is no number, and the gaps between maps, are white.
    """
    grid, _ = arrays.cells(values)
    low = _low(step)
    share = (grid.astype(np.float64) - low) / (step.limit - low)
    known = np.nan_to_num(share, nan=0.0)
    if step.scale == "grey":
        channels = [255 * known.clip(0, 1)] * 3
    else:
        scale = palette.SIGNED["light"] if step.scale == "signed" else palette.UNSIGNED["light"]
        stops = [at for at, _ in scale]
        channels = [
            np.interp(known, stops, [int(colour[first : first + 2], 16) for _, colour in scale])
            for first in (1, 3, 5)
        ]
    pixels: Pixels = np.rint(np.stack(channels, axis=2)).astype(np.uint8)
    pixels[np.isnan(share)] = 255
    return pixels


def _low(step: Step) -> float:
    """Return where a step's scale begins."""
    return -step.limit if step.scale == "signed" else 0.0


@cache
def _template() -> jinja2.Template:
    """Return the template, which escapes whatever is put into it."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    rules = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return rules.get_template("report.html.j2")


def _batch(document: Document) -> Iterator[tuple[Picture, str]]:
    """Yield every image of the batch with its prediction."""
    prediction = document.views[0].prediction
    for row, image in enumerate(document.pictures):
        answer = ""
        if prediction.labels:
            share = 100 * float(prediction.probabilities[row].max())
            answer = f"{prediction.labels[prediction.classes[row]]} {share:.2f} %"
        planes = np.broadcast_to(image.reshape(-1, *image.shape[-2:]), (3, *image.shape[-2:]))
        yield (
            _picture(np.moveaxis(planes, 0, 2), THUMB),
            answer,
        )


def _step(document: Document, step: Step, view: View) -> dict[str, Any]:
    """Return what the template says of one step, whose own view this is."""
    values, language = view.tensors[step.id], document.query.language
    ends = {"low": f"{_low(step):g}", "high": f"{step.limit:g}"}
    caption = say(language, "report.scale", count=math.prod(step.shape[1:]), **ends)
    return {
        "step": step,
        "texts": {"printed": "", **view.texts},
        "facts": view.facts,
        "caption": caption if values.size else say(language, "report.empty"),
        "picture": _picture(coloured(values, step), CELL) if values.size else None,
        "bars": tuple(_bars(values, view.prediction.labels)) if step.named else (),
    }


def _bars(values: Floats, labels: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield one bar for each class, the largest marked."""
    most = float(np.abs(values).max()) or 1.0
    for index, (label, value) in enumerate(zip(labels, values.tolist(), strict=True)):
        yield {
            "label": label,
            "value": f"{value:.6f}",
            "width": f"{LONGEST_BAR * abs(value) / most:.1f}",
            "chosen": index == int(values.argmax()),
        }


def _value(edit: Edit) -> str:
    return f" {edit.value:g}" if edit.action in {"clamp", "scale"} else ""


def _picture(pixels: Pixels, cell: int) -> Picture:
    """Return RGB pixels (rows, columns, 3) as a PNG that is part of the document."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    text = base64.b64encode(data.getvalue()).decode("ascii")
    height, width = pixels.shape[:2]
    return Picture(f"data:image/png;base64,{text}", cell * width, cell * height)
