"""The options of launch, and a start that leaves nothing behind in the source tree."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.ui import home, layout, serving
from tests import forked
from tests.ui.test_home import unpacked

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("host", "name"), [("::", "[::]"), ("[::1]", "[::1]"), ("0", "0"), ("box.lan", "box.lan")]
)
def test_whatever_it_listens_to_it_answers_to(host: str, name: str) -> None:
    settings = serving.options(host=host, port=7861, browser=False)
    assert settings["server_name"] == name
    [guard] = settings["app_kwargs"]["middleware"]
    asked = {"type": "http", "headers": [(b"host", f"{name}:7861".encode())]}
    guard.kwargs["names"].check(asked)


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
    routes = options["app_kwargs"]["routes"]
    assert [route.path for route in routes] == [
        "/web/{name:path}",
        "/parameters/{address:path}",
        "/tensors",
        "/report",
        "/reach",
        "/qr",
        "/weights/{model}/{checkpoint}/{sha256}.safetensors",
        "/home",
        "/train/events",
        "/train/ages",
        "/train/weights",
        "/train/checkpoints.zip",
        "/train/answer",
        "/train/images",
        "/train/{order}",
        "/weights",
    ]


# Gradio asks for the page once it serves it, and took three seconds for an end of it.
BUSY = """
import httpx

def late(*_, **__):
    raise httpx.ReadTimeout("busy")

httpx.head = late
from explorer.ui import serving
page = serving.launch(device="cpu")
print(httpx.get(page.local_url, timeout=60).status_code)
serving.shut(page)
"""


def test_a_machine_too_busy_to_ask_itself_serves_the_page() -> None:
    done = forked.run(["-c", BUSY])
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["200"]), done.stderr


def test_the_file_of_a_running_page_offers_as_little_as_the_page_in_its_language() -> None:
    locked = ("model", "theme", "language")
    begin = layout.start(device="cpu", language="zh", lock=list(locked))
    given = serving.options(host="127.0.0.1", port=None, browser=False, begin=begin)["app_kwargs"]
    asking = TestClient(
        Starlette(routes=given["routes"], middleware=given["middleware"]),
        headers={"host": "127.0.0.1", "accept-language": "en"},
    )
    answer = asking.post("/home", headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.text.startswith('<!doctype html>\n<html lang="zh">')
    start = json.loads(unpacked(answer.text, "data"))["start"]
    assert start["language"] == "zh"
    assert set(start["lock"]) >= set(locked)
    assert answer.content == home.page("zh", locked), "the one that --export writes"


def test_importing_the_page_writes_no_interface_file() -> None:
    assert layout.Picture.__mro__[1].__name__ == "Image"
    done = subprocess.run(
        ["git", "status", "--porcelain", "--ignored"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ".pyi" not in done.stdout


def test_pages_with_other_networks_weights_or_locks_are_told_apart() -> None:
    begin = layout.start(device="cpu", language=None)
    elsewhere = layout.start(device="cpu", language=None, addresses=["192.168.0.7"])
    assert layout.offer(begin) == layout.offer(elsewhere)
    first, *others = begin["models"]
    file = {**first["weights"][first["default"]], "sha256": "0" * 64}
    weights = {**first["weights"], first["default"]: file}
    for other in (
        {**begin, "models": others},
        {**begin, "models": [{**first, "weights": weights}, *others]},
        layout.start(device="cpu", language=None, lock=["model"]),
        layout.start(device="cpu", language=None, train=True),
    ):
        assert layout.offer(other) != layout.offer(begin)
