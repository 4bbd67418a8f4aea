"""The whole server, asked over a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server import Server


@pytest.fixture(scope="package")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps uploads."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="package")
def client(kept: Path) -> Iterator[httpx.Client]:
    running = Server("--allow-host", "school.example", GRADIO_TEMP_DIR=str(kept))
    with httpx.Client(base_url=running.url, trust_env=False, timeout=60) as asking:
        yield asking
    running.stop()
    printed = "".join(running.lines)
    assert "Traceback" not in printed, printed
    assert "Warning" not in printed, printed
    assert not list(kept.iterdir()), "no upload is left behind, and the folder that was named stays"
