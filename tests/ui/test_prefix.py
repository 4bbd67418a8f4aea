"""A page below a prefix of somebody's server, and what it leaves behind when it ends."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from explorer.incoming import bodies
from tests.server import Server

PREFIX = "/lessons/explorer"
HOST = "school.example"
OWN = {"host": HOST, "origin": f"https://{HOST}"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def uploaded() -> list[Path]:
    """The files that the server keeps in a folder of its own."""
    return []


@pytest.fixture(scope="module")
def below(uploaded: list[Path]) -> Iterator[httpx.Client]:
    """A server that is told its prefix."""
    running = Server("--allow-host", HOST, GRADIO_ROOT_PATH=PREFIX, GRADIO_TEMP_DIR="")
    with httpx.Client(base_url=running.url, trust_env=False, timeout=60, headers=OWN) as asking:
        yield asking
    running.stop()  # as by `kill`
    assert "Traceback" not in "".join(running.lines)
    for path in uploaded:
        assert path.parents[1].name.startswith("layer-explorer-")
        assert not path.parents[1].exists(), "nothing is left behind"


@pytest.mark.parametrize("prefix", [PREFIX, ""], ids=["left in place", "taken off"])
def test_all_of_the_page_is_there(below: httpx.Client, prefix: str) -> None:
    page = below.get(f"{prefix}/")
    assert page.status_code == 200
    assert PREFIX in page.text, "Gradio asks below the prefix"
    assert below.get(f"{prefix}/web/main.js").status_code == 200
    query: dict[str, Any] = {"show": []}
    assert below.post(f"{prefix}/tensors", json=query).status_code == 200
    answer = below.post(f"{prefix}/gradio_api/run/view", json={"data": [query]})
    assert answer.json()["data"][0]["steps"]


@pytest.mark.parametrize("prefix", [PREFIX, ""], ids=["left in place", "taken off"])
def test_strangers_and_bodies_without_end_are_refused_there_too(
    below: httpx.Client, prefix: str
) -> None:
    for route in ("/tensors", "/gradio_api/run/view"):
        foreign = below.post(
            f"{prefix}{route}", json={}, headers={"origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
        long = b" " * (bodies.MOST + 1)
        assert below.post(f"{prefix}{route}", content=long, headers=JSON).status_code == 413
    number = json.dumps({"data": [], "fn_index": 999})
    wrong = below.post(f"{prefix}/gradio_api/run/view", content=number, headers=JSON)
    assert wrong.json()["key"] == "call.function"


@pytest.mark.parametrize("prefix", [PREFIX, ""], ids=["left in place", "taken off"])
def test_an_upload_lies_there_until_the_server_ends(
    below: httpx.Client, uploaded: list[Path], prefix: str
) -> None:
    written = io.BytesIO()
    Image.new("L", (20, 20)).save(written, "PNG")
    sent = {"files": ("a.png", written.getvalue())}
    path = Path(below.post(f"{prefix}/gradio_api/upload", files=sent).json()[0])
    assert path.is_file()
    uploaded.append(path)
