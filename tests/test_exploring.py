"""explore(): the page of a module that is alive in another program."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
import torch
from torch import nn

import explorer
from explorer.errors import NoStart, UnknownModel
from explorer.network import zoo
from tests import nets

# Gradio asks pandas for an option that pandas is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'")


def asked(url: str, query: dict[str, Any]) -> Any:
    """Return the server's view of a query, as any program gets it."""
    body = json.dumps({"data": [query]}).encode()
    request = urllib.request.Request(
        f"{url.rstrip('/')}/gradio_api/run/view", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"][0]


def test_a_page_is_served_beside_the_program_and_ends_with_it() -> None:
    module = nets.Net()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    with explorer.explore(module, labels=["coat", "bag", "shoe"]) as page:
        with urllib.request.urlopen(page.url) as answer:
            assert answer.status == 200
        seen = asked(page.url, {"model": "Net", "step": "first"})
        assert seen["prediction"]["labels"] == ["coat", "bag", "shoe"]
        assert [step["id"] for step in seen["steps"]][:2] == ["input", "first"]
        assert page.url in page._repr_html_()
        assert zoo.usual() == "Net"
    assert not zoo.own("Net")
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_values_are_fed_where_no_picture_is_taken() -> None:
    module = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2))
    tokens = torch.tensor([[1, 2, 3]])
    with explorer.explore(module, example_inputs=tokens, name="words") as page:
        seen = asked(page.url, {"model": "words"})
        assert [step["module"] for step in seen["steps"]] == ["", "Embedding", "Linear"]
        assert seen["prediction"]["labels"] == []


def test_what_is_no_module_or_no_shape_is_a_sentence() -> None:
    with pytest.raises(UnknownModel, match="explore\\(Net\\(\\)\\)"):
        explorer.explore(nets.Net)
    with pytest.raises(NoStart, match="28x28"):
        explorer.explore(nets.Net(), input_shape=(2, 28, 28))
    assert not zoo.own("Net")
