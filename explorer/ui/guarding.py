"""What stands in front of every route: strangers and bodies beyond the limits are refused unread.

Gradio bounds no JSON body and parses it on the event loop that everybody shares, so the limit has
to be asked for before anything is read, on its routes as on ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.errors import Refused
from explorer.incoming import bodies
from explorer.ui import calls
from explorer.ui.reading import Incoming, Room, again, dropped, read
from explorer.ui.sentences import sentence
from explorer.ui.strangers import Names
from explorer.ui.uploads import Uploads
from explorer.words import known

API = "/gradio_api/"
UPLOAD = f"{API}upload"
READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_ADDRESS = 4096  # bytes, of a path and of what follows its question mark
ROOM = 64_000_000  # bytes of bodies on their way, of all visitors
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class Guard:
    """The middleware: one place that refuses, and the headers that every answer carries."""

    def __init__(
        self, app: ASGIApp, *, names: Names, large: Mapping[str, int] | None = None
    ) -> None:
        """`large` is the limit in bytes of a path that takes files, where others take JSON."""
        self._app = app
        self._large = large or {}
        self._names = names
        self._uploads = Uploads()
        self._room = Room(ROOM)
        policy = f"frame-ancestors {names.ancestors()}"
        self._headers = {**HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with its body read and bounded, or answer it with a sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incoming = Incoming(receive)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._names.check(scope)
            _address(scope)
            await self._passed(scope, incoming, marked)
        except Refused as error:
            if scope["method"] not in READ_ONLY:
                await dropped(incoming)
            await _answer(error, scope)(scope, receive, marked)

    async def _passed(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _path(scope)
        if scope["method"] in READ_ONLY:
            await self._app(scope, receive, send)
        elif path == UPLOAD:
            await self._uploads.take(self._app, scope, receive, send)
        else:
            headers = Headers(scope=scope)
            if headers.get("content-type", "").lower().startswith("multipart/"):
                raise Refused("guard.form", 415)
            most = self._large.get(path, bodies.MOST)
            body = await read(receive, headers, most, self._room)
            if path.startswith(API):
                calls.check(path, bodies.check(body), *_page(scope))
            elif path not in self._large:  # a file; whatever else comes may be read as JSON
                bodies.count(body)
            await self._app(scope, again(body, receive), send)


def _page(scope: Scope) -> tuple[Mapping[int, object], ...]:
    """Return the components and functions of Gradio's page by their ids, where one is served."""
    page = getattr(scope.get("app"), "blocks", None)
    return () if page is None else (page.blocks, page.fns)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "").rstrip("/")).rstrip("/")


def _address(scope: Scope) -> None:
    """Refuse an address without end; Gradio keeps every session's name it is given.

    Raises:
        Refused: for one that is too long.
    """
    asked = scope["query_string"]
    if len(asked) > LONGEST_ADDRESS or len(scope["path"]) > LONGEST_ADDRESS:
        raise Refused("guard.address", 414, limit=LONGEST_ADDRESS)
    if b"session_hash" in asked:
        for name in parse_qs(asked.decode("latin-1")).get("session_hash", []):
            bodies.session(name)
    before, _, name = _path(scope).partition("/heartbeat/")
    if name and before.startswith(API.rstrip("/")):
        bodies.session(name)


def _answer(error: Refused, scope: Scope) -> Response:
    wishes = Headers(scope=scope).get("accept-language", "")
    text = error.sentence(known(wishes))
    headers = {"Connection": "close"}
    if _path(scope).startswith(API):
        # `error` for programs that call the API, `detail` for Gradio's own page
        content = {"error": text, "detail": text, "key": error.key}
        return JSONResponse(content, error.status, headers)
    return sentence(text, error.status, headers)
