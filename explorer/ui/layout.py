"""The components of the page, by name; what they do is in `wiring` and `handlers`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from explorer import figures, samples, zoo
from explorer.records import Language
from explorer.ui import handlers
from explorer.words import LANGUAGES, catalogue

ROOT = '<div id="explorer" data-state="loading" data-revision="0"></div>'
ON_LOAD = """
import(new URL("web/main.js", document.baseURI)).then(
  (page) => page.start({ element, props, server, trigger, watch }),
  (error) => { element.textContent = "The page's script could not be loaded: " + error.message; },
);
"""
HEAD = """
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="web/style.css">
<link rel="icon" href="web/icon.svg" type="image/svg+xml">
"""


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Every component that wiring connects."""

    live: gr.HTML


def build(*, device: str, language: Language | None) -> gr.Blocks:
    """Return the page, ready to launch."""

    async def view(query: str) -> Any:
        """Answer the live component. On the event loop: a view takes less time than the hop to a thread."""
        return handlers.reply(query, device=device)

    with gr.Blocks(title="Layer Explorer", fill_width=True, delete_cache=(3600, 3600)) as page:
        live = gr.HTML(
            value="",
            html_template=ROOT,
            js_on_load=ON_LOAD,
            server_functions=[view],
            apply_default_css=False,
            elem_id="live",
            start=json.dumps(start(device=device, language=language), ensure_ascii=False),
        )
    return page


def start(*, device: str, language: Language | None) -> dict[str, Any]:
    """Return what the page needs once: words, models, samples, colours, plotly's templates."""
    return {
        "language": language,
        "device": device,
        "words": {name: catalogue(name) for name in LANGUAGES},
        "models": [
            {
                "name": card.name,
                "title": card.title,
                "labels": card.labels,
                "default": card.default,
                "checkpoints": [
                    {"name": item.name, "epoch": item.epoch, "accuracy": item.accuracy} for item in card.checkpoints
                ],
            }
            for card in zoo.cards().values()
        ],
        "samples": samples.listing(),
        "figures": figures.page(),
    }


def theme() -> gr.themes.Base:
    """Return gradio's theme in the colours of the palette."""
    return gr.themes.Base()
