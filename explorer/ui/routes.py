"""Addresses beside Gradio's own: files of the page, parameters, tensors and the report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer.errors import ExplorerError, Refused
from explorer.network import parameters
from explorer.outgoing import codes
from explorer.ui import files, handlers, home, weights, working

Answer = TypeVar("Answer", str, bytes)


async def parameter(request: Request) -> Response:
    """Answer with all values of one parameter, `/parameters/<model>/<checkpoint>/<name>`.

    Little-endian float32. Asked for with `?v=` and its own mark it is kept for good.
    """
    model, _, rest = request.path_params["address"].partition("/")
    checkpoint, _, name = rest.partition("/")
    try:
        body = await asyncio.to_thread(parameters.values, model, checkpoint, name)
    except ExplorerError as error:
        return Response(str(error), 404, media_type="text/plain")
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


async def taken(_: Request) -> Response:
    """Answer with the page itself as one HTML file."""
    headers = {"Content-Disposition": 'attachment; filename="layer-explorer.html"'}
    try:
        body = await working.aside(home.page)
    except ExplorerError as error:
        status = error.status if isinstance(error, Refused) else 500
        return Response(str(error), status, media_type="text/plain")
    return Response(body, headers=headers, media_type="text/html")


async def code(request: Request) -> Response:
    """Answer with the rows of a QR code as JSON; the request's body is the text in it."""
    text = (await request.body()).decode("utf-8", "replace")
    try:
        return handlers.reply({"rows": await working.aside(codes.modules, text)})
    except ExplorerError as error:
        status = error.status if isinstance(error, Refused) else 400
        return Response(str(error), status, media_type="text/plain")


async def _asked(request: Request, handler: Callable[[object], Answer]) -> Answer | Response:
    query = (await request.body()).decode("utf-8", "replace")
    try:
        return await working.aside(handler, query)
    except ExplorerError as error:
        status = error.status if isinstance(error, Refused) else 400
        sentence = error.sentence(handlers.language_of(query))
        return Response(sentence, status, media_type="text/plain")


ROUTES = [
    Route("/web/{name:path}", files.static),
    Route("/parameters/{address:path}", parameter),
    Route("/tensors", tensors, methods=["POST"]),
    Route("/report", reported, methods=["POST"]),
    Route("/home", taken, methods=["POST"]),
    Route("/qr", code, methods=["POST"]),
    weights.ROUTE,
]
