"""Find which bytes of Plotly's script the figures need: `python -m tests.needed` writes the list.

The script is one function full of parts: modules that are made when first asked for, functions,
variables. A part is needed when one that is needed names it, beginning with what the function
returns; of the kinds of traces that it registers those count that figures have. A name that only
looks like another one keeps a part too many, never one too few. To be run after each new version.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter
import tree_sitter_javascript
from tree_sitter import Node

from explorer.figures import needed

TRACES = ("bar", "heatmap", "image")  # scatter and everything of axes is registered in any case
OPENING = b"var Plotly=(()=>{"
REGISTERED = re.compile(rb"\.register\(\[((?:[\w$]+\(\),?)+)\]\)")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the script that stays or goes as a whole."""

    name: bytes
    node: Node
    names: frozenset[bytes]  # all that it mentions


def parsed(text: bytes) -> Node:
    """Return the body of the function that makes Plotly."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
    place = text.index(OPENING) + len(OPENING) - 1
    node = parser.parse(text).root_node.descendant_for_byte_range(place, place + 1)
    while node is not None and node.type != "statement_block":
        node = node.parent
    if node is None:
        raise ValueError("The script is not one function that makes Plotly.")
    return node


def parts(body: Node) -> Iterator[Part]:
    """Yield functions, variables, and what is attached to a variable as it is made."""
    for statement in body.named_children:
        match statement.type:
            case "function_declaration":
                yield _part(statement, statement.child_by_field_name("name"))
            case "variable_declaration":
                for each in statement.named_children:
                    yield _part(each, each.child_by_field_name("name"))
            case "expression_statement":
                yield _part(statement, next(_nodes(statement, {"arguments"})).named_children[0])
            case "return_statement":
                yield Part(b"return", statement, frozenset(_mentioned(statement)))
            case other:
                raise ValueError(f"A {other} is nothing that the script is known to consist of.")


def _part(node: Node, name: Node | None) -> Part:
    if name is None or name.type != "identifier" or name.text is None:
        raise ValueError(f"{node} has no plain name.")
    return Part(name.text, node, frozenset(_mentioned(node)))


def _nodes(node: Node, types: set[str]) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.type in types:
            yield each
        waiting.extend(reversed(each.children))


def _mentioned(node: Node) -> Iterator[bytes]:
    for each in _nodes(node, {"identifier", "shorthand_property_identifier"}):
        yield each.text or b""


def unwanted(text: bytes, named: dict[bytes, list[Part]]) -> list[re.Match[bytes]]:
    """Return the calls in the list of what is registered whose traces no figure has."""
    found = REGISTERED.search(text)
    if found is None:
        raise ValueError("The script registers nothing.")
    calls = re.compile(rb"([\w$]+)\(\),?").finditer(text, *found.span(1))
    return [each for each in calls if _trace(each.group(1), named) not in TRACES]


def _trace(name: bytes, named: dict[bytes, list[Part]]) -> str:
    """Return the name of the trace that a module hands on from another one."""
    (part,) = named[name]
    for other in part.names & named.keys():
        for each in named[other]:
            told = re.search(rb'moduleType:"trace",name:"(\w+)"', each.node.text or b"")
            if told:
                return told.group(1).decode()
    return ""


def kept(named: dict[bytes, list[Part]], left: set[bytes]) -> set[int]:
    """Return where the parts begin that are needed, `left` being no reason to keep one."""
    waiting, seen, starts = [b"return"], set[bytes](), set[int]()
    while waiting:
        name = waiting.pop()
        for part in () if name in seen else named.get(name, ()):
            starts.add(part.node.start_byte)
            waiting.extend(part.names - left)
        seen.add(name)
    return starts


def holes(body: Node, starts: set[int]) -> Iterator[tuple[int, int]]:
    """Yield from where to where text is left out."""
    for statement in body.named_children:
        if statement.type != "variable_declaration":
            if statement.start_byte not in starts:
                yield statement.start_byte, statement.end_byte
            continue
        stay = [each for each in statement.named_children if each.start_byte in starts]
        if not stay:
            yield statement.start_byte, statement.end_byte
            continue
        place = statement.named_children[0].start_byte
        for each in stay:  # from behind the last one that stays, with the comma before this one
            yield place, each.start_byte if each is stay[0] else _comma(each)
            place = each.end_byte
        yield place, statement.named_children[-1].end_byte


def _comma(node: Node) -> int:
    before = node.prev_sibling
    return before.start_byte if before is not None else node.start_byte


def runs(text: bytes) -> list[int]:
    """Return lengths in bytes: kept, left out, kept, … (figures/needed.py)."""
    body = parsed(text)
    named = defaultdict(list)
    for part in parts(body):
        named[part.name].append(part)
    calls = unwanted(text, named)
    starts = kept(named, {each.group(1) for each in calls})
    places = sorted({*holes(body, starts), *(each.span() for each in calls)})
    lengths, place = [], 0
    for start, stop in places:
        if start < stop:
            lengths += [start - place, stop - start]
            place = stop
    return [*lengths, len(text) - place]


def main() -> None:
    """Write the list."""
    text = needed.whole()
    found = {"sha256": hashlib.sha256(text).hexdigest(), "runs": runs(text)}
    needed.LIST.write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
