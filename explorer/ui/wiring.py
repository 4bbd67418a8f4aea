"""Connect components, server functions and the public API with the handlers that answer them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.records import Language
from explorer.ui import handlers, layout

QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def build(*, device: str, language: Language | None) -> gr.Blocks:
    """Return the page, ready to launch."""
    with gr.Blocks(title="Layer Explorer", fill_width=True, delete_cache=(3600, 3600)) as page:
        parts = layout.create(functions=_live(device), device=device, language=language)
        _pictures(parts)
        _public(parts, device)
    return page


def _live(device: str) -> list[Any]:
    """The live component's server functions.

    On the event loop, where a view takes less time than a thread's hop.
    """

    async def view(query: str) -> Any:
        return handlers.reply(handlers.view(query, device=device))

    async def parameters(query: str) -> Any:
        return handlers.reply(handlers.parameters(query))

    def test_image(query: str) -> Any:  # reads files, perhaps downloads them: in a thread
        return handlers.reply(handlers.test_image(query))

    return [view, parameters, test_image]


def _pictures(parts: layout.Components) -> None:
    chosen = [parts.picture, parts.decisions, parts.inversion]
    gr.on(
        [parts.picture.input, parts.decisions.input, parts.inversion.input],
        handlers.prepare,
        inputs=chosen,
        outputs=parts.live,
        trigger_mode="always_last",
        **QUIET,
    )

    def relabel(event: gr.EventData) -> tuple[Any, Any, Any]:
        language: Language = "zh" if event.language == "zh" else "en"
        return (
            gr.update(placeholder=handlers.say(language, "upload.placeholder")),
            gr.update(**layout.decision_words(language)),
            gr.update(**layout.inversion_words(language)),
        )

    parts.live.relabel(relabel, outputs=chosen, **QUIET)


def _public(parts: layout.Components, device: str) -> None:
    """The API for other programs: /view, /predict, /parameters."""

    def view(query: dict[str, Any]) -> dict[str, Any]:
        """The screen as data for one query (fields.

        Model, checkpoint, images, focus, step, unit, show, language …).
        """
        return handlers.view(query, device=device)

    def parameters(model: str = "fashion-mlp", checkpoint: str = "") -> dict[str, Any]:
        """Name, size, count, mean, std, min, max and first values of every parameter."""
        return handlers.parameters({"model": model, "checkpoint": checkpoint})

    def predict(image: str | None) -> dict[str, Any]:
        return handlers.predict(image, device=device)

    gr.api(view, api_name="view", queue=False)
    gr.api(parameters, api_name="parameters", queue=False)
    parts.asker.click(predict, parts.picture, parts.answer, api_name="predict", queue=False)
