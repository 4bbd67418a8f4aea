"""The public API, as another program calls it."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer import places
from explorer.incoming import samples
from explorer.incoming.images import Decisions, prepare
from explorer.network import zoo
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's own
        from gradio_client import Client

        yield Client(server.url, verbose=False)


def pixels() -> bytes:
    return base64.b64decode(samples.listing()[0]["pixels"])


def test_view_answers_with_numbers_equal_to_the_model(client: Any) -> None:
    reply = client.predict(
        {"images": [samples.listing()[0]["pixels"]], "step": "softmax"}, api_name="/view"
    )
    image = torch.from_numpy(
        np.frombuffer(pixels(), dtype=np.uint8).reshape(1, 28, 28).astype(np.float32)
        / np.float32(255)
    )
    with torch.no_grad():
        expected = torch.softmax(zoo.load("fashion-mlp")(image), 1)[0].numpy()
    np.testing.assert_allclose(
        reply["prediction"]["probabilities"][0], expected, rtol=1e-5, atol=1e-7
    )
    tensor = reply["tensors"]["softmax"]
    np.testing.assert_allclose(
        np.frombuffer(base64.b64decode(tensor["data"]), dtype="<f4"), expected, rtol=1e-5, atol=1e-7
    )


def test_view_says_what_is_wrong_as_data(client: Any) -> None:
    reply = client.predict({"model": "nonsense", "language": "zh"}, api_name="/view")
    assert "nonsense" in reply["error"]["message"]
    assert "没有" in reply["error"]["message"]


def test_predict_takes_a_picture_and_gives_labels_with_confidences(
    client: Any, tmp_path: Path
) -> None:
    from gradio_client import handle_file

    path = places.SAMPLES / "00-shaded.png"
    reply = client.predict(handle_file(path), api_name="/predict")
    image = prepare(path.read_bytes(), Decisions()).pixels.astype(np.float32) / np.float32(255)
    with torch.no_grad():
        shares = torch.softmax(zoo.load("fashion-mlp")(torch.from_numpy(image)[None]), 1)[0]
    labels = zoo.card("fashion-mlp").labels["en"]
    assert reply["label"] == labels[int(shares.argmax())]
    told = {each["label"]: each["confidence"] for each in reply["confidences"]}
    assert told[reply["label"]] == pytest.approx(float(shares.max()), abs=1e-5)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture at all")
    with pytest.raises(Exception, match="holds text"):
        client.predict(handle_file(broken), api_name="/predict")


def test_parameters_lists_them_all(client: Any) -> None:
    reply = client.predict("fashion-mlp", "", api_name="/parameters")
    model = zoo.load("fashion-mlp")
    assert [row["name"] for row in reply["rows"]] == [name for name, _ in model.named_parameters()]
    for row, (_, parameter) in zip(reply["rows"], model.named_parameters(), strict=True):
        assert row["count"] == parameter.numel()
        assert row["mean"] == pytest.approx(float(parameter.double().mean()), abs=1e-9)
        assert row["first"] == pytest.approx(parameter.flatten()[:6].tolist())


def test_only_the_three_endpoints_are_public(client: Any) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(endpoints) == {"/view", "/predict", "/parameters"}
