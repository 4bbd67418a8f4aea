"""A mistake at the start is one sentence on the terminal, exit code 2, and no traceback."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer import places, starting
from explorer.errors import ExplorerError, NoStart, UnusableWeights
from explorer.incoming import cards

ROOT = Path(__file__).parent.parent


def started(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program with options it must refuse."""
    return subprocess.run(
        [sys.executable, "-X", "importtime", "app.py", "--no-open", *options],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence; nothing heavy may have been imported before it."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 2
    assert len(lines) == 1, lines
    assert imported.isdisjoint({"torch", "gradio", "plotly"})
    return lines[0]


def test_a_busy_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = said(started("--port", str(port)))
    assert f"Port {port} is in use" in sentence
    assert "--port" in sentence


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--port", "99999"], "--port 99999"),
        (["--port", "0"], "--port 0"),
        (["--port", "-1"], "--port -1"),
        (["--host", "nonsense.invalid"], "--host nonsense.invalid"),
        (["--host", "203.0.113.7"], "--host 203.0.113.7"),
        (["--host", "a" * 300], "127.0.0.1"),
        (["--host", "*"], "--host *"),
        (["--allow-host", "http://a.example"], "--allow-host http://a.example"),
        (["--model", f"{'x' * 300}.py:Net"], "There is no file xxx"),
        (["--model", "m:N", "--weights", "x" * 300], "There is no file xxx"),
        (["--device", "xyz"], "--device xyz"),
        (["--device", "cuda:x"], "--device cuda:x"),
        (["--device", ""], "cpu"),
        (["--lock", "model,colour"], "--lock colour"),
        (["--mean", "0.5"], "--mean is 0.5, but there is no module"),
        (["--model", "m:N", "--mean", "123.7"], "--mean is 123.7. Expected one number or three"),
        (["--model", "m:N", "--std", "0"], "--std is 0."),
        (["--model", "m:N", "--std", "nan"], "--std is nan."),
        (["--model", "m:N", "--mean", "0.1,0.2"], "--mean is 0.1,0.2."),
        (
            ["--model", "m:N", "--input", "1x8x8", "--mean", "0.1,0.2,0.3"],
            "--mean has 3 numbers, but the input 1x8x8 has 1 planes",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_options_that_cannot_be_are_said(options: list[str], word: str) -> None:
    assert word in said(started(*options))


def test_an_accelerator_that_is_not_there() -> None:
    device = "cuda" if sys.platform == "darwin" else "mps"
    done = started("--device", device)
    assert done.returncode == 2
    assert f"--device {device}" in done.stderr


def test_the_sentence_is_in_the_language_of_the_terminal() -> None:
    assert "端口" in said(started("--port", "0", LC_ALL="zh_CN.UTF-8", PYTHONUTF8="1"))
    assert "端口" in said(started("--port", "0", "--language", "zh", PYTHONUTF8="1"))


def test_no_folder_for_uploads(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    sentence = said(started(GRADIO_TEMP_DIR=str(tmp_path / "file" / "deep")))
    assert "GRADIO_TEMP_DIR" in sentence
    assert str(tmp_path) in sentence


@pytest.mark.parametrize("port", ["x", "70000"])
def test_a_port_in_the_environment_is_judged_too(port: str) -> None:
    assert port in said(started(GRADIO_SERVER_PORT=port))


def without_default(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text("utf-8"))
    names = {each["name"]: each["file"] for each in card["checkpoints"]}
    (folder / names[card["default"]]).unlink()


HALF = '{"name": "x", "title": {}, "builder": "x", "seed": 1, "checkpoints": [{"name": "y"}]}'
SPOILERS: dict[str, Callable[[Path], object]] = {
    "no JSON": lambda folder: (folder / "card.json").write_text("{"),
    "no card": lambda folder: (folder / "card.json").write_text("[]"),
    "a checkpoint that is none": lambda folder: (folder / "card.json").write_text(HALF),
    "half a card": lambda folder: (folder / "card.json").write_text('{"name": "x"}'),
    "not text": lambda folder: (folder / "card.json").write_bytes(b"\xff\xfe\x00"),
    "no weights": without_default,
}


@pytest.mark.parametrize("spoil", SPOILERS)
def test_a_broken_card_or_missing_weights_are_named(
    spoil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(places.MODELS / "fashion-mlp", tmp_path / "fashion-mlp")
    monkeypatch.setattr(places, "MODELS", tmp_path)
    starting.check(host="127.0.0.1", port=None, device="cpu")
    SPOILERS[spoil](tmp_path / "fashion-mlp")
    with pytest.raises(UnusableWeights) as caught:
        starting.check(host="127.0.0.1", port=None, device="cpu")
    assert "fashion-mlp" in str(caught.value)
    if spoil != "no weights":
        with pytest.raises(UnusableWeights):
            cards.load(tmp_path / "fashion-mlp" / "card.json")


def test_socks_proxies_are_dropped_and_others_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in ("ALL_PROXY", "all_proxy", "https_proxy"):
        os.environ[name] = "socks5h://127.0.0.1:9"
    for name in ("GRADIO_SERVER_PORT", "GRADIO_NUM_PORTS", "GRADIO_NUM_WORKERS", "GRADIO_DEBUG"):
        os.environ[name] = ""
    os.environ["GRADIO_NUM_PORTS"] = "0"
    os.environ["HTTP_PROXY"] = "http://127.0.0.1:9"
    starting.environment()
    assert not {"ALL_PROXY", "all_proxy", "https_proxy"} & set(os.environ)
    assert os.environ["HTTP_PROXY"] == "http://127.0.0.1:9"
    assert {name for name in os.environ if name.startswith("GRADIO_")} == {
        "GRADIO_ANALYTICS_ENABLED",
        "GRADIO_TEMP_DIR",
    }
    assert Path(os.environ["GRADIO_TEMP_DIR"]).is_dir()


def test_addresses_for_a_phone() -> None:
    assert starting.addresses("127.0.0.1") == []
    assert starting.addresses("localhost") == []
    assert starting.addresses("::1") == []
    assert starting.addresses("192.168.7.9") == ["192.168.7.9"]
    for found in starting.addresses("0.0.0.0"):  # noqa: S104
        assert not found.startswith(("127.", "169.254."))


def test_every_mistake_is_a_sentence_of_ours() -> None:
    with pytest.raises(ExplorerError) as caught:
        starting.check(host="127.0.0.1", port=70_000, device=None)
    assert isinstance(caught.value, NoStart)


def test_every_lock_has_its_place_on_the_page() -> None:
    text = (places.WEB / "state" / "locks.js").read_text("utf-8")
    assert re.findall(r"^  (\w+): ", text, re.MULTILINE) == list(starting.LOCKS)
    assert starting.locks("theme, model,theme") == ("theme", "model")
    assert starting.locks("") == ()
