"""Passes folded into boxes: at every level each step on one card, and every edge between cards seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from explorer.graphs import Graph, Group, Node, Origin, Output
from explorer.network import folding, steps
from explorer.network.boxes import Box
from explorer.network.folding import Folded, Tree, seen
from explorer.network.functions import type_name
from explorer.network.options import options
from explorer.network.tracing import trace
from explorer.records import Folding
from tests.network.modules import Forward

OUT = (Output((1, 4), "float32"),)
X = torch.rand(1, 4, generator=torch.Generator().manual_seed(2))


def tree(model: nn.Module, inputs: Any = X) -> Tree:
    passed = trace(model.eval(), inputs)
    types = {path: type_name(module) for path, module in model.named_modules()}
    names = [event.id for event in steps.events(passed, None)]
    return folding.tree(passed.graph, names, options(model), types)


def named(folded: Tree, cards: Folded) -> list[str]:
    """Return the cards as people name them: a step by its id, a box by its path and how many."""
    return [
        folded.steps[card.start]
        if card.box is None
        else card.box.path + (f" × {card.box.times}" if card.box.times > 1 else "")
        for card in cards.cards
    ]


def at(folded: Tree, level: int | None, step: int = 0, **by_hand: tuple[str, ...]) -> list[str]:
    return named(folded, seen(folded, Folding(level, **by_hand), step))


def lines(folded: Tree, level: int) -> set[str]:
    cards = seen(folded, Folding(level), 0)
    names = named(folded, cards)
    return {f"{names[one]} > {names[two]}" for one, two in cards.edges}


def ids(folded: Tree) -> set[str]:
    return {box.id for box in folded.root.boxes()}


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
    cards = seen(folded, Folding(0), inside)
    assert named(folded, cards) == ["input", "a", "b", "c.1", "c.d.1", "c.d.2", "c.2", "e"]
    assert cards.forced == ("c", "c.d")
    assert seen(folded, Folding(0), last).forced == ()
    assert seen(folded, Folding(2), inside).forced == ()


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
        cards = seen(folded, Folding(level, opened, closed), step)
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
        cards = seen(folded, Folding(level), 0)
        assert_whole(folded, cards)
        assert len(cards.cards) == count
    assert folded.most == len(counts) - 1
    assert seen(folded, Folding(), 0).detail == first


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


# ---------------------------------------------------------------- equal, or nearly


class Block(nn.Module):
    """A residual block; what it does with its options shows in no text of its own."""

    def __init__(
        self, scale: float = 1.0, drop: float = 0.5, size: int = 4, bias: bool = True
    ) -> None:
        super().__init__()
        self.inner = nn.Linear(4, size, bias=bias)
        self.outer = nn.Linear(size, 4)
        self.drop = nn.Dropout(drop)
        self.scale = scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.drop(self.outer(F.relu(self.inner(x)))) * self.scale + x
        return out


class Told(Block):
    """The same with an option that only its own text tells."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def extra_repr(self) -> str:
        return self.word


def blocks(*found: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 4), *found, nn.Linear(4, 4))


def test_equal_blocks_are_one_box_whatever_their_weights() -> None:
    folded = tree(blocks(Block(), Block(), Block()))
    assert at(folded, 0) == ["input", "0", "1 … 3 × 3", "4", "softmax"]
    assert at(folded, 1) == ["input", "0", "1", "2", "3", "4", "softmax"]
    assert at(folded, 0, opened=("1..×3",)) == at(folded, 1)


@pytest.mark.parametrize(
    "twin",
    [
        lambda: Block(scale=2.0),
        lambda: Block(drop=0.1),
        lambda: Block(size=6),
        lambda: Block(bias=False),
        lambda: Told(""),
        lambda: nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)),
    ],
)
def test_a_twin_that_differs_in_one_thing_stays_apart(twin: Callable[[], nn.Module]) -> None:
    assert at(tree(blocks(Block(), twin())), 0) == ["input", "0", "1", "2", "3", "softmax"]
    assert at(tree(blocks(Block(), Block(), twin())), 0)[2:4] == ["1 … 2 × 2", "3"]


def test_what_only_a_blocks_own_text_tells_keeps_it_apart() -> None:
    assert at(tree(blocks(Told("a"), Told("a"))), 0)[2] == "1 … 2 × 2"
    assert at(tree(blocks(Told("a"), Told("b"))), 0)[2:4] == ["1", "2"]


def test_a_hook_on_one_of_them_keeps_it_apart() -> None:
    hooked = Block()
    model = blocks(Block(), hooked)
    hooked.inner.register_forward_hook(lambda _module, _args, answer: answer + 1)
    assert at(tree(model), 0)[2:4] == ["1", "2"]


def test_blocks_that_only_get_other_shapes_stay_apart() -> None:
    halving = [nn.Sequential(nn.MaxPool1d(2), nn.ReLU()) for _ in range(2)]
    folded = tree(nn.Sequential(*halving, nn.Flatten()), torch.rand(1, 1, 16))
    assert at(folded, 0)[1:3] == ["0", "1"]


class Shy(Block):
    """One whose text cannot be had."""

    def extra_repr(self) -> str:
        raise RuntimeError


def test_of_what_nothing_is_known_nothing_is_proven() -> None:
    assert at(tree(blocks(Shy(), Shy())), 0)[2:4] == ["1", "2"]
    passed = trace(blocks(Block(), Block()).eval(), X)
    names = [event.id for event in steps.events(passed, None)]
    folded = folding.tree(passed.graph, names, {}, {})
    assert at(folded, 0)[2:4] == ["1", "2"]


def past(self: Any, x: torch.Tensor) -> Any:
    y = self.a(x)
    return self.last(self.c(self.b(y)) + y)


def chained(self: Any, x: torch.Tensor) -> Any:
    return self.last(self.c(self.b(self.a(x))) + self.a.inner.bias)


def crossed(self: Any, x: torch.Tensor) -> Any:
    y = self.a(x)
    z = self.b(y)
    return self.last(self.c(y) + z)


def beside(self: Any, x: torch.Tensor) -> Any:
    return self.last(torch.stack([self.a(x), self.b(x), self.c(x)]).sum(0))


@pytest.mark.parametrize(
    ("forward", "shown"),
    [
        (chained, ["a … c × 3"]),
        (past, ["a … c × 3"]),
        (beside, ["a … c × 3"]),
        (crossed, ["a … b × 2", "c"]),  # the third takes something else
    ],
)
def test_equal_blocks_are_connected_alike(forward: Any, shown: list[str]) -> None:
    folded = tree(Forward(forward, a=Block(), b=Block(), c=Block(), last=nn.Linear(4, 4)))
    assert at(folded, 0)[1 : 1 + len(shown)] == shown


# ---------------------------------------------------------------- modules as people write them


def test_boxes_that_would_show_nothing_are_left_out() -> None:
    nested = nn.Sequential(
        nn.Sequential(nn.Sequential(nn.Linear(4, 4), nn.ReLU())), nn.Sequential(nn.Linear(4, 4))
    )
    folded = tree(nested)
    assert ids(folded) == {"0"}
    assert at(folded, 0) == ["input", "0", "1.0", "softmax"]
    assert at(folded, 1) == ["input", "0.0.0", "0.0.1", "1.0", "softmax"]


def twice(self: Any, x: torch.Tensor) -> Any:
    return self.last(self.block(F.gelu(self.block(x))))


def test_a_module_that_is_called_twice_has_two_boxes() -> None:
    folded = tree(Forward(twice, block=Block(), last=nn.Linear(4, 4)))
    assert {"block", "block#2"} <= ids(folded)
    assert at(folded, 0)[1:4] == ["block", "..gelu", "block"]
    assert at(folded, 0, opened=("block#2",))[3] == "block.inner#2"


def test_a_module_called_within_another_stands_where_it_is_called() -> None:
    class Borrowing(nn.Module):
        def __init__(self, other: Block) -> None:
            super().__init__()
            self.own = nn.Linear(4, 4)
            self.borrowed = other.inner

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.borrowed(self.own(x))
            return out

    block = Block()
    folded = tree(nn.Sequential(block, Borrowing(block)))
    assert at(folded, 0) == ["input", "0", "1", "softmax"]
    assert at(folded, 0, opened=("1",)) == ["input", "0", "1.own", "0.inner#2", "softmax"]


def listed(self: Any, x: torch.Tensor) -> Any:
    for block in self.blocks:
        x = block(x)
    return self.last(x)


def between(self: Any, x: torch.Tensor) -> Any:
    for block in self.blocks:
        x = F.gelu(block(x))
    return self.last(x)


def scattered(self: Any, x: torch.Tensor) -> Any:
    first, second, third = self.blocks
    return self.last(third(F.gelu(second(first(x)))))


def test_a_list_of_modules_is_no_box_where_some_of_it_is_elsewhere() -> None:
    three = nn.ModuleList([Block(), Block(2.0), Block(3.0)])
    folded = tree(Forward(scattered, blocks=three, last=nn.Linear(4, 4)))
    assert at(folded, 0)[1:5] == ["blocks.0", "blocks.1", "..gelu", "blocks.2"]


def test_a_list_of_modules_is_a_box_where_all_of_it_is_together() -> None:
    made = {"blocks": nn.ModuleList([Block(), Block(2.0)]), "last": nn.Linear(4, 4)}
    assert at(tree(Forward(listed, **made)), 0)[1:3] == ["blocks", "last"]
    assert at(tree(Forward(between, **made)), 0)[1:4] == ["blocks.0", "..gelu", "blocks.1"]


def test_second_outputs_and_what_is_no_step_carry_edges_too() -> None:
    def forward(self: Any, x: torch.Tensor) -> Any:
        out, (hidden, _) = self.lstm(x)
        return self.last(out[:, -1] + hidden[-1])

    folded = tree(
        Forward(forward, lstm=nn.LSTM(4, 4, batch_first=True), last=nn.Linear(4, 4)),
        torch.rand(1, 3, 4),
    )
    assert {"lstm > ..getitem", "lstm > ..getitem#2", "..getitem > ..add"} <= lines(folded, 0)


def box_of(folded: Tree, name: str) -> Box:
    (box,) = [each for each in folded.root.boxes() if each.id == name]
    return box


def test_boxes_tell_their_types() -> None:
    folded = vision("resnet18")
    assert [box_of(folded, name).module for name in ("layer1", "layer2", "layer2.0")] == [
        *("BasicBlock", "Sequential", "BasicBlock"),
    ]
