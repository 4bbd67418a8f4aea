"""Files of the page, Plotly's script and parameters are served; nothing else of the machine is."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import plotly
import pytest
from starlette.requests import Request
from starlette.responses import Response

from explorer import places
from explorer.network import zoo
from explorer.ui import serving

WEB = Path(__file__).parents[2] / "assets" / "web"
ROUTES = {"/web/": (serving.static, "name"), "/parameters/": (serving.parameter, "address")}


def get(address: str) -> Response:
    """Answer an address as the server does.

    The path unquoted, what follows the mount as one parameter.
    """
    path = unquote(address)
    handler, name = next(found for start, found in ROUTES.items() if path.startswith(start))
    rest = path.split("/", 2)[2]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "path_params": {name: rest},
    }
    return asyncio.run(handler(Request(scope)))


def body(answer: Response) -> bytes:
    return bytes(answer.body)


@pytest.mark.parametrize("name", sorted(path.name for path in WEB.iterdir() if path.is_file()))
def test_every_file_of_the_page_is_served_as_it_is(name: str) -> None:
    answer = get(f"/web/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body(answer)) == (WEB / name).read_bytes()
    kind = {".js": "javascript", ".css": "text/css", ".svg": "image/svg+xml"}[Path(name).suffix]
    assert kind in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=0"


def test_plotlys_own_script_is_served_and_kept() -> None:
    answer = get("/web/plotly.min.js")
    shipped = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert gzip.decompress(body(answer)) == shipped.read_bytes()
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert len(body(answer)) < shipped.stat().st_size / 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "nothing.js",
        "../../app.py",
        "../web/../../app.py",
        "..%2f..%2fapp.py",
        "%2e%2e/%2e%2e/app.py",
        "..\\..\\app.py",
        "../models/fashion-mlp/card.json",
        "/etc/hostname",
        "//etc/hostname",
        "main.js/../../../app.py",
        "x" * 5000,
        "main.js%00",
        "%00",
    ],
    ids=lambda name: name[:30] or "empty",
)
def test_what_is_not_a_file_of_the_page_is_not_there(name: str) -> None:
    answer = get(f"/web/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert str(WEB.parent) not in body(answer).decode()


def test_a_neighbour_whose_name_begins_alike_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("web", "web-secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.txt").write_text(name)
    monkeypatch.setattr(places, "WEB", tmp_path / "web")
    assert gzip.decompress(body(get("/web/own.txt"))) == b"web"
    assert get("/web/../web-secret/own.txt").status_code == 404


def test_a_file_is_kept_once_however_its_name_is_written() -> None:
    """Or else anybody can fill the memory with names such as `1/../main.js`."""
    get("/web/main.js")
    kept = serving.packed.cache_info().currsize
    for number in range(5):
        get(f"/web/{number}/../main.js")
    assert serving.packed.cache_info().currsize == kept


def test_parameters_are_served_as_float32() -> None:
    for path, parameter in zoo.load("fashion-mlp", zoo.UNTRAINED).named_parameters():
        answer = get(f"/parameters/fashion-mlp/untrained/{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert np.array_equal(np.frombuffer(body(answer), dtype="<f4"), parameter.numpy().flatten())


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "There is no model"),
        ("nobody/untrained/x", "There is no model “nobody”"),
        ("fashion-mlp/epoch-999/x", "has no checkpoint “epoch-999”"),
        ("fashion-mlp/untrained/nothing", "has no parameter “nothing”"),
        ("fashion-mlp/untrained/linear_relu_stack.0.weight/", "has no parameter"),
        ("../../etc/passwd", "There is no model “..”"),
    ],
)
def test_parameters_that_are_not_there_are_said_to_be(address: str, sentence: str) -> None:
    answer = get(f"/parameters/{address}")
    assert answer.status_code == 404
    assert sentence in body(answer).decode()


def test_launch_is_told_to_stay_small_and_at_home() -> None:
    options = serving.options(host="127.0.0.1", port=7861, browser=False)
    assert (options["server_name"], options["server_port"], options["inbrowser"]) == (
        "127.0.0.1",
        7861,
        False,
    )
    assert not options.get("share")
    assert options["ssr_mode"] is options["run_history"] is options["enable_monitoring"] is False
    assert options["max_file_size"] == "12mb"
    assert "//" not in str(options["head"])
    routes = options["app_kwargs"]["routes"]  # type: ignore[index]
    assert [route.path for route in routes] == [
        "/web/{name:path}",
        "/parameters/{address:path}",
        "/tensors",
        "/report",
    ]
