"""Files that somebody asked for: whole, or as they were before."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import disk
from explorer.errors import NoStart
from explorer.ui import home

DATA = b"whole" * 1000


@pytest.fixture
def full() -> Iterator[None]:
    """A disk on which a file has room for a thousand bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    assert disk.write(tmp_path / "new", DATA) == len(DATA)
    assert disk.write(tmp_path / "new", b"newer") == 5
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"new": b"newer"}


@pytest.mark.usefixtures("full")
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    for name in ("old", "new"):
        with pytest.raises(OSError, match="too large"):
            disk.write(tmp_path / name, DATA)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"old": b"old"}


@pytest.mark.usefixtures("full")
def test_the_file_to_take_home_is_no_half(tmp_path: Path) -> None:
    with pytest.raises(NoStart, match="cannot be written: File too large"):
        home.write(str(tmp_path / "page.html"), language="en")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    disk.write(tmp_path / "link", DATA)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == DATA


def test_what_is_no_file_takes_what_is_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    disk.write(tmp_path / "pipe", b"through")
    assert os.read(reading, 100) == b"through"
    os.close(reading)
    assert (tmp_path / "pipe").is_fifo()
    with pytest.raises(IsADirectoryError):
        disk.write(tmp_path, DATA)
