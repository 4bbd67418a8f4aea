"""The weights are handed out under their own sha256, for good; anything else is not there."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from starlette.requests import Request
from starlette.responses import Response

from explorer.network import chain, zoo
from explorer.ui import weights

NAME = "course-sequential"


def asked(model: str, checkpoint: str, sha256: str) -> Response:
    path = {"model": model, "checkpoint": checkpoint, "sha256": sha256}
    scope = {"type": "http", "method": "GET", "headers": [], "path_params": path}
    return asyncio.run(weights.weights(Request(scope)))


@pytest.mark.parametrize("checkpoint", [zoo.UNTRAINED, "epoch-001"])
def test_they_are_what_their_address_says_and_kept_for_good(checkpoint: str) -> None:
    sha256 = chain.listing(NAME)[checkpoint]["sha256"]
    answer = asked(NAME, checkpoint, sha256)
    assert answer.status_code == 200
    assert hashlib.sha256(bytes(answer.body)).hexdigest() == sha256
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("model", "checkpoint"),
    [(NAME, "epoch-001"), (NAME, zoo.UNTRAINED), (NAME, "epoch-999"), ("nobody", "epoch-001")],
)
def test_others_are_not_there(model: str, checkpoint: str) -> None:
    answer = asked(model, checkpoint, "0" * 64)
    assert answer.status_code == 404
    assert len(bytes(answer.body)) < 500, "a sentence"
    assert "cache-control" not in answer.headers
