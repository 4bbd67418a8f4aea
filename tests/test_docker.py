"""The README's Dockerfile: its command runs with the files that it copies, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from tests.test_project import blocks
from tests.test_wheel import opened

ROOT = Path(__file__).parent.parent


def test_the_command_runs_with_what_is_copied(tmp_path: Path) -> None:
    lines = blocks("dockerfile")[0].splitlines()
    copied = [line.split()[1:] for line in lines if line.startswith("COPY")]
    for *sources, target in copied:
        for name in sources:
            place = tmp_path / target if (ROOT / name).is_dir() else tmp_path / target / name
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, place)
    (line,) = (line for line in lines if line.startswith("CMD"))
    command = json.loads(line.removeprefix("CMD"))
    assert command[:2] == ["python", "app.py"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command[command.index("--port") + 1] = port
    process = subprocess.Popen(
        [sys.executable, *command[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert "Layer Explorer" in opened(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(60)
        assert process.stdout
        process.stdout.close()
