"""Sentences as answers: what is wrong with a request, and whose words these are."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

# By which the page tells our sentences from what a proxy between says in plain text.
MARK = {"X-Layer-Explorer": "sentence"}


def sentence(text: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return a sentence as the answer, to be shown as it is."""
    return Response(text, status, {**MARK, **(headers or {})}, "text/plain")
