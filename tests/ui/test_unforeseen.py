"""What nobody has foreseen is a sentence at every address, and stands in the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import nn

from explorer.network import zoo
from explorer.ui import routes
from explorer.words import LANGUAGES, say

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


class Closed(nn.Linear):
    """A module that tells nobody of its parameters."""

    def named_parameters(self, *_: Any, **__: Any) -> Iterator[tuple[str, nn.Parameter]]:
        raise RuntimeError("these are mine")


@pytest.mark.parametrize("route", ["/report", "/parameters"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_sentence_and_stands_in_the_log(
    route: str, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    name = zoo.offer(zoo.card_of("closed", examples=torch.ones(1, 4)), Closed(4, 3)).name
    client = TestClient(Starlette(routes=routes.ROUTES), raise_server_exceptions=False)
    if route == "/parameters":
        answer, language = client.get(f"{route}/{name}/{zoo.GIVEN}/weight"), "en"
    else:
        answer = client.post(route, content=json.dumps({"model": name, "language": language}))
    assert answer.status_code == 500
    assert answer.text == say(language, "error.own")
    assert "these are mine" in caplog.text
