"""Passes folded into boxes: at every level each step on one card, and every edge between cards seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.graphs import Graph, Group, Node, Origin, Output
from explorer.network import folding
from explorer.network.boxes import Box
from explorer.network.folding import Folded, Tree, visible
from explorer.records import Folding
from tests.network.folded import at, ids, lines, named, tree

OUT = (Output((1, 4), "float32"),)


# ---------------------------------------------------------------- drawn by hand


def drawn(
    groups: Sequence[tuple[str, int]], nodes: Sequence[tuple[str, int, Sequence[int]]]
) -> Tree:
    """Return the tree of a graph: groups (path, parent), calls (path, group, sources; −1 the input)."""
    graph = Graph(
        tuple(
            Node(
                path,
                path,
                1,
                "Linear",
                False,
                group,
                tuple(Origin("input") if each < 0 else Origin("call", each) for each in received),
                OUT,
            )
            for path, group, received in nodes
        ),
        tuple(Group(path, path, 1, path.title(), parent) for path, parent in groups),
        (Origin("call", len(nodes) - 1),),
    )
    apart = {path: place for place, (path, _, _) in enumerate(nodes)}
    return folding.tree(graph, ["input", *(path for path, _, _ in nodes)], apart, {})


# input > a > [ b: b.1 > b.2 (+ a) ] > [ c: c.1 > [ c.d: c.d.1 > c.d.2 ] (+ c.1) > c.2 ] (+ a) > e
GROUPS = (("", -1), ("b", 0), ("c", 0), ("c.d", 2))
NODES = (
    ("a", 0, (-1,)),
    ("b.1", 1, (0,)),
    ("b.2", 1, (1, 0)),
    ("c.1", 2, (2,)),
    ("c.d.1", 3, (3,)),
    ("c.d.2", 3, (4,)),
    ("c.2", 2, (5, 3)),
    ("e", 0, (6, 0)),
)


def test_boxes_follow_the_calls_level_by_level() -> None:
    folded = drawn(GROUPS, NODES)
    assert folded.most == 2
    assert at(folded, 0) == ["input", "a", "b", "c", "e"]
    assert at(folded, 1) == ["input", "a", "b.1", "b.2", "c.1", "c.d", "c.2", "e"]
    assert at(folded, 2) == ["input", *(path for path, _, _ in NODES)]


def test_a_skip_is_seen_between_the_boxes_in_which_it_ends() -> None:
    folded = drawn(GROUPS, NODES)
    assert lines(folded, 0) == {"input > a", "a > b", "b > c", "c > e", "a > e"}
    assert {"a > b.2", "c.1 > c.d", "c.d > c.2", "c.1 > c.2", "a > e"} <= lines(folded, 1)
    assert "c.1 > c.d.1" in lines(folded, 2)


def test_a_box_says_whether_something_inside_is_gone_past() -> None:
    folded = drawn(GROUPS, NODES)
    held = {box.id: folding.skips(folded, box) for box in folded.root.boxes()}
    assert held == {"b": True, "c": True, "c.d": False}


def test_what_is_opened_or_closed_by_hand_is_so_at_every_level() -> None:
    folded = drawn(GROUPS, NODES)
    assert at(folded, 0, opened=("c",)) == ["input", "a", "b", "c.1", "c.d", "c.2", "e"]
    assert at(folded, 0, opened=("c.d",)) == at(folded, 0)  # it lies in one that is not open
    assert at(folded, 2, closed=("c",)) == ["input", "a", "b.1", "b.2", "c", "e"]


def test_the_current_step_opens_what_it_lies_in_unless_it_comes_out_of_it() -> None:
    folded = drawn(GROUPS, NODES)
    inside, last = folded.steps.index("c.d.1"), folded.steps.index("c.2")
    cards = visible(folded, Folding(0), inside)
    assert named(folded, cards) == ["input", "a", "b", "c.1", "c.d.1", "c.d.2", "c.2", "e"]
    assert cards.forced == ("c", "c.d")
    assert visible(folded, Folding(0), last).forced == ()
    assert visible(folded, Folding(2), inside).forced == ()


def test_opening_leads_to_the_first_card_inside() -> None:
    folded = drawn(GROUPS, NODES)
    boxes = {box.id: box for box in folded.root.boxes()}
    assert folding.entered(folded, boxes["c"], Folding(0)) == folded.steps.index("c.1")
    both = drawn(
        (("", -1), ("f", 0), ("f.g", 1)),
        (("f.g.1", 2, (-1,)), ("f.g.2", 2, (0,)), ("f.h", 1, (1,))),
    )
    (outer,) = [box for box in both.root.boxes() if box.id == "f"]
    assert folding.entered(both, outer, Folding(0)) == both.steps.index("f.g.2")
    assert folding.entered(both, outer, Folding(0, opened=("f.g",))) == both.steps.index("f.g.1")


def test_a_chain_is_one_and_a_skip_is_none() -> None:
    assert drawn((("", -1),), (("a", 0, (-1,)), ("b", 0, (0,)))).chain
    assert not drawn((("", -1),), (("a", 0, (-1,)), ("b", 0, (0,)), ("c", 0, (1, 0)))).chain
    assert not drawn((("", -1),), (("a", 0, (-1,)), ("b", 0, (-1,)))).chain


# ---------------------------------------------------------------- any graph, any choice


@st.composite
def graphs(draw: st.DrawFn) -> Tree:
    """Calls with sources before them, in groups that open and close like brackets."""
    groups: list[tuple[str, int]] = [("", -1)]
    nodes: list[tuple[str, int, list[int]]] = []
    stack = [0]
    for place in range(draw(st.integers(1, 24))):
        for _ in range(draw(st.integers(0, 2))):
            if len(stack) > 1 and draw(st.booleans()):
                stack.pop()
            else:
                outer = groups[stack[-1]][0]
                groups.append((f"{outer}.g{len(groups)}".lstrip("."), stack[-1]))
                stack.append(len(groups) - 1)
        path = f"{groups[stack[-1]][0]}.n{place}".lstrip(".")
        nodes.append((path, stack[-1], draw(st.lists(st.integers(-1, place - 1), max_size=3))))
    return drawn(groups, nodes)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_every_level_shows_each_step_once_and_every_edge_between_cards(
    folded: Tree, data: st.DataObject
) -> None:
    known = st.lists(st.sampled_from(sorted(ids(folded)) or [""]), max_size=3).map(
        lambda names: tuple(name for name in names if name)
    )
    opened, closed = data.draw(known), data.draw(known)
    step = data.draw(st.integers(0, len(folded.steps) - 1))
    before: set[str] = set()
    for level in range(folded.most + 1):
        cards = visible(folded, Folding(level, opened, closed), step)
        assert_whole(folded, cards)
        shown = {box.id for card in cards.cards for box in card.within}
        assert before <= shown  # more detail closes nothing
        before = shown
        (current,) = [card for card in cards.cards if card.start <= step < card.end]
        assert current.box is None or step == current.end - 1


def assert_whole(folded: Tree, cards: Folded) -> None:
    """Cards are the steps in order, and the edges those of the finest level, as far as seen."""
    assert [step for card in cards.cards for step in range(card.start, card.end)] == list(
        range(len(folded.steps))
    )
    place = {step: card for card in cards.cards for step in range(card.start, card.end)}
    meant = {
        (place[one].start, place[two].start)
        for one, two in folded.edges
        if place[one] is not place[two]
    }
    assert {(cards.cards[one].start, cards.cards[two].start) for one, two in cards.edges} == meant


# ---------------------------------------------------------------- known networks


def vision(name: str, **more: Any) -> Tree:
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None, **more)
    return tree(model, torch.zeros(1, 3, 64, 64))


@pytest.mark.parametrize(
    ("name", "more", "counts", "first"),
    [
        ("resnet18", {}, [13, 17, 68, 71], 0),
        ("resnet50", {}, [13, 17, 65, 177], 0),
        ("densenet121", {}, [7, 18, 85, 433], 0),
        ("googlenet", {"init_weights": False}, [22, 64, 109, 199], 0),
        ("vgg11", {}, [6, 32], 0),
    ],
)
def test_networks_that_everybody_knows(
    name: str, more: dict[str, Any], counts: list[int], first: int
) -> None:
    folded = vision(name, **more)
    for level, count in enumerate(counts):
        cards = visible(folded, Folding(level), 0)
        assert_whole(folded, cards)
        assert len(cards.cards) == count
    assert folded.most == len(counts) - 1
    assert visible(folded, Folding(), 0).detail == first


def test_resnet_has_its_skips_at_every_level_and_knows_which_blocks_are_equal() -> None:
    folded = vision("resnet18")
    assert at(folded, 0)[5:9] == ["layer1 × 2", "layer2", "layer3", "layer4"]
    assert all(folding.skips(folded, box) for box in folded.root.boxes() if "down" not in box.id)
    shown = lines(folded, 2)
    assert {"maxpool > layer1.0..add_", "layer1.0.relu#2 > layer1.1..add_"} <= shown
    assert {
        "layer1.1.relu#2 > layer2.0.downsample",
        "layer2.0.downsample > layer2.0..add_",
    } <= shown
    assert "layer2.0.bn2 > layer2.0.downsample" not in shown  # neighbours that share nothing
    assert at(vision("resnet50"), 1)[5:9] == [
        *("layer1.0", "layer1.1 … layer1.2 × 2", "layer2.0", "layer2.1 … layer2.3 × 3"),
    ]


def test_densely_connected_layers_are_never_equal() -> None:
    folded = vision("densenet121")
    assert all(box.times == 1 for box in folded.root.boxes())
    block = "features.denseblock1"
    assert {
        f"features.pool0 > {block}.denselayer6",
        f"{block}.denselayer1 > {block}.denselayer6",
    } <= lines(folded, 2)


def box_of(folded: Tree, name: str) -> Box:
    (box,) = [each for each in folded.root.boxes() if each.id == name]
    return box


def test_boxes_tell_their_types() -> None:
    folded = vision("resnet18")
    assert [box_of(folded, name).module for name in ("layer1", "layer2", "layer2.0")] == [
        *("BasicBlock", "Sequential", "BasicBlock"),
    ]
