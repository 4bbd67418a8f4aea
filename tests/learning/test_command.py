"""Training from the command line: what cannot be is a sentence, and leaves nothing behind."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import pytest

from explorer.learning import training
from tests.learning.places import Place
from tests.learning.test_training import command


@pytest.mark.usefixtures("place")
def test_missing_data_give_a_sentence_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert (
        training.main(["--data", str(tmp_path / "empty"), "--out", str(out), "--epochs", "1"]) == 1
    )
    said = capsys.readouterr()
    assert said.err.startswith(
        "FashionMNIST was not found in “empty”. Expected FashionMNIST/raw with its four files"
    )
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert not said.out
    assert not out.exists()
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize("where", ["on a full disk", "in a file"])
def test_weights_that_cannot_be_written_are_a_sentence(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    out = tmp_path / "out"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if where == "in a file":
        out.write_bytes(b"")
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        assert command(place, "--out", str(out)) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = capsys.readouterr().err
    assert said.startswith(f"--out {out} cannot be written: ")
    assert said.count("\n") == 1
    assert out.is_file() or list(out.iterdir()) == [], "no half of a file"


@pytest.mark.parametrize(
    "options",
    [
        ("--epochs", "0"),
        ("--epochs", "-3"),
        ("--batch", "0"),
        ("--drawn", "1.5"),
        ("--drawn", "nan"),
        ("--model", "resnet"),
        ("--epochs", "many"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    place: Place, options: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: Any = command(place, *options)
    except SystemExit as left:
        code = left.code
    said = capsys.readouterr()
    assert code in (1, 2)
    assert said.err
    assert "Traceback" not in said.err
    assert not place.models.exists()


def test_help_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        training.main(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "python -m explorer.learning.training" in said
    assert all(
        option in said
        for option in ("--model", "--epochs", "--data", "--download", "--out", "--seed")
    )
