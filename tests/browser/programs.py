"""Programs that serve a page as a notebook does, each in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import forked

Say = Callable[[str], str]


@contextmanager
def running(program: str) -> Iterator[tuple[str, Say]]:
    """Run a program that prints the page's address first.

    Yield that, and what sends it a line and waits for the one it answers; in the end it is sent an
    empty line.
    """
    with TemporaryDirectory() as kept:
        given, printed = Path(kept) / "given", Path(kept) / "printed"
        os.mkfifo(given)
        os.mkfifo(printed)
        streams = (str(given), str(printed), os.devnull)
        process = forked.start(["-c", program], streams=streams)
        with given.open("w") as asked, printed.open() as said:

            def say(line: str) -> str:
                asked.write(f"{line}\n")
                asked.flush()
                return said.readline().strip()

            try:
                yield said.readline().strip().rstrip("/"), say
            finally:
                asked.write("\n")
        process.join(60)
