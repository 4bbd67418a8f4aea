"""The public API, called as strangers call it: an answer or a sentence, never a bare null."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from explorer.errors import InvalidQuery, Refused
from explorer.incoming import queries, samples
from explorer.ui import calls

PIXELS = samples.listing()[0]["pixels"]
BYTES = base64.b64decode(PIXELS)
GRID = np.frombuffer(BYTES, dtype=np.uint8).reshape(28, 28)


def png() -> bytes:
    written = io.BytesIO()
    Image.fromarray(GRID).resize((280, 280)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("route", ["run", "api", "call"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("predict", ["/etc/hostname"]),
        ("predict", ["picture.png"]),
        ("predict", [{"path": "/etc/hostname"}]),
        ("predict", [{"path": "../../app.py", "meta": {"_type": "gradio.FileData"}}]),
        ("predict", [{"path": "http://127.0.0.1:1/a.png", "meta": {"_type": "gradio.FileData"}}]),
        ("predict", [{"url": "http://127.0.0.1:1/a.png"}]),
        ("predict", [{"path": "a\0b"}]),
        ("predict", [7]),
        ("predict", []),
        ("predict", [None, None]),
        ("view", []),
        ("view", [{}, {}]),
        ("view", "x"),
        ("view", None),
        ("parameters", []),
        ("parameters", ["fashion-mlp"]),
        ("parameters", ["fashion-mlp", "", 3]),
        ("nothing", []),
        ("x" * 300, []),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_call_is_a_sentence(client: httpx.Client, route: str, name: str, data: Any) -> None:
    answer = client.post(f"/gradio_api/{route}/{name}", json={"data": data})
    assert answer.status_code in {400, 404}
    assert answer.json()["error"].endswith(".")
    assert len(answer.json()["error"]) < 400


# Not what the page's functions are called with: their numbers are those of the page's events.
COUNTED: list[Any] = [["x"], [None, [], "auto", None], "x", None, {}]
CHOSEN: list[Any] = [["x"], 5, [[]], {"a": 1}]
INVERTED: list[Any] = ["x", 5, [], {}]
DONE: list[Any] = [None, 5, [], {}, {"turn": 1}, "turn box"]
SPOKEN: list[Any] = [None, {}, "language"]
BY_NUMBER: list[dict[str, Any]] = [
    *({"fn_index": number, "data": []} for number in (999, -1, 2**40, True, "0", 0.5, [0])),
    *({"fn_index": 0, "data": each} for each in COUNTED),
    *({"fn_index": 0, "data": [picture, [], "auto"]} for picture in ("x", {"path": "/etc/hosts"})),
    *({"fn_index": 0, "data": [None, each, "auto"]} for each in CHOSEN),
    *({"fn_index": 0, "data": [None, [], each]} for each in INVERTED),
    *({"fn_index": 1, "data": [None, [], "auto"], "event_data": each} for each in DONE),
    *({"fn_index": 3, "data": [], "event_data": each} for each in SPOKEN),
]


@pytest.mark.parametrize("route", ["run/view", "api/predict", "queue/join"])
@pytest.mark.parametrize("body", BY_NUMBER, ids=lambda body: str(body)[:60])
def test_what_calls_no_function_is_a_sentence(
    client: httpx.Client, route: str, body: dict[str, Any]
) -> None:
    answer = client.post(f"/gradio_api/{route}", json={**body, "session_hash": "x"})
    assert answer.status_code in {400, 404}
    assert answer.json()["error"].endswith(".")
    assert answer.json()["key"] in {"call.function", "call.inputs", "call.picture"}


def test_a_function_is_called_by_its_number(client: httpx.Client, kept: Path) -> None:
    def called(number: int, data: list[Any], event: Any = None) -> Any:
        body = {"fn_index": number, "data": data, "event_data": event, "session_hash": "x"}
        answer = client.post("/gradio_api/run/predict", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    event = {"turn": 0, "box": [0, 0, 1, 1]}
    assert called(0, [None, ["clean"], "yes"])[0] == '{"empty": true}'
    [own] = kept.iterdir()  # the server's, in the folder that was named
    gone = {"path": str(own / "x" / "gone.png"), "meta": {"_type": "gradio.FileData"}}
    assert "this one is gone" in called(0, [gone, [], "auto"])[0], "said by the page's own pipeline"
    assert called(1, [None, [], "auto"], event)[0] == '{"empty": true}'
    assert called(3, [], {"language": "zh"})[0]["placeholder"].startswith("将图片")
    assert called(4, [{}])[0]["steps"]


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [
        ("nothing", {}, 404),
        ("", {}, 404),
        ("view/view", {"query": {}}, 404),
        ("view", {}, 400),
        ("view", {"x": 1}, 400),
        ("view", {"query": {}, "x": 1}, 400),
        ("predict", {}, 400),
        ("predict", {"image": "x"}, 400),
        ("predict", {"image": {"path": "/etc/hosts"}}, 400),
        ("predict", {"image": {"path": "http://127.0.0.1:1/a.png"}}, 400),
        ("parameters", {"checkpoint": "", "more": 1}, 400),
        ("view", {"query": {}}, 200),
        ("parameters", {}, 200),
        ("predict", {"image": None}, 200),
    ],
)
def test_arguments_by_name_are_those_of_the_endpoint(
    client: httpx.Client, name: str, arguments: dict[str, Any], status: int
) -> None:
    answer = client.post(f"/gradio_api/call/v2/{name}", json=arguments)
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"].endswith(".")


USUAL = {"data": "{}", "component_id": 1, "fn_name": "view", "session_hash": "x"}
WRONG: dict[str, list[Any]] = {
    "component_id": [999_999, -1, 2**70, "1", None, [1], {}, True, 1.5],
    "session_hash": [None, 7, ["x"]],
    "fn_name": [None, 7, ["view"], "nothing", "__class__", "postprocess"],
}


@pytest.mark.parametrize("path", ["component_server", "component_server/"])
@pytest.mark.parametrize(
    "wrong", [{name: each} for name, values in WRONG.items() for each in values], ids=str
)
def test_a_component_that_is_none_is_a_sentence(
    client: httpx.Client, path: str, wrong: dict[str, Any]
) -> None:
    answer = client.post(f"/gradio_api/{path}", json=USUAL | wrong)
    assert answer.status_code in {400, 404}
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("body", [[], "x", 7, None, {}])
def test_what_asks_no_component_is_a_sentence(client: httpx.Client, body: Any) -> None:
    answer = client.post("/gradio_api/component_server", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize("route", ["run/predict", "queue/join", "call/predict", "component_server"])
@pytest.mark.parametrize("depth", [0, 1, 4])
def test_this_server_fetches_nothing_however_deep_its_address_stands(
    route: str, depth: int
) -> None:
    link: Any = {"path": "http://127.0.0.1:1/a.png", "meta": {"_type": "gradio.FileData"}}
    for _ in range(depth):
        link = {"inner": [link]}
    with pytest.raises(Refused) as caught:
        calls.check(f"/gradio_api/{route}", {"data": [link], "fn_index": 3})
    assert caught.value.key == "call.link"
    with pytest.raises(Refused) as caught:
        calls.check("/gradio_api/call/v2/predict", {"image": link})
    assert caught.value.key == "call.link"


@pytest.mark.parametrize("query", [None, 7, "x", [], {"step": "nowhere"}, {"images": ["AAAA"]}])
def test_a_wrong_query_is_a_sentence(client: httpx.Client, query: Any) -> None:
    answer = client.post("/gradio_api/run/view", json={"data": [query]})
    assert answer.status_code == 200
    assert answer.json()["data"][0]["error"]["message"].endswith(".")


def test_parameters_that_are_none_are_a_sentence(client: httpx.Client) -> None:
    for data in ([7, ""], ["nobody", ""], ["fashion-mlp", ["x"]]):
        answer = client.post("/gradio_api/run/parameters", json={"data": data})
        assert answer.json()["data"][0]["error"]["message"].endswith(".")


def test_an_uploaded_picture_is_recognised(client: httpx.Client) -> None:
    path = client.post("/gradio_api/upload", files={"files": ("shirt.png", png())}).json()[0]
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}}
    answer = client.post("/gradio_api/run/predict", json={"data": [picture]})
    assert answer.status_code == 200
    assert answer.json()["data"][0]["label"]


def wrapped(text: str) -> str:
    return "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))


@pytest.mark.parametrize(
    "image",
    [
        GRID[None].tolist(),
        GRID[:, :, None].tolist(),
        GRID.astype(float).tolist(),
        (GRID + 0.2).clip(0, 255).tolist(),
        list(GRID.reshape(-1)),
        GRID,
        GRID.astype(np.float32),
        wrapped(PIXELS),
        base64.urlsafe_b64encode(BYTES).decode(),
        PIXELS.rstrip("="),
        BYTES,
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_image_written_in_many_ways(image: Any) -> None:
    assert queries.read({"images": [image]}).images == (BYTES,)


@pytest.mark.parametrize(
    ("image", "key"),
    [
        ((GRID / 255).tolist(), "query.fractions"),
        ((GRID > 9).astype(float).tolist(), "query.fractions"),
        ([[[[0] * 28] * 28]], "query.whole"),
        ((GRID.astype(float) - 1).tolist(), "query.whole"),
        ([float("nan")] * 784, "query.whole"),
        ([True] * 784, "query.whole"),
        (PIXELS[:-8] + "????", "query.base64"),
    ],
)
def test_what_is_no_image_is_said_to_be_none(image: Any, key: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        queries.read({"images": [image]})
    assert caught.value.key == key


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh_TW", "ZH-hans"])
def test_tags_of_languages(tag: str) -> None:
    assert queries.read({"language": tag}).language == "zh"
    assert queries.read({"language": "en-US"}).language == "en"
    with pytest.raises(InvalidQuery):
        queries.read({"language": f"x{tag}"})
