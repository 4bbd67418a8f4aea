"""The list of faults: data in the `.toml` files beside this module, by the file they are planted in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True, slots=True)
class Fault:
    """`old` becomes `new` in `file`; `what` says what is wrong then, `tests` which tests have to notice."""

    file: str
    what: str
    old: str
    new: str
    tests: tuple[str, ...]

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
        return f"its text is there {count} times, expected once"
    missing = [test for test in fault.tests if not (ROOT / test.partition("::")[0]).exists()]
    return f"there is no {', '.join(missing)}" if missing else ""


def _read(path: Path) -> Iterator[Fault]:
    for file, entry in tomllib.loads(path.read_text("utf-8")).items():
        for what, old, new, *tests in entry["faults"]:
            yield Fault(file, what, old, new, tuple(tests or entry["tests"]))
