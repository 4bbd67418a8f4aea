"""Bodies without end, strangers and forms are refused with a sentence, on every route there is."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from explorer.incoming import bodies
from explorer.ui import files
from explorer.words import say

OWN = [
    *("/tensors", "/report", "/qr", "/home", "/reach"),
    *("/train/answer", "/train/images", "/train/start"),
]
ROUTES = [
    *OWN,
    "/weights",
    "/login",
    "/web/main.js",
    "/nowhere",
    *(
        f"/gradio_api/{name}"
        for name in (
            "component_server",
            "component_server/",
            "run/view",
            "run/predict",
            "api/parameters",
            "call/view",
            "call/v2/view",
            "queue/join",
            "cancel",
            "reset",
        )
    ),
]
JSON = {"content-type": "application/json"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)


def sentence(answer: Any) -> str:
    """Return what a refusal says, JSON on Gradio's routes and text elsewhere."""
    text: str
    if answer.headers["content-type"] == JSON["content-type"]:
        text = answer.json()["error"]
    else:
        text = answer.text
        assert answer.headers["x-layer-explorer"] == "sentence", "the page takes no other for ours"
    assert text.endswith((".", "。"))
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_above_the_limit_is_refused(client: httpx.Client, route: str) -> None:
    answer = client.post(route, content=b" " * (bodies.MOST + 1), headers=JSON)
    assert answer.status_code == 413
    assert "2,000,001 bytes" in sentence(answer)


def test_no_other_route_takes_a_body(client: httpx.Client) -> None:
    """Gradio's routes as it lists them; a later one may have more."""
    paths = client.get("/openapi.json").json()["paths"]
    taking = {re.sub("{.*?}", "x", path) for path, ways in paths.items() if "post" in ways}
    assert len(taking) > 20
    assert taking >= {"/gradio_api/queue/join", "/gradio_api/run/x", "/gradio_api/upload", "/login"}
    for route in taking - {*ROUTES, "/gradio_api/upload", "/gradio_api/upload/"}:
        answer = client.post(route, content=b" " * (bodies.MOST + 1), headers=JSON)
        assert answer.status_code == 413, route
        assert "2,000,001 bytes" in sentence(answer)


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_that_does_not_say_how_long_it_is_is_cut(client: httpx.Client, route: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(41):
            yield b" " * 50_000

    answer = client.post(route, content=pieces(), headers=JSON)
    assert answer.status_code == 413
    assert "2,000,000" in sentence(answer)


@pytest.mark.parametrize("route", ["/tensors", "/report"])
def test_a_body_at_the_limit_is_read(client: httpx.Client, route: str) -> None:
    query = json.dumps({"show": []})
    answer = client.post(route, content=query + " " * (bodies.MOST - len(query)))
    assert answer.status_code == 200


def test_a_query_at_the_limit_is_read_by_gradios_routes(client: httpx.Client) -> None:
    body = json.dumps({"data": [{"show": []}]})
    answer = client.post(
        "/gradio_api/run/view", content=body + " " * (bodies.MOST - len(body)), headers=JSON
    )
    assert answer.status_code == 200
    assert "prediction" in answer.json()["data"][0]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ('{"data":[' + "[1]," * 400_000 + "1]}", 413, "lists"),
        ('{"data":[' + "1," * 900_000 + "1]}", 413, "values"),
        (json.dumps({"data": [dict.fromkeys(map(str, range(99_000)), 1)]}), 413, "names"),
        ('{"data":' + "[" * 800 + "]" * 800 + "}", 413, "deep"),
        ("[" * 900_000, 413, "lists"),
        ("[" * 3000, 400, "JSON"),
        ('{"a":' * 500 + "1" + "}" * 500, 413, "deep"),
        ("{", 400, "JSON"),
        ("[]", 400, "JSON"),
        ('{"data": NaN}', 400, "JSON"),
        (json.dumps({"data": [], "session_hash": "s" * 50_000}), 400, "session"),
        (json.dumps({"data": [], "session_hash": ["s"]}), 400, "session"),
    ],
    ids=lambda value: str(value)[:12],
)
@pytest.mark.parametrize("route", ["run/view", "component_server", "queue/join"])
def test_what_would_keep_the_parser_busy_is_refused(
    client: httpx.Client, route: str, body: str, status: int, word: str
) -> None:
    answer = client.post(f"/gradio_api/{route}", content=body, headers=JSON)
    assert answer.status_code == status
    assert word in sentence(answer)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("[" + "[]," * 650_000 + "[]]", "lists"),
        ('{"image": [' + "1," * 900_000 + "1]}", "values"),
        (json.dumps(dict.fromkeys(map(str, range(99_000)), 1)), "names"),
    ],
    ids=["lists", "values", "names"],
)
@pytest.mark.parametrize("route", OWN)
def test_so_is_it_on_the_routes_that_are_not_gradios(
    client: httpx.Client, route: str, body: str, word: str
) -> None:
    answer = client.post(route, content=body)  # whatever it says that it is
    assert answer.status_code == 413
    assert word in sentence(answer)


def test_a_file_of_weights_is_no_query(client: httpx.Client) -> None:
    answer = client.post("/weights", content=b"[{:," * 100_000)  # as bytes of numbers may be
    assert answer.status_code == 403, "it is not offered here"
    assert "--bring" in sentence(answer)


def test_a_form_is_no_query(client: httpx.Client) -> None:
    for route in ("/gradio_api/component_server", "/tensors"):
        answer = client.post(route, files={"files": ("a.png", PNG)})
        assert answer.status_code == 415
        sentence(answer)


@pytest.mark.parametrize(
    "address",
    [
        f"/gradio_api/queue/data?session_hash={'s' * 65}",
        f"/gradio_api/heartbeat/{'s' * 65}",
        f"/config?deep_link={'x' * 5000}",
        f"/web/{'x' * 5000}",
    ],
    ids=lambda address: address[:25],
)
def test_addresses_and_sessions_without_end_are_refused(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in {400, 414}
    assert len(sentence(answer)) < 200


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:7860",
        "localhost",
        "192.168.7.9:8000",
        "[::1]:7860",
        "class.local",
        "someone-explorer.hf.space",
        "school.example",
        "SCHOOL.example.:80",
        os.uname().nodename,
    ],
)
def test_own_names_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/web/main.js", headers={"host": host}).status_code == 200
    own = {"host": host, "origin": f"http://{host}"}
    assert client.post("/tensors", content="{}", headers=own).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "evilhf.space",
        "my.school.example",
        "evil.example:7860",
        "x@evil.example",
    ],
)
def test_other_names_are_refused(client: httpx.Client, host: str) -> None:
    for address in ("/", "/web/main.js", "/config", "/gradio_api/info"):
        answer = client.get(address, headers={"host": host})
        assert answer.status_code == 403
        assert "--allow-host" in sentence(answer)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://8.8.8.8",
        "https://stranger.hf.space",
        "https://huggingface.co",
        "http://localhost.evil.example:7860",
        "http://[::1",
        "file://",
        "",
    ],
)
def test_pages_of_strangers_are_refused(client: httpx.Client, origin: str) -> None:
    for route in ("/gradio_api/run/view", "/tensors", "/gradio_api/upload"):
        answer = client.post(route, content="{}", headers={"origin": origin})
        assert answer.status_code == 403
        sentence(answer)


def test_the_sentence_is_in_the_language_of_the_browser(client: httpx.Client) -> None:
    headers = {"host": "evil.example", "accept-language": "zh-CN,zh;q=0.9"}
    assert "服务器" in sentence(client.get("/", headers=headers))


def test_a_page_of_another_version_hears_that_it_is_to_be_loaded_again(
    client: httpx.Client,
) -> None:
    old = {"script": "web/0123456789abcdef/page.js"}
    wished = {"accept-language": "zh-CN"}
    answer = client.post("/reach", params=old, json={}, headers=wished)
    assert answer.status_code == 409
    assert sentence(answer) == say("zh", "call.version")
    for now in ({"script": files.address(files.PAGE)}, {}):
        assert client.post("/reach", params=now, json={}).status_code == 204


def test_a_forwarded_host_is_not_believed(client: httpx.Client) -> None:
    answer = client.get("/config", headers={"x-forwarded-host": "evil.example"})
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    allowed = client.get("/config", headers={"x-forwarded-host": "school.example"})
    assert "school.example" in allowed.text


@pytest.mark.parametrize("address", ["/", "/config", "/web/main.js", "/nowhere", "/web/nothing"])
def test_every_answer_carries_its_headers(client: httpx.Client, address: str) -> None:
    headers = client.get(address).headers
    assert "server" not in headers, "which program answers is nobody's business"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert policy.startswith("frame-ancestors 'self' https://huggingface.co https://*.hf.space ")
    assert policy.endswith(" school.example")
