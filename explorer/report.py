"""All steps of a view as one HTML document.

No script, no other file, readable offline and on paper.
"""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from html import escape

import numpy as np
from PIL import Image

from explorer import viewing
from explorer.figures import arrays, palette
from explorer.network.scene import Scene, look
from explorer.records import Check, Floats, Language, Pixels, Query, Step
from explorer.words import say, tag

CELL = 10  # pixels of the page per value of a grid

STYLE = """
body { font: 16px/1.5 %(font)s; color: %(text)s; background: %(surface)s; max-width: 900px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 26px; } h2 { font-size: 20px; margin: 0; } section { border-top: 1px solid %(border)s; padding: 16px 0; }
section, tr, figure { break-inside: avoid; }
img { image-rendering: pixelated; border: 1px solid %(border)s; max-width: 100%%; }
figure { display: inline-block; margin: 0 12px 12px 0; } figcaption, .muted { color: %(muted)s; font-size: 14px; }
code, pre { font-family: %(mono)s; font-size: 14px; } pre { background: %(raised)s; padding: 10px; overflow-x: auto; }
table { border-collapse: collapse; } th, td { text-align: left; padding: 2px 14px 2px 0; font-weight: 400; }
td { font-variant-numeric: tabular-nums; } .bar { display: inline-block; height: 12px; background: %(bar)s; }
.chosen .bar { background: %(accent)s; } .chosen { font-weight: 700; }
.passed { color: %(good)s; } .failed { color: %(error)s; font-weight: 700; }
"""


def report(query: Query, *, device: str = "cpu") -> str:
    """Return a report of every step of the focused image, in the query's language.

    Raises:
        ExplorerError: for a query that cannot be shown.
    """
    scene = look(query, device=device)
    return written(scene, viewing.checks(scene))


def written(scene: Scene, checks: tuple[Check, ...]) -> str:
    """Return the document of a scene and its checks."""
    query, language = scene.query, scene.query.language
    parts = [_head(scene), _batch(scene), _edits(scene)]
    for number, step in enumerate(scene.steps):
        parts.append(_step(replace(scene, query=replace(query, step=step.id, unit=None)), number))
    parts.append(_checks(checks, language))
    style = STYLE % {**palette.COLOURS["light"], "font": palette.FONT, "mono": palette.MONO}
    title = escape(say(language, "report.title", model=scene.card.title_in(language)))
    return (
        f'<!doctype html>\n<html lang="{tag(language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def coloured(values: Floats, step: Step) -> Pixels:
    """Return all values of a step as RGB, (rows, columns, 3) uint8, on the step's scale."""
    grid, _ = arrays.cells(values)
    low = -step.limit if step.scale == "signed" else 0.0
    share = (grid.astype(np.float64) - low) / (step.limit - low)
    if step.scale == "grey":
        grey = np.rint(255 * share).clip(0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    scale = palette.SIGNED["light"] if step.scale == "signed" else palette.UNSIGNED["light"]
    stops = [at for at, _ in scale]
    channels = [[int(colour[first : first + 2], 16) for _, colour in scale] for first in (1, 3, 5)]
    return np.stack(
        [np.rint(np.interp(share, stops, channel)).astype(np.uint8) for channel in channels], axis=2
    )


def _head(scene: Scene) -> str:
    language, card = scene.query.language, scene.card
    name = scene.query.checkpoint or card.default
    known = next((each for each in card.checkpoints if each.name == name), None)
    weights = say(language, "header.untrained")
    if known is not None:
        weights = say(
            language, "header.checkpoint", epoch=known.epoch, accuracy=f"{100 * known.accuracy:.1f}"
        )
    return f"<h1>{escape(card.title_in(language))}</h1><p class=muted>{escape(card.name)} · {escape(weights)}</p>"


def _batch(scene: Scene) -> str:
    figures = []
    for row, image in enumerate(scene.trace.images):
        label = scene.prediction.labels[scene.prediction.classes[row]]
        share = f"{100 * float(scene.prediction.probabilities[row].max()):.2f} %"
        caption = f"{escape(label)} {share}"
        picture = _picture(
            np.repeat(
                np.rint(255 * image.reshape(scene.card.input.plane)).astype(np.uint8)[..., None],
                3,
                axis=2,
            ),
            caption,
            5,
        )
        figures.append(f"<figure>{picture}<figcaption>{caption}</figcaption></figure>")
    return (
        f"<section><h2>{say(scene.query.language, 'tray.title')}</h2>{''.join(figures)}</section>"
    )


def _edits(scene: Scene) -> str:
    if not scene.query.edits:
        return ""
    language = scene.query.language
    items = []
    for edit in scene.query.edits:
        units = ", ".join(map(str, edit.units)) or say(language, "edits.layer")
        value = f" {edit.value:g}" if edit.action in {"clamp", "scale"} else ""
        items.append(
            f"<li><code>{escape(edit.step)}</code>: {escape(units)} · {say(language, f'edits.{edit.action}')}{value}</li>"
        )
    return f"<section><h2>{say(language, 'edits.title')}</h2><ul>{''.join(items)}</ul></section>"


def _step(scene: Scene, number: int) -> str:
    step, language, focus = scene.step, scene.query.language, scene.query.focus
    values = scene.after[focus]
    subject = scene.subject()
    texts = scene.kind.texts(subject)
    facts = "".join(
        f"<tr><th>{escape(fact.label)}</th><td>{fact.value}</td></tr>"
        for fact in scene.kind.facts(subject)
    )
    shape = f"torch.Size({list(step.shape)})"
    low, high = -step.limit if step.scale == "signed" else 0.0, step.limit
    caption = say(language, "report.scale", count=values.size, low=f"{low:g}", high=f"{high:g}")
    picture = f"<figure>{_picture(coloured(values, step), caption, CELL)}<figcaption>{escape(caption)}</figcaption></figure>"
    shown = _bars(scene, values) if step.named else picture
    printed = f"<pre>{escape(texts['printed'])}</pre>" if "printed" in texts else ""
    return (
        f"<section id='{escape(step.id, quote=True)}'><h2>{number} · {escape(texts['title'])}</h2>"
        f"<p class=muted><code>{escape(step.path)} {escape(shape)}</code></p><p>{escape(texts['sentence'])}</p>"
        f"<pre>{escape(texts['formula'])}\n{escape(texts['code'])}</pre>{shown}<table>{facts}</table>{printed}</section>"
    )


def _bars(scene: Scene, values: Floats) -> str:
    most = float(np.abs(values).max()) or 1.0
    best = int(values.argmax())
    rows = []
    for index, (label, value) in enumerate(
        zip(scene.prediction.labels, values.tolist(), strict=True)
    ):
        chosen = ' class="chosen"' if index == best else ""
        mark = " ◀" if index == best else ""
        width = 300 * abs(value) / most
        rows.append(
            f"<tr{chosen}><th>{escape(label)}</th><td>{value:.6f}</td>"
            f'<td><span class="bar" style="width:{width:.1f}px"></span>{mark}</td></tr>'
        )
    return f"<table>{''.join(rows)}</table>"


def _checks(checks: tuple[Check, ...], language: Language) -> str:
    rows = []
    for check in checks:
        name, mark = ("passed", "✓") if check.passed else ("failed", "✗")
        residual = f"{say(language, 'check.residual')} {check.residual:g}"
        rows.append(
            f'<tr class="{name}"><td>{mark}</td><td>{escape(check.sentence)}</td><td>{residual}</td></tr>'
        )
    return (
        f"<section><h2>{say(language, 'check.title')}</h2><table>{''.join(rows)}</table></section>"
    )


def _picture(pixels: Pixels, alt: str, cell: int) -> str:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    height, width = pixels.shape[:2]
    source = base64.b64encode(data.getvalue()).decode("ascii")
    size = f'width="{cell * width}" height="{cell * height}"'
    return f'<img alt="{escape(alt, quote=True)}" {size} src="data:image/png;base64,{source}">'
