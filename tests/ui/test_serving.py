"""The options of launch, and a start that leaves nothing behind in the source tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

from explorer.ui import layout, serving

ROOT = Path(__file__).parents[2]


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
