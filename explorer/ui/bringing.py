"""Somebody's own weights for a shipped network, by POST: the file itself is the body."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer.errors import ExplorerError, Refused
from explorer.learning import bringing
from explorer.network import ages
from explorer.ui import handlers, working
from explorer.ui.sentences import sentence
from explorer.words import known

ADDRESS = "/weights"


def route(*, on: bool) -> Route:
    """Return the address for weights; where its owner does not allow it, it says so."""

    async def brought(request: Request) -> Response:
        """Answer with the name of the new age, and with all that are in memory."""
        asked = request.query_params
        try:
            if not on:
                raise Refused("bring.off", 403)
            body = await request.body()
            model, file = asked.get("model", ""), asked.get("file", "")
            found = await working.aside(bringing.bring, model, body, file)
        except ExplorerError as error:
            language = known(asked.get("language") or request.headers.get("accept-language", ""))
            status = error.status if isinstance(error, Refused) else 400
            return sentence(error.sentence(language), status)
        return handlers.reply({"name": found.name, "ages": ages.HERE.listing()})

    return Route(ADDRESS, brought, methods=["POST"])
