"""Connect components, server functions and the public API with the handlers that answer them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import gradio as gr

from explorer.errors import ExplorerError, Refused
from explorer.outgoing import replies
from explorer.ui import handlers, layout, working
from explorer.words import known

KEPT = (60, 300)  # seconds: how often files are looked through, and how long an upload is kept
LONGEST = 20.0  # seconds that a page waits for what is worked out, before it asks again
QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def build(begin: dict[str, Any]) -> gr.Blocks:
    """Return the page, ready to launch, from what it needs once, as `layout.start` returns it."""
    device = begin["device"]
    begin = {**begin, "offer": layout.offer(begin)}
    with gr.Blocks(title="Layer Explorer", fill_width=True, delete_cache=KEPT) as page:
        parts = layout.create(functions=_live(device, begin["offer"]), begin=begin)
        _pictures(parts)
        _public(parts, device, begin["query"]["model"])
    return page


def _live(device: str, offer: str) -> list[Any]:
    """The live component's server functions; a view says of which page it is, by its `offer`."""

    async def view(query: str) -> Any:
        return handlers.reply({**await _viewed(query, device), "offer": offer})

    async def parameters(query: str) -> Any:
        return handlers.reply(await _aside(query, handlers.parameters, query))

    def test_image(query: str) -> Any:  # reads files: in a thread
        return handlers.reply(handlers.test_image(query))

    async def awaited(query: str) -> Any:
        return handlers.reply(await _awaited(query))

    return [view, parameters, test_image, awaited]


async def _viewed(query: object, device: str) -> dict[str, Any]:
    """Answer one query, on the event loop if that takes less time than a thread's hop."""
    if working.light(query, device):
        return handlers.view(query, device=device)
    return await _aside(query, handlers.view, query, device=device)


async def _awaited(query: object) -> dict[str, Any]:
    """Answer when what a query waits for has come; it holds no thread meanwhile."""
    try:
        done = await working.aside(handlers.pending, query)  # large pictures take a while
    except ExplorerError as error:
        return dict(replies.refusal(error, handlers.language_of(query)))
    if done is not None:
        await asyncio.wait({asyncio.wrap_future(done)}, timeout=LONGEST)
    return {"pending": done is not None and not done.done()}


async def _aside(query: object, *work: Any, **named: Any) -> dict[str, Any]:
    try:
        return await working.aside(*work, **named)
    except Refused as error:
        return dict(replies.refusal(error, handlers.language_of(query)))


def _pictures(parts: layout.Components) -> None:
    chosen = [parts.picture, parts.decisions, parts.inversion]

    def fresh(*arguments: Any) -> tuple[str, str]:
        # what was done by hand was done to another picture
        return handlers.prepare(*arguments), ""

    def cut(event: gr.EventData, path: Any, decisions: Any, inversion: Any) -> tuple[str, str]:
        by_hand = json.dumps({"turn": event.turn, "box": event.box})
        return handlers.prepare(path, decisions, inversion, by_hand), by_hand

    last: dict[str, Any] = {"trigger_mode": "always_last", **QUIET}
    both = [parts.live, parts.hand]
    parts.picture.input(fresh, inputs=chosen, outputs=both, **last)
    parts.live.cut(cut, inputs=chosen, outputs=both, **last)
    gr.on(
        [parts.decisions.input, parts.inversion.input],
        handlers.prepare,
        inputs=[*chosen, parts.hand],
        outputs=parts.live,
        **last,
    )

    def relabel(event: gr.EventData) -> tuple[Any, Any, Any]:
        language = known(event.language)
        return (
            gr.update(placeholder=handlers.say(language, "upload.placeholder")),
            gr.update(**layout.decision_words(language)),
            gr.update(**layout.inversion_words(language)),
        )

    parts.live.relabel(relabel, outputs=chosen, **QUIET)


def _public(parts: layout.Components, device: str, first: str) -> None:
    """The API for other programs: /view, /predict, /parameters; `first` is the page's model."""

    async def view(query: dict[str, Any]) -> dict[str, Any]:
        """The screen as data for one query.

        Its fields: model, checkpoint, images, focus, step, unit, edits, versus, taught, language,
        show, options. And `held`: digests of values that need not come again; `sums`: whether
        sums of 64 values each come instead of all.
        """
        return await _viewed(query, device)

    async def parameters(model: str = "", checkpoint: str = "") -> dict[str, Any]:
        """Name, size, count, mean, std, min, max and first values of every parameter.

        Without a name, of the model that is shown first.
        """
        query = {"model": model or first, "checkpoint": checkpoint}
        return await _aside(query, handlers.parameters, query)

    def predict(image: str | None) -> dict[str, Any]:
        return handlers.predict(image, device=device, model=first)

    gr.api(view, api_name="view", queue=False)
    gr.api(parameters, api_name="parameters", queue=False)
    parts.asker.click(predict, parts.picture, parts.answer, api_name="predict", queue=False)
