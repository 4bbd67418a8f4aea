"""Build the page and serve it: options of launch, static files, the theme."""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from pathlib import Path

import gradio as gr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer import figures, places, viewing
from explorer.errors import ExplorerError
from explorer.incoming import queries
from explorer.network import parameters
from explorer.records import Language
from explorer.ui import handlers, layout, weights, wiring

DAY = 86_400


def serve(
    *, host: str, port: int | None, browser: bool, language: Language | None, device: str | None
) -> None:  # pragma: no cover  blocks; the browser tests run it in a process of its own
    """Serve the page until interrupted."""
    page = wiring.build(device=viewing.ready(device), language=language)
    page.launch(**options(host=host, port=port, browser=browser))


def options(*, host: str, port: int | None, browser: bool) -> dict[str, object]:
    """Return the arguments of `gr.Blocks.launch`."""
    return {
        "server_name": host,
        "server_port": port,
        "inbrowser": browser,
        "ssr_mode": False,
        "run_history": False,
        "enable_monitoring": False,
        "max_file_size": "12mb",
        "footer_links": [],
        "quiet": False,
        "theme": gr.themes.Base(),
        "css": figures.css(),
        "head": layout.HEAD,
        "app_kwargs": {"routes": ROUTES},
    }


async def static(request: Request) -> Response:
    """Answer with a file of assets/web, or with plotly's own script."""
    name = request.path_params["name"]
    try:
        body, kind = packed(
            figures.script() if name == figures.SCRIPT else (places.WEB / name).resolve()
        )
    except (OSError, ValueError):  # ValueError: a name with a null byte
        return Response(
            f"There is no file {name!r} here.", status_code=404, media_type="text/plain"
        )
    headers = {
        "Content-Encoding": "gzip",
        "Cache-Control": f"public, max-age={DAY if name == figures.SCRIPT else 0}",
    }
    return Response(body, media_type=kind, headers=headers)


async def parameter(request: Request) -> Response:
    """Answer with all values of one parameter, `/parameters/<model>/<checkpoint>/<name>`.

    Little-endian float32.
    """
    model, _, rest = request.path_params["address"].partition("/")
    checkpoint, _, name = rest.partition("/")
    try:
        body = parameters.values(model, checkpoint, name)
    except ExplorerError as error:
        return Response(str(error), status_code=404, media_type="text/plain")
    return Response(body, media_type="application/octet-stream")


async def tensors(request: Request) -> Response:
    """Answer with all tensors of a view, the whole batch, as a NumPy archive.

    The request's body is the query.
    """
    body = await request.body()
    try:
        archive = handlers.archive(body[: 2 * queries.MAX_BYTES].decode("utf-8", "replace"))
    except ExplorerError as error:
        return Response(str(error), status_code=400, media_type="text/plain")
    headers = {"Content-Disposition": 'attachment; filename="tensors.npz"'}
    return Response(archive, media_type="application/octet-stream", headers=headers)


async def reported(request: Request) -> Response:
    """Answer with a report of all steps as one HTML file; the request's body is the query."""
    body = await request.body()
    try:
        page = handlers.report(body[: 2 * queries.MAX_BYTES].decode("utf-8", "replace"))
    except ExplorerError as error:
        return Response(str(error), status_code=400, media_type="text/plain")
    return Response(page, media_type="text/html")


@cache
def packed(path: Path) -> tuple[bytes, str]:
    """Return a file compressed once for all visitors (brotli per request costs 0.1 s for plotly), and its type.

    Raises:
        OSError: when there is no such file below assets/web, apart from plotly's script.
    """
    if path != figures.script() and places.WEB.resolve() not in path.parents:
        raise FileNotFoundError(path.name)
    return gzip.compress(path.read_bytes(), 6), mimetypes.guess_type(path.name)[
        0
    ] or "application/octet-stream"


ROUTES = [
    Route("/web/{name:path}", static),
    Route("/parameters/{address:path}", parameter),
    Route("/tensors", tensors, methods=["POST"]),
    Route("/report", reported, methods=["POST"]),
    weights.ROUTE,
]
