"""The wheel holds everything: installed elsewhere, it serves the page far from the checkout."""

from __future__ import annotations

import os
import re
import shutil
import site
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import venv
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
    """Build the sdist of a copy, so that nothing is left in the checkout, and the wheel from that."""
    folder = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns("__pycache__", "*.pyi", "screenshots")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / "project" / name, ignore=ignore)
        else:
            shutil.copy(source, folder / "project" / name)
    packed = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    done = subprocess.run(
        [sys.executable, "-c", packed], cwd=folder / "project", check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    shutil.rmtree(folder / "project")
    (source,) = folder.glob("*.tar.gz")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(source)),
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
    if version == RUNNING:
        serves([installed(wheel, tmp_path / "environment")], tmp_path / "elsewhere")
    else:
        serves([python, "-m", "explorer"], tmp_path / "elsewhere", PYTHONPATH=str(target))


def installed(wheel: Path, folder: Path) -> str:
    """Return the program's own command in a new environment that sees what is installed here."""
    made = venv.EnvBuilder(system_site_packages=True, with_pip=False)
    made.create(folder)
    python = made.ensure_directories(folder).env_exe
    found = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    place = subprocess.run(found, check=True, capture_output=True, text=True).stdout.strip()
    # tests run in an environment themselves, which is not the system's
    (Path(place) / "here.pth").write_text("\n".join(site.getsitepackages()), "utf-8")
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run(
        [*command, "--no-deps", "--no-index", "--no-compile", "--ignore-installed", str(wheel)],
        check=True,
        capture_output=True,
    )
    return str(Path(python).with_name("layer-explorer"))


def serves(command: list[str], elsewhere: Path, **environment: str) -> None:
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
            *(*command, "--no-open", "--device", "cpu"),
            *("--port", str(port), "--model", "net.py:net"),
        ],
        cwd=elsewhere,
        env={**os.environ, **environment},
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
