"""Scripts that import each other as one script.

For the page, which asks for one file instead of two hundred, and for a file that may load nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(
    r'^import (?P<what>\{[^}]*\}|\* as \w+) from "(?P<where>[^"]+)";$', re.MULTILINE
)
PASSED = re.compile(r'^export (?P<what>\{[^}]+\}) from "(?P<where>[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)
NAME = re.compile(r"^export (?:async function|function|const|class) (\w+)", re.MULTILINE)
NOTHING = re.compile(r"^export \{\};$", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundled(entry: Path, call: str) -> str:
    """Return a script with all that it imports as the text of one, which ends by calling `call`.

    It may stand in a page: nothing in it ends the element that it stands in.

    Raises:
        ValueError: for an import or export written in another way.
        OSError: for a script that is not there.
    """
    whole, name = _joined(entry)
    return f"{whole}\n{name}.{call}();".replace("</", "<\\/")


def module(entry: Path, export: str) -> str:
    """Return a script with all that it imports as one module, which exports `export` of it.

    Raises:
        ValueError: for an import or export written in another way.
        OSError: for a script that is not there.
    """
    whole, name = _joined(entry)
    return f"{whole}\nexport const {{ {export} }} = {name};\n"


def _joined(entry: Path) -> tuple[str, str]:
    """Return a script and all that it imports as one text, and what it is called in it.

    Every module becomes a function that runs once, after those that it needs, and returns what it
    exports. Modules import by name and without circles, as ours do.
    """
    order: list[Path] = []
    _visit(entry.resolve(), order)
    names = {path: f"m{place}" for place, path in enumerate(order)}
    return "\n".join(_wrapped(path, names) for path in order), names[entry.resolve()]


def _visit(path: Path, order: list[Path]) -> None:
    """Add a script behind those that it needs."""
    if path in order:
        return
    text = path.read_text("utf-8")
    for pattern in (IMPORT, PASSED):
        for found in pattern.finditer(text):
            _visit((path.parent / found["where"]).resolve(), order)
    order.append(path)


def _wrapped(path: Path, names: dict[Path, str]) -> str:
    text = path.read_text("utf-8")
    exports = NAME.findall(text)

    def imported(found: re.Match[str]) -> str:
        name = names[(path.parent / found["where"]).resolve()]
        what = found["what"]
        whole = re.match(r"\* as (\w+)", what)
        return f"const {whole[1] if whole else what.replace(' as ', ': ')} = {name};"

    def passed(found: re.Match[str]) -> str:
        exports.extend(re.findall(r"\w+", found["what"]))
        return imported(found)

    text = PASSED.sub(passed, IMPORT.sub(imported, text))
    text = EXPORT.sub("", NOTHING.sub("", text))
    if left := LEFT.search(text):
        raise ValueError(f"{path.name}: {left[0]}")
    return f"const {names[path]} = (() => {{\n{text}\nreturn {{ {', '.join(exports)} }};\n}})();"
