"""A pass folded into boxes, as far as somebody wants it: the cards of the strip, and its edges.

An edge says which step received what another put out, as the graph has it. Nothing is run here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from explorer.graphs import Graph, Node, Origin
from explorer.network.boxes import Box, Options, grown
from explorer.network.steps import ROOT
from explorer.records import Folding

FITS = 14  # cards that a strip begins with at most, where boxes allow it


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The steps of a pass by their places, the edges between them, and the boxes around them.

    `edges` are (from, to), `most` is the level at which every box is open.
    """

    steps: tuple[str, ...]
    edges: frozenset[tuple[int, int]]
    root: Box

    @property
    def most(self) -> int:
        """The highest level of detail: how deep boxes lie in each other."""
        return max((box.depth for box in self.root.boxes()), default=0)

    @property
    def chain(self) -> bool:
        """Whether each step but the first receives exactly what the one before put out."""
        return self.edges == {(place, place + 1) for place in range(len(self.steps) - 1)}


@dataclass(frozen=True, slots=True)
class Card:
    """What is seen of a strip at one place: a step, or a folded box with all of its steps.

    It stands for the steps from `start` to before `end`; `within` are the open boxes around it.
    """

    start: int
    end: int
    within: tuple[Box, ...]
    box: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A tree as it is seen: cards in order, and edges (from, to) between them, by their places.

    `detail` is the level that holds, `forced` the boxes that are open only because the current step
    lies in them.
    """

    detail: int
    cards: tuple[Card, ...]
    edges: tuple[tuple[int, int], ...]
    forced: tuple[str, ...]


def tree(graph: Graph, steps: Sequence[str], options: Options, types: Mapping[str, str]) -> Tree:
    """Return the steps of a pass (their ids, in order) with their edges and boxes.

    `options` and `types` tell of every module, by its path, what it is like and its class's name.
    """
    places = {name: place for place, name in enumerate(steps)}
    nodes = {
        places[node.id or ROOT]: index
        for index, node in enumerate(graph.nodes)
        if node.inside < 0 and (node.id or ROOT) in places
    }
    root = grown(graph, [nodes.get(place, -1) for place in range(len(steps))], options, types)
    return Tree(tuple(steps), frozenset(_edges(graph, places)), root)


def chosen(folded: Tree, choice: Folding) -> int:
    """Return the level of detail that a choice means: where it names none, the highest that fits.

    Always an open box more, or the same: what is open at a level is open at every higher one.
    """
    if choice.detail is not None:
        return choice.detail
    fitting = (
        level
        for level in range(folded.most, 0, -1)
        if len(_cards(folded.root, {box.id for box in _to(folded, level)})) <= FITS
    )
    return next(fitting, 0)


def visible(folded: Tree, choice: Folding, step: int) -> Folded:
    """Return the cards that a choice leaves, with the boxes open that `step` needs.

    A step that is the last one of a box is seen as that box.
    """
    level = chosen(folded, choice)
    wanted = {box.id for box in _to(folded, level)} - set(choice.closed) | set(choice.opened)
    needed = [box for box in folded.root.boxes() if box.start <= step < box.end - 1]
    cards = _cards(folded.root, wanted | {box.id for box in needed})
    return Folded(
        level,
        tuple(cards),
        tuple(sorted(between(folded.edges, cards))),
        tuple(box.id for box in needed if box.id not in wanted),
    )


def between(edges: frozenset[tuple[int, int]], cards: Sequence[Card]) -> frozenset[tuple[int, int]]:
    """Return edges between steps as edges between the cards that these stand on; none within."""
    on = {step: place for place, card in enumerate(cards) for step in range(card.start, card.end)}
    return frozenset((on[one], on[two]) for one, two in edges if on[one] != on[two])


def skips(folded: Tree, box: Box) -> bool:
    """Whether an edge that begins or ends inside a box goes past a step inside it."""
    return any(
        max(one + 1, box.start) < min(two, box.end)
        for one, two in folded.edges
        if box.start <= one < box.end or box.start <= two < box.end
    )


def entered(folded: Tree, box: Box, choice: Folding) -> int:
    """Return the step on which the first card inside a box ends, once the box is opened."""
    level = chosen(folded, choice)
    wanted = {each.id for each in _to(folded, level)} - set(choice.closed) | set(choice.opened)
    inner = box.children[0]
    while isinstance(inner, Box) and inner.id in wanted:
        inner = inner.children[0]
    return inner.end - 1 if isinstance(inner, Box) else inner


def _to(folded: Tree, level: int) -> Iterator[Box]:
    return (box for box in folded.root.boxes() if box.depth <= level)


def _cards(box: Box, opened: set[str], within: tuple[Box, ...] = ()) -> list[Card]:
    """Return the cards inside a box, of which the boxes `opened` are open."""
    cards: list[Card] = []
    for child in box.children:
        if isinstance(child, int):
            cards.append(Card(child, child + 1, within))
        elif child.id in opened:
            cards += _cards(child, opened, (*within, child))
        else:
            cards.append(Card(child.start, child.end, within, child))
    return cards


def _edges(graph: Graph, places: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Yield from where to where a tensor went, by the places of the steps; each as often as it did.

    What happens inside a step is that step's; what is no step hands on what it received itself.
    """

    def owner(node: Node) -> Node:
        return owner(graph.nodes[node.inside]) if node.inside >= 0 else node

    def sources(origin: Origin) -> Iterator[int]:
        if origin.place == "input":
            name = f"{graph.input}..{origin.output}" if origin.output else graph.input
            yield places[name]
        elif origin.place == "call":
            node = owner(graph.nodes[origin.call])
            if (place := places.get(node.id or ROOT)) is not None:
                yield place
            else:
                for each in node.received:
                    yield from sources(each)

    for node in graph.nodes:
        target = places.get(owner(node).id or ROOT)
        if target is not None:
            for origin in node.received:
                yield from ((one, target) for one in sources(origin) if one != target)
    if graph.softmax in places and graph.end is not None:
        yield from ((one, places[graph.softmax]) for one in sources(graph.end))
