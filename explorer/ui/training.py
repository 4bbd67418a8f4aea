"""Training as pages follow and steer it: events for whoever looks on, and orders by POST.

Every event is the whole state. A listener is sent the newest one when it has read the last, so a
slow one skips some, and costs nobody anything.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from explorer.errors import ExplorerError, InvalidQuery, Refused
from explorer.incoming import queries
from explorer.learning import mistakes, settings, snapshots
from explorer.learning.bench import Bench, Order
from explorer.learning.progress import Snapshot
from explorer.ui import handlers, working
from explorer.ui.sentences import sentence
from explorer.words import known

LISTENERS = 64
PULSE = 15.0  # seconds after which a silent line is tried, so that who has gone is noticed
Handler = Callable[[Request], Awaitable[Response]]
HEADERS = {"Cache-Control": "no-store", "Content-Encoding": "identity", "X-Accel-Buffering": "no"}


def routes(bench: Bench) -> list[Route]:
    """Return the addresses of one bench; where it is off, nothing that comes there is read."""
    desk = Desk(bench)

    def on(handler: Handler) -> Handler:
        async def judged(request: Request) -> Response:
            return await handler(request) if bench.on else _off(request)

        return judged

    return [
        Route("/train/events", on(desk.events)),
        Route("/train/ages", desk.ages),
        Route("/train/weights", on(desk.weights)),
        Route("/train/checkpoints.zip", on(desk.checkpoints)),
        Route("/train/answer", on(desk.answer), methods=["POST"]),
        Route("/train/images", on(desk.images), methods=["POST"]),
        Route("/train/{order}", on(desk.order), methods=["POST"]),
    ]


class Desk:
    """The handlers of one bench; `listening` counts who looks on at the moment."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.listening = 0

    async def events(self, _: Request) -> Response:
        """Answer with the state, now and after every change, as server-sent events."""
        if self.listening >= LISTENERS:
            return _said(Refused("train.listeners", 503, limit=LISTENERS), {})
        events = self._events()
        first = await anext(events)  # it is counted from here on

        async def all_of() -> AsyncGenerator[bytes]:
            async with aclosing(events):
                yield first
                async for event in events:
                    yield event

        return StreamingResponse(all_of(), headers=HEADERS, media_type="text/event-stream")

    async def _events(self) -> AsyncGenerator[bytes]:
        changed, loop = asyncio.Event(), asyncio.get_running_loop()

        def heard() -> None:  # by whichever thread
            try:
                loop.call_soon_threadsafe(changed.set)
            except RuntimeError:  # the loop is closed, and nobody listens on it any more
                leave()

        leave = self._bench.listen(heard)
        self.listening += 1
        try:
            sent = -1
            while True:
                changed.clear()
                version, text = self._bench.listing()
                yield b": still here\n\n" if version == sent else b"data: " + text + b"\n\n"
                sent = version
                try:
                    await asyncio.wait_for(changed.wait(), PULSE)
                except TimeoutError:
                    continue
        finally:
            leave()
            self.listening -= 1

    async def order(self, request: Request) -> Response:
        """Start, pause, go on, learn one batch or stop; answer with the state, or a sentence."""
        name: str = request.path_params["order"]
        asked: Mapping[str, Any] = {}
        try:
            asked = await working.aside(_object, await request.body())
            await working.aside(self._ordered, name, asked.get("settings", {}))
        except ExplorerError as error:
            return _said(error, asked)
        return Response(self._bench.listing()[1], media_type="application/json")

    def _ordered(self, name: str, chosen: object) -> None:
        alive = self._bench.state in {"running", "paused"}
        if name == "start" or (name == "batch" and not alive):
            self._bench.start(settings.read(chosen), single=name == "batch")
        elif name in get_args(Order):
            self._bench.order(cast(Order, name))
        else:
            raise Refused("train.order", 404, known=", ".join(("start", *get_args(Order))))

    async def answer(self, request: Request) -> Response:
        """Answer with what the newest weights make of a picture, `{image}` as in a query.

        Before there are any the answer is empty, as that of `weights`.
        """
        asked: Mapping[str, Any] = {}
        try:
            chosen, snapshot = self._bench.newest()  # before there are any nothing is read
            asked = await working.aside(_object, await request.body())
            shares = await working.aside(_answered, chosen, snapshot, asked.get("image", ""))
        except ExplorerError as error:
            return _empty_or(error, asked)
        return handlers.reply({"batch": snapshot.batch, "probabilities": shares})

    async def images(self, request: Request) -> Response:
        """Answer with the test images behind a number of the confusion matrix of a batch."""
        asked: Mapping[str, Any] = {}
        try:
            asked = await working.aside(_object, await request.body())
            found = await working.aside(mistakes.images, self._bench.progress(), asked)
        except ExplorerError as error:
            return _said(error, asked)
        return handlers.reply(found)

    async def ages(self, _: Request) -> Response:
        """Answer with the ages that were trained here; of none where it is off."""
        return handlers.reply({"ages": self._bench.ages()})

    async def weights(self, _: Request) -> Response:
        """Answer with rows of the first weight, (R, S, S) little-endian float32.

        Headers say of which batch they are, and S. Before there are any the answer is empty: a page
        may ask while the next run has just begun.
        """
        try:
            snapshot = self._bench.newest()[1]
        except ExplorerError as error:
            return _empty_or(error, {})
        rows = snapshots.rows(snapshot)
        body = rows.astype("<f4").tobytes()
        headers = {**HEADERS, "X-Batch": str(snapshot.batch), "X-Side": str(rows.shape[1])}
        return Response(body, headers=headers, media_type="application/octet-stream")

    async def checkpoints(self, _: Request) -> Response:
        """Answer with the weights on the way and their card, as a ZIP archive."""
        try:
            found = self._bench.progress()
            body = await working.aside(snapshots.archive, found)
        except ExplorerError as error:
            return _said(error, {})
        name = f"{found.settings.model}-trained.zip"
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, headers=headers, media_type="application/zip")


def _off(request: Request) -> Response:
    wishes = request.headers.get("accept-language", "")
    return _said(Refused("train.off", 403), {"language": known(wishes)})


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidQuery("query.json", reason=type(error).__name__) from error
    if not isinstance(data, dict):
        raise InvalidQuery("query.json", reason=type(data).__name__)
    return data


def _answered(chosen: settings.Settings, snapshot: Snapshot, image: object) -> list[float]:
    pixels = queries.read({"images": [image]}).images[0]
    return snapshots.answer(chosen, snapshot, pixels)


def _empty_or(error: ExplorerError, asked: Mapping[str, Any]) -> Response:
    """Return an empty answer where there are no weights yet, else the sentence."""
    if error.key == "train.nothing":
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return _said(error, asked)


def _said(error: ExplorerError, asked: Mapping[str, Any]) -> Response:
    status = error.status if isinstance(error, Refused) else 400
    return sentence(error.sentence(handlers.language_of(asked)), status)
