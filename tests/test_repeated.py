"""What the product says, it says once: no six lines stand twice in its code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SUFFIXES = {".py", ".js", ".css"}
LINES = 6
# What says nothing by itself: ends of blocks, imports, comments.
BARE = set("()[]{},;")
QUIET = ("import ", "from ", "# ", "//", "*", "/*")


def telling(text: str) -> list[tuple[int, str]]:
    """The lines of a file that say something, by their numbers."""
    lines = enumerate(map(str.strip, text.splitlines()), 1)
    return [(at, line) for at, line in lines if set(line) - BARE and not line.startswith(QUIET)]


def repeated(files: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Every run of lines that stands in more than one place, and where."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in files:
        lines = telling(text)
        for start in range(len(lines) - LINES + 1):
            run = lines[start : start + LINES]
            places["\n".join(line for _, line in run)].append(f"{name}:{run[0][0]}")
    return {run: there for run, there in places.items() if len(there) > 1}


def test_no_six_lines_stand_twice() -> None:
    sources = (ROOT / "app.py", *(ROOT / "explorer").rglob("*"), *(ROOT / "assets").rglob("*"))
    files = [path for path in sorted(sources) if path.suffix in SUFFIXES]
    assert len(files) > 300
    named = ((str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in files)
    assert repeated(named) == {}


def test_six_lines_that_stand_twice_are_found() -> None:
    once = "\n".join(f"value_{at} = {at}" for at in range(LINES))
    twice = f"def one():\n  # why\n  {once}\n}}\n\n{once.replace('value_5', 'value_6')}"
    assert repeated([("one", once), ("two", twice)]) == {once: ["one:1", "two:3"]}
