"""What the server answers, as plain functions of plain data: no widgets here, so a test can call them."""

from __future__ import annotations

import base64
import json
from typing import Any

from explorer import queries, replies, viewing
from explorer.errors import ExplorerError, InvalidQuery
from explorer.records import Language


def parse(text: object) -> Any:
    """Return JSON text as data; data that is not text is returned as it is.

    Raises:
        InvalidQuery: when the text is too long or is not JSON.
    """
    if not isinstance(text, str):
        return text
    if len(text) > queries.MAX_BYTES:
        raise InvalidQuery("query.large", received=len(text), limit=queries.MAX_BYTES)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidQuery("query.json", reason=error) from error


def view(query: object, *, device: str = "cpu") -> dict[str, Any]:
    """Return the reply to one query (JSON text or data): a view, or an error as a sentence."""
    language: Language = "en"
    try:
        data = parse(query)
        if isinstance(data, dict) and data.get("language") == "zh":
            language = "zh"
        return replies.write(viewing.view(queries.read(data), device=device))
    except ExplorerError as error:
        return dict(replies.refusal(error, language))


def encoded(pixels: bytes) -> str:
    """Return pixels as the base64 text that queries carry."""
    return base64.b64encode(pixels).decode("ascii")
