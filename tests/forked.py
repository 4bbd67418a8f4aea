"""Programs in processes of their own that begin where torch and gradio are imported already.

An interpreter that imports both is busy for three seconds before it does anything of ours, and the
tests start a hundred. These are forked from a process that has done no more than that; how people
start the program, from nothing, is tested where starting is.
"""

from __future__ import annotations

import atexit
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

ROOT = Path(__file__).parents[1]
IMPORTED = ["torch", "gradio"]
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(IMPORTED)


def start(
    arguments: Sequence[str],
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] = os.environ,
    streams: tuple[str, str, str],
) -> ForkServerProcess:
    """Start what `python arguments` would, `-c` and a text or a file with its own arguments.

    `streams` are the paths of what is read and of what is printed, as output and as errors.
    """
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"  # as the program itself sets it before it imports gradio
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
    process = FORKS.Process(
        target=_become, args=([*arguments], str(folder), {**environment}, streams)
    )
    process.start()
    return process


def run(
    arguments: Sequence[str],
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] = os.environ,
    given: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run such a program to its end with what it is given to read."""
    with TemporaryDirectory() as kept:
        files = [Path(kept) / name for name in ("given", "printed", "errors")]
        files[0].write_text(given, "utf-8")
        process = start(
            arguments,
            folder=folder,
            environment=environment,
            streams=(str(files[0]), str(files[1]), str(files[2])),
        )
        process.join()
        assert process.exitcode is not None
        _, printed, errors = (file.read_text("utf-8") for file in files)
    return subprocess.CompletedProcess([*arguments], process.exitcode, printed, errors)


def _become(
    arguments: list[str], folder: str, environment: dict[str, str], streams: tuple[str, str, str]
) -> None:
    """Be the program: its streams, its folder, its environment, and nothing of the tests' paths."""
    for number, (path, mode) in enumerate(zip(streams, ("r", "w", "w"), strict=True)):
        stream = open(path, mode, encoding="utf-8", buffering=1)  # noqa: SIM115, PTH123
        os.dup2(stream.fileno(), number)
        setattr(sys, ("stdin", "stdout", "stderr")[number], stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    first, *rest = arguments
    own = [path for path in sys.path if path and Path(path).resolve() != ROOT]
    named = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    start_of_path = folder if first == "-c" else str(Path(first).resolve().parent)
    sys.path[:] = [start_of_path, *named, *own]
    try:
        if first == "-c":
            text, *rest = rest
            sys.argv = ["-c", *rest]
            main = sys.modules["__main__"] = ModuleType("__main__")
            exec(compile(text, "<string>", "exec"), main.__dict__)  # noqa: S102  a test's program
        else:
            sys.argv = [*arguments]
            runpy.run_path(first, run_name="__main__")
    finally:
        atexit._run_exitfuncs()
