"""The way in: options, the environment gradio finds, and the front matter a Space reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import app
from explorer import starting

ROOT = Path(__file__).parent.parent

# Run app.main() up to the moment gradio is first looked for, then say what it would have found.
WATCH = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "gradio":
            names = ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "NO_PROXY", "no_proxy")
            print(*(f"{name}={os.environ.get(name)}" for name in names), sep="\\n")
            sys.stdout.flush()
            os._exit(0)
sys.meta_path.insert(0, Watch())
sys.argv = ["app.py"]
import app
print("torch" in sys.modules, "explorer.ui" in sys.modules)
app.main()
"""


def environment(**given: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WATCH],
        cwd=ROOT,
        env={"PATH": "", **given},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split("\n")[:-1]


def test_options_have_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    monkeypatch.delenv("LAYER_EXPLORER_ALLOW_HOST", raising=False)
    options = vars(app.arguments([]))
    assert options == {
        "host": "127.0.0.1",
        "port": None,
        "open": False,
        "language": None,
        "device": None,
        "allow_host": [],
        "download": False,
        "model": "",
        "weights": "",
        "labels": "",
        "input": "",
        "mean": "",
        "std": "",
        "output": "",
        "lock": "",
        "export": None,
        "train": None,
        "bring": None,
    }


def test_options_are_read() -> None:
    given = ["--host", "0.0.0.0", "--port", "8080", "--open", "--language", "zh"]  # noqa: S104
    given += ["--device", "cpu"]
    given += ["--allow-host", "school.example", "--allow-host", ".uni.example", "--download"]
    given += ["--lock", "model,theme"]
    given += ["--model", "net.py:Net", "--weights", "w.pt", "--labels", "a,b", "--input", "8x8"]
    given += ["--train", "--mean", "-0.5", "--std", "0.2,0.3,0.4", "--output", "aux"]
    options = vars(app.arguments(given))
    assert options == {
        "host": "0.0.0.0",  # noqa: S104
        "port": 8080,
        "open": True,
        "language": "zh",
        "device": "cpu",
        "allow_host": ["school.example", ".uni.example"],
        "download": True,
        "model": "net.py:Net",
        "weights": "w.pt",
        "labels": "a,b",
        "input": "8x8",
        "mean": "-0.5",
        "std": "0.2,0.3,0.4",
        "output": "aux",
        "lock": "model,theme",
        "export": None,
        "train": True,
        "bring": None,
    }
    assert app.arguments(["--no-train"]).train is False
    assert app.arguments(["--no-open"]).open is False


def test_empty_variables_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", "")
    monkeypatch.setenv("LAYER_EXPLORER_ALLOW_HOST", " a.example, b.example ")
    options = app.arguments([])
    assert (options.host, options.allow_host) == ("127.0.0.1", ["a.example", "b.example"])


def test_to_interrupt_the_start_needs_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(starting, "check", interrupted)
    with pytest.raises(SystemExit) as caught:
        app.main()
    assert caught.value.code == 130
    assert capsys.readouterr().err == ""


def test_a_space_says_where_to_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")  # noqa: S104
    assert app.arguments([]).host == "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    "given", [["--port", "x"], ["--language", "fr"], ["--share"], ["picture.png"]]
)
def test_other_options_are_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        app.arguments(given)
    assert caught.value.code == 2
    assert "usage: python app.py" in capsys.readouterr().err


def test_gradio_finds_no_telemetry_and_no_proxy() -> None:
    local = "localhost,127.0.0.1,::1"
    assert environment() == [
        "False False",
        "GRADIO_ANALYTICS_ENABLED=False",
        "HF_HUB_OFFLINE=1",
        f"NO_PROXY={local}",
        f"no_proxy={local}",
    ]


def test_what_the_owner_has_set_is_kept() -> None:
    assert environment(GRADIO_ANALYTICS_ENABLED="True", HF_HUB_OFFLINE="0", NO_PROXY="example.org")[
        1:
    ] == [
        "GRADIO_ANALYTICS_ENABLED=True",
        "HF_HUB_OFFLINE=0",
        "NO_PROXY=example.org,localhost,127.0.0.1,::1",
        "no_proxy=localhost,127.0.0.1,::1",
    ]


def test_a_space_starts_the_same_program_with_the_same_gradio() -> None:
    """The README's front matter is the Space's configuration.

    Short_description may have 60 characters.
    """
    matter = (ROOT / "README.md").read_text("utf-8").split("---\n")[1]
    values = {
        name: value.strip().strip("\"'")
        for name, value in re.findall(r"^(\w+):[ \t]*(.*)$", matter, re.MULTILINE)
    }
    pins = dict(
        re.findall(
            r"^([a-z]+)==(\S+)$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
        )
    )
    assert values["sdk"] == "gradio"
    assert values["sdk_version"] == pins["gradio"]
    assert values["app_file"] == "app.py"
    assert values["license"] == "mit"
    assert len(values.get("short_description", "")) <= 60
    assert tuple(map(int, values["python_version"].split("."))) >= (3, 11)
