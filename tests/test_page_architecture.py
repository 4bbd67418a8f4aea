"""The rules that keep the page readable: its scripts import downwards, and ask no other server."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_architecture import SCRIPTS, WEB

# The same for the page's rooms; within a room, files may import each other without a circle.
WEB_ROWS: tuple[frozenset[str], ...] = (
    frozenset({"base"}),
    frozenset({"canvas", "state"}),
    frozenset({"twin", "kinds"}),
    frozenset({"draw", "frame", "panels", "tour"}),
    frozenset({"views"}),
    frozenset({"parts", "main", "alone"}),
)


def scripts_of(path: Path) -> set[Path]:
    """Return the files that a script imports, at once or later."""
    pattern = r"""(?:^(?:import|export)\b[^"']*\bfrom|^import|\bimport\()\s*["']([^"']+)["']"""
    code = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)  # types are none
    names = re.findall(pattern, code, re.MULTILINE)
    assert all(name.startswith(("./", "../")) for name in names), "no bundler, no other server"
    return {(path.parent / name).resolve() for name in names}


def test_scripts_import_each_other_without_a_circle() -> None:
    left = {path.resolve(): scripts_of(path) for path in SCRIPTS}
    assert set().union(*left.values()) <= set(left)
    while free := {name for name, wanted in left.items() if not wanted}:
        left = {name: wanted - free for name, wanted in left.items() if name not in free}
    assert not left


def test_scripts_import_downwards() -> None:
    row = {name: index for index, names in enumerate(WEB_ROWS) for name in names}
    room = {path.resolve(): path.relative_to(WEB).with_suffix("").parts[0] for path in SCRIPTS}
    assert set(room.values()) <= set(row), "put the new folder into its row"
    against = [
        f"{path.relative_to(WEB)} imports {needed.name}"
        for path in SCRIPTS
        for needed in scripts_of(path)
        if row[room[needed]] > row[room[path.resolve()]]
    ]
    assert not against


def test_the_page_asks_no_other_server() -> None:
    files = [path for path in WEB.rglob("*") if path.suffix in {".js", ".css", ".svg"}]
    assert len(files) > 20
    for path in files:
        outside = set(
            re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z][^\s\"')]*", path.read_text("utf-8"))
        )
        names = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
        assert outside <= names, path.name


def test_no_style_looks_into_every_box_for_what_is_in_it() -> None:
    """`:has()` of anything is asked again of all that is around whatever changes, in every frame."""
    sheets = "".join(path.read_text("utf-8") for path in WEB.rglob("*.css"))
    assert ":has(" in sheets
    assert not re.findall(r"[\s>+~,]:has\(", sheets)
