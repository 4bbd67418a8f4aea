"""Boxes around the steps of a pass: by the calls of modules, and by the paths of their names.

A list of modules that nobody calls (`blocks` of `blocks.0`) is a box too, where its steps follow
each other. Neighbours of which every type, option, shape and connection is the same are put into
one box, × n: their weights may differ, and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.graphs import Graph, Group, Node, Origin

AGAIN = "..×"  # behind the first of equal boxes; no path of a module is spelt like that
Options = Mapping[str, Hashable]
Link = tuple[int, int] | Origin
Likeness = tuple[Hashable, tuple[Origin, ...]]


@dataclass(frozen=True, slots=True)
class Box:
    """The steps from `start` to before `end`, as one card; `children` are boxes, and single steps.

    `times` counts the equal boxes that it is made of, which are its children then; `module` is
    their type. `depth` is how many boxes are around it: 0 for the network itself.
    """

    id: str
    path: str
    module: str
    start: int
    end: int
    children: tuple[Box | int, ...]
    times: int = 1
    depth: int = 0

    def boxes(self) -> Iterator[Box]:
        """Yield the boxes inside, those around others first."""
        for child in self.children:
            if isinstance(child, Box):
                yield child
                yield from child.boxes()


@dataclass(frozen=True, slots=True)
class _Around:
    """What a step stands in: a module's call, or (`bare`) a module that is only part of paths."""

    id: str
    path: str
    module: str
    bare: bool = False


def grown(graph: Graph, nodes: Sequence[int], options: Options, types: Mapping[str, str]) -> Box:
    """Return the box of a whole pass with all boxes in it.

    `nodes` are the steps in order, each as its index in the graph, −1 for what is no call.
    `options` and `types` tell of every module, by its path, what it is like and its class's name.
    """
    children = _Growing(graph, nodes, options, types).inside(0, len(nodes), 0)
    return _deepened(Box("", "", "", 0, len(nodes), children), 0)


def _deepened(box: Box, depth: int) -> Box:
    inner = tuple(
        _deepened(child, depth + 1) if isinstance(child, Box) else child for child in box.children
    )
    return replace(box, depth=depth, children=inner)


class _Growing:
    """The boxes of one pass, from the inside out."""

    def __init__(
        self, graph: Graph, nodes: Sequence[int], options: Options, types: Mapping[str, str]
    ) -> None:
        self.graph, self.nodes, self.options, self.types = graph, nodes, options, types
        self.around = [self._around(graph.nodes[index]) if index >= 0 else () for index in nodes]
        self._known: dict[tuple[int, int, str], Likeness] = {}
        self.paths = [graph.nodes[index].path for index in nodes if index >= 0]

    def inside(self, start: int, end: int, depth: int) -> tuple[Box | int, ...]:
        """Return what lies at a depth of the steps from `start` to before `end`."""
        children: list[Box | int] = []
        while start < end:
            around = self.around[start]
            if len(around) <= depth:
                children.append(start)
                start += 1
                continue
            behind = start + 1
            while behind < end and self.around[behind][depth : depth + 1] == (around[depth],):
                behind += 1
            children += self._boxed(around[depth], start, behind, depth)
            start = behind
        return tuple(self._gathered(children))

    def _around(self, node: Node) -> tuple[_Around, ...]:
        """Return what a call stands in, the outermost first; not the network itself."""
        calls: list[Group] = []
        index = node.group
        while index >= 0 and self.graph.groups[index].parent >= 0:
            calls.append(self.graph.groups[index])
            index = calls[-1].parent
        found, outer = [], ""
        for each in reversed(calls):
            found += [*self._bare(outer, each.path), _Around(each.id, each.path, each.module)]
            outer = each.path
        return (*found, *(() if node.functional else self._bare(outer, node.path)))

    def _bare(self, outer: str, path: str) -> list[_Around]:
        """Return the modules between two paths that nobody called."""
        if outer and not path.startswith(f"{outer}."):
            return []
        names, known = path.split("."), outer.count(".") + 1 if outer else 0
        between = [".".join(names[:count]) for count in range(known + 1, len(names))]
        return [_Around(each, each, self.types.get(each, ""), bare=True) for each in between]

    def _boxed(self, around: _Around, start: int, end: int, depth: int) -> tuple[Box | int, ...]:
        """Return the box around some steps; without it where it would show nothing."""
        inner = self.inside(start, end, depth + 1)
        if around.bare and end - start != sum(_within(path, around.path) for path in self.paths):
            return inner  # some of it happens elsewhere
        if end - start == 1 or (around.bare and len(inner) == 1):
            return inner
        box = Box(around.id, around.path, around.module, start, end, inner)
        only = inner[0]
        if len(inner) > 1 or not isinstance(only, Box):
            return (box,)
        module = only.module if only.times > 1 else box.module
        return (replace(box, module=module, children=only.children, times=only.times),)

    def _gathered(self, children: Sequence[Box | int]) -> Iterator[Box | int]:
        """Yield children, neighbours that are proven equal as one box."""
        place = 0
        while place < len(children):
            equal = self._equal(children, place)
            first = children[place]
            last = equal[-1]
            if first is last or isinstance(first, int) or isinstance(last, int):
                yield first
            else:
                name, path = f"{first.id}{AGAIN}{len(equal)}", f"{first.path} … {last.path}"
                whole = (first.start, last.end, tuple(equal), len(equal))
                yield Box(name, path, first.module, *whole)
            place += len(equal)

    def _equal(self, children: Sequence[Box | int], place: int) -> list[Box | int]:
        """Return what stands at a place, with the boxes behind it that are proven equal to it.

        They are also connected alike: each receives what the one before put out at the same place,
        or what all of them receive.
        """
        first = children[place]
        equal = [first]
        links: tuple[Link, ...] = ()
        for other in children[place + 1 :]:
            before = equal[-1]
            if not (isinstance(first, Box) and isinstance(before, Box) and isinstance(other, Box)):
                break
            if (first.module, first.end - first.start) != (other.module, other.end - other.start):
                break
            (kind, own), (same, received) = self._likeness(first), self._likeness(other)
            linked = tuple(self._link(before, origin) for origin in received)
            meant = links or tuple(
                link if isinstance(link, tuple) else mine
                for link, mine in zip(linked, own, strict=False)
            )
            if kind != same or linked != meant:
                break
            equal.append(other)
            links = linked
        return equal

    def _link(self, before: Box, origin: Origin) -> Link:
        """Return an origin as it is seen from a box: its place in the one before, or itself."""
        first, last = self._span(before)
        if origin.place == "call" and first <= origin.call <= last:
            return origin.call - first, origin.output
        return origin

    def _span(self, box: Box) -> tuple[int, int]:
        """Return the first and the last of a box's calls in the graph, hidden ones included."""
        before = self.nodes[box.start - 1] if box.start else -1
        return before + 1, self.nodes[box.end - 1]

    def _likeness(self, box: Box) -> Likeness:
        """Return what tells a box from others, and from where it receives something, in order."""
        found = self._known.get((box.start, box.end, box.path))
        if found is None:
            found = self._known[box.start, box.end, box.path] = self._read(box)
        return found

    def _read(self, box: Box) -> Likeness:
        first, last = self._span(box)
        received: list[Origin] = []

        def wired(origin: Origin, index: int) -> Hashable:
            if origin.place == "call" and origin.call >= first:
                return origin.call - first, origin.output
            if origin.place == "parameter":
                return _relative(origin.name, box.path) or ("unknown", index)
            if origin not in received:
                received.append(origin)
            return received.index(origin)

        def call(index: int) -> Hashable:
            node = self.graph.nodes[index]
            return (
                (index,) if node.opaque else (),  # like no other
                node.op,
                node.functional,
                _relative(node.path, box.path),
                node.constants,
                node.outputs,
                node.inside - first if node.inside >= 0 else None,
                tuple(wired(origin, index) for origin in node.received),
            )

        calls = tuple(call(index) for index in range(first, last + 1))
        modules = [
            (path.removeprefix(box.path), what)
            for path, what in self.options.items()
            if _within(path, box.path)
        ] or [("", box.start)]  # of what nothing is known, nothing is proven
        return (calls, tuple(modules)), tuple(received)


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(f"{outer}.")


def _relative(path: str, outer: str) -> str:
    """Return a path as it is spelt inside a module, `.0.weight`; one of elsewhere as it is."""
    return path.removeprefix(outer) if _within(path, outer) else path
