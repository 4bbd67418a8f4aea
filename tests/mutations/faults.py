"""The list of faults: data in the `.toml` files beside this module, by the file they are planted in."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLANTED = ("explorer", "assets/web")  # where faults are planted


@dataclass(frozen=True, slots=True)
class Fault:
    """`old` becomes `new` in `file`; `what` says what is wrong then, `tests` which tests have to notice.

    `of` is the list that it stands in.
    """

    file: str
    what: str
    old: str
    new: str
    tests: tuple[str, ...]
    of: str = ""

    @property
    def name(self) -> str:
        """What the command line chooses by."""
        return f"{self.file}: {self.what}"

    def plant(self, root: Path) -> None:
        """Write the fault into a copy of the tree."""
        path = root / self.file
        path.write_text(path.read_text("utf-8").replace(self.old, self.new), "utf-8")


def listed(words: Sequence[str] = ()) -> tuple[Fault, ...]:
    """Return the faults whose names contain one of the words; all without any."""
    found = [fault for path in sorted(HERE.glob("*.toml")) for fault in _read(path)]
    return tuple(fault for fault in found if not words or any(word in fault.name for word in words))


def outdated(fault: Fault) -> str:
    """Say why a fault cannot be planted: the code has moved on; nothing where it can."""
    path = ROOT / fault.file
    count = path.read_text("utf-8").count(fault.old) if path.is_file() else 0
    if count != 1:
        return (
            f"its text is there {count} times, expected once{_moved(fault) if count == 0 else ''}"
        )
    if fault.new == fault.old:
        return "it changes nothing"
    if path.suffix == ".py" and not _parsed(path.read_text("utf-8").replace(fault.old, fault.new)):
        return "it is no Python any more, which every test notices"
    missing = [test for test in fault.tests if not _there(test)]
    return f"there is no {', '.join(missing)}" if missing else ""


def _moved(fault: Fault) -> str:
    """Name the other files that have the text of a fault; its code may have moved there."""
    paths = [path for place in PLANTED for path in sorted((ROOT / place).rglob("*.*"))]
    found = [
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.suffix in {".py", ".js"} and fault.old in path.read_text("utf-8")
    ]
    return f"; it is in {', '.join(found[:3])}" if found else ""


def _parsed(text: str) -> bool:
    """Whether the code can be read; a fault that leaves code that cannot be says nothing of a test."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _there(test: str) -> bool:
    """Whether there is such a folder, file, or function of a file."""
    file, _, name = test.partition("::")
    path = ROOT / file
    if not name:
        return path.exists()
    plain = re.escape(name.partition("[")[0])
    return path.is_file() and bool(re.search(rf"^def {plain}\(", path.read_text("utf-8"), re.M))


def _read(path: Path) -> Iterator[Fault]:
    for file, entry in tomllib.loads(path.read_text("utf-8")).items():
        for what, old, new, *tests in entry["faults"]:
            of = path.relative_to(ROOT).as_posix()
            yield Fault(file, what, old, new, tuple(tests or entry["tests"]), of)
