"""Addresses beside Gradio's own: files of the page, parameters, tensors and the report."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer.errors import ExplorerError, Refused
from explorer.network import parameters
from explorer.outgoing import codes
from explorer.records import Language
from explorer.ui import files, handlers, home, weights, working
from explorer.ui.sentences import sentence
from explorer.words import known

Answer = TypeVar("Answer")


async def parameter(request: Request) -> Response:
    """Answer with all values of one parameter, `/parameters/<model>/<checkpoint>/<name>`.

    Little-endian float32. Asked for with `?v=` and its own mark it is kept for good.
    """
    model, _, rest = request.path_params["address"].partition("/")
    checkpoint, _, name = rest.partition("/")
    values = asyncio.to_thread(parameters.values, model, checkpoint, name)
    body = await _answered(values, 404, language=_wished(request))
    if isinstance(body, Response):
        return body
    mark = parameters.mark(body)
    current = request.query_params.get("v") == mark
    file = files.File(body, None, "application/octet-stream", mark)
    return files.answer(request, file, files.FOR_GOOD if current else files.ANEW)


async def tensors(request: Request) -> Response:
    """Answer with all tensors of a view, the whole batch, as a NumPy archive.

    The request's body is the query.
    """
    answer = await _asked(request, handlers.archive)
    if isinstance(answer, Response):
        return answer
    headers = {"Content-Disposition": 'attachment; filename="tensors.npz"'}
    return Response(answer, headers=headers, media_type="application/octet-stream")


async def reported(request: Request) -> Response:
    """Answer with a report of all steps as one HTML file; the request's body is the query."""
    answer = await _asked(request, handlers.report)
    return answer if isinstance(answer, Response) else Response(answer, media_type="text/html")


def taking(model: str, language: Language | None = None, lock: tuple[str, ...] = ()) -> Route:
    """Return the address of the page as a file to take home: it holds the page's own `model`.

    Of several pages in one program each has another. It opens in the page's `language` and offers
    as little as the page does.
    """

    async def taken(request: Request) -> Response:
        """Answer with the page itself as one HTML file."""
        headers = {"Content-Disposition": 'attachment; filename="layer-explorer.html"'}
        found = working.aside(home.page, language, lock, model)
        body = await _answered(found, 500, language=_wished(request))
        if isinstance(body, Response):
            return body
        return Response(body, headers=headers, media_type="text/html")

    return Route("/home", taken, methods=["POST"])


async def reach(request: Request) -> Response:
    """Answer nothing: the page asks here why something else was refused, and the guard says it.

    A page that names its script hears here that it is of another version than the server.
    """
    script = files.address(files.PAGE)
    if request.query_params.get("script", script) != script:
        return sentence(ExplorerError("call.version").sentence(_wished(request)), 409)
    return Response(status_code=204)


async def code(request: Request) -> Response:
    """Answer with the rows of a QR code as JSON; the request's body is the text in it."""
    text = (await request.body()).decode("utf-8", "replace")
    rows = await _answered(working.aside(codes.modules, text), language=_wished(request))
    return rows if isinstance(rows, Response) else handlers.reply({"rows": rows})


async def _asked(request: Request, handler: Callable[[object], Answer]) -> Answer | Response:
    query = (await request.body()).decode("utf-8", "replace")
    return await _answered(working.aside(handler, query), language=handlers.language_of(query))


def _wished(request: Request) -> Language:
    return known(request.headers.get("accept-language", ""))


async def _answered(
    answer: Awaitable[Answer], status: int = 400, *, language: Language
) -> Answer | Response:
    """Return an answer, or why there is none as a sentence; what nobody has foreseen is logged."""
    try:
        return await answer
    except ExplorerError as error:
        said, status = error, error.status if isinstance(error, Refused) else status
    except Exception:
        handlers.LOG.exception("A request failed")
        said, status = ExplorerError("error.own"), 500
    return sentence(said.sentence(language), status)


ROUTES = [
    Route("/web/{name:path}", files.static),
    Route("/parameters/{address:path}", parameter),
    Route("/tensors", tensors, methods=["POST"]),
    Route("/report", reported, methods=["POST"]),
    Route("/reach", reach, methods=["POST"]),
    Route("/qr", code, methods=["POST"]),
    weights.ROUTE,
]
