"""The wheel holds everything: installed elsewhere, it serves the page far from the checkout."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUNNING = f"3.{sys.version_info.minor}"
LARGEST = 50_000_000  # bytes: most of it are the ages of the networks, which do not compress
SOURCES = ("explorer", "assets", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns("__pycache__", "*.pyi", "screenshots")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / "project" / name, ignore=ignore)
        else:
            shutil.copy(source, folder / "project" / name)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(folder / "project")),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return next(folder.glob("*.whl"))


def test_it_holds_the_page_the_weights_the_samples_and_the_words(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        scripts = file.read(entry).decode("utf-8")
        about = file.read(entry.replace("entry_points.txt", "METADATA")).decode("utf-8")
    assert "layer-explorer = explorer.command:main" in scripts
    assert "Requires-Dist: torch<3,>=2.15" in about
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "explorer", "assets"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")[:-1]
    for path in tracked:
        if not path.startswith("assets/screenshots"):
            assert re.sub("^assets/", "explorer/assets/", path) in names, path


def versions() -> list[str]:
    """Return every version of Python, as `3.11`, that the project allows and torch is made for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (oldest,) = re.findall(r">=3\.(\d+)", project["requires-python"])
    about = " ".join(metadata("torch").get_all("Classifier") or ())
    known = {int(each) for each in re.findall(r"Python :: 3\.(\d+)", about)}
    return [f"3.{each}" for each in sorted(known) if each >= int(oldest)]


def interpreter(version: str) -> str:
    """Return this Python, or another version's that is on this machine, on the path or by pyenv."""
    if version == RUNNING:
        return sys.executable
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(root.glob(f"{version}.*/bin/python{version}"))
    for found in (shutil.which(f"python{version}"), *map(str, reversed(kept))):
        # a name on the path may be pyenv's own, which runs nothing unless that version is chosen
        if found and not subprocess.run([found, "-V"], check=False, capture_output=True).returncode:
            return found
    pytest.skip(f"Python {version} is not on this machine: the wheel was not tried with it.")


def test_the_oldest_python_that_is_allowed_is_among_those_tried() -> None:
    assert RUNNING in versions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["mypy"]["python_version"] == versions()[0]


@pytest.mark.parametrize("version", versions())
def test_it_opens_the_page_outside_the_checkout(wheel: Path, tmp_path: Path, version: str) -> None:
    """With every Python on the machine; where torch is missing beside it, up to the syntax."""
    python = interpreter(version)
    target = tmp_path / "installed"
    # our own pip: an old one cannot be run by a newer Python
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--python-version", version, "--only-binary", ":all:"),
            *("--target", str(target), str(wheel)),
        ],
        check=True,
        capture_output=True,
    )
    assert any((target / "bin").glob("layer-explorer*"))
    subprocess.run(
        [python, "-W", "error", "-m", "compileall", "-q", str(target / "explorer")], check=True
    )
    needed = [python, "-c", "import torch, torchvision, gradio, plotly"]
    if subprocess.run(needed, check=False, capture_output=True).returncode:
        pytest.skip(f"Python {version} has no torch here: all but the page was tried with it.")
    serves(python, target, tmp_path / "elsewhere")


def serves(python: str, target: Path, elsewhere: Path) -> None:
    """Start the installed program in another folder, and ask it for a page, a script and a view."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    elsewhere.mkdir()
    (elsewhere / "net.py").write_text(
        "from torch import nn\n\n\ndef net():\n    return nn.Sequential(nn.Flatten(), nn.Linear(784, 2))\n",
        "utf-8",
    )
    process = subprocess.Popen(
        [
            *(python, "-m", "explorer", "--no-open", "--device", "cpu"),
            *("--port", str(port), "--model", "net.py:net"),
        ],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(target)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = opened(f"http://127.0.0.1:{port}", process)
        assert "Layer Explorer" in page
        script = urllib.request.urlopen(f"http://127.0.0.1:{port}/web/main.js").read()
        assert script == (ROOT / "assets" / "web" / "main.js").read_bytes()
        body = urllib.request.Request(
            f"http://127.0.0.1:{port}/gradio_api/run/view",
            b'{"data": [{"model": "fashion-mlp"}]}',
            {"Content-Type": "application/json"},
        )
        assert b"probabilities" in urllib.request.urlopen(body).read()
    finally:
        process.terminate()
        process.wait(60)
        assert process.stdout
        process.stdout.close()


def opened(url: str, process: subprocess.Popen[str]) -> str:
    """Return the page once it is served."""
    for _ in range(900):
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            with urllib.request.urlopen(url) as answer:
                return str(answer.read().decode("utf-8"))
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("The page was not served.")
