"""A module that is alive in a notebook: each reply says which weights its values were made with."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from safetensors import torch as safetensors
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import nn

from explorer.network import living, recent, zoo
from explorer.ui import handlers, layout
from explorer.ui.weights import ROUTE
from tests.network.test_chain import line

DRAWN = base64.b64encode(bytes(place % 256 for place in range(784))).decode()


@pytest.fixture
def alive() -> Iterator[tuple[str, nn.Sequential]]:
    torch.manual_seed(3)
    model = line()
    name = zoo.offer(zoo.card_of("alive"), model).name
    yield name, model
    zoo.withdraw(name)
    recent.forget()


def asked(name: str, **more: Any) -> dict[str, Any]:
    """Return the reply to a drawing, the same each time."""
    query = {"model": name, "images": [DRAWN], "show": [], **more}
    reply = handlers.view(query)
    assert "error" not in reply, reply
    return reply


def fetched(name: str, sha256: str) -> Any:
    client = TestClient(Starlette(routes=[ROUTE]))
    return client.get(f"/weights/{name}/{zoo.GIVEN}/{sha256}.safetensors")


def test_a_page_begins_with_the_chain_and_hears_of_the_weights_with_each_reply(
    alive: tuple[str, nn.Sequential],
) -> None:
    name, model = alive
    begin = layout.start(device="cpu", language="en")
    known = next(each for each in begin["models"] if each["name"] == name)
    assert [each["layer"] for each in known["chain"]][:2] == ["Flatten", "Linear"]
    assert known["weights"] == {}, "those of now are soon those of then"
    steady = {each["name"] for each in begin["models"] if each["steady"]}
    assert steady == {*zoo.cards()} - {name}, "whose answers stay right until they are looked at"
    told = asked(name)["weights"]
    assert told["mark"] == known["living"]
    answer = fetched(name, told["sha256"])
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) == told["bytes"]
    assert hashlib.sha256(answer.content).hexdigest() == told["sha256"]
    for path, values in safetensors.load(answer.content).items():
        assert torch.equal(model.state_dict()[path], values)


@pytest.mark.parametrize("way", ["counted", "uncounted"])
def test_weights_that_were_changed_have_another_address_and_other_values(
    alive: tuple[str, nn.Sequential], way: str
) -> None:
    name, model = alive
    before = asked(name)
    assert asked(name)["weights"] == before["weights"]
    bias = model.get_parameter("3.bias")
    with torch.no_grad():
        (bias if way == "counted" else bias.data)[0] += 2.0
    after = asked(name)
    assert after["weights"]["mark"] == before["weights"]["mark"]
    assert after["weights"]["sha256"] != before["weights"]["sha256"]
    assert fetched(name, before["weights"]["sha256"]).status_code == 404
    one, other = (each["prediction"]["probabilities"][0][0] for each in (before, after))
    odds = [share / (1 - share) for share in (one, other)]
    assert odds[1] / odds[0] == pytest.approx(torch.e**2, rel=1e-4)


def test_another_chain_is_another_mark_and_what_is_none_has_no_weights(
    alive: tuple[str, nn.Sequential],
) -> None:
    name, model = alive
    mark = asked(name)["weights"]["mark"]
    edits = [{"step": "1", "units": [0], "action": "off", "value": 0, "source": None}]
    assert asked(name, edits=edits)["weights"]["mark"] == mark, "an edit is no other chain"
    model.insert(3, nn.ReLU())
    assert asked(name)["weights"]["mark"] != mark
    model[3] = nn.Tanh()
    assert asked(name)["weights"] is None
    del model[3]
    model.double()
    assert asked(name)["weights"] is None
    model.float()
    handle = model[1].register_forward_hook(lambda _module, _given, made: made * 2)
    assert asked(name)["weights"] is None
    handle.remove()
    assert asked(name)["weights"]["mark"] == mark


def test_of_others_a_reply_says_nothing() -> None:
    assert asked("fashion-mlp")["weights"] is None
    for model, address in ((line(), "file.py:Net"), (line(wide=2600), "")):
        name = zoo.offer(zoo.card_of("own", address=address), model).name
        try:
            assert asked(name)["weights"] is None
        finally:
            zoo.withdraw(name)


def test_a_layer_of_the_same_name_is_another_one() -> None:
    """As a Linear of quantised weights is, whose state is no tensors alone."""
    named = type("Linear", (nn.Linear,), {"forward": lambda self, given: given @ self.weight.T})
    assert living.weights(nn.Sequential(nn.Flatten(), nn.Linear(784, 3))) is not None
    assert living.weights(nn.Sequential(nn.Flatten(), named(784, 3))) is None
