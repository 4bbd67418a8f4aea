"""The weights themselves, for the network that the page computes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer.errors import ExplorerError
from explorer.network import chain, zoo
from explorer.ui.sentences import sentence

FOR_GOOD = "public, max-age=31536000, immutable"


async def weights(request: Request) -> Response:
    """Answer with a checkpoint's safetensors file, which the address names by its sha256."""
    names = request.path_params
    try:
        body = chain.weights(names["model"], names["checkpoint"], names["sha256"])
    except ExplorerError as error:
        return sentence(str(error), 404)
    if body is None:
        return Response(status_code=404)
    alive = zoo.own(names["model"]) and not zoo.card(names["model"]).builder
    headers = {"Cache-Control": "no-store" if alive else FOR_GOOD}  # those of now are soon of then
    return Response(body, media_type="application/octet-stream", headers=headers)


ROUTE = Route("/weights/{model}/{checkpoint}/{sha256}.safetensors", weights)
