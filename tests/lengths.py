"""How long the functions of a script are: own lines, without the named functions inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What begins a named function at the start of a line: a declaration, a method, an arrow with a name.
NAMED = re.compile(
    r"\s*(?:export\s+)?(?:async\s+)?"
    r"(?:function\*?\s+(?P<function>\w+)"
    r"|(?:const\s+)?(?P<arrow>\w+)\s*[=:]\s*(?:async\s*)?(?:\(.*\)|\w+)\s*=>\s*\{$"
    r"|(?!(?:if|for|while|switch|catch|return|function)\b)(?P<method>\w+)\(.*\)\s*\{$)"
)
# Comments, strings and regular expressions; a template is walked through by hand, for its blanks.
QUIET = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
    r"""|(?<=[(,=:!&|?+])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n\[])+/""",
    re.DOTALL,
)


def code(text: str) -> str:
    """Return a script with everything that is no code blanked, line by line the same length."""
    out: list[str] = []
    place, inside = 0, [0]  # how deep in braces, for each template around; 0 is the script itself
    template = False
    while place < len(text):
        letter = text[place]
        quiet = None if template else QUIET.match(text, place)
        if quiet:
            out.append(re.sub(r"[^\n]", " ", quiet.group()))
            place = quiet.end()
            continue
        if template and letter == "\\":
            out.append("  ")
            place += 2
            continue
        if template and text.startswith("${", place):
            template = False
            inside.append(0)
            out.append("  ")
            place += 2
            continue
        if not template and letter == "}" and inside[-1] == 0 and len(inside) > 1:
            inside.pop()
            template, letter = True, " "
        elif letter == "`":
            template, letter = not template, " "
        elif not template:
            inside[-1] += {"{": 1, "}": -1}.get(letter, 0)
        out.append("\n" if letter == "\n" else " " if template else letter)
        place += 1
    return "".join(out)


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield the name and the own lines of each named function of a script."""
    depth = 0
    waiting: list[tuple[str, int, int, int]] = []  # name, first line, depth around it, inner lines
    begun: set[int] = set()
    for number, line in enumerate(code(text).split("\n")):
        found = NAMED.match(line)
        if found:
            waiting.append((found.group(found.lastgroup or 0), number, depth, 0))
        depth += line.count("{") - line.count("}")
        begun |= {first for _, first, around, _ in waiting if depth > around}
        while waiting and waiting[-1][2] >= depth and (waiting[-1][1] in begun or "}" in line):
            name, first, _, inner = waiting.pop()
            whole = number - first + 1
            yield name, whole - inner
            if waiting:
                outer = waiting[-1]
                waiting[-1] = (*outer[:3], outer[3] + whole)
